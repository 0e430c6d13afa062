package bcd

import (
	"context"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// testMinibatch returns a training of a network in general position that has seen one
// forward pass of 12 samples.
func testMinibatch(t *testing.T, spec nn.Spec, loss string) *minibatch[float64] {
	t.Helper()
	net := testNetwork[float64](t, spec, loss, 3)
	rng := rand.New(rand.NewPCG(4, 5))
	for _, layer := range net.Layers {
		for i := range layer.W.Rows {
			layer.W.Set(i, layer.W.Cols-1, 0.3*rng.NormFloat64())
		}
	}
	for i := range net.V.Data {
		net.V.Data[i] = 0.5 * rng.NormFloat64()
	}
	d := testData[float64](20, spec.Inputs, spec.Outputs, 6)
	net.Mean = nn.ColumnMean(d.X, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 20, Layers: len(spec.Hidden)})
	o.Batch, o.Metric = 12, GramMetric
	o.Gamma = nil
	for i := range spec.Hidden {
		o.Gamma = append(o.Gamma, 0.4+0.3*float64(i))
	}
	m, err := newMinibatch(context.Background(), train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
	require.NoError(t, err)
	m.batch.gather(testBatch)
	m.batch.Forward()
	m.batch.meanLoss()
	m.correction.output()
	for range 50 {
		m.graph.estimateNorms()
	}
	return m
}

// testBatch is the batch that testMinibatch has seen.
var testBatch = []int{3, 0, 19, 7, 8, 12, 1, 5, 6, 2, 11, 17}

// eachMinibatch runs body for every shape and loss.
func eachMinibatch(t *testing.T, body func(t *testing.T, m *minibatch[float64])) {
	for name, spec := range testSpecs {
		for _, loss := range []string{squared, hinge} {
			t.Run(name+"/"+loss, func(t *testing.T) { body(t, testMinibatch(t, spec, loss)) })
		}
	}
}

// hiddenObjective is the part of F that has u = u_n in it, for one sample, by its
// definition: with the targets of the layers above in r, and all else at the forward
// activations.
func hiddenObjective(m *minibatch[float64], n, sample int, u []float64) float64 {
	gamma := m.correction.rates.gamma[n-1]
	var sum float64
	for j, v := range u {
		sum += gamma * (v*v/2 - v*m.batch.Z[n].At(sample, j))
	}
	for _, e := range m.graph.out[n] {
		for k := range e.w.Rows {
			z := m.batch.Z[e.to].At(sample, k)
			for j, v := range u {
				z += e.w.At(k, j) * (v - max(0, m.batch.Z[n].At(sample, j)))
			}
			y := m.batch.y.Row(sample)
			switch {
			case e.to <= m.graph.layers():
				sum += m.correction.rates.gamma[e.to-1] * (max(0, z)*max(0, z)/2 - (m.batch.A[e.to].At(sample, k)+m.correction.r[e.to].At(sample, k))*z)
			case m.batch.loss.Name() == hinge:
				sum += math.Pow(max(0, 1-y[k]*z), 2) / 2
			default:
				sum += math.Pow(y[k]-z, 2) / 2
			}
		}
	}
	return sum
}

func TestStepsOfTheHiddenVariablesLowerTheObjective(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.hidden(len(testBatch))
		for n := m.graph.layers(); n >= 1; n-- {
			var last []float64
			for i := range testBatch {
				last = append(last, hiddenObjective(m, n, i, m.batch.A[n].Row(i)[:m.graph.widths[n]]))
			}
			for _, steps := range []int{1, 5, 300} {
				m.correction.inner, m.correction.innerLast = steps, steps
				m.correction.stepHidden(n, len(testBatch))
				for i := range testBatch {
					u := movedActivations(m, n, i)
					value := hiddenObjective(m, n, i, u)
					assert.LessOrEqual(t, value, last[i]+1e-12, "layer %d, sample %d, %d steps", n, i, steps)
					last[i] = value
					for _, v := range u {
						assert.GreaterOrEqual(t, v, 0.)
					}
				}
			}
			// At the optimum no coordinate can be moved to lower it.
			for i := range testBatch {
				u := movedActivations(m, n, i)
				for j, v := range u {
					for _, h := range []float64{1e-4, -min(v, 1e-4)} {
						u[j] = v + h
						assert.GreaterOrEqual(t, hiddenObjective(m, n, i, u), last[i]-1e-12)
					}
					u[j] = v
				}
			}
		}
	})
}

// movedActivations is U_n of a sample: max(0, Z_n) + R_n.
func movedActivations(m *minibatch[float64], n, sample int) []float64 {
	u := append([]float64(nil), m.correction.r[n].Row(sample)...)
	for j := range u {
		u[j] += m.batch.A[n].Row(sample)[j]
	}
	return u
}

