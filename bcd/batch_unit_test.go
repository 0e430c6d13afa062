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
			for _, c := range []float64{0x1p-100, 0x1p-20, 0.5, 4, 0x1p20, 0x1p60} {
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
	clear(d.X.Data)
	u, err := newUnit(d.X, make([]float32, 4), 30, 1, train.NewAdder(t.Context(), nil))
	require.NoError(t, err)
	assert.Equal(t, unit[float32]{1, 1}, u)
	net := testNetwork[float32](t, testSpecs["one layer"], hinge, 1)
	_, err = fitBatches(t.Context(), net, d, testBatchOptions(30, 1))
	require.NoError(t, err)
	require.NoError(t, net.Validate())
}

// The mean of equal numbers is rounded. What is left of them is no unit.
func TestEqualInputsHaveNoUnitOfRoundingErrors(t *testing.T) {
	t.Run("float32", testEqualInputs[float32])
	t.Run("float64", testEqualInputs[float64])
}

func testEqualInputs[T mat.Float](t *testing.T) {
	for _, n := range []int{2, 100, 3000} {
		x := mat.NewDense[T](n, 3)
		for i := range n {
			copy(x.Row(i), []T{0.1, 0.7, -0.3})
		}
		u, err := newUnit(x, nn.ColumnMean(x, 1), float64(n), 1, train.NewAdder(t.Context(), nil))
		require.NoError(t, err)
		assert.Equal(t, unit[T]{1, 1}, u, n)
		x.Set(n-1, 1, x.At(n-1, 1)*(1+0x1p-22)) // a difference, however small
		u, err = newUnit(x, nn.ColumnMean(x, 1), float64(n), 1, train.NewAdder(t.Context(), nil))
		require.NoError(t, err)
		assert.Less(t, u.length, 1e-6, n)
	}
}

// TestInputsThatAreTooSmallAreRefused: in their unit all would be well, but the weights for them would be infinite.
func TestInputsThatAreTooSmallAreRefused(t *testing.T) {
	for _, c := range []float64{0x1p-128, 0x1p-130, 0x1p-140} {
		for _, rows := range []int{120, 3} { // the second in the coordinates of the samples
			d := traintest.Clusters[float32](rows, 8, 3, 2)
			mat.Scal(float32(c), d.X.Data)
			net := testNetwork[float32](t, nn.Spec{Inputs: 8, Hidden: []int{5}, Outputs: 3}, hinge, 1)
			_, err := fitBatches(t.Context(), net, d, testBatchOptions(rows, 1))
			var refused *nn.DataError
			require.ErrorAs(t, err, &refused, "times %v, %d rows", c, rows)
			assert.Regexp(t, "^train data: the inputs are so small, .* beyond the range of float32: multiply", err)
		}
	}
	d := traintest.Clusters[float64](120, 8, 3, 2)
	mat.Scal(0x1p-1025, d.X.Data)
	net := testNetwork[float64](t, nn.Spec{Inputs: 8, Hidden: []int{5}, Outputs: 3}, hinge, 1)
	_, err := fitBatches(t.Context(), net, d, testBatchOptions(120, 1))
	assert.ErrorContains(t, err, "beyond the range of float64")
}

// TestWeightsThatAreTooLargeForTheInputsEndTheTraining before a network has them.
func TestWeightsThatAreTooLargeForTheInputsEndTheTraining(t *testing.T) {
	d := traintest.Clusters[float32](120, 1, 3, 2)
	mat.Scal(0x1p-126, d.X.Data)
	net := testNetwork[float32](t, nn.Spec{Inputs: 1, Hidden: []int{1000}, Outputs: 3}, hinge, 1)
	mat.Scal(1.8, net.Layers[0].W.Data)
	first := net.Clone()
	_, err := fitBatches(t.Context(), net, d, testBatchOptions(120, 1))
	var diverged *train.DivergedError
	require.ErrorAs(t, err, &diverged)
	assert.ErrorContains(t, err, "a weight of layer 1 is beyond the range of float32 after epoch 1")
	assert.Equal(t, first, net)
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
