package bcd

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

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
	mat.Copy(h, m.memory.curvatures[e.from].gram)
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
		eta *= m.weights.stepFactor(e)
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
		a, p := m.batch.A[last], m.memory.curvatures[last].inverse
		var freedom float64
		for i := range a.Rows {
			for j, u := range a.Row(i) {
				for k, v := range a.Row(i) {
					freedom += u * p.At(j, k) * v / float64(a.Rows)
				}
			}
		}
		assert.InEpsilon(t, freedom, m.memory.curvatures[last].freedom, 1e-9)
		have, want := m.weights.stepFactor(m.graph.in[last+1][0]), min(0.3, float64(len(testBatch))/(8*freedom))
		assert.InEpsilon(t, want, have, 1e-9)
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
				assert.Equal(t, want, m.weights.stepFactor(e), "layer %d reads %d", n, e.from)
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
		m.correction.correctHidden(len(testBatch))
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

// A penalty far above the damping is applied in every batch, and does not overshoot.
func TestPenaltyThatOutweighsTheLossShrinksTheWeights(t *testing.T) {
	d := traintest.Clusters[float64](100, 5, 3, 2)
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

// together is a [train.Sum] of two processes, of which the other one has no samples.
type together struct{}

func (together) Processes() int { return 2 }

func (together) Float32(context.Context, []float32) error { return nil }

func (together) Float64(context.Context, []float64) error { return nil }

// Room is made for what some batch computes, and not for all that a metric might take.
func TestStepsMakeRoomForWhatTheyCompute(t *testing.T) {
	for name, c := range map[string]struct {
		metric             Metric
		batch              int
		sum                train.Sum
		projected          map[int]int // the layers, and the rows
		gradients, packedR []int       // the layers
	}{
		"Gram metric, wide readers": {GramMetric, 3, nil, map[int]int{0: 3, 1: 3, 2: 3}, nil, []int{1, 2, 3}},
		"Gram metric, as many readers": {
			GramMetric, 4, nil, map[int]int{0: 4, 1: 4, 2: 3}, []int{2}, []int{1, 2, 3}},
		"Gram metric, narrow readers": {
			GramMetric, 50, nil, map[int]int{0: 50, 1: 4, 2: 3}, []int{1, 2}, []int{1, 2, 3}},
		"spectral norm":                {SpectralMetric, 50, nil, map[int]int{0: 50, 2: 3}, []int{2}, []int{1, 3}},
		"spectral norm everywhere":     {SpectralAllMetric, 50, nil, map[int]int{2: 3}, []int{2}, []int{3}},
		"spectral norm, small batches": {SpectralAllMetric, 3, nil, map[int]int{2: 3}, nil, []int{3}},
		"several processes":            {GramMetric, 50, together{}, map[int]int{0: 50}, nil, nil},
		"spectral norm, several processes": {
			SpectralAllMetric, 50, together{}, map[int]int{}, nil, nil},
	} {
		spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4}, Outputs: 3}
		o := testBatchOptions(100, len(spec.Hidden)).WithMetric(c.metric, train.Problem{Samples: 100, Layers: 2})
		o.Batch = c.batch
		m, err := newMinibatch(t.Context(), train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1),
			Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1, Sum: c.sum}, o)
		require.NoError(t, err, name)
		projected := map[int]int{}
		var gradients, packedR []int
		for n, rd := range m.weights.readings {
			if rd.projected.Rows > 0 {
				projected[n] = rd.projected.Rows
			}
			if rd.gradients != nil {
				gradients = append(gradients, n)
			}
		}
		for n, p := range m.weights.packedR {
			if p != nil {
				packedR = append(packedR, n)
			}
		}
		assert.Equal(t, c.projected, projected, name)
		assert.Equal(t, c.gradients, gradients, name)
		assert.Equal(t, c.packedR, packedR, name)
		_, err = m.Epoch(t.Context())
		require.NoError(t, err, name)
		for rows := range c.batch + 1 { // however few samples take part, in either order of the products
			m.weights.step(rows, 0)
		}
	}
}