func TestFirstWeightsOfAnotherMagnitudeAreRescaled(t *testing.T) {
	for name, spec := range testSpecs {
		for _, by := range []float64{1e-4, 1e4} {
			m := testMinibatch(t, spec, hinge)
			for n := 1; n <= m.graph.layers(); n++ {
				mat.Scal(by, m.iterate.Weights(n).Data)
			}
			m.graph.changed()
			m.batch.Forward()
			before := m.batch.Z[m.graph.layers()+1].Clone()
			m.rescale()
			m.batch.Forward()
			for n := 1; n <= m.graph.layers(); n++ {
				assert.InEpsilon(t, 1, rescaling[float64]{m.graph, m.batch, m.add}.relativeSize(n), 1e-9, "%s, layer %d", name, n)
			}
			for i, o := range m.batch.Z[m.graph.layers()+1].Data {
				assert.InDelta(t, before.Data[i], o, 1e-9*math.Abs(before.Data[i]), "%s: the outputs are the same", name)
			}
		}
	}
}

func TestFirstWeightsOfHeAreKept(t *testing.T) {
	d := testData[float64](20, 50, 3, 6)
	net := testNetwork[float64](t, nn.Spec{Inputs: 50, Hidden: []int{80, 80, 80}, Outputs: 3}, hinge, 1)
	m, err := newMinibatch(context.Background(), train.Task[float64]{Net: net, Train: d}, DefaultBatchOptions(train.Problem{Samples: 20, Layers: 3}))
	require.NoError(t, err)
	m.batch.gather(testBatch)
	drawn := m.iterate.Clone()
	sameWeights(t, &nn.Network[float64]{Layers: net.Layers[1:], V: net.V}, &nn.Network[float64]{Layers: drawn.Layers[1:], V: drawn.V})
	m.rescale()
	sameWeights(t, drawn, m.iterate)
}

// No gradient gets through ten layers of such weights.
func TestDeepNetworksLearnFromSmallWeights(t *testing.T) {
	d := testData[float32](300, 8, 3, 2)
	spec := nn.Spec{Inputs: 8, Hidden: []int{20, 20, 20, 20, 20, 20, 20, 20, 20, 20}, Outputs: 3}
	for _, deviation := range []float64{0.01, 1e-20, 1e-30} { // activations of 1e-300 are no float32
		net, err := nn.New(spec, nn.Hinge[float32]{}, nn.Init{Gaussian: deviation}, 1)
		require.NoError(t, err)
		o := testBatchOptions(300, len(spec.Hidden))
		o.Epochs = 20
		trace, err := fitBatches(t.Context(), net, d, o)
		require.NoError(t, err)
		assert.Less(t, trace[len(trace)-1].TrainError, 0.2, "%v", deviation)
	}
}

func TestSamplesWithoutASlopeTakeNoPart(t *testing.T) {
	// step returns the weights after a step on the first rows of a batch in which the
	// hinge has nothing against every third sample.
	step := func(firstRows func(m *minibatch[float64]) int) *minibatch[float64] {
		m := testMinibatch(t, testSpecs["skips"], hinge)
		require.NoError(t, m.weights.inputs.project(t.Context(), m.memory))
		m.memory.remember(m.batch)
		require.NoError(t, m.memory.invertHidden())
		out := m.graph.layers() + 1
		for i := 0; i < len(testBatch); i += 3 {
			for k, y := range m.batch.y.Row(i) {
				m.batch.Z[out].Set(i, k, 2*y)
			}
		}
		m.batch.judge(span{0, m.batch.Rows})
		rows := firstRows(m)
		m.correction.hidden(rows)
		m.weights.step(rows, 0.1)
		m.graph.unpack()
		return m
	}
	some := step(func(m *minibatch[float64]) int {
		active := m.correction.output()
		assert.Equal(t, 8, active)
		var want []int
		for i, sample := range testBatch {
			if i%3 > 0 {
				want = append(want, sample)
			}
		}
		assert.Equal(t, want, m.batch.front.samples)
		for i, sample := range want {
			assert.Positive(t, mat.Asum(m.correction.r[m.graph.layers()+1].Row(i)), "row %d", i)
			assert.Equal(t, 1., m.batch.front.y.Row(i)[m.batch.data.Labels[sample]])
			for n := 1; n <= m.graph.layers(); n++ {
				before := 3*(i/2) + 1 + i%2
				assert.Equal(t, m.batch.A[n].Row(before), m.batch.front.A[n].Row(i))
				assert.Equal(t, m.batch.Z[n].Row(before), m.batch.front.Z[n].Row(i))
			}
		}
		return active
	})
	all := step(func(m *minibatch[float64]) int { return len(testBatch) })
	for n := 1; n <= all.graph.layers()+1; n++ {
		assert.True(t, mat.EqualApprox(all.iterate.Weights(n), some.iterate.Weights(n), 1e-12), "layer %d", n)
	}
}

func TestCorrectionsHaveTheRelativeSizeOfTheLastOne(t *testing.T) {
	m := testMinibatch(t, testSpecs["skips"], hinge)
	m.correction.hidden(len(testBatch))
	relative := func(n int) float64 {
		f := m.batch.Activations(n).Clone()
		return float64(mat.NormFrobenius(m.correction.r[n]) / mat.NormFrobenius(f))
	}
	want := relative(m.graph.layers())
	assert.Greater(t, want, 0.)
	for n := 1; n < m.graph.layers(); n++ {
		assert.InEpsilon(t, want, relative(n), 1e-12, "layer %d", n)
	}
}

