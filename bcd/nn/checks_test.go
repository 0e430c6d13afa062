package nn

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestSamplesThatAreNotFiniteAreRefused(t *testing.T) {
	net := testNetwork[float32](t, testSpecs["chain"], "hinge", 3)
	for _, bad := range []float32{float32(math.NaN()), float32(math.Inf(1)), float32(math.Inf(-1))} {
		for _, at := range [][2]int{{0, 0}, {2, 4}} {
			x := testSamples[float32](3, net.Inputs, 1)
			x.Set(at[0], at[1], bad)
			want := fmt.Sprintf("feature %d of sample %d is %v", at[1], at[0], bad)
			var data *DataError
			_, err := net.Scores(x, 1)
			require.ErrorAs(t, err, &data)
			assert.Equal(t, want, data.Reason)
			_, err = net.ErrorRate(x, make([]int, 3), 1)
			require.ErrorAs(t, err, &data)
			assert.Equal(t, want, data.Reason)
		}
	}
}

func TestTheFirstFeatureThatIsNotFiniteIsNamed(t *testing.T) {
	for _, workers := range []mat.Workers{1, 3} {
		x := testSamples[float32](1200, 4, 1) // three blocks of rows
		require.NoError(t, CheckFinite(x, workers))
		x.Set(1100, 1, float32(math.NaN()))
		require.EqualError(t, CheckFinite(x, workers), "feature 1 of sample 1100 is NaN")
		x.Set(600, 2, float32(math.Inf(1)))
		require.EqualError(t, CheckFinite(x, workers), "feature 2 of sample 600 is +Inf")
		x.Set(1199, 3, float32(math.NaN()))
		require.EqualError(t, CheckFinite(x, workers), "feature 2 of sample 600 is +Inf")
	}
}
