package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/internal/race"
	"ridge/mat"
	"ridge/qp"
)

// testMetric returns a random positive definite matrix with a ridge, but for the last
// element of the diagonal.
func testMetric(n int, ridge float64, seed uint64) mat.Dense[float64] {
	rng := rand.New(rand.NewPCG(seed, 2))
	a := mat.NewDense[float64](2*n, n)
	for i := range a.Data {
		a.Data[i] = rng.NormFloat64()
	}
	m := mat.NewDense[float64](n, n)
	mat.Syrk(mat.Lower, mat.Trans, 1/float64(n), a, 0, m, 1)
	addDiagonal(m, 0, n-1, ridge)
	mat.Symmetrize(mat.Lower, m, 1)
	return m
}

func randomDense(rows, cols int, seed uint64) mat.Dense[float64] {
	rng := rand.New(rand.NewPCG(seed, 3))
	m := mat.NewDense[float64](rows, cols)
	for i := range m.Data {
		m.Data[i] = rng.NormFloat64()
	}
	return m
}

// The conditions of optimality of g·d + ½dMdᵀ + Σ λ_j|w_j + d_j|, coordinate by coordinate:
// the gradient of the smooth part is −λ_j·sign where the weight is not zero, and at most
// λ_j where it is; it is zero in the bias.
func TestLassoMeetsTheConditionsOfOptimality(t *testing.T) {
	const rows, n = 40, 13
	for _, c := range []struct {
		name   string
		lambda func(w float64) float64
		linear bool
	}{
		{"proximal step", func(float64) float64 { return 0.5 }, false},
		{"reweighted", reweighted[float64](2, 0.4), false},
		{"linear terms", func(float64) float64 { return 0.8 }, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			m := testMetric(n, 0.1, 5)
			w := randomDense(rows, n, 6)
			for i := range w.Rows { // some start at zero
				w.Set(i, i%(n-1), 0)
			}
			before, g := w.Clone(), mat.NewDense[float64](rows, n)
			if c.linear {
				g = randomDense(rows, n, 7)
			}
			block := newLasso(m.Clone(), 0.1, 1)
			require.NoError(t, block.step(context.Background(), w, g, c.lambda, 1e-9))
			zeros := 0
			for i := range rows {
				for j := range n {
					grad := g.At(i, j)
					for k := range n {
						grad += (w.At(i, k) - before.At(i, k)) * m.At(k, j)
					}
					lambda := c.lambda(before.At(i, j))
					switch v := w.At(i, j); {
					case j == n-1:
						assert.InDelta(t, 0, grad, 1e-7)
					case v == 0:
						zeros++
						assert.LessOrEqual(t, math.Abs(grad), lambda+1e-7)
					default:
						assert.InDelta(t, -math.Copysign(lambda, v), grad, 1e-7)
					}
				}
			}
			assert.Greater(t, zeros, rows)
			assert.Less(t, zeros, rows*(n-1))
		})
	}
}

// Next to a solution, the slopes of the weights that are not zero are far smaller than the linear terms of those that
// are. A step must not take them for zero.
func TestLassoCorrectsSmallErrors(t *testing.T) {
	const rows, n = 20, 13
	const off, tolerance = 1e-9, 3e-12
	m := testMetric(n, 0.1, 5)
	start, g := randomDense(rows, n, 6), randomDense(rows, n, 7)
	lambda := func(float64) float64 { return 0.8 }
	solution := start.Clone()
	require.NoError(t, newLasso(m.Clone(), 0.1, 1).step(t.Context(), solution, g, lambda, 1e-13))
	w, change := solution.Clone(), mat.NewDense[float64](rows, n)
	for k, v := range w.Data {
		if v != 0 {
			w.Data[k] += math.Copysign(off, v)
		}
		change.Data[k] = w.Data[k] - start.Data[k]
	}
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, change, m, 1, g, 1) // the gradient at w
	require.NoError(t, newLasso(m.Clone(), 0.1, 1).step(t.Context(), w, g, lambda, tolerance))
	assert.InDeltaSlice(t, solution.Data, w.Data, off/10)
}