func TestCorrectionOfTheOutputIsTheResidual(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.hidden(len(testBatch))
		out := m.graph.layers() + 1
		for i := range testBatch {
			for k, y := range m.batch.y.Row(i) {
				want := y - m.batch.Z[out].At(i, k)
				if m.batch.loss.Name() == hinge {
					want = y * max(0, y*want)
				}
				assert.InDelta(t, want, m.correction.r[out].At(i, k), 1e-14)
			}
		}
	})
}

// naiveGram is [A, 1]ᵀ[A, 1]/B, a having its ones.
func naiveGram(a mat.Dense[float64]) mat.Dense[float64] {
	g := mat.NewDense[float64](a.Cols, a.Cols)
	for i := range a.Rows {
		for j, v := range a.Row(i) {
			for k, u := range a.Row(i) {
				g.Row(j)[k] += u * v / float64(a.Rows)
			}
		}
	}
	return g
}

func TestGramMemoryIsAMeanOfTheBatchesThatForgets(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	m.memory.keep = 0.7
	want := make([]mat.Dense[float64], m.graph.layers()+1)
	for k := range 8 {
		m.schedule.done++
		m.memory.remember(m.batch)
		keep := min(0.7, float64(k)/float64(k+1)) // an even mean of the first ones
		for n := 1; n <= m.graph.layers(); n++ {
			g := naiveGram(m.batch.A[n])
			if k == 0 {
				want[n] = mat.NewDense[float64](g.Rows, g.Cols)
			}
			for i := range g.Data {
				want[n].Data[i] = keep*want[n].Data[i] + (1-keep)*g.Data[i]
			}
		}
		m.batch.gather([]int{k, k + 1, k + 2, k + 3, k + 4, k + 5, k + 6, k + 7, k + 8, k + 9, k + 10, k + 11})
		m.batch.Forward()
	}
	for n := 1; n <= m.graph.layers(); n++ {
		for i := range want[n].Rows {
			assert.InDeltaSlice(t, want[n].Row(i)[:i+1], m.memory.curves[n].gram.Row(i)[:i+1], 1e-12)
		}
	}
}

func TestGramMatrixOfTheInputIsThatOfAllSamples(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	all := make([]int, m.batch.data.X.Rows)
	a := mat.NewDense[float64](len(all), m.graph.widths[0]+1)
	for i := range all {
		for j, v := range m.batch.data.X.Row(i) {
			a.Set(i, j, (v-m.iterate.Mean[j])/m.unit.length)
		}
		a.Set(i, m.graph.widths[0], 1)
	}
	want := naiveGram(a)
	for i := range want.Rows {
		assert.InDeltaSlice(t, want.Row(i)[:i+1], m.memory.curves[0].gram.Row(i)[:i+1], 1e-12)
	}
}

// naiveSolve solves x·A = b by elimination with pivots, for a row b.
func naiveSolve(a mat.Dense[float64], b []float64) []float64 {
	n := a.Rows
	m := mat.NewDense[float64](n, n+1) // Aᵀ and b
	for i := range n {
		for j := range n {
			m.Set(i, j, a.At(j, i))
		}
		m.Set(i, n, b[i])
	}
	for k := range n {
		pivot := k
		for i := k; i < n; i++ {
			if math.Abs(m.At(i, k)) > math.Abs(m.At(pivot, k)) {
				pivot = i
			}
		}
		for j := range n + 1 {
			u, v := m.At(k, j), m.At(pivot, j)
			m.Set(k, j, v)
			m.Set(pivot, j, u)
		}
		for i := range n {
			if i == k {
				continue
			}
			f := m.At(i, k) / m.At(k, k)
			for j := k; j <= n; j++ {
				m.Set(i, j, m.At(i, j)-f*m.At(k, j))
			}
		}
	}
	x := make([]float64, n)
	for k := range x {
		x[k] = m.At(k, n) / m.At(k, k)
	}
	return x
}

// naiveUpdate is W_n of reader e.to after the step, for the block of e: the block and
// what it adds to the biases.
func naiveUpdate(m *minibatch[float64], e *edge[float64], eta float64) (block mat.Dense[float64], bias []float64) {
	width := m.graph.widths[e.from]
	a, r := m.batch.A[e.from], m.correction.r[e.to]
	h := mat.NewDense[float64](width+1, width+1)
	mat.Copy(h, m.memory.curves[e.from].gram)
	mat.Symmetrize(mat.Lower, h, 1)
	var trace, squares float64
	for j := range width {
		trace += h.At(j, j)
		for k := range width {
			squares += h.At(j, k) * h.At(j, k)
		}
	}
	lambda := m.correction.rates.lambdaOut * trace
	if e.to <= m.graph.layers() {
		lambda = m.correction.rates.lambda * trace
	} else {
		eta *= m.weights.share(e)
	}
	damping := m.memory.damping
	delta := damping * trace / float64(width)
	if e.from == 0 {
		damping *= 0.04
		eta *= m.correction.rates.inputStep
		delta = damping * squares / trace
	}
	penalty := m.correction.rates.ridge(m.graph.out[e.from][0].to) * trace
	if e.from == 0 {
		penalty *= m.correction.rates.inputStep
	}
	for j := range width {
		h.Set(j, j, h.At(j, j)+delta+penalty)
	}
	h.Set(width, width, h.At(width, width)+min(delta, damping))
	block, bias = e.w.Clone(), make([]float64, e.w.Rows)
	for k := range e.w.Rows {
		g := make([]float64, width+1)
		for j := range g {
			for i := range a.Rows {
				g[j] += r.At(i, k) * a.At(i, j) / float64(a.Rows)
			}
			if j < width {
				g[j] -= lambda * e.w.At(k, j)
			}
		}
		x := naiveSolve(h, g)
		for j := range width {
			block.Row(k)[j] += eta * x[j]
		}
		bias[k] = eta * x[width]
	}
	return block, bias
}

