package bcd

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

func TestRecentLossesAreComparedWithEightTimesTheLowest(t *testing.T) {
	l := divergence{zeros: 1, unit: 1, recent: 0.79, lowest: 0.1}
	assert.False(t, l.hasRisen(1000))
	l.recent = 0.81
	assert.True(t, l.hasRisen(1000))
	assert.False(t, (&divergence{zeros: 1, unit: 1, recent: 1.9, lowest: 0.3}).hasRisen(1000))
	assert.True(t, (&divergence{zeros: 1, unit: 1, recent: 2.1, lowest: 0.3}).hasRisen(1000),
		"or twice the loss of zeros")
}

func TestAnExcusedBatchMakesHalfOfTheRecentLossTheLowest(t *testing.T) {
	l := divergence{zeros: 1, unit: 1, recent: 0.9, lowest: 0.1}
	l.addHard(0.9, 1000)
	assert.Equal(t, 0.45, l.lowest)
	l = divergence{zeros: 1, unit: 1, recent: 0.7, lowest: 0.1}
	l.addHard(0.7, 1000)
	assert.Equal(t, 0.1, l.lowest, "nothing rises")
}

// TestLossesBeginAtThoseOfZeros: a first batch that happens to be easy is nothing to measure others by.
func TestLossesBeginAtThoseOfZeros(t *testing.T) {
	for first, want := range map[float64]float64{3: 5, 8: 8} {
		l := newDivergence(5, 4)
		l.begin(first)
		assert.Equal(t, divergence{zeros: 5, unit: 5, recent: want, lowest: want}, l)
	}
}

// A loss of one's own may be 0, or no number, for outputs that are targets: that is nothing to measure losses by.
func TestLossesAreMeasuredByThoseOfZerosIfAnotherClassLosesNothing(t *testing.T) {
	for name, wrong := range map[string]float64{
		"NaN": math.NaN(), "0": 0, "-0": math.Copysign(0, -1), "below 0": -1, "infinite": math.Inf(1),
	} {
		l := newDivergence(5, wrong)
		assert.Equal(t, 5.0, l.unit, name)
		l.begin(5)
		l.recent, l.lowest = 1e-3, 1e-3
		assert.False(t, l.isSuspect(1, 200), name)
		assert.True(t, l.isSuspect(6, 200), name)
	}
	assert.Equal(t, 2.5, newDivergence(5, 2).unit)
}

// TestAnExcusedBatchCountsNoMoreThanABatchMayLose: one odd batch does not make the next ones look like a rise.
func TestAnExcusedBatchCountsNoMoreThanABatchMayLose(t *testing.T) {
	l := divergence{zeros: 1, unit: 1, recent: 0.1, lowest: 0.1}
	l.addHard(100, 1000)
	assert.InDelta(t, 0.1+(20*0.1-0.1)/64, l.recent, 1e-12)
}

// TestCollapseToTheBestConstantsIsSeenForAnyNumberOfClasses: a network whose outputs have become the same for all
// samples is none to go on with.
func TestCollapseToTheBestConstantsIsSeenForAnyNumberOfClasses(t *testing.T) {
	for _, loss := range []nn.Loss[float32]{nn.Hinge[float32]{}, nn.Squared[float32]{}, nn.DoubleSoftmax[float32]{}} {
		for _, classes := range []int{2, 3, 10, 11, 14, 15, 26, 100, 10_000} {
			name := fmt.Sprint(loss.Name(), classes)
			l := divergenceOf(train.Data[float32]{}, loss, classes)
			if loss.Name() != hinge || classes <= 10 {
				assert.Equal(t, l.zeros, l.unit, name)
			}
			l.begin(l.zeros)
			l.lowest = 0.01
			constants := lossOfConstants(loss, classes)
			l.recent = constants
			assert.True(t, l.hasRisen(200), name)
			assert.True(t, l.isSuspect(1.1*constants, 200), name)
			b := best[float32]{loss: 0.01}
			assert.True(t, b.isFarBelow(constants, l.unit), name)
		}
	}
}

