package bcd

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

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
			assert.InDeltaSlice(t, want[n].Row(i)[:i+1], m.memory.curvatures[n].gram.Row(i)[:i+1], 1e-12)
		}
	}
}

func TestGramMatrixOfTheInputIsThatOfAllSamples(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	all := make([]int, m.batch.data.X.Rows)
	a := mat.NewDense[float64](len(all), m.graph.widths[0]+1)
	for i := range all {
		for j, v := range m.batch.data.X.Row(i) {
			a.Set(i, j, (v-m.iterate.Mean[j])/m.centring.unit.length)
		}
		a.Set(i, m.graph.widths[0], 1)
	}
	want := naiveGram(a)
	for i := range want.Rows {
		assert.InDeltaSlice(t, want.Row(i)[:i+1], m.memory.curvatures[0].gram.Row(i)[:i+1], 1e-12)
	}
}

func TestGramMatrixThatOverflowsIsForgotten(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	require.NoError(t, m.step(1, testBatch))
	m.memory.curvatures[2].gram.Set(1, 0, math.Inf(1))
	m.schedule.done = 2*refreshEvery - 1
	require.NoError(t, m.step(1, testBatch))
	sameWeights(t, m.guard.before, m.iterate)
	assert.Equal(t, 1, m.tally.halvings)
	require.NoError(t, m.step(1, testBatch))
	assert.Equal(t, 1, m.memory.updates)
	m.graph.unpack()
	assert.NotEqual(t, m.guard.before.V.Data, m.iterate.V.Data)
	assert.NoError(t, m.iterate.Validate(), "all weights are finite")
	m.memory.curvatures[2].gram.Set(1, 0, math.Inf(1))
	m.guard.scale, m.schedule.done = 1e-12, 3*refreshEvery-1
	var block *BlockError
	require.ErrorAs(t, m.step(7, testBatch), &block, "not for ever")
	assert.Equal(t, 7, block.Iteration)
}

// The tiles of a Gram matrix are all of its lower triangle, each element once.
func TestTilesAreTheLowerTriangle(t *testing.T) {
	for _, cols := range []int{1, 64, 65, 150} {
		a := traintest.Clusters[float64](9, cols, 2, 1).X
		got, want := mat.NewDense[float64](cols, cols), mat.NewDense[float64](cols, cols)
		p := gramProduct[float64]{alpha: 0.5, beta: 1, a: a, s: got}
		for k := range p.tiles() {
			p.tile(k)
		}
		mat.Syrk(mat.Lower, mat.Trans, 0.5, a, 0, want, 1)
		for i := range cols {
			require.InDeltaSlice(t, want.Row(i)[:i+1], got.Row(i)[:i+1], 1e-12, "row %d of %d", i, cols)
		}
	}
}

// With much damping the degrees of freedom are less than their rounding; none of them must turn a step round.
func TestDegreesOfFreedomArePositiveWhateverTheDamping(t *testing.T) {
	d := traintest.Clusters[float32](60, 8, 3, 1)
	for damping := 1e4; damping < 1e15; damping *= 10 {
		o := testBatchOptions(60, 1)
		o.Damping = damping
		net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{50}, Outputs: 3}, hinge, 1)
		m, err := newMinibatch(t.Context(), train.Task[float32]{Net: net, Train: d, Workers: 1}, o)
		require.NoError(t, err)
		for range o.Epochs {
			_, err = m.Epoch(t.Context())
			require.NoError(t, err)
			assert.Positive(t, m.memory.freedom(), "%g", damping)
			assert.Positive(t, outputStepFactor(16, m.memory.freedom()), "%g", damping)
		}
	}
}

func TestDampingIsRaisedTenfoldUntilTheMatrixIsDefinite(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	c := m.memory.curvatures[1]
	width := m.graph.widths[1]
	c.gram.Fill(0)
	for i := range c.gram.Rows {
		c.gram.Set(i, i, 1)
	}
	c.gram.Set(1, 0, 4) // the eigenvalues 5 and −3
	require.NoError(t, m.memory.invert(t.Context(), 1, 1))
	assert.InEpsilon(t, 10*m.memory.relativeDamping(1)*m.memory.size(1)+m.memory.ridge(1), c.damping, 1e-12)
	assert.Equal(t, float64(width), c.trace)
}