// The degrees of freedom are the trace of the matrix that makes the outputs of a ridge
// regression of its targets.
func TestOutputTakesAnEighthOfTheResiduals(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.schedule.done = 1
		m.memory.remember(m.batch)
		require.NoError(t, m.memory.invertHidden())
		last := m.graph.layers()
		a, p := m.batch.A[last], m.memory.curves[last].inverse
		var freedom float64
		for i := range a.Rows {
			for j, u := range a.Row(i) {
				for k, v := range a.Row(i) {
					freedom += u * p.At(j, k) * v / float64(a.Rows)
				}
			}
		}
		assert.InEpsilon(t, freedom, m.memory.curves[last].freedom, 1e-9)
		assert.InEpsilon(t, min(0.3, float64(len(testBatch))/(8*freedom)), m.weights.share(m.graph.in[last+1][0]), 1e-9)
	})
}

// Skips from the input are such weights, too.
func TestWeightsThatReadTheInputTakeALongerStep(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.rates.inputStep = 2.5
		for n := 1; n <= m.graph.layers(); n++ {
			for _, e := range m.graph.in[n] {
				want := 1.
				if e.from == 0 {
					want = 2.5
				}
				assert.Equal(t, want, m.weights.share(e), "layer %d reads %d", n, e.from)
			}
		}
	})
}

func TestWeightStepIsAPartOfARidgeRegression(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.rates.lambda, m.correction.rates.lambdaOut = 0.02, 0.03
		m.schedule.done = 1
		m.memory.remember(m.batch)
		require.NoError(t, m.weights.inputs.project(t.Context(), m.memory))
		require.NoError(t, m.memory.invertHidden())
		m.correction.hidden(len(testBatch))
		const eta = 1e-3
		want := map[*edge[float64]]mat.Dense[float64]{}
		wantBias := map[int][]float64{}
		for n := 1; n <= m.graph.layers()+1; n++ {
			for _, e := range m.graph.in[n] {
				block, bias := naiveUpdate(m, e, eta)
				want[e] = block
				if wantBias[n] == nil {
					wantBias[n] = make([]float64, len(bias))
					for k := range bias {
						wantBias[n][k] = e.bias.At(k, 0)
					}
				}
				for k, b := range bias {
					wantBias[n][k] += b
				}
			}
		}
		m.weights.step(len(testBatch), eta)
		m.weights.decay()
		for e, w := range want {
			// The decay comes after the step, at the weights that the step has left: O(η²).
			assert.True(t, mat.EqualApprox(w, e.w.Clone(), 1e-5), "layer %d reads %d", e.to, e.from)
			for k, b := range wantBias[e.to] {
				assert.InDelta(t, b, e.bias.At(k, 0), 1e-5)
			}
		}
	})
}

func testBatchOptions(samples, layers int) BatchOptions {
	o := DefaultBatchOptions(train.Problem{Samples: samples, Layers: layers})
	o.Batch, o.Epochs = 16, 3
	return o
}

// The decay of weights between hidden layers never takes more than there is, whatever the problem, also
// if it is that of several batches at once.
func TestDefaultsOfTheSpectralMetric(t *testing.T) {
	for _, samples := range []int{0, 1, 10, 119, 120, 121, 11999, 12000, 1e6, math.MaxInt} {
		for _, layers := range []int{0, 1, 2, 3, 10, 1000} {
			o := DefaultBatchOptions(train.Problem{Samples: samples, Layers: layers})
			assert.Less(t, spectralEvery*o.SpectralStep*o.SpectralDecay, 1.0)
			assert.Positive(t, o.SpectralStep)
			assert.GreaterOrEqual(t, o.SpectralDecay, 0.1)
			assert.Equal(t, layers > 1, o.Metric == SpectralMetric, "%d layers", layers)
			assert.Equal(t, GramMetric, o.WithL1(1e-3).Metric)
		}
	}
	at := func(samples, layers int) []float64 {
		o := DefaultBatchOptions(train.Problem{Samples: samples, Layers: layers})
		return []float64{o.SpectralStep, o.SpectralDecay}
	}
	assert.Equal(t, []float64{0.012, 0.1}, at(60000, 2))
	assert.Equal(t, []float64{0.0054, 0.12}, at(10000, 10))
	assert.Equal(t, []float64{0.0098, 6.7}, at(100, 3))
}

