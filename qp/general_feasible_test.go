package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Only p = q = 0 satisfy the first two rows, r + s is 1e-7, and t + u at least 1e6. f falls along w forever. The search
// for a feasible point comes near to zeros that are small beside 1e-7, which is small beside 1e6.
func TestAnUnboundedProblemIsToldWhereOnlyTheSmallestNumbersAreZeros(t *testing.T) {
	inf := math.Inf(1)
	for _, between := range []int{0, 6} { // more rows, of sizes between those
		n := 7 + 2*between
		p := GeneralProblem[float64]{G: make([]float64, n), Lower: make([]float64, n)}
		p.G[6] = -1
		for j := range p.Lower[1:] {
			p.Lower[1+j] = -inf
		}
		var data []float64
		row := func(lower, upper float64, first int, elements ...float64) {
			data = append(data, make([]float64, n)...)
			copy(data[len(data)-n+first:], elements)
			p.RowLower, p.RowUpper = append(p.RowLower, lower), append(p.RowUpper, upper)
		}
		row(0, inf, 0, 1, -1)
		row(0, inf, 0, -2, 1)
		row(1e-7, 1e-7, 2, 1, 1)
		row(1e6, inf, 4, 1, 1)
		for k := range between {
			row(math.Pow(10, float64(k-2)), inf, 7+2*k, 1, 1)
		}
		all := make([]float64, n) // so that all have one unit
		for j := range all {
			all[j] = 1
		}
		all[6] = 0
		row(-1e7, inf, 0, all...)
		p.A = mat.DenseOf(len(p.RowLower), n, data)
		_, err := SolveGeneral(background, p, Options{Workers: 1})
		var unbounded *UnboundedError
		require.ErrorAs(t, err, &unbounded, "%d rows between", between)
		assert.InDelta(t, 1, unbounded.Ray[6], 1e-12)
	}
}

func TestSizesBelowGaps(t *testing.T) {
	for _, c := range []struct{ x, want []float64 }{
		{nil, nil},
		{[]float64{0, 0}, nil},
		{[]float64{3}, nil},
		{[]float64{3, 2, 0}, nil},
		{[]float64{1024, 1}, nil},
		{[]float64{1025, 1}, []float64{1}},
		{[]float64{-5e9, 2, 0, -1e-4, 1}, []float64{1e-4, 2}},
		{[]float64{0, 0x1p-1074, math.MaxFloat64}, []float64{0x1p-1074}},
	} {
		assert.Equal(t, c.want, belowGaps(c.x), "%v", c.x)
	}
}
