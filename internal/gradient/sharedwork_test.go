package gradient

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/processors"
	"ridge/internal/race"
	"ridge/mat"
)

func TestSmallThingsAreOneWorkersEachUnlessThereIsOne(t *testing.T) {
	defer processors.Pretend(7)()
	for _, row := range []struct{ small, large, alone int }{
		{0, 0, 0}, {0, 2, 0}, {1, 0, 0}, {1, 2, 0}, {2, 1, 2}, {9, 1, 9},
	} {
		things := make([]*mat.Workers, row.small+row.large)
		for i := range things {
			things[i] = new(mat.Workers)
		}
		isSmall := func(p *mat.Workers) bool { return slices.Index(things, p) < row.small }
		newSharedWork(things, isSmall, 7, func(p *mat.Workers, w mat.Workers) { *p += w }).do()
		for i, p := range things {
			want := mat.Workers(7)
			if i < row.alone {
				want = 1
			}
			assert.Equal(t, want, *p, "%d of %d small and %d large", i, row.small, row.large)
		}
	}
}

func TestPanicsOfWorkOnSmallThingsReachTheCaller(t *testing.T) {
	defer processors.Pretend(3)()
	work := newSharedWork([]int{0, 1, 2}, func(int) bool { return true }, 3, func(i int, _ mat.Workers) {
		if i == 1 {
			panic("one")
		}
	})
	assert.PanicsWithValue(t, "one", work.do)
}

func TestSharedWorkDoesNotAllocate(t *testing.T) {
	work := newSharedWork(make([]int, 20), func(int) bool { return true }, 3, func(int, mat.Workers) {})
	assert.Zero(t, testing.AllocsPerRun(10, work.do))
}

// Nearly all weights of ten layers of 100 are small; those that read the input are not.
func TestBlocksOfTenLayersAreSideBySide(t *testing.T) {
	spec := nn.Spec{Inputs: 784, Hidden: slices.Repeat([]int{100}, 10), Outputs: 10}
	task := train.Task[float32]{Net: testNetwork[float32](t, spec, "softmax", 1),
		Train: traintest.Clusters[float32](20, 784, 10, 1), Workers: 1}
	muonRule := newTrainer(t.Context(), task, muon, muon.defaults).rule.(*muonRule[float32])
	assert.Len(t, muonRule.work.small, 9)
	assert.Len(t, muonRule.work.large, 1)
	soapRule := newTrainer(t.Context(), task, soap, soap.defaults).rule.(*soapRule[float32])
	assert.Len(t, soapRule.work.small, 10, "and those of the output")
	assert.Len(t, soapRule.work.large, 1)
}

func TestMomentsOfTenLayersAreInvertedSideBySide(t *testing.T) {
	spec := nn.Spec{Inputs: 784, Hidden: slices.Repeat([]int{100}, 10), Outputs: 10}
	task := train.Task[float32]{Net: testNetwork[float32](t, spec, "softmax", 1),
		Train: traintest.Clusters[float32](20, 784, 10, 1), Workers: 1}
	for s, small := range map[*solver]int{foof: 10, kfac: 10 + 11} {
		rule := newTrainer(t.Context(), task, s, s.defaults).rule.(*kroneckerRule[float32])
		assert.Len(t, rule.work.small, small, "%v", s)
		assert.Len(t, rule.work.large, 1, "%v", s)
	}
}

// Weights, and moments, of which some are one worker's and others all workers'.
func TestSideBySideOrNotTheBitsAreTheSame(t *testing.T) {
	defer processors.Pretend(16)()
	list, counts := []*solver{muon, soap, kfac, foof}, []mat.Workers{1, 2, 3, 7, 16}
	if race.Enabled {
		counts = []mat.Workers{1, 7}
	}
	d := traintest.Clusters[float32](60, 40, 3, 9)
	for name, hidden := range map[string][]int{"small": {30, 20, 30, 25, 30}, "mixed": {30, 210, 205, 30, 30}} {
		spec := nn.Spec{Inputs: 40, Hidden: hidden, Outputs: 3, Skips: []nn.Skip{{From: 1, To: 4}}}
		for _, s := range list {
			var want []mat.Dense[float32]
			for _, workers := range counts {
				net := testNetwork[float32](t, spec, "softmax", 5)
				o := testOptions(s)
				o.Epochs, o.Batch, o.Rate = 4, 20, 1e-3 // SOAP's bases are improved in the eleventh batch
				_, err := fit(net, d, s, o, train.Control{Workers: workers})
				require.NoError(t, err)
				if want == nil {
					want = weightsOf(net)
					continue
				}
				require.Equal(t, want, weightsOf(net), "%v, %s layers, %d workers", s, name, workers)
			}
		}
	}
}