func testBatchWorkers[T mat.Float](t *testing.T) {
	for name, spec := range testSpecs {
		t.Run(name, func(t *testing.T) {
			spec.Hidden = append([]int(nil), spec.Hidden...)
			for i := range spec.Hidden {
				spec.Hidden[i] *= 12 // wide enough for several workers to have work
			}
			d := testData[T](130, spec.Inputs, spec.Outputs, 9)
			var nets []*nn.Network[T]
			var traces []train.Trace
			for _, workers := range []mat.Workers{1, 3} {
				net := testNetwork[T](t, spec, hinge, 5)
				o := testBatchOptions(130, len(spec.Hidden))
				o.Epochs = 2
				trace, err := train.Run(t.Context(), net, train.Samples[T]{Train: d, Validation: d, Test: d}, MiniBatches.With(o), train.Control{Workers: workers})
				require.NoError(t, err)
				nets, traces = append(nets, net), append(traces, trace)
			}
			for k := 1; k < len(nets); k++ {
				sameWeights(t, nets[0], nets[k])
				for i := range traces[k] {
					assert.Equal(t, measured(traces[0][i]), measured(traces[k][i]))
				}
			}
		})
	}
}

// measured is what a mini-batch's epoch tells, apart from the time it took.
func measured(s train.Step) []any {
	return []any{s.Epoch, s.Loss, s.TrainError, s.ValidationError, s.TestError, s.Activity, s.Value(Halvings), s.Value(Eta)}
}

func TestMinibatchesGiveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	t.Run("float32", testBatchWorkers[float32])
	t.Run("float64", testBatchWorkers[float64])
}

func testBatchLearning[T mat.Float](t *testing.T) {
	d := testData[T](600, 8, 3, 2)
	fit, fresh := train.Data[T]{X: d.X.RowView(0, 300), Labels: d.Labels[:300]}, train.Data[T]{X: d.X.RowView(300, 300), Labels: d.Labels[300:]}
	for _, spec := range []nn.Spec{
		{Inputs: 8, Hidden: []int{20}, Outputs: 3},
		{Inputs: 8, Hidden: []int{20, 15, 10}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}, {From: 0, To: 3}}},
		{Inputs: 8, Hidden: []int{10, 10, 10, 10, 10, 10, 10, 10, 10, 10}, Outputs: 3},
	} {
		for _, loss := range []string{hinge, squared} {
			net := testNetwork[T](t, spec, loss, 1)
			net.Mean = nn.ColumnMean(fit.X, 1)
			o := testBatchOptions(300, len(spec.Hidden))
			o.Epochs = 8
			samples := train.Samples[T]{Train: fit, Validation: fit, Test: fresh}
			trace, err := train.Run(t.Context(), net, samples, MiniBatches.With(o), train.Control{})
			require.NoError(t, err)
			require.Len(t, trace, 8)
			last := trace[7]
			for _, part := range []struct {
				have float64
				data train.Data[T]
			}{{last.ValidationError, fit}, {last.TestError, fresh}} {
				want, err := net.ErrorRate(part.data.X, part.data.Labels, 1)
				require.NoError(t, err)
				assert.Equal(t, want, part.have)
			}
			assert.Less(t, last.TrainError, 0.1, "%v %v", spec, loss)
			assert.Less(t, last.TestError, 0.2, "%v %v", spec, loss)
			assert.Less(t, last.Loss, trace[0].Loss)
			for _, m := range fullMeasures {
				assert.True(t, math.IsNaN(last.Value(m.Name)), "of full batches only, or of sparse networks")
			}
			assert.Len(t, last.Activity, len(spec.Hidden))
			assert.Less(t, last.Value(Eta), trace[0].Value(Eta))
		}
	}
}

func TestMinibatchesLearn(t *testing.T) {
	t.Run("float32", testBatchLearning[float32])
	t.Run("float64", testBatchLearning[float64])
}

// The damping is relative to the inputs, whatever their unit.
func TestMinibatchesLearnOnEveryScale(t *testing.T) {
	for _, scale := range []float32{1e-3, 1, 1e3} {
		d := testData[float32](300, 8, 3, 2)
		mat.Scal(scale, d.X.Data)
		net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{20}, Outputs: 3}, hinge, 1)
		mat.Scal(1/scale, net.Layers[0].W.Data) // the same first activations
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testBatchOptions(300, 1)
		o.Epochs, o.Lambda = 8, 0
		trace, err := train.Run(t.Context(), net, train.Samples[float32]{Train: d, Validation: d}, MiniBatches.With(o), train.Control{})
		require.NoError(t, err)
		assert.Less(t, trace[7].ValidationError, 0.08, "inputs times %v", scale)
	}
}

func TestMinibatchesOfSamplesThatAreFew(t *testing.T) {
	for _, n := range []int{1, 2, 5} { // fewer than a batch, and a last batch of one
		d := testData[float32](n, 4, 3, 2)
		o := testBatchOptions(n, 1)
		o.Batch = 4
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		trace, err := fitBatches(t.Context(), net, d, o)
		require.NoError(t, err)
		require.Len(t, trace, 3)
		require.NoError(t, net.Validate())
	}
}

func TestInputsThatAreAllTheSameDoNoHarm(t *testing.T) {
	d := train.Data[float32]{X: mat.NewDense[float32](40, 4), Labels: make([]int, 40)}
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	trace, err := fitBatches(t.Context(), net, d, testBatchOptions(40, 1))
	require.NoError(t, err)
	assert.Zero(t, trace[2].TrainError, "the biases do")
}

