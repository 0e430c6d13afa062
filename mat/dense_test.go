package mat_test

import (
	"math"
	"strconv"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// counted is a rows×cols matrix with the elements 0, 1, 2, …
func counted[T mat.Float](rows, cols int) mat.Dense[T] {
	m := mat.NewDense[T](rows, cols)
	for i := range m.Data {
		m.Data[i] = T(i)
	}
	return m
}

func TestNewDenseIsZeroAndTight(t *testing.T) {
	m := mat.NewDense[float64](2, 3)
	require.Equal(t, mat.Dense[float64]{Rows: 2, Cols: 3, Stride: 3, Data: make([]float64, 6)}, m)
	require.Equal(t, 0, len(mat.NewDense[float64](0, 3).Data))
	require.Equal(t, 0, len(mat.NewDense[float64](3, 0).Data))
}

func TestViewsShareElements(t *testing.T) {
	both(t, testViews[float32], testViews[float64])
}

func testViews[T mat.Float](t *testing.T) {
	m := counted[T](5, 7)
	v := m.View(1, 2, 3, 4)
	require.Equal(t, [3]int{3, 4, 7}, [3]int{v.Rows, v.Cols, v.Stride})
	for i := range 3 {
		for j := range 4 {
			require.Equal(t, m.At(1+i, 2+j), v.At(i, j))
		}
	}
	v.Set(2, 3, -1)
	require.Equal(t, T(-1), m.At(3, 5))

	vv := v.View(1, 1, 2, 2)
	require.Equal(t, m.At(2, 3), vv.At(0, 0), "a view of a view")

	require.Equal(t, []T{7, 8, 9, 10, 11, 12, 13}, m.RowView(1, 2).Row(0))
	require.Equal(t, []T{5, 6}, m.ColView(5, 2).Row(0))
	require.Equal(t, m.Row(4), m.View(4, 0, 1, 7).Row(0))
}

func TestViewsAndRowsCannotGrowIntoTheirNeighbours(t *testing.T) {
	m := counted[float64](3, 4)
	row := m.View(0, 0, 2, 2).Row(0)
	require.Equal(t, 2, cap(row))
	_ = append(row, -1)
	require.Equal(t, 2.0, m.At(0, 2))
	v := m.View(0, 0, 2, 2)
	require.Equal(t, len(v.Data), cap(v.Data))
}

func TestEmptyViewsAreUsable(t *testing.T) {
	m := counted[float64](3, 4)
	for _, v := range []mat.Dense[float64]{
		m.View(3, 0, 0, 4), m.View(0, 4, 3, 0), m.View(3, 4, 0, 0), m.RowView(3, 0), m.ColView(4, 0), {},
	} {
		v.Fill(1)
		c := v.Clone()
		require.Equal(t, [2]int{v.Rows, v.Cols}, [2]int{c.Rows, c.Cols})
		mat.Copy(c, v)
		mat.TransposeTo(mat.NewDense[float64](v.Cols, v.Rows), v)
		for i := range v.Rows {
			require.Empty(t, v.Row(i))
		}
		mat.Convert(mat.NewDense[float32](v.Rows, v.Cols), v)
	}
	requireSameBits(t, counted[float64](3, 4), m, "the matrix of the views")
}

func TestCloneCopyAndFill(t *testing.T) {
	both(t, testCloneCopyFill[float32], testCloneCopyFill[float64])
}

func testCloneCopyFill[T mat.Float](t *testing.T) {
	v := counted[T](5, 7).View(1, 2, 3, 4)
	c := v.Clone()
	require.Equal(t, 4, c.Stride)
	requireSameBits(t, v, c, "Clone")
	c.Set(0, 0, -1)
	require.NotEqual(t, T(-1), v.At(0, 0), "a clone has memory of its own")

	dst := framedWith(3, 4, T(-987654))
	mat.Copy(dst.Dense, v)
	requireSameBits(t, v, dst.Dense, "Copy")
	mat.Copy(dst.Dense, dst.Dense)
	requireSameBits(t, v, dst.Dense, "Copy on itself")
	dst.Fill(7)
	require.Equal(t, constant[T](12, 7), dst.Clone().Data)
	dst.requireFrameIntact(t, "Copy and Fill")
}

func TestConvertRoundsToNearest(t *testing.T) {
	src := mat.DenseOf(2, 3, []float64{1, -0.1, 1 + 0x1p-30, math.MaxFloat64, math.Inf(-1), 0x1p-200})
	dst := framedWith[float32](2, 3, -1)
	mat.Convert(dst.Dense, src)
	require.Equal(t, []float32{1, -0.1, 1, float32(math.Inf(1)), float32(math.Inf(-1)), 0}, dst.Clone().Data)
	dst.requireFrameIntact(t, "Convert")

	back := mat.NewDense[float64](2, 3)
	mat.Convert(back, dst.Dense)
	require.Equal(t, []float64{1, float64(float32(-0.1)), 1, math.Inf(1), math.Inf(-1), 0}, back.Data)

	nans := mat.DenseOf(1, 1, []float64{math.NaN()})
	mat.Convert(dst.View(0, 0, 1, 1), nans)
	require.Equal(t, "NaN", class(dst.At(0, 0)))

	same := mat.NewDense[float64](2, 3)
	mat.Convert(same, src)
	requireSameBits(t, src, same, "to the same type")
}

func TestTransposeToOfEveryShape(t *testing.T) {
	both(t, testTransposeTo[float32], testTransposeTo[float64])
}

func testTransposeTo[T mat.Float](t *testing.T) {
	for _, rows := range []int{0, 1, 2, 8, 15, 16, 17, 33, 50} {
		for _, cols := range []int{0, 1, 3, 8, 15, 16, 17, 33, 70} {
			src, dst := input[T](newRand(rows), rows, cols), output[T](newRand(cols), cols, rows)
			mat.TransposeTo(dst.Dense, src.Dense)
			for i := range rows {
				for j := range cols {
					require.Equal(t, src.At(i, j), dst.At(j, i), "%d×%d (%d, %d)", rows, cols, i, j)
				}
			}
			dst.requireFrameIntact(t, "%d×%d", rows, cols)
		}
	}
}

func TestTransposedHasMemoryOfItsOwn(t *testing.T) {
	v := counted[float64](5, 7).View(1, 2, 3, 4)
	got := v.Transposed()
	require.Equal(t, mat.DenseOf(4, 3, []float64{9, 16, 23, 10, 17, 24, 11, 18, 25, 12, 19, 26}), got)
	got.Fill(0)
	require.Equal(t, 9.0, v.At(0, 0))
	require.Equal(t, mat.NewDense[float64](3, 0), mat.NewDense[float64](0, 3).Transposed())
}

func TestDensePanicsNamingWhatIsWrong(t *testing.T) {
	m := counted[float64](3, 4)
	for _, c := range []struct {
		message string
		f       func()
	}{
		{"mat: NewDense(-1, 2): negative dimension", func() { mat.NewDense[float64](-1, 2) }},
		{"mat: NewDense(1, -2): negative dimension", func() { mat.NewDense[float64](1, -2) }},
		{"mat: DenseOf(2, 3) on 5 elements", func() { mat.DenseOf(2, 3, make([]float64, 5)) }},
		{"mat: DenseOf(-2, -3) on 6 elements", func() { mat.DenseOf(-2, -3, make([]float64, 6)) }},
		{"mat: DenseOf(1, 2) on 1 element", func() { mat.DenseOf(1, 2, make([]float64, 1)) }},
		{"mat: element (3, 0) of a 3×4 matrix", func() { m.At(3, 0) }},
		{"mat: element (0, 4) of a 3×4 matrix", func() { m.At(0, 4) }},
		{"mat: element (-1, 0) of a 3×4 matrix", func() { m.At(-1, 0) }},
		{"mat: element (2, -1) of a 3×4 matrix", func() { m.Set(2, -1, 0) }},
		{"mat: row 3 of a 3×4 matrix", func() { m.Row(3) }},
		{"mat: row -1 of a 3×4 matrix", func() { m.Row(-1) }},
		{"mat: row 0 of a 0×0 matrix", func() { mat.Dense[float64]{}.Row(0) }},
		{"mat: view (1, 0) 3×4 of a 3×4 matrix", func() { m.View(1, 0, 3, 4) }},
		{"mat: view (0, 1) 3×4 of a 3×4 matrix", func() { m.View(0, 1, 3, 4) }},
		{"mat: view (-1, 0) 1×1 of a 3×4 matrix", func() { m.View(-1, 0, 1, 1) }},
		{"mat: view (0, 0) -1×1 of a 3×4 matrix", func() { m.View(0, 0, -1, 1) }},
		{"mat: view (4, 0) 0×4 of a 3×4 matrix", func() { m.RowView(4, 0) }},
		{"mat: view (0, 3) 3×2 of a 3×4 matrix", func() { m.ColView(3, 2) }},
		{"mat: Copy: shapes 3×4 and 4×3 differ", func() { mat.Copy(m, counted[float64](4, 3)) }},
		{"mat: Convert: 3×4 from 4×3", func() { mat.Convert(m, counted[float32](4, 3)) }},
		{"mat: TransposeTo: 3×4 from 3×4", func() { mat.TransposeTo(m, counted[float64](3, 4)) }},
	} {
		t.Run(c.message, func(t *testing.T) { requirePanics(t, c.message, c.f) })
	}
	for _, f := range []func(){
		func() { m.View(1, 0, math.MaxInt, 1) },
		func() { m.View(math.MaxInt/2+1, 0, math.MaxInt/2+1, 4) },
		func() { m.View(0, math.MaxInt/2+1, 3, math.MaxInt/2+1) },
		func() { m.View(math.MaxInt, 0, 0, 4) },
	} {
		require.Panics(t, f, "sums that overflow")
	}
}

func TestRowsAndViewsEndWithTheData(t *testing.T) {
	data := []float64{1, 2, 3, 4, 5, 6}
	m := mat.Dense[float64]{Rows: 2, Cols: 3, Stride: 3, Data: data[:5]} // an element is missing
	require.Panics(t, func() { m.Row(1) })
	require.Panics(t, func() { m.View(0, 0, 2, 3) })
	require.Panics(t, func() { m.View(1, 0, 1, 3) })
	require.Equal(t, []float64{4, 5}, m.View(1, 0, 1, 2).Row(0))
}

func TestDenseRefusesSizesThatOverflow(t *testing.T) {
	const root = 1 << (strconv.IntSize / 2)
	require.Panics(t, func() { mat.NewDense[float32](root, root) })
	require.Panics(t, func() { mat.DenseOf[float32](root, root, nil) })
	wild := mat.Dense[float32]{Rows: 3, Cols: 1, Stride: 1 << (strconv.IntSize - 2), Data: make([]float32, 1)}
	require.Panics(t, func() { mat.Copy(wild, wild) })
	require.Panics(t, func() {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, wild, mat.NewDense[float32](1, 1), 0, mat.NewDense[float32](3, 1), 1)
	})
}

