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
	"ridge/mat"
)

// coordinatesCase is a table of 30 samples and 90 columns, a mean that is far from 0, and a network with skips from the
// input.
func coordinatesCase(t *testing.T) (*nn.Network[float64], train.Data[float64], BatchOptions) {
	t.Helper()
	d := traintest.Clusters[float64](30, 90, 3, 7)
	for i := range d.X.Data {
		d.X.Data[i] += 10
	}
	net := testNetwork[float64](t,
		nn.Spec{Inputs: 90, Hidden: []int{12, 8, 6}, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}}},
		hinge, 3)
	net.Mean = nn.ColumnMean(d.X, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 30, Layers: 3})
	o.Batch, o.Epochs = 10, 60
	return net, d, o
}

// trained is the network that a trainer of all epochs makes.
func trained[T mat.Float](t *testing.T, trainer train.Trainer[T], err error) *nn.Network[T] {
	t.Helper()
	require.NoError(t, err)
	for trainer.Left() > 0 {
		_, err := trainer.Epoch(t.Context())
		require.NoError(t, err)
	}
	return trainer.Network()
}

// A training in the coordinates of the samples is that in the columns, and so is what it makes of samples that it has
// not seen: what first weights make of directions that no sample has is gone by the end of either.
func TestWideTablesAreTrainedOnInTheCoordinatesOfTheirRows(t *testing.T) {
	net, d, o := coordinatesCase(t)
	task := train.Task[float64]{Net: net, Train: d, Workers: 1, Sum: train.Alone{}}
	require.True(t, inCoordinates(task, &o))
	m, err := newMinibatch(t.Context(), task, o)
	inColumns := trained(t, m, err)
	s, err := newCoordinateTrainer(t.Context(), task, o)
	inRows := trained(t, s, err)
	assert.Equal(t, inColumns.Spec(), inRows.Spec())
	assert.Equal(t, net.Mean, inRows.Mean)
	for name, x := range map[string]mat.Dense[float64]{
		"training": d.X,
		"other":    traintest.Clusters[float64](20, 90, 3, 8).X,
	} {
		want, err := inColumns.Scores(x, 1)
		require.NoError(t, err)
		got, err := inRows.Scores(x, 1)
		require.NoError(t, err)
		for i := range want.Rows {
			assert.InDeltaSlice(t, want.Row(i), got.Row(i), 1e-8, name)
		}
	}
}

// Without a penalty, what first weights make of directions that no sample has would stay, and is 0 in the coordinates.
func TestWithoutAPenaltyWideTrainingsFitAlikeAndHaveTheSmallestWeights(t *testing.T) {
	net, d, o := coordinatesCase(t)
	o.Lambda = 0
	task := train.Task[float64]{Net: net, Train: d, Workers: 1, Sum: train.Alone{}}
	m, err := newMinibatch(t.Context(), task, o)
	inColumns := trained(t, m, err)
	s, err := newCoordinateTrainer(t.Context(), task, o)
	inRows := trained(t, s, err)
	want, err := inColumns.Scores(d.X, 1)
	require.NoError(t, err)
	got, err := inRows.Scores(d.X, 1)
	require.NoError(t, err)
	for i := range want.Rows {
		assert.InDeltaSlice(t, want.Row(i), got.Row(i), 1e-8)
	}
	w, v := inColumns.Weights(1).ColView(0, 90), inRows.Weights(1).ColView(0, 90)
	projected, inside := mat.NewDense[float64](12, 30), mat.NewDense[float64](12, 90)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, w, s.basis, 0, projected, 1)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, projected, s.basis, 0, inside, 1)
	for i := range v.Rows {
		assert.InDeltaSlice(t, inside.Row(i), v.Row(i), 1e-8)
	}
	assert.Less(t, mat.NormFrobenius(v), 0.9*mat.NormFrobenius(w))
}