// A penalty far above the damping is applied in every batch, and does not overshoot.
func TestPenaltyThatOutweighsTheLossShrinksTheWeights(t *testing.T) {
	d := testData[float64](100, 5, 3, 2)
	net := testNetwork[float64](t, testSpecs["chain"], squared, 1)
	o := testBatchOptions(100, 2)
	o.Lambda, o.LambdaOut, o.Epochs, o.Metric = 100, 100, 20, GramMetric
	trace, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	assert.Less(t, trace[19].Loss, 0.5)
	for _, layer := range net.Layers {
		assert.Less(t, squaredNorm(layer.W), 1e-2)
	}
	assert.Less(t, squaredNorm(net.V), 1e-2)
}

// What is applied at once must not take more than half of the weights away: of those that
// read the input as of all others, which here have next to no penalty.
func TestPenaltyOfTheInputsWeightsIsAppliedBeforeItOvershoots(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		for n := range m.correction.rates.gamma {
			m.correction.rates.gamma[n] = 1e9
		}
		for _, e := range m.graph.out[0] {
			m.correction.rates.gamma[e.to-1] = 1
		}
		m.correction.rates.inputStep, m.correction.rates.lambda, m.correction.rates.lambdaOut = 4, 100, 0
		require.NoError(t, m.weights.inputs.project(t.Context(), m.memory))
		require.NoError(t, m.memory.invertHidden())
		before := m.graph.out[0][0].w.Clone()
		for !m.weights.decayIsDue() {
			m.weights.pending += 1. / 64
		}
		m.weights.decay()
		after := m.graph.out[0][0].w
		for i := range before.Rows {
			for j, w := range before.Row(i) {
				assert.GreaterOrEqual(t, after.At(i, j)/w, 0.45, "%d, %d", i, j)
			}
		}
	})
}

func TestStepThatRaisesTheLossIsHalved(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	count(&m.tally, m.batch, m.batch.meanLoss(), true)
	before := m.batch.meanLoss()
	m.guard.before.CopyWeights(m.iterate)
	for i := range m.iterate.V.Data {
		m.iterate.V.Data[i] *= 20
	}
	m.graph.changed()
	m.verify(before)
	m.batch.Forward()
	assert.LessOrEqual(t, m.batch.meanLoss(), before*(1+verifySlack))
	assert.Positive(t, m.tally.halvings)
	assert.Equal(t, math.Ldexp(1, -m.tally.halvings), m.guard.scale)
	halved := m.guard.scale
	m.verify(m.batch.meanLoss())
	assert.Greater(t, m.guard.scale, halved, "and a step that does not lengthens the next ones again")
}

func TestGramMatrixThatOverflowsIsForgotten(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	require.NoError(t, m.step(1, testBatch))
	m.memory.curves[2].gram.Set(1, 0, math.Inf(1))
	m.schedule.done = 2*refreshEvery - 1
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, m.guard.before, m.iterate)
	assert.Equal(t, 1, m.tally.halvings)
	require.NoError(t, m.step(1, testBatch))
	assert.Equal(t, 1, m.memory.curves[2].updates)
	m.graph.unpack()
	assert.NotEqual(t, m.guard.before.V.Data, m.iterate.V.Data)
	assert.NoError(t, m.iterate.Validate(), "all weights are finite")
	m.memory.curves[2].gram.Set(1, 0, math.Inf(1))
	m.guard.scale, m.schedule.done = 1e-12, 3*refreshEvery-1
	var block *BlockError
	require.ErrorAs(t, m.step(7, testBatch), &block, "not for ever")
	assert.Equal(t, 7, block.Iteration)
}

func TestStepThatCannotBeHalvedEnoughIsUndone(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	before := m.batch.meanLoss()
	count(&m.tally, m.batch, before, true)
	m.guard.before.CopyWeights(m.iterate)
	m.iterate.V.Set(0, 0, math.NaN())
	m.graph.changed()
	m.verify(before)
	sameWeights(t, m.guard.before, m.iterate)
}

func TestBatchThatBlowsUpGoesBackToTheLastCheck(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	m.schedule.done, m.guard.losses = 1, newLosses(50, 50) // no check
	for _, w := range []float64{math.NaN(), math.Inf(1), 1e200, 1e6} {
		m.iterate.V.Set(0, 0, w)
		m.graph.changed()
		halvings := m.tally.halvings
		require.NoError(t, m.step(1, testBatch))
		sameWeights(t, m.guard.before, m.iterate)
		assert.Equal(t, halvings+1, m.tally.halvings)
	}
	m.guard.scale = 1e-12
	m.iterate.V.Set(0, 0, math.NaN())
	m.graph.changed()
	var diverged *train.DivergedError
	require.ErrorAs(t, m.step(7, testBatch), &diverged)
	assert.Equal(t, 7, diverged.Epoch)
}

