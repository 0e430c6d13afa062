package train

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// twins are two processes with the same samples.
type twins struct{}

func (twins) Processes() int { return 2 }

func (twins) Float32(_ context.Context, x []float32) error {
	for i := range x {
		x[i] *= 2
	}
	return nil
}

func (twins) Float64(_ context.Context, x []float64) error {
	for i := range x {
		x[i] *= 2
	}
	return nil
}

// TestAccumulateKeepsNothingOfWhatIsNotANumber, however many processes there are: 0·NaN is NaN.
func TestAccumulateKeepsNothingOfWhatIsNotANumber(t *testing.T) {
	one := mat.DenseOf(1, 2, []float64{1, 3})
	for _, c := range []struct {
		sum  Sum
		keep float64
		m    []float64
		want []float64
	}{
		{nil, 0, []float64{math.NaN(), math.Inf(1)}, []float64{1, 3}},
		{nil, 0.5, []float64{2, 4}, []float64{2, 5}},
		{twins{}, 0, []float64{math.NaN(), math.Inf(1)}, []float64{2, 6}},
		{twins{}, 0.5, []float64{2, 4}, []float64{3, 8}},
	} {
		add, m := NewAdder(t.Context(), c.sum), mat.DenseOf(1, 2, c.m)
		Accumulate(add, c.keep, m, func(beta float64, p mat.Dense[float64]) {
			mat.Gemm(mat.NoTrans, mat.NoTrans, 1, mat.DenseOf(1, 1, []float64{1}), one, beta, p, 1)
		})
		require.NoError(t, add.Err())
		assert.Equal(t, c.want, m.Data, "%T, keep %v", c.sum, c.keep)
	}
}
