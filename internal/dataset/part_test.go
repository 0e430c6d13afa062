package dataset

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

// What is wrong with the part that nobody asks about is no matter.
func TestOneOfTwoPartsIsReadAlone(t *testing.T) {
	of := func(train, test []float64, labels []uint8) string {
		return file(t, "a.npz", archived(t, map[string][]byte{"x_train": npy("<f8", "(4, 1)", train),
			"y_train": npy("|u1", "(4,)", labels), "x_test": npy("<f8", "(4, 1)", test),
			"y_test": npy("|u1", "(4,)", []uint8{1, 0, 0, 1})}))
	}
	good, gap, far := []float64{1, 2, 3, 5}, []float64{1, math.NaN(), 3, 5}, []float64{1, 2, 3e38, 5}
	labels := []uint8{0, 1, 1, 0}
	trained, err := Load(t.Context(), Request{Data: of(good, good, labels), Task: columns.Classes,
		Scale: columns.Standard})
	require.NoError(t, err)
	d := trained.Description
	d.Inputs.Columns[0].Divisor = 0.1
	for name, c := range map[string]struct {
		train, test []float64
		labels      []uint8
	}{
		"a gap":            {gap, good, labels},
		"beyond float32":   {far, good, labels},
		"an unknown class": {good, good, []uint8{0, 7, 1, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			path := of(c.train, c.test, c.labels)
			set, err := LoadPart(t.Context(), Request{Data: path}, d, true, "test")
			require.NoError(t, err)
			assert.True(t, set.HasTest)
			assert.Empty(t, set.Unknown)
			assert.Equal(t, []int{1, 0, 0, 1}, set.Test.Labels)
			assert.Zero(t, set.Train.Len())
			train, err := LoadPart(t.Context(), Request{Data: path}, d, true, "train")
			assert.True(t, err != nil || train.Unknown != nil, "it does matter here")
			if err == nil {
				assert.True(t, train.HasTest)
				assert.Zero(t, train.Test.Len())
			}
			both, err := LoadLike(t.Context(), Request{Data: path}, d, false)
			if err == nil {
				assert.Equal(t, set.Test.X, both.Test.X)
				assert.Equal(t, 4, both.Train.Len())
			}
		})
	}
}
