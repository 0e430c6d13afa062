package weights_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/weights"
)

// A class is named as files may name it: codes by their numbers, without the zeros that these lose.
func TestWeightsNameAClassByItsNumber(t *testing.T) {
	classes := []string{"1", "00501", "02139", "7", "07"}
	for text, want := range map[string]string{"2139:3": "02139", "02139:3": "02139", "1.0:3": "1", "7:3": "7"} {
		w, err := weights.Parse(text)
		require.NoError(t, err)
		of, err := w.Of("s", classes, nil)
		require.NoError(t, err, text)
		for k, class := range classes {
			assert.Equal(t, class == want, of[k] == 3, "%s: %s", text, class)
		}
		assert.Equal(t, []string{want}, w.Classes(classes), text)
	}
	for text, want := range map[string]string{
		"2139:3,02139:2": `the class "02139" is given twice`,
		"2138:3":         `no class "2138"`,
		"7.0:3":          `no class "7.0"`,
		"x:3":            `no class "x"`,
	} {
		w, err := weights.Parse(text)
		require.NoError(t, err)
		_, err = w.Of("s", classes, nil)
		assert.ErrorContains(t, err, want)
	}
}

// Nothing is known of a class without samples, but that it is one.
func TestBalancedClassesOfNoSamplesCountNothing(t *testing.T) {
	w, err := weights.Parse("balanced")
	require.NoError(t, err)
	of, err := w.Of("s", []string{"a", "b"}, nil)
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 0}, of)
}

// A whole number with at most two digits that are not 0: with it the samples fit, with the next one they do not.
func TestTheLargestRatioOfWeightsThatFits(t *testing.T) {
	of, labels := []float64{1, 20, 400, 7}, []int{0, 0, 0, 1, 2}
	for most, want := range map[float64]float64{4: 0, 5: 1, 6: 1, 7: 2, 42: 19, 43: 20, 100: 77, 250: 220} {
		fits := func(samples float64) bool { return samples <= most }
		assert.Equal(t, want, weights.MostRatio(of, labels, fits), "%g", most)
	}
}