// Where M is a multiple of the unit matrix, the solution is known: soft thresholds.
func TestLassoIsTheSoftThresholdWithoutCorrelations(t *testing.T) {
	m := mat.NewDense[float64](5, 5)
	addDiagonal(m, 0, 5, 2)
	w := mat.DenseOf(1, 5, []float64{1, -1, 0.2, -0.2, 0.1})
	block := newLasso(m, 2, 1)
	require.NoError(t,
		block.step(context.Background(), w, mat.Dense[float64]{}, func(float64) float64 { return 0.6 }, 1e-12))
	assert.InDeltaSlice(t, []float64{0.7, -0.7, 0, 0, 0.1}, w.Row(0), 1e-11)
	assert.Zero(t, w.At(0, 2))
	assert.Zero(t, w.At(0, 3))
}

func TestPenaltyThatIsHugeMakesAllWeightsZero(t *testing.T) {
	m := testMetric(30, 0.05, 1)
	w := randomDense(20, 30, 2)
	block := newLasso(m, 0.05, 1)
	require.NoError(t,
		block.step(context.Background(), w, mat.Dense[float64]{}, func(float64) float64 { return 1e4 }, 1e-3))
	nonzero, _ := nn.CountNonzero(w)
	assert.Zero(t, nonzero)
}

// The projection is the solution of a linear system of the weights in the pattern.
func TestTheProjectionOnAPatternSolvesItsLinearSystem(t *testing.T) {
	const rows, n = 9, 7
	m := testMetric(n, 0.1, 3)
	pattern, w := randomDense(rows, n, 4), randomDense(rows, n, 5)
	for k, v := range pattern.Data {
		if v < 0 {
			pattern.Data[k] = 0
		}
	}
	before := w.Clone()
	s, err := qp.NewSolver(m, qp.Options{Tolerance: 1e-12})
	require.NoError(t, err)
	require.NoError(t, projectOnPattern(context.Background(), s, w, pattern))
	for i := range rows {
		for j := range n {
			if pattern.At(i, j) == 0 && j < n-1 {
				assert.Zero(t, w.At(i, j))
				continue
			}
			var grad float64
			for k := range n {
				grad += (w.At(i, k) - before.At(i, k)) * m.At(k, j)
			}
			assert.InDelta(t, 0, grad, 1e-9)
		}
	}
}

func TestLeastSubgradient(t *testing.T) {
	w := mat.DenseOf(1, 6, []float64{1, -1, 0, 0, 0, 0})
	g := mat.DenseOf(1, 6, []float64{-2, -2, 1, 3, -3, 5})
	leastSubgradient(g, w, 2)
	assert.Equal(t, []float64{0, -4, 0, 1, -1, 5}, g.Data)
}

func TestSparseBlocksAreTheirMinimum(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		for _, theta := range []float64{1, 0.6} {
			if theta < 1 && (c.objective != Tikhonov || c.loss != squared) {
				continue // takes more passes than a step makes, and a second step starts elsewhere
			}
			l := testLift(t, c, 40)
			l.l1 = 0.05
			var g grams[float64]
			check := func(w mat.Dense[float64], p weightProblem[float64]) {
				old := w.Clone()
				for range 50 { // steps, of which none need do all passes
					residual, err := p.minimize(context.Background(), &g, theta, exact)
					require.NoError(t, err)
					if residual <= exact {
						break
					}
					require.Equal(t, 1., theta)
				}
				mat.Copy(w, unrelax(w, old, theta))
				assertMinimum(t, l, w, old, proximal(theta), false)
			}
			check(l.net.V, l.outputProblem())
			for n := 1; n <= l.layers(); n++ {
				check(l.net.Layers[n-1].W, l.weightProblem(n))
			}
			if nonzero, all := l.net.Nonzero(); theta == 1 {
				assert.Less(t, nonzero, all)
				assert.Positive(t, nonzero)
			}
		}
	})
}

func TestObjectiveWithL1IsItsDefinition(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 10)
		smooth := naiveObjective(l)
		l.l1 = 0.3
		var sum float64
		for name, w := range l.blocks() {
			if name == "U" {
				continue
			}
			for i := range w.Rows {
				for j := range w.Cols - 1 {
					sum += math.Abs(w.At(i, j))
				}
			}
		}
		assert.InEpsilon(t, smooth+10*0.3*sum, l.total(), 1e-12)
	})
}

