package bcd

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// scaledTraining trains on inputs times c, and returns the scores of these inputs.
func scaledTraining[T mat.Float](t *testing.T, c float64, centred bool, o BatchOptions) mat.Dense[T] {
	t.Helper()
	d := traintest.Clusters[T](120, 8, 3, 2)
	mat.Scal(T(c), d.X.Data)
	spec := nn.Spec{Inputs: 8, Hidden: []int{20, 15}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}}}
	net := testNetwork[T](t, spec, hinge, 1)
	if centred {
		net.Mean = nn.ColumnMean(d.X, 1)
	}
	_, err := fitBatches(t.Context(), net, d, o)
	require.NoError(t, err)
	scores, err := net.Scores(d.X, 1)
	require.NoError(t, err)
	return scores
}

// What the inputs are measured in is no business of the training: what a power of two does to them
// and to the weights is not even rounded.
func TestUnitOfTheInputsDoesNotMatter(t *testing.T) {
	dense := testBatchOptions(120, 2)
	for _, o := range []BatchOptions{dense, dense.WithL1(0.02)} {
		for _, centred := range []bool{true, false} {
			want := scaledTraining[float32](t, 1, centred, o)
			for _, c := range []float64{0x1p-20, 0.5, 4, 0x1p20, 0x1p60} {
				assert.Equal(t, want.Data, scaledTraining[float32](t, c, centred, o).Data, "times %v", c)
			}
		}
	}
	want := scaledTraining[float64](t, 1, true, dense)
	for _, c := range []float64{1e-30, 0.3, 7, 1e30} {
		assert.True(t, mat.EqualApprox(want, scaledTraining[float64](t, c, true, dense), 1e-6), "times %v", c)
	}
	for _, c := range []float64{0x1p-1000, 0x1p-520, 0x1p520, 0x1p1000} { // their squares are 0 or infinite
		assert.Equal(t, want.Data, scaledTraining[float64](t, c, true, dense).Data, "times %v", c)
	}
}

// A network that has biases has been trained, and goes on as the function that it is.
func TestTrainedNetworkIsTakenAsItIs(t *testing.T) {
	m := testMinibatch(t, testSpecs["skips"], hinge)
	net := m.iterate.Clone()
	m.centring.unit.leave(net)
	scores, err := net.Scores(m.batch.data.X, 1)
	require.NoError(t, err)
	for i, sample := range testBatch {
		assert.InDeltaSlice(t, scores.Row(sample), m.batch.Outputs().Row(i), 1e-12)
	}
}

func TestInputsWithoutASizeHaveAUnit(t *testing.T) {
	d := traintest.Clusters[float32](30, 4, 3, 2)
	for _, value := range []float32{0, 1e-45} {
		for i := range d.X.Data {
			d.X.Data[i] = value
		}
		u := newUnit(d.X, make([]float32, 4), 30, 1, train.NewAdder(t.Context(), nil))
		assert.Equal(t, unit[float32]{1, 1}, u, "%v", value)
		net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
		_, err := fitBatches(t.Context(), net, d, testBatchOptions(30, 1))
		require.NoError(t, err)
		require.NoError(t, net.Validate())
	}
}

// A column that never changes says nothing, and one that occurs twice nothing new.
func TestDampingOfTheInputDoesNotDependOnConstantColumns(t *testing.T) {
	d := traintest.Clusters[float64](120, 8, 3, 2)
	wide := train.Data[float64]{X: mat.NewDense[float64](120, 12), Labels: d.Labels}
	mat.Copy(wide.X.ColView(0, 8), d.X)
	wide.X.ColView(8, 4).Fill(3)
	relative := func(d train.Data[float64]) (damping, penalty float64) {
		net := testNetwork[float64](t, nn.Spec{Inputs: d.X.Cols, Hidden: []int{5}, Outputs: 3}, hinge, 1)
		net.Mean = nn.ColumnMean(d.X, 1)
		o := testBatchOptions(120, 1)
		m, err := newMinibatch(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
		require.NoError(t, err)
		squared := m.centring.unit.length * m.centring.unit.length
		return squared * m.memory.curvatures[0].damping, squared * m.memory.penalty(m.graph.out[0][0])
	}
	damping, penalty := relative(d)
	same, too := relative(wide)
	assert.InEpsilon(t, damping, same, 1e-9)
	assert.InEpsilon(t, penalty, too, 1e-9)
	assert.InEpsilon(t, 0.05*500/120/120*varianceOf(d.X), penalty, 0.01)
}

// varianceOf is the sum of those of the columns.
func varianceOf(x mat.Dense[float64]) float64 {
	mean := nn.ColumnMean(x, 1)
	var sum float64
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			sum += (v - mean[j]) * (v - mean[j]) / float64(x.Rows)
		}
	}
	return sum
}
