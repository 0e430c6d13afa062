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
	"ridge/bcd/vec"
	"ridge/mat"
	"ridge/qp"
)

// exact is a tolerance that the steps reach: a gradient of 1e-8 is a part of 1e-16 of
// the objective, and passes that don't lower it end.
const exact = 1e-7

// assertMinimum checks that no feasible random change of a block, of a single element
// or of any number of them, lowers F + ½p‖block − old‖².
func assertMinimum(t *testing.T, l *lift[float64], block, old mat.Dense[float64], prox float64, nonnegative bool) {
	t.Helper()
	at := func() float64 {
		l.refresh()
		return l.total() + prox/2*squaredDistance(block, old)
	}
	best := block.Clone()
	least := at()
	rng := rand.New(rand.NewPCG(7, 8))
	for _, size := range []float64{1, 1e-2, 1e-4} {
		for trial := range 60 {
			mat.Copy(block, best)
			for range []int{1, 3, block.Rows * block.Cols}[trial%3] {
				i, j := rng.IntN(block.Rows), rng.IntN(block.Cols)
				v := block.At(i, j) + size*rng.NormFloat64()
				if nonnegative {
					v = max(0, v)
				}
				block.Set(i, j, v)
			}
			require.GreaterOrEqual(t, at(), least-1e-12*least, "a change of size %g lowers the objective", size)
		}
	}
	mat.Copy(block, best)
	l.refresh()
}

// unrelax recovers the optimum of a block from where a step with θ left it.
func unrelax(block, old mat.Dense[float64], theta float64) mat.Dense[float64] {
	best := block.Clone()
	for i := range best.Rows {
		for j, o := range old.Row(i) {
			best.Set(i, j, o+(best.At(i, j)-o)/theta)
		}
	}
	return best
}

func TestEachBlockIsItsMinimum(t *testing.T) {
	ctx := context.Background()
	options := qp.Options{Tolerance: 1e-12, Workers: 1}
	for _, theta := range []float64{1, 0.6} {
		eachCase(t, func(t *testing.T, c testCase) {
			l := testLift(t, c, 40)
			check := func(block mat.Dense[float64], nonnegative bool, step func()) {
				old := block.Clone()
				step()
				relaxed := block.Clone()
				mat.Copy(block, unrelax(block, old, theta))
				if nonnegative {
					for i := range block.Rows { // rounding in unrelax
						vec.Relu(block.Row(i), block.Row(i))
					}
				}
				assertMinimum(t, l, block, old, proximal(theta), nonnegative)
				mat.Copy(block, relaxed)
				l.refresh()
			}
			if c.objective == Tikhonov {
				check(l.u, true, func() {
					_, err := l.stepU(ctx, theta, options)
					require.NoError(t, err)
				})
			} else {
				for n := l.layers(); n >= 1; n-- {
					check(l.hidden(n), true, func() {
						_, err := l.stepLayer(ctx, n, theta, options)
						require.NoError(t, err)
					})
				}
			}
			var g grams[float64]
			check(l.net.V, false, func() {
				p := l.outputProblem()
				residual, err := p.minimize(ctx, &g, theta, exact)
				require.NoError(t, err)
				assert.LessOrEqual(t, residual, exact)
			})
			for n := 1; n <= l.layers(); n++ {
				check(l.net.Layers[n-1].W, false, func() {
					p := l.weightProblem(n)
					residual, err := p.minimize(ctx, &g, theta, exact)
					require.NoError(t, err)
					assert.LessOrEqual(t, residual, exact)
				})
			}
		})
	}
}

// Where nothing but squares is added up, M is the Hessian, and the first pass is the
// ridge regression.
func TestQuadraticBlocksTakeOnePass(t *testing.T) {
	for _, theta := range []float64{1, 0.2} {
		for name, spec := range testSpecs {
			t.Run(name, func(t *testing.T) {
				l := testLift(t, testCase{"", spec, Tikhonov, squared}, 40)
				problems := []weightProblem[float64]{l.outputProblem()}
				for n := 1; n <= l.layers(); n++ {
					problems = append(problems, l.weightProblem(n))
				}
				var g grams[float64]
				for _, p := range problems {
					d, err := p.newDescent(g.of(p.parts, p.readsX, 1, l.add), proximal(theta))
					require.NoError(t, err)
					d.computeGradient()
					before := absMax(d.grad)
					require.True(t, d.pass())
					d.computeGradient()
					assert.Less(t, absMax(d.grad), 1e-11*before)
				}
			})
		}
	}
}

// What the steps leave in z and o must be what the network computes from u: the
// objective in the trace is made of them.
func TestStepsLeavePreactivationsCurrent(t *testing.T) {
	ctx := context.Background()
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 700)
		var g grams[float64]
		current := func(step string) {
			have := l.total()
			l.refresh()
			require.InDelta(t, l.total(), have, 1e-12*have, step)
		}
		_, err := l.stepU(ctx, 0.7, qp.Options{Workers: 1})
		require.NoError(t, err)
		current("U")
		p := l.outputProblem()
		_, err = p.minimize(ctx, &g, 0.7, 1e-6)
		require.NoError(t, err)
		current("V")
		for n := 1; n <= l.layers(); n++ {
			p := l.weightProblem(n)
			_, err = p.minimize(ctx, &g, 0.7, 1e-6)
			require.NoError(t, err)
		}
		current("W")
	})
}