// sparseOptions are those of a training in full batches that ends sparse.
func sparseOptions(c testCase) FullOptions {
	o := testOptions(c)
	o.L1 = 0.02
	return o
}

func TestObjectiveWithL1NeverRises(t *testing.T) {
	for _, theta := range []string{"1", "0.7"} {
		eachCase(t, func(t *testing.T, c testCase) {
			d := traintest.Clusters[float64](90, c.spec.Inputs, c.spec.Outputs, 2)
			net := testNetwork[float64](t, c.spec, c.loss, 5)
			o := sparseOptions(c)
			o.Iterations, o.BlockTolerance = 8, 1e-8
			var err error
			o.Theta, err = ParseSchedule(theta)
			require.NoError(t, err)
			trace, err := fitFull(t.Context(), net, d, o)
			require.NoError(t, err)
			assertDescent(t, trace, 1e-12)
			assert.Less(t, trace[7].Value(ObjectiveAfterW), trace[0].Value(ObjectiveBefore))
			nonzero, all := net.Nonzero()
			assert.Equal(t, float64(nonzero)/float64(all), trace[7].Value(Nonzero))
			if theta == "1" {
				assert.Less(t, nonzero, all)
			}
		})
	}
}

func testSparseDescent[T mat.Float](t *testing.T, workers mat.Workers) (*nn.Network[T], train.Trace) {
	spec := nn.Spec{Inputs: 16, Hidden: []int{12, 9}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	d := traintest.Clusters[T](600, spec.Inputs, spec.Outputs, 9)
	net := testNetwork[T](t, spec, hinge, 5)
	o := sparseOptions(testCase{objective: Fenchel})
	o.Iterations = 2
	trace, err := fitFull(t.Context(), net, d, o, train.Control{Workers: workers})
	require.NoError(t, err)
	return net, trace
}

func TestSparseTrainingHasTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	defer processors.Pretend(3)()
	one, trace := testSparseDescent[float32](t, 1)
	three, _ := testSparseDescent[float32](t, 3)
	sameWeights(t, one, three)
	assertDescent(t, trace, 1e-5)
	assert.Less(t, trace[1].Value(Nonzero), 0.9)
	if race.Enabled { // what goroutines share is the same
		return
	}
	one64, _ := testSparseDescent[float64](t, 1)
	three64, _ := testSparseDescent[float64](t, 3)
	sameWeights(t, one64, three64)
}

func TestStationarityWithL1VanishesAtTheMinimumOfW(t *testing.T) {
	l := testLift(t, testCase{"", testSpecs["one layer"], Tikhonov, squared}, 40)
	l.l1 = 0.05
	before := l.stationarity()
	var g grams[float64]
	p := l.weightProblem(1)
	_, err := p.minimize(context.Background(), &g, 1, exact)
	require.NoError(t, err)
	grad := mat.NewDense[float64](p.w.Rows, p.w.Cols)
	p.gradient(grad)
	assert.Greater(t, absMax(grad), 0.9*p.l1)
	leastSubgradient(grad, p.w, p.l1)
	assert.Less(t, absMax(grad), 1e-4)
	assert.Less(t, l.stationarity(), before)
}

// Without a ridge and with the same inputs twice, M is singular.
func TestSparseWeightStepOnSingularInputs(t *testing.T) {
	d := traintest.Clusters[float32](60, 4, 3, 1)
	x := mat.NewDense[float32](60, 8)
	mat.Copy(x.ColView(0, 4), d.X)
	mat.Copy(x.ColView(4, 4), d.X)
	net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{6}, Outputs: 3}, hinge, 1)
	o := sparseOptions(testCase{objective: Fenchel})
	o.Lambda, o.LambdaOut = 0, 0
	trace, err := fitFull(t.Context(), net, train.Data[float32]{X: x, Labels: d.Labels}, o)
	require.NoError(t, err)
	assertDescent(t, trace, 1e-5)
}