// Inputs at the ends of float32, whose squares overflow or vanish, are trained on as those in between.
func TestWideTablesOfAnyUnit(t *testing.T) {
	d := traintest.Clusters[float32](30, 90, 3, 7)
	spec := nn.Spec{Inputs: 90, Hidden: []int{12, 8}, Outputs: 3}
	o := DefaultBatchOptions(train.Problem{Samples: 30, Layers: 2})
	o.Batch, o.Epochs = 10, 20
	scores := func(scale float32) mat.Dense[float32] {
		x := d
		x.X = d.X.Clone()
		mat.Scale(x.X, scale, x.X)
		net := testNetwork[float32](t, spec, hinge, 3)
		net.Mean = nn.ColumnMean(x.X, 1)
		s, err := newCoordinateTrainer(t.Context(),
			train.Task[float32]{Net: net, Train: x, Workers: 1, Sum: train.Alone{}}, o)
		out, err := trained(t, s, err).Scores(x.X, 1)
		require.NoError(t, err)
		return out
	}
	want := scores(1)
	for _, exponent := range []int{-125, -60, 60, 125} {
		got := scores(float32(math.Ldexp(1, exponent)))
		for i := range want.Rows {
			assert.InDeltaSlice(t, want.Row(i), got.Row(i), 1e-2, "2^%d", exponent)
		}
	}
}

// Processes that share a wide table train in its columns: the coordinates of a part are not those of the whole.
func TestProcessesShareAWideTable(t *testing.T) {
	net, d, o := coordinatesCase(t)
	o.Batch, o.Epochs = 30, 6
	m, err := newMinibatch(t.Context(), train.Task[float64]{Net: net, Train: d, Workers: 1, Sum: train.Alone{}}, o)
	want := trained(t, m, err)
	nets, _ := traintest.Together(t, net, traintest.Share(d, 12, 10, 8), MiniBatches.With(o))
	for _, got := range nets {
		sameWeights(t, nets[0], got)
		assert.Less(t, distance(got, want), 1e-6)
	}
}

// Any orthonormal basis does. This one is another one than that of the factorization, as is that of the reversed rows.
func TestTheBasisOfTheRowsDoesNotMatter(t *testing.T) {
	net, d, o := coordinatesCase(t)
	task := train.Task[float64]{Net: net, Train: d, Workers: 1, Sum: train.Alone{}}
	s, err := newCoordinateTrainer(t.Context(), task, o)
	want := trained(t, s, err)
	rng := rand.New(rand.NewPCG(1, 2))
	other := mat.NewDense[float64](s.basis.Cols, s.basis.Cols)
	for i := range other.Data {
		other.Data[i] = rng.NormFloat64()
	}
	var qr mat.QR[float64]
	qr.Factor(other, 1)
	qr.Q(other, 1) // a rotation
	r := &coordinateTrainer[float64]{wide: net.Clone(), workers: 1, basis: mat.NewDense[float64](90, 30)}
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, s.basis, other, 0, r.basis, 1)
	_, c, shrink, err := coordinates(t.Context(), d.X, net.Mean, 1)
	require.NoError(t, err)
	r.shrink = shrink
	task.Train.X = mat.NewDense[float64](30, 30)
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, c, other, 0, task.Train.X, 1)
	task.Net = r.narrowed(net)
	r.minibatch, err = newMinibatch(t.Context(), task, o)
	got := trained(t, r, err)
	for n := 1; n <= 4; n++ {
		w := want.Weights(n)
		for i := range w.Rows {
			assert.InDeltaSlice(t, w.Row(i), got.Weights(n).Row(i), 1e-6*mat.NormMax(w), "layer %d", n)
		}
	}
}

func TestCoordinatesAreThoseOfTheCentredRows(t *testing.T) {
	net, d, _ := coordinatesCase(t)
	copy(d.X.Row(1), d.X.Row(0)) // the rank is that of 28 samples, less the mean
	for name, mean := range map[string][]float64{"centred": net.Mean, "as they are": make([]float64, 90)} {
		q, c, shrink, err := coordinates(t.Context(), d.X, mean, 2)
		require.NoError(t, err)
		product := mat.NewDense[float64](30, 90)
		mat.Gemm(mat.NoTrans, mat.Trans, 1, c, q, 0, product, 1)
		for i := range 30 {
			for j := range 90 {
				assert.InDelta(t, d.X.At(i, j)-mean[j], product.At(i, j)/shrink, 1e-12, name)
			}
		}
		unit := mat.NewDense[float64](30, 30)
		mat.Gemm(mat.Trans, mat.NoTrans, 1, q, q, 0, unit, 1)
		for i := range 30 {
			unit.Set(i, i, unit.At(i, i)-1)
		}
		assert.Less(t, mat.NormMax(unit), 1e-13, name)
	}
}