// lossOfConstants is the mean loss of the best outputs that are the same for all samples, with as many of each class.
func lossOfConstants(loss nn.Loss[float32], classes int) float64 {
	o, y := make([]float32, classes), make([]float32, classes)
	loss.Targets(y, 0)
	mean := y[0]/float32(classes) + y[1]*float32(classes-1)/float32(classes) // no slack is of use between the targets
	for k := range o {
		o[k] = mean
	}
	return loss.Value(o, y)
}

func TestLossesOfRegressionsAreMeasuredByThoseOfZeros(t *testing.T) {
	d := train.Data[float64]{Targets: mat.NewDense[float64](3, 40)}
	assert.Equal(t, newDivergence(20, 100), divergenceOf(d, nn.Squared[float64]{}, 40))
	l := divergenceOf(train.Data[float64]{}, nn.Loss[float64](nn.Hinge[float64]{}), 1)
	assert.Equal(t, 0.5, l.unit, "one output has no other class")
}

// TestLossesAreMeasuredInTheUnitOfTheTargets: those that are not standardized make no batch suspect.
func TestLossesAreMeasuredInTheUnitOfTheTargets(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	d := train.Data[float64]{X: mat.NewDense[float64](200, 3), Targets: mat.NewDense[float64](200, 2)}
	for i := range d.X.Rows {
		for j := range 3 {
			d.X.Set(i, j, rng.NormFloat64())
		}
		for k := range 2 {
			d.Targets.Set(i, k, (d.X.At(i, k)+rng.NormFloat64())/math.Sqrt2) // half of the variance is noise
		}
	}
	for size, want := range map[float64]float64{
		1: 1, 0.8: 1, 1.3: 1, 10: 64, 16: 256, 0x1p-20: 0x1p-40, 0x1p600: 1, 0: 1,
	} {
		scaled := train.Data[float64]{X: d.X, Targets: d.Targets.Clone()}
		mat.Scal(size, scaled.Targets.Data)
		net := testNetwork[float64](t, nn.Spec{Inputs: 3, Hidden: []int{8}, Outputs: 2}, squared, 1)
		o := testBatchOptions(200, 1)
		o.Epochs = 20
		m, err := newMinibatch(t.Context(), train.Task[float64]{Net: net, Train: scaled, Workers: 1}, o)
		require.NoError(t, err)
		assert.Equal(t, newDivergence(want, want), m.guard.divergence, "times %v", size)
		if size < 0.1 || size > 1e100 {
			continue // the first outputs are far too large, or the losses infinite
		}
		for range o.Epochs {
			_, err = m.Epoch(t.Context())
			require.NoError(t, err)
		}
		assert.False(t, m.guard.divergence.hasRisen(m.batch.full), "times %v", size)
	}
}

// TestProcessesMeasureTheTargetsOfAll.
func TestProcessesMeasureTheTargetsOfAll(t *testing.T) {
	d := train.Data[float64]{X: mat.NewDense[float64](2, 1), Targets: mat.DenseOf(2, 1, []float64{1, 15})}
	assert.Equal(t, targetSizes{64, 64}, sizesOfTargets(d, 2, train.NewAdder(t.Context(), nil)))
	assert.Equal(t, targetSizes{16, 16}, sizesOfTargets(d, 10, train.NewAdder(t.Context(), nil)),
		"eight samples of 0 elsewhere")
}

// TestWhatIsBadIsMeasuredByTheVarianceOfTargets: a year may be 1998, but a network that is wrong by 1000 is lost.
func TestWhatIsBadIsMeasuredByTheVarianceOfTargets(t *testing.T) {
	d := train.Data[float64]{X: mat.NewDense[float64](4, 1),
		Targets: mat.DenseOf(4, 2, []float64{1990, 7, 2006, 7, 1990, 7, 2006, 7})}
	add := train.NewAdder(t.Context(), nil)
	assert.Equal(t, targetSizes{0x1p20, 64}, sizesOfTargets(d, 4, add), "half of 64, rounded")
	constant := train.Data[float64]{X: d.X, Targets: mat.DenseOf(4, 1, []float64{1024, 1024, 1024, 1024})}
	assert.Equal(t, targetSizes{0x1p20, 0x1p-20}, sizesOfTargets(constant, 4, add))
}