// No loop goes through all rows of a matrix that has no columns: it would take years.
func TestAnyNumberOfRowsWithoutColumnsTakesNoTime(t *testing.T) {
	const rows = 1 << (strconv.IntSize - 4)
	a, none := mat.NewDense[float64](rows, 0), mat.NewDense[float64](0, 0)
	b := a.Clone()
	b.Fill(1)
	mat.Copy(b, a)
	mat.Convert(mat.NewDense[float32](rows, 0), a)
	mat.Add(b, a, b)
	mat.Sub(b, a, b)
	mat.Hadamard(b, a, b)
	mat.Scale(b, 2, a)
	require.True(t, mat.Equal(a, b))
	require.True(t, mat.EqualApprox(a, b, 0))
	for _, norm := range []func(mat.Dense[float64]) float64{
		mat.NormMax[float64], mat.Norm1[float64], mat.NormInf[float64], mat.NormFrobenius[float64],
	} {
		require.Zero(t, norm(a))
	}
	require.Equal(t, rows, a.Transposed().Cols)
	for _, alpha := range []float64{0, 1, 2} {
		mat.Trsm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, alpha, none, b, 1)
		mat.Trmm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, alpha, none, b, 1)
		mat.Symm(mat.Right, mat.Lower, alpha, none, a, 2, b, 1)
		mat.Gemm(mat.NoTrans, mat.NoTrans, alpha, a, none, 2, b, 1)
	}
	var q mat.QR[float64]
	q.Factor(a, 1)
	q.Q(b, 1)
	q.FactorPivoted(a, 0, 1)
	require.Zero(t, q.Rank())
}
