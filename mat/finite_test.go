package mat

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// What lies behind a matrix in its Data may belong to another goroutine.
func TestOnlyTheElementsOfAMatrixMustBeFinite(t *testing.T) {
	nan := math.NaN()
	type dense = Dense[float64]
	for name, c := range map[string]struct {
		a    dense
		want bool
	}{
		"behind the last row":             {dense{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 2, 3, 4, nan}}, true},
		"in the last row":                 {dense{Rows: 2, Cols: 2, Stride: 2, Data: []float64{1, 2, 3, nan}}, false},
		"between rows":                    {dense{Rows: 2, Cols: 1, Stride: 2, Data: []float64{1, nan, 3, nan}}, true},
		"behind a matrix without columns": {dense{Rows: 2, Data: []float64{nan}}, true},
		"in the second row":               {dense{Rows: 2, Cols: 1, Stride: 2, Data: []float64{1, 2, nan}}, false},
	} {
		assert.Equal(t, c.want, allRowsFinite(c.a), name)
	}
}
