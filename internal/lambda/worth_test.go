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
		{Least - 1, 1, false}, {Least, 1, true}, {Least, 0, true},
		{Least, MostColumns, true}, {Least, MostColumns + 1, false},
		{MostNumbers / MostColumns, MostColumns, true}, {MostNumbers/MostColumns + 1, MostColumns, false},
		{MostNumbers, 1, true}, {MostNumbers + 1, 1, false}, {math.MaxInt, MostColumns, false},
		{16000, 16, true}, {32561, 108, true}, {60000, 784, false},
	} {
		assert.Equal(t, c.want, Worth(c.samples, c.columns), "%+v", c)
	}
}