// A layer that is next to never active has an inverse that is finite, as if it never were.
func TestInverseOfATinyGramMatrixIsFinite(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	c, width := m.memory.curvatures[1], m.graph.widths[1]
	for _, size := range []float64{1e-300, 1e-308, 1e-310, 5e-324, 0} {
		c.gram.Fill(0)
		addDiagonal(c.gram, 0, width, size)
		c.gram.Set(width, width, 1)
		require.NoError(t, m.memory.invert(t.Context(), 1, 1))
		for i := range c.inverse.Rows {
			for _, v := range c.inverse.Row(i) {
				assert.Zero(t, v-v, "%g: %v", size, v)
			}
		}
		assert.Positive(t, c.freedom, "%g", size)
	}
	assert.Equal(t, m.memory.relativeDamping(1), c.damping)
}

// Rounding holds subnormal numbers for ever where nothing is added any more.
func TestGramMatrixThatFadesAltogetherVanishes(t *testing.T) {
	m := testMinibatch(t, testSpecs["chain"], hinge)
	c := m.memory.curvatures[1]
	c.gram.Fill(1e-310)
	m.memory.measure(1, 1)
	for i := range c.gram.Rows {
		assert.Zero(t, mat.AbsMax(c.gram.Row(i)[:i+1]))
	}
}

// Of a hidden layer whose readers all move in the spectral norm, nothing reads a Gram matrix or an inverse: there is
// none.
func TestOnlyLayersReadInTheGramMetricAreRemembered(t *testing.T) {
	for name, c := range map[string]struct {
		metric Metric
		skips  []nn.Skip
		want   []int
	}{
		"Gram metric":           {GramMetric, nil, []int{1, 2, 3}},
		"spectral norm":         {SpectralMetric, nil, []int{3}},
		"spectral everywhere":   {SpectralAllMetric, nil, []int{3}},
		"a skip between layers": {SpectralMetric, []nn.Skip{{From: 1, To: 3}}, []int{3}},
	} {
		spec := nn.Spec{Inputs: 6, Hidden: []int{5, 4, 3}, Outputs: 3, Skips: c.skips}
		o := testBatchOptions(100, len(spec.Hidden)).WithMetric(c.metric, train.Problem{Samples: 100, Layers: 3})
		m, err := newMinibatch(t.Context(), train.Task[float64]{Net: testNetwork[float64](t, spec, hinge, 1),
			Train: traintest.Clusters[float64](100, 6, 3, 1), Workers: 1}, o)
		require.NoError(t, err, name)
		assert.Equal(t, c.want, m.memory.hidden, name)
		for n := 1; n <= 3; n++ {
			assert.Equal(t, slices.Contains(c.want, n), m.memory.curvatures[n].gram.Rows > 0, "%s, layer %d", name, n)
		}
		require.NoError(t, m.step(1, m.batches.Next()), name)
	}
}

// Neither memory nor work is reckoned for Gram matrices that there are not.
func TestGramMatricesThatAreNotRememberedCostNothing(t *testing.T) {
	spec := nn.Spec{Inputs: 6, Hidden: []int{50, 40, 30}, Outputs: 3}
	work, numbers := map[Metric]work{}, map[Metric]int64{}
	for _, metric := range []Metric{GramMetric, SpectralMetric} {
		o := testBatchOptions(100, len(spec.Hidden)).WithMetric(metric, train.Problem{Samples: 100, Layers: 3})
		g := newGraph(testNetwork[float64](t, spec, hinge, 1), o.Batch, newTeam(1), &o)
		work[metric], numbers[metric] = g.work, batchElements(spec, 100, &o)
	}
	const squares = 51*51 + 41*41
	assert.Equal(t, squares/4., work[GramMetric].sample-work[SpectralMetric].sample)
	assert.EqualValues(t, squares, work[GramMetric].active-work[SpectralMetric].active)
	assert.EqualValues(t, 3*squares, numbers[GramMetric]-numbers[SpectralMetric])
}