// bruteHessian assembles Σ_n γ_n B_nᵀB_n + EᵀVᵀVE + pI (and the slack of the hinge)
// from dense B_n.
func bruteHessian(l *lift[float64], prox float64) mat.Dense[float64] {
	width := l.u.Cols
	size := width + l.slacks()
	h := mat.NewDense[float64](size, size)
	addGram := func(c float64, b mat.Dense[float64]) {
		for i := range size {
			for j := range size {
				for k := range b.Rows {
					h.Set(i, j, h.At(i, j)+c*b.At(k, i)*b.At(k, j))
				}
			}
		}
	}
	for n := 1; n <= l.layers(); n++ {
		layer := l.net.Layers[n-1]
		b := mat.NewDense[float64](layer.W.Rows, size)
		for k := range layer.W.Rows {
			b.Set(k, l.column(n)+k, 1)
			col := 0
			for _, m := range layer.From {
				for j := range l.net.Width(m) {
					if m > 0 {
						b.Set(k, l.column(m)+j, -layer.W.At(k, col+j))
					}
				}
				col += l.net.Width(m)
			}
		}
		addGram(l.gamma[n-1], b)
	}
	out := mat.NewDense[float64](l.net.V.Rows, size) // o − t
	for k := range out.Rows {
		for j := range l.net.Width(l.layers()) {
			out.Set(k, l.column(l.layers())+j, l.net.V.At(k, j))
		}
		if l.slacks() > 0 {
			out.Set(k, width+k, -1)
		}
	}
	addGram(1, out)
	for i := range width {
		h.Set(i, i, h.At(i, i)+prox)
	}
	return h
}

func TestJointHessianIsAssembledFromB(t *testing.T) {
	for name, spec := range testSpecs {
		for _, loss := range []string{squared, hinge} {
			t.Run(name+"/"+loss, func(t *testing.T) {
				l := testLift(t, testCase{"", spec, Tikhonov, loss}, 3)
				want, have := bruteHessian(l, 0.25), l.jointHessian(0.25)
				require.Equal(t, want.Rows, have.Rows)
				for i := range want.Rows {
					assert.InDeltaSlice(t, want.Row(i), have.Row(i), 1e-13)
				}
			})
		}
	}
}

// A U step stopped early descends only if the QPs begin at the objective of the lift:
// the slacks are at their best for the hidden variables at hand.
func TestSlacksStartAtTheirBest(t *testing.T) {
	check := func(t *testing.T, l *lift[float64], h mat.Dense[float64], slack, free int,
		fill func(lo, hi int, g, x mat.Dense[float64])) {
		n := l.samples()
		g, x := mat.NewDense[float64](n, h.Rows), mat.NewDense[float64](n, h.Rows)
		fill(0, n, g, x)
		b := l.newBounds(n, h.Rows, free)
		lower, upper := b.of(l.y)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, x, h, 1, g, 1) // the QPs' gradients
		for i := range n {
			for j := slack; j < h.Rows; j++ {
				low, up := lower.At(i%lower.Rows, j), math.Inf(1)
				if upper.Rows > 0 {
					up = upper.At(i, j)
				}
				best := min(max(x.At(i, j)-g.At(i, j)/h.At(j, j), low), up)
				require.InDelta(t, best, x.At(i, j), 1e-12, "sample %d, variable %d", i, j)
			}
		}
	}
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 40)
		if c.objective == Tikhonov {
			check(t, l, l.jointHessian(0.1), l.u.Cols, l.u.Cols, func(lo, hi int, g, x mat.Dense[float64]) {
				l.fillJoint(lo, hi, 0.1, g, x)
			})
			return
		}
		for n := 1; n <= l.layers(); n++ {
			p := l.layerProblem(n, 0.1)
			check(t, l, p.hessian(), l.net.Width(n), p.lossSlack, p.fill)
		}
	})
}

func TestGramOfSeveralLayers(t *testing.T) {
	l := testLift(t, testCase{"", testSpecs["skips"], Fenchel, hinge}, 600)
	var g grams[float64]
	for range 2 { // the second time the part of X comes from memory
		parts := l.inputs(3) // layer 3 reads 0, 1 and 2
		have := g.of(parts, true, 2, l.add)
		a := mat.NewDense[float64](600, have.Rows)
		a.Fill(1)
		col := 0
		for _, p := range parts {
			mat.Copy(a.ColView(col, p.Cols), p)
			col += p.Cols
		}
		for i := range have.Rows {
			for j := range i + 1 {
				var want float64
				for k := range a.Rows {
					want += a.At(k, i) * a.At(k, j)
				}
				require.InDelta(t, want, have.At(i, j), 1e-10, "(%d, %d)", i, j)
			}
		}
	}
}

// A feature that is always zero, and features that are the same, make the Gram matrix
// singular when nothing is added to it.
func testSingularInputs[T mat.Float](t *testing.T, tolerance float64) {
	const features = 60
	net, err := nn.New(nn.Spec{Inputs: features, Hidden: []int{3}, Outputs: 3}, nn.Squared[T]{}, nn.Init{}, 1)
	require.NoError(t, err)
	d := traintest.Clusters[T](200, features, 3, 2)
	for i := range d.X.Rows {
		row := d.X.Row(i)
		for j := range row[2:] {
			row[2+j] = 1000 * row[0]
		}
		row[1] = 0
	}
	l := newLift(net, penalties{objective: Tikhonov, gamma: []float64{1}}, d.X, d.AllTargets(net.Loss, net.V.Rows), 1,
		train.NewAdder(t.Context(), nil))
	var g grams[T]
	p := l.weightProblem(1)
	before := p.value()
	residual, err := p.minimize(context.Background(), &g, 1, tolerance)
	require.NoError(t, err)
	assert.LessOrEqual(t, residual, tolerance)
	assert.Less(t, p.value(), before)
	assert.NoError(t, net.Validate())
}

func TestWeightStepOnSingularInputs(t *testing.T) {
	t.Run("float32", func(t *testing.T) { testSingularInputs[float32](t, 1e-4) })
	t.Run("float64", func(t *testing.T) { testSingularInputs[float64](t, 1e-9) })
}
