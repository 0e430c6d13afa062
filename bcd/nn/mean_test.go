package nn

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

func TestColumnMeanIsSummedInDoublePrecision(t *testing.T) {
	x := mat.NewDense[float32](5000, 2)
	for i := range x.Rows {
		x.Set(i, 0, 1e4+float32(i%2)) // a float32 sum would lose the halves
		x.Set(i, 1, -2)
	}
	assert.Equal(t, []float32{1e4 + 0.5, -2}, ColumnMean(x, 2))
}

func TestColumnMeanIsThatOfNumbersWhoseSumOverflows(t *testing.T) {
	x := mat.NewDense[float64](128, 2)
	for i := range x.Rows {
		x.Set(i, 0, 0x1p1022)
		x.Set(i, 1, float64(i))
	}
	assert.Equal(t, []float64{0x1p1022, 63.5}, ColumnMean(x, 2))
	x.Set(5, 0, math.Inf(1))
	assert.Equal(t, math.Inf(1), ColumnMean(x, 2)[0])
}