// A network that has come down to a small loss diverges long before its loss is that of outputs
// of 0, and one or two samples may lose what no batch of fifty does.
func TestDivergenceIsSeenByWhatTheTrainingHasReached(t *testing.T) {
	l := newLosses(5, 8)
	assert.False(t, l.suspect(150, 50), "at first")
	assert.True(t, l.suspect(170, 50))
	for range 1000 {
		l.add(0.03)
	}
	l.add(1) // does not raise what has been reached
	assert.InDelta(t, 0.03, l.lowest, 1e-5)
	for _, c := range []struct {
		loss    float64
		samples int
		diverge bool
	}{
		{1.9, 50, false}, {2.1, 50, true}, {90, 1, false}, {110, 1, true},
		{1.2, 1000, false}, {1.3, 1000, true}, {math.NaN(), 50, true}, {math.Inf(1), 1, true},
	} {
		assert.Equal(t, c.diverge, l.suspect(c.loss, float64(c.samples)), "%v of %d", c.loss, c.samples)
	}
	assert.True(t, l.sound())
	for range 67 { // none of them too much by itself
		assert.False(t, l.suspect(1.9, 50))
		l.add(1.9)
		assert.False(t, l.sound())
	}
	for range 7 {
		l.add(1.9)
	}
	assert.True(t, l.suspect(0.01, 50), "together they are")
	l.goBack()
	assert.False(t, l.suspect(0.01, 50))
	assert.True(t, l.sound())
}

// Weights to go back to are those of a check at which the last batches were near the lowest
// loss, not those of any check, and not those that the training began with.
func TestTrainingThatDriftsAwayGoesBackToWhereItWasSound(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	first := m.iterate.Clone()
	require.NoError(t, m.pass(t.Context()))
	m.schedule.done, m.schedule.total = checkEvery, 1000 // a check, far from the end
	m.guard.losses.lowest = 0.3
	m.guard.losses.recent = m.guard.losses.lowest
	require.NoError(t, m.step(1, testBatch))
	sound := m.guard.good.Clone()
	assert.NotEqual(t, first.V.Data, sound.V.Data)

	m.schedule.done, m.guard.losses.recent = 2*checkEvery, 3*m.guard.losses.lowest
	lowest := m.guard.losses.lowest
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, sound, m.guard.good)
	assert.NotEqual(t, sound.V.Data, m.guard.before.V.Data, "a check that is not sound")
	assert.NotEqual(t, 3*lowest, m.guard.losses.recent, "the batch counts")

	m.guard.losses.recent, m.guard.scale = 1e9, 1
	require.NoError(t, m.step(1, testBatch))
	assert.Equal(t, 1., m.guard.scale, "the batch loses no more than it did: the weights are not to blame")
	assert.True(t, m.guard.losses.sound(), "this is what is normal from now on")

	m.guard.losses.recent, m.guard.losses.lowest = 1e9, lowest
	m.guard.good.CopyWeights(sound)
	m.graph.unpack()
	mat.Scale(m.iterate.V, -100, m.iterate.V)
	m.graph.changed()
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, sound, m.iterate)
	sameWeights(t, sound, m.guard.before)
	assert.Equal(t, []float64{0.5, 0.5}, []float64{m.guard.scale, m.guard.ceiling})
	assert.True(t, m.guard.losses.sound(), "or the next batch would go back again")
	m.verify(math.MaxFloat64)
	assert.Equal(t, 0.5, m.guard.scale, "it does not recover beyond that")
}

// With corrections blown up and no damping to speak of, every step is far too long.
func TestTrainingThatWouldDivergeIsHeld(t *testing.T) {
	d := testData[float32](200, 8, 3, 2)
	spec := nn.Spec{Inputs: 8, Hidden: []int{30, 30, 30, 30}, Outputs: 3}
	net := testNetwork[float32](t, spec, hinge, 1)
	o := testBatchOptions(200, 4)
	o.Step, o.Damping, o.Gamma, o.Epochs, o.Batch = 1, 1e-6, []float64{1e-3}, 10, 4
	trace, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	require.NoError(t, net.Validate(), "finite weights")
	halvings := 0.
	for _, s := range trace {
		halvings += s.Value(Halvings)
		assert.False(t, math.IsNaN(s.Loss))
	}
	assert.Positive(t, halvings)
	assert.Less(t, trace[9].Loss, nn.LossOfZeros(net.Loss, 3))
}

