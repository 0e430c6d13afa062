package lambda

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestTheChoiceIsMadeForTablesOfSoManyNumbers(t *testing.T) {
	for _, c := range []struct {
		samples, columns int
		want             bool
	}{
		{MinSamples - 1, 1, false}, {MinSamples, 1, true}, {MinSamples, 0, true},
		{MinSamples, MostColumns, true}, {MinSamples, MostColumns + 1, false},
		{MostNumbers / MostColumns, MostColumns, true}, {MostNumbers/MostColumns + 1, MostColumns, false},
		{MostNumbers, 1, true}, {MostNumbers + 1, 1, false}, {math.MaxInt, MostColumns, false},
		{16000, 16, true}, {32561, 108, true}, {60000, 784, false},
	} {
		assert.Equal(t, c.want, Affordable(c.samples, c.columns), "%+v", c)
	}
}
