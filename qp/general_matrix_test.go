package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// mixed is a matrix with sparse rows, whole rows, and a row and a column of zeros.
func mixed() mat.Dense[float64] {
	m := sprinkled(20, 30, 0.08, 901)
	for i := range 4 {
		for j := range m.Cols {
			m.Set(5*i, j, math.Sin(float64(i*m.Cols+j+1)))
		}
	}
	clear(m.Row(7))
	for i := range m.Rows {
		m.Set(i, 11, 0)
	}
	return m
}

func TestTheLargestTermOfAColumnIsFoundByItsIndex(t *testing.T) {
	m := mixed()
	s := indexMatrix(m)
	for j := range m.Cols {
		y := make([]float64, m.Rows)
		for i := range y {
			require.Equal(t, 0.0, s.largestTerm(j, y))
			y[i] = -3
			require.Equal(t, 3*math.Abs(m.At(i, j)), s.largestTerm(j, y), "%d %d", i, j)
			y[i] = 0
		}
		y[1], y[5], y[7] = 4, -0.5, 1e300
		require.Equal(t, max(4*math.Abs(m.At(1, j)), math.Abs(m.At(5, j))/2), s.largestTerm(j, y), "column %d", j)
	}
}

func TestScaledMatricesKeepTheirIndex(t *testing.T) {
	m, want := mixed(), mixed()
	s := indexMatrix(m)
	row, column := make([]int, m.Rows), make([]int, m.Cols)
	for i := range row {
		row[i] = i - 9
	}
	for j := range column {
		column[j] = 2*j - 31
	}
	for i, r := range row {
		for j, c := range column {
			want.Set(i, j, math.Ldexp(want.At(i, j), r+c))
		}
	}
	largest := constantInt(m.Cols, noExponent)
	of := func(v []float64) int {
		if mat.AbsMax(v) == 0 {
			return noExponent
		}
		return exponent(mat.AbsMax(v))
	}
	for i, r := range row {
		assert.Equal(t, of(want.Row(i)), s.largest(i, r, column, nil))
		assert.Equal(t, of(want.Row(i)), s.largest(i, r, column, largest))
	}
	for j, k := range largest {
		assert.Equal(t, of(want.Transposed().Row(j)), k, "column %d", j)
	}
	s.scale(row, column, 2)
	assert.Equal(t, want.Data, s.full.Data)
	assert.Equal(t, indexMatrix(want), s)
}

func constantInt(n, v int) []int { return slices.Repeat([]int{v}, n) }

// Elements of which nothing would be left in the units, or infinity, keep their places and signs.
func TestScaledElementsDoNotVanish(t *testing.T) {
	m := mat.DenseOf(3, 3, []float64{1, 0, 0, 0x1p-1000, 0, 0, 0, -0x1p-600, 0x1p1000})
	s := indexMatrix(m)
	s.scale([]int{0, -500, 40}, []int{0, -520, 1}, 1)
	assert.Equal(t, []float64{1, 0, 0, math.SmallestNonzeroFloat64, 0, 0, 0, -math.SmallestNonzeroFloat64,
		math.MaxFloat64}, m.Data)
	assert.Equal(t, indexMatrix(m), s)
	assert.Equal(t, noExponent, indexMatrix(mat.NewDense[float64](1, 3)).largest(0, 5, []int{1, 2, 3}, nil))
}

// Whether a matrix is found to be indefinite, and at which variable, does not depend on how sparse it is.
func TestIndefiniteSparseMatricesAreRefusedLikeDenseOnes(t *testing.T) {
	const n = 200
	wave := func() mat.Dense[float64] { // positive definite
		h := mat.NewDense[float64](n, n)
		for i := range n {
			h.Set(i, i, 2+float64(i%3))
			if i > 0 {
				h.Set(i, i-1, -1)
				h.Set(i-1, i, -1)
			}
		}
		return h
	}
	couple := func(h mat.Dense[float64], i, j int, v float64) {
		h.Set(i, j, v)
		h.Set(j, i, v)
	}
	shift := float64(regularization)
	assert.Equal(t, -1, indefinite(background, indexMatrix(wave()), shift, 1))
	for _, at := range []int{2, 77, 197} {
		h := wave()
		couple(h, at, at-2, 2.82) // less than the square root of the product of the diagonal elements
		require.Equal(t, at, indefinite(background, indexMatrix(h), shift, 1), "sparse")
		for i := range n { // small elements that change no pivot's sign
			for j := range i {
				if h.At(i, j) == 0 {
					couple(h, i, j, 1e-9)
				}
			}
		}
		require.Equal(t, at, indefinite(background, indexMatrix(h), shift, 1), "dense")
	}
}

func TestTheSparseCheckOfDefinitenessIsUsedWhereItIsFaster(t *testing.T) {
	band := func(n, width int) *indexedMatrix {
		h := identity(n)
		for i := range n {
			for j := max(0, i-width); j < i; j++ {
				h.Set(i, j, 0.1)
				h.Set(j, i, 0.1)
			}
		}
		return indexMatrix(h)
	}
	shift := float64(regularization)
	assert.True(t, sparselyDefinite(background, band(500, 1), upTo(500), shift))
	assert.False(t, sparselyDefinite(background, band(20, 1), upTo(20), shift), "too small")
	assert.False(t, sparselyDefinite(background, band(200, 100), upTo(200), shift), "too dense")
	assert.Positive(t, sparseCheckLimit(band(500, 1), 500))
	assert.LessOrEqual(t, sparseCheckLimit(band(800, 800), 800), 0.0, "not even ordered")
	assert.LessOrEqual(t, sparseCheckLimit(band(1300, 180), 1300), 0.0, "the ordering alone would be faster")
	negative := band(500, 1)
	negative.full.Set(300, 299, 2)
	negative.full.Set(299, 300, 2)
	assert.False(t, sparselyDefinite(background, indexMatrix(negative.full), upTo(500), shift), "not definite")
}

func TestARowCouplesWhereItHasAnElementBesideTheDiagonalInAColumnThatCounts(t *testing.T) {
	s := indexMatrix(mixed())
	require.Contains(t, s.whole, true)
	require.Contains(t, s.whole, false)
	for i := range s.full.Rows {
		for only := range s.full.Cols {
			coupled := s.couples(i, func(j int) bool { return j == only })
			assert.Equal(t, only != i && s.full.At(i, only) != 0, coupled, "row %d, column %d", i, only)
		}
	}
}
