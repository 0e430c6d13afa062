package gradient

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// Losses are taken in blocks of samples, the last of which is smaller, and added up in the order of the samples.
func TestLossesOfBlocksAddUpInOrder(t *testing.T) {
	const samples, outputs = 700, 3
	data := traintest.Clusters[float64](samples, 5, outputs, 1)
	all := batch{total: samples, samples: rand.New(rand.NewPCG(1, 2)).Perm(samples)}
	for _, name := range testLosses {
		net := testNetwork[float64](t, testSpecs["chain"], name, 2)
		scores, err := net.Scores(data.X, 1)
		require.NoError(t, err)
		var sum float64
		wrong := 0
		slopes, targets := scores.Clone(), make([]float64, outputs)
		for i, sample := range all.samples {
			data.WriteTargets(targets, net.Loss, sample)
			sum += net.Loss.Value(scores.Row(i), targets)
			if data.Wrong(scores.Row(i), sample) {
				wrong++
			}
			net.Loss.Slope(slopes.Row(i), scores.Row(i), targets, 1./samples)
		}
		for _, workers := range []mat.Workers{1, 2, 5} {
			var j judge[float64]
			j.init(data, net, samples)
			require.Less(t, 2, j.targets.Rows, "blocks")
			o := scores.Clone()
			gotSum, gotWrong := j.run(o, all, workers)
			assert.Equal(t, sum, gotSum, name)
			assert.Equal(t, wrong, gotWrong, name)
			assert.Equal(t, slopes, o, name)
		}
	}
}