func TestWhatIsTrainedOnInTheColumns(t *testing.T) {
	net, d, o := coordinatesCase(t)
	task := train.Task[float64]{Net: net, Train: d, Workers: 1, Sum: train.Alone{}}
	assert.Equal(t, 30, o.BatchInputs(90, 30))
	assert.Equal(t, 60, o.BatchInputs(60, 30), "not wide")
	assert.Equal(t, 30, o.BatchInputs(61, 30), "more than twice as many")
	sparse := o.WithL1(1e-3)
	assert.Equal(t, 90, sparse.BatchInputs(90, 30), "sparse in the columns")
	assert.False(t, inCoordinates(task, &sparse))
	spectral := o.WithMetric(SpectralAllMetric, train.Problem{Samples: 30, Layers: 3})
	assert.Equal(t, 90, spectral.BatchInputs(90, 30), "steps of a length that is the inputs'")
	net.V.Set(0, 6, 1)
	assert.False(t, inCoordinates(task, &o), "a network that has been trained")
}

// 200 × 600 numbers are several panels of the factorization, and several blocks of its products.
func TestWideTrainingsHaveTheSameBits(t *testing.T) {
	defer processors.Pretend(7)()
	d := traintest.Clusters[float32](200, 600, 3, 7)
	net := testNetwork[float32](t, nn.Spec{Inputs: 600, Hidden: []int{20, 10}, Outputs: 3}, hinge, 3)
	net.Mean = nn.ColumnMean(d.X, 1)
	o := DefaultBatchOptions(train.Problem{Samples: 200, Layers: 2})
	o.Epochs = 1
	var want *nn.Network[float32]
	for _, w := range []mat.Workers{1, 2, 7} {
		s, err := newMinibatchTrainer(t.Context(),
			train.Task[float32]{Net: net, Train: d, Workers: w, Sum: train.Alone{}}, o)
		require.IsType(t, &coordinateTrainer[float32]{}, s)
		got := trained(t, s, err)
		if want == nil {
			want = got
		}
		sameWeights(t, want, got)
	}
}

func TestTheStateOfAWideTrainingIsWhole(t *testing.T) {
	defer processors.Pretend(3)()
	net, d, o := coordinatesCase(t)
	o.Epochs = 4
	start := func(w mat.Workers) train.Trainer[float64] {
		s, err := newMinibatchTrainer(t.Context(),
			train.Task[float64]{Net: net, Train: d, Workers: w, Sum: train.Alone{}}, o)
		require.NoError(t, err)
		return s
	}
	want := trained(t, start(1), nil)
	half := start(1)
	for range 2 {
		_, err := half.Epoch(t.Context())
		require.NoError(t, err)
	}
	rest := start(2)
	require.NoError(t, train.ReadState(saved(t, half.State), rest.State))
	assert.Equal(t, 2, rest.Left())
	sameWeights(t, want, trained(t, rest, nil))
}

// What takes long at the start of a training of many columns ends with the context, and not with a layer to blame.
func TestTheStartEndsWithTheContext(t *testing.T) {
	net, d, o := coordinatesCase(t)
	ctx, cancel := context.WithCancel(t.Context())
	m, err := newMinibatch(ctx, train.Task[float64]{Net: net, Train: d, Workers: 1}, o)
	require.NoError(t, err)
	cancel()
	_, _, _, err = coordinates(ctx, d.X, net.Mean, 1)
	assert.Equal(t, context.Canceled, err)
	assert.Equal(t, context.Canceled, m.weights.inputs.project(ctx, m.memory))
}
