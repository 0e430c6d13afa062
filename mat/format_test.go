package mat_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestFormatOfSmallMatrices(t *testing.T) {
	mixed := mat.DenseOf(2, 3, []float64{1, -2.5, 1e-7, 40, 1.0 / 3, math.Pi})
	special := mat.DenseOf(2, 2, []float64{math.NaN(), math.Inf(1), math.Copysign(0, -1), math.Inf(-1)})
	for _, c := range []struct {
		format string
		m      any
		want   string
	}{
		{"%v", mixed, "" +
			"[ 1               -2.5             1e-07]\n" +
			"[40 0.3333333333333333 3.141592653589793]"},
		{"%+v", mixed, "" +
			"[ 1               -2.5             1e-07]\n" +
			"[40 0.3333333333333333 3.141592653589793]"},
		{"%.3g", mixed, "" +
			"[ 1  -2.5 1e-07]\n" +
			"[40 0.333  3.14]"},
		{"%.2f", mixed, "" +
			"[ 1.00 -2.50 0.00]\n" +
			"[40.00  0.33 3.14]"},
		{"%8.2f", mixed, "" +
			"[    1.00    -2.50     0.00]\n" +
			"[   40.00     0.33     3.14]"},
		{"%-6.3g", mixed, "" +
			"[1      -2.5   1e-07 ]\n" +
			"[40     0.333  3.14  ]"},
		{"% .1e", mixed, "" +
			"[ 1.0e+00 -2.5e+00  1.0e-07]\n" +
			"[ 4.0e+01  3.3e-01  3.1e+00]"},
		{"%#.3g", mixed, "" +
			"[1.00 -2.50 1.00e-07]\n" +
			"[40.0 0.333     3.14]"},
		{"%v", special, "" +
			"[NaN +Inf]\n" +
			"[ -0 -Inf]"},
		{"%v", mat.DenseOf(1, 2, []float32{0.1, 16777216}), "[0.1 1.6777216e+07]"},
		{"%v", counted[float64](4, 9).View(1, 2, 2, 3), "[11 12 13]\n[20 21 22]"},
		{"%v", mat.NewDense[float64](0, 3), "0×3"},
		{"%+.3g", mat.NewDense[float64](200, 0), "200×0"},
		{"%v", mat.Dense[float32]{}, "0×0"},
		{"%#v", mat.DenseOf(1, 2, []float32{1, 2}),
			"mat.Dense[float32]{Rows:1, Cols:2, Stride:2, Data:[]float32{1, 2}}"},
		{"%d", mixed, "%!d(mat.Dense[float64]=2×3)"},
		{"%s", mat.NewDense[float32](4, 5), "%!s(mat.Dense[float32]=4×5)"},
		{"%T", mixed, "mat.Dense[float64]"},
	} {
		t.Run(c.format, func(t *testing.T) { require.Equal(t, c.want, fmt.Sprintf(c.format, c.m)) })
	}
	require.Equal(t, "[1 2]\n", fmt.Sprintln(mat.DenseOf(1, 2, []float64{1, 2})))
}

func TestFormatLeavesOutTheMiddleOfLargeMatrices(t *testing.T) {
	require.Equal(t, `13×14
[  0   1   2   3   4 …   9  10  11  12  13]
[ 14  15  16  17  18 …  23  24  25  26  27]
[ 28  29  30  31  32 …  37  38  39  40  41]
[ 42  43  44  45  46 …  51  52  53  54  55]
[ 56  57  58  59  60 …  65  66  67  68  69]
⋮
[112 113 114 115 116 … 121 122 123 124 125]
[126 127 128 129 130 … 135 136 137 138 139]
[140 141 142 143 144 … 149 150 151 152 153]
[154 155 156 157 158 … 163 164 165 166 167]
[168 169 170 171 172 … 177 178 179 180 181]`, fmt.Sprint(counted[float64](13, 14)))

	require.Equal(t, `1×100
[0 1 2 3 4 … 95 96 97 98 99]`, fmt.Sprint(counted[float32](1, 100)))

	require.Equal(t, `20×1
[  0]
[  1]
[  2]
[  3]
[  4]
⋮
[ 15]
[ 16]
[ 17]
[ 18]
[ 19]`, fmt.Sprintf("%3.f", counted[float32](20, 1)))
}

func TestFormatShowsAllOfAMatrixThatFitsOrWithPlus(t *testing.T) {
	require.Equal(t, "[0 1 2 3 4 5 6 7 8 9 10 11]", fmt.Sprint(counted[float64](1, 12)))
	require.Equal(t, "[0 1 2 3 4 5 6 7 8 9 10 11 12]", fmt.Sprintf("%+v", counted[float64](1, 13)))
	require.Equal(t, "[0 1 2 3 4 5 6 7 8 9 10 11 12]", fmt.Sprintf("%+.2g", counted[float64](1, 13)))
}

func TestFormatPanicsOnAMalformedMatrix(t *testing.T) {
	broken := mat.Dense[float64]{Rows: 2, Cols: 2, Stride: 1, Data: make([]float64, 4)}
	require.Equal(t, "%!v(PANIC=Format method: mat: Format: m: 2×2 with stride 1 on 4 elements)", fmt.Sprint(broken))
}