// A training in each call of Progress takes as long as the one that calls it: its
// seconds must not count.
func TestSecondsAreThoseOfTheTrainingAlone(t *testing.T) {
	d := testData[float32](100, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	o := testBatchOptions(100, 1)
	begin := time.Now()
	var outside time.Duration
	progress := func(train.Step) {
		called := time.Now()
		_, _ = fitBatches(t.Context(), net.Clone(), d, testBatchOptions(100, 1)) // some work
		outside += time.Since(called)
	}
	trace, err := fitBatches(t.Context(), net, d, o, train.Control{Progress: progress})
	all := time.Since(begin)
	require.NoError(t, err)
	last := trace[len(trace)-1].Seconds
	assert.Positive(t, last)
	assert.LessOrEqual(t, last, (all-outside).Seconds()+1e-9)
	for i := 1; i < len(trace); i++ {
		assert.GreaterOrEqual(t, trace[i].Seconds, trace[i-1].Seconds)
	}
}

func TestCancellationLeavesTheLastFinishedEpoch(t *testing.T) {
	d := testData[float32](100, 4, 3, 2)
	run := func(ctx context.Context, progress func(train.Step)) (*nn.Network[float32], train.Trace, error) {
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		o := testBatchOptions(100, 1)
		trace, err := fitBatches(ctx, net, d, o, train.Control{Progress: progress})
		return net, trace, err
	}
	var second *nn.Network[float32]
	ctx, cancel := context.WithCancel(context.Background())
	net, trace, err := run(ctx, func(s train.Step) {
		if s.Epoch == 2 {
			cancel()
		}
	})
	require.ErrorIs(t, err, context.Canceled)
	require.Len(t, trace, 2)
	_, _, _ = run(context.Background(), func(s train.Step) {})
	full := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	o := testBatchOptions(100, 1)
	progress := func(s train.Step) {
		if s.Epoch == 2 {
			second = full.Clone()
		}
	}
	_, err = fitBatches(t.Context(), full, d, o, train.Control{Progress: progress})
	require.NoError(t, err)
	sameWeights(t, second, net)

	untouched := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	net, trace, err = run(ctx, nil) // cancelled before it begins
	require.ErrorIs(t, err, context.Canceled)
	assert.Empty(t, trace)
	sameWeights(t, untouched, net)
}

// Inputs of 1e30 overflow when they are squared in float32.
func TestNetworkThatOverflowsAtTheStartHasDiverged(t *testing.T) {
	d := testData[float32](30, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	mat.Scal(1e30, net.Layers[0].W.Data)
	mat.Scal(1e30, net.V.Data)
	before := net.Clone()
	_, err := fitBatches(t.Context(), net, d, testBatchOptions(30, 1))
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.Contains(t, err.Error(), "at the start of iteration 1")
	sameWeights(t, before, net)
}

func TestMiniBatchesRefuseOptions(t *testing.T) {
	d := testData[float32](10, 4, 3, 2)
	for _, c := range []struct {
		option string
		change func(o *BatchOptions)
	}{
		{"batch", func(o *BatchOptions) { o.Batch = 0 }},
		{"epochs", func(o *BatchOptions) { o.Epochs = 0 }},
		{"inner", func(o *BatchOptions) { o.Inner = -1 }},
		{"inner-last", func(o *BatchOptions) { o.InnerLast = 0 }},
		{"step", func(o *BatchOptions) { o.Step = 1.5 }},
		{"step", func(o *BatchOptions) { o.Step = math.NaN() }},
		{"input-step", func(o *BatchOptions) { o.InputStep = 0 }},
		{"input-step", func(o *BatchOptions) { o.InputStep = math.Inf(1) }},
		{"damping", func(o *BatchOptions) { o.Damping = 0 }},
		{"metric", func(o *BatchOptions) { o.Metric = 2 }},
		{"metric", func(o *BatchOptions) { *o = o.WithL1(1e-3); o.Metric = SpectralMetric }},
		{"spectral-step", func(o *BatchOptions) { o.Metric, o.SpectralStep = SpectralMetric, 0 }},
		{"spectral-decay", func(o *BatchOptions) { o.Metric, o.SpectralDecay = SpectralMetric, -1 }},
		{"damping", func(o *BatchOptions) { o.Damping = math.Inf(1) }},
		{"memory", func(o *BatchOptions) { o.Memory = 1 }},
		{"memory", func(o *BatchOptions) { o.Memory = math.NaN() }},
		{"gamma", func(o *BatchOptions) { o.Gamma = nil }},
		{"gamma", func(o *BatchOptions) { o.Gamma = []float64{0} }},
		{"lambda", func(o *BatchOptions) { o.Lambda = -1 }},
		{"lambda-out", func(o *BatchOptions) { o.LambdaOut = math.NaN() }},
		{"l1", func(o *BatchOptions) { o.L1 = -1e-9 }},
		{"l1", func(o *BatchOptions) { o.L1 = math.NaN() }},
		{"l1", func(o *BatchOptions) { o.L1 = math.Inf(1) }},
	} {
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		o := testBatchOptions(10, 1)
		c.change(&o)
		_, err := fitBatches(t.Context(), net, d, o)
		var wrong *nn.OptionError
		require.ErrorAs(t, err, &wrong, c.option)
		assert.Equal(t, c.option, wrong.Option)
	}
}

func TestMiniBatchesRefuseDataAndNetworks(t *testing.T) {
	d := testData[float32](10, 4, 3, 2)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	var data *nn.DataError
	_, err := fitBatches(t.Context(), net, train.Data[float32]{}, testBatchOptions(10, 1))
	require.ErrorAs(t, err, &data)
	samples := train.Samples[float32]{Train: d, Test: testData[float32](10, 5, 3, 2)}
	_, err = train.Run(t.Context(), net, samples, MiniBatches.With(testBatchOptions(10, 1)), train.Control{})
	require.ErrorAs(t, err, &data)
	assert.Equal(t, "test", data.Part)
	net.V.Set(0, 0, float32(math.NaN()))
	var spec *nn.SpecError
	_, err = fitBatches(t.Context(), net, d, testBatchOptions(10, 1))
	require.ErrorAs(t, err, &spec)
}
