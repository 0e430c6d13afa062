package mat_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func norms[T mat.Float]() map[string]func(mat.Dense[T]) T {
	return map[string]func(mat.Dense[T]) T{
		"max": mat.NormMax[T], "1": mat.Norm1[T], "Inf": mat.NormInf[T], "Frobenius": mat.NormFrobenius[T],
	}
}

func TestNormsOfKnownMatrices(t *testing.T) {
	both(t, testKnownNorms[float32], testKnownNorms[float64])
}

func testKnownNorms[T mat.Float](t *testing.T) {
	for _, c := range []struct {
		name                     string
		a                        mat.Dense[T]
		max, one, inf, frobenius T
	}{
		{"zero value", mat.Dense[T]{}, 0, 0, 0, 0},
		{"no rows", mat.NewDense[T](0, 3), 0, 0, 0, 0},
		{"no columns", mat.NewDense[T](3, 0), 0, 0, 0, 0},
		{"zeros", mat.NewDense[T](3, 2), 0, 0, 0, 0},
		{"one element", mat.DenseOf(1, 1, []T{-4}), 4, 4, 4, 4},
		{"a row", mat.DenseOf(1, 2, []T{3, -4}), 4, 4, 7, 5},
		{"a column", mat.DenseOf(2, 1, []T{3, -4}), 4, 7, 4, 5},
		{"mixed signs", mat.DenseOf(2, 3, []T{1, -2, 3, -4, 5, -3}), 5, 7, 12, 8},
	} {
		t.Run(c.name, func(t *testing.T) {
			require.Equal(t, c.max, mat.NormMax(c.a), "max")
			require.Equal(t, c.one, mat.Norm1(c.a), "1")
			require.Equal(t, c.inf, mat.NormInf(c.a), "Inf")
			require.Equal(t, c.frobenius, mat.NormFrobenius(c.a), "Frobenius")
		})
	}
}

func TestNormsOfViewsAgreeWithTheirDefinition(t *testing.T) {
	both(t, testNorms[float32], testNorms[float64])
}

func testNorms[T mat.Float](t *testing.T) {
	for _, s := range pick([][2]int{{1, 1}, {5, 33}, {40, 3}},
		[][2]int{{1, 1}, {1, 70}, {70, 1}, {5, 33}, {40, 3}, {129, 65}, {3, 1<<15 + 9}}) {
		a := input[T](newRand(s[0]), s[0], s[1]) // in a frame of NaN
		columns := make([]float64, s[1])
		var largest, rows float64
		var squares sum
		for i := range s[0] {
			var row float64
			for j, v := range a.Row(i) {
				m := math.Abs(float64(v))
				columns[j] += m
				row += m
				largest = max(largest, m)
				squares.add(m, m)
			}
			rows = max(rows, row)
		}
		var one float64
		for _, v := range columns {
			one = max(one, v)
		}
		frobenius := math.Sqrt(squares.value())
		g := gamma[T](s[0]*s[1] + 2)
		require.Equal(t, T(largest), mat.NormMax(a.Dense), "max, %v", s)
		requireClose(t, float64(mat.Norm1(a.Dense)), one, gamma[T](s[0]+2)*one, "1, %v", s)
		requireClose(t, float64(mat.NormInf(a.Dense)), rows, gamma[T](s[1]+2)*rows, "Inf, %v", s)
		requireClose(t, float64(mat.NormFrobenius(a.Dense)), frobenius, g*frobenius, "Frobenius, %v", s)
	}
}

func TestNormsPropagateNaNAndInf(t *testing.T) {
	both(t, testNormsNonFinite[float32], testNormsNonFinite[float64])
}

func testNormsNonFinite[T mat.Float](t *testing.T) {
	for name, norm := range norms[T]() {
		for i := range 3 {
			for j := range 20 {
				a := mat.NewDense[T](3, 20)
				a.Fill(1)
				a.Set(i, j, -inf[T]())
				require.Equal(t, "+Inf", class(norm(a)), "%s with −Inf at (%d, %d)", name, i, j)
				a.Set((i+1)%3, (j+7)%20, nan[T]())
				require.Equal(t, "NaN", class(norm(a)), "%s with −Inf at (%d, %d) and NaN elsewhere", name, i, j)
				a.Set(i, j, 0)
				require.Equal(t, "NaN", class(norm(a)), "%s with NaN", name)
			}
		}
	}
}

func TestNormFrobeniusNeitherOverflowsNorUnderflows(t *testing.T) {
	both(t, testFrobeniusRange[float32], testFrobeniusRange[float64])
}

func testFrobeniusRange[T mat.Float](t *testing.T) {
	large, denormal := T(0x1p126), T(0x1p-149)
	if unit[T]() < 1e-10 {
		huge, tiny := 0x1p1022, 0x1p-1074
		large, denormal = T(huge), T(tiny)
	}
	for name, c := range map[string]struct{ a, b, c, d, want T }{
		"large":               {large, large, -large, large, 2 * large},
		"a row overflows":     {large, large, 0, 0, large * T(math.Sqrt2)},
		"only their sum does": {large, 0, 0, large, large * T(math.Sqrt2)},
		"denormal":            {3 * denormal, 0, 4 * denormal, 0, 5 * denormal},
		"large next to small": {denormal, large, denormal, 0, large},
	} {
		m := mat.DenseOf(2, 2, []T{c.a, c.b, c.c, c.d})
		requireClose(t, float64(mat.NormFrobenius(m)), float64(c.want), gamma[T](8)*float64(c.want), "%s", name)
	}
	m := mat.NewDense[T](2, 2)
	m.Fill(3 * large) // the norm is 6·2¹²⁶ or 6·2¹⁰²²
	require.Equal(t, "+Inf", class(mat.NormFrobenius(m)), "beyond the largest number")
}

func TestIamaxReturnsTheFirstOfTheLargest(t *testing.T) {
	both(t, testIamax[float32], testIamax[float64])
}

func testIamax[T mat.Float](t *testing.T) {
	for _, c := range []struct {
		name string
		x    []T
		want int
	}{
		{"empty", nil, -1},
		{"one", []T{0}, 0},
		{"zeros", []T{0, 0, 0}, 0},
		{"negative", []T{1, -3, 2}, 1},
		{"a tie", []T{1, -3, 3}, 1},
		{"last", []T{1, 2, 3}, 2},
		{"infinity", []T{1, -inf[T](), inf[T]()}, 1},
		{"NaN in front", []T{nan[T](), 5, inf[T]()}, 0},
		{"NaN elsewhere", []T{1, nan[T](), -5, nan[T]()}, 2},
	} {
		t.Run(c.name, func(t *testing.T) { require.Equal(t, c.want, mat.Iamax(c.x)) })
	}
}

func TestNormsPanicOnAMalformedMatrix(t *testing.T) {
	broken := mat.Dense[float64]{Rows: 2, Cols: 2, Stride: 1, Data: make([]float64, 4)}
	const message = ": a: 2×2 with stride 1 on 4 elements"
	requirePanics(t, "mat: NormMax"+message, func() { mat.NormMax(broken) })
	requirePanics(t, "mat: Norm1"+message, func() { mat.Norm1(broken) })
	requirePanics(t, "mat: NormInf"+message, func() { mat.NormInf(broken) })
	requirePanics(t, "mat: NormFrobenius"+message, func() { mat.NormFrobenius(broken) })
}
