package mat_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// packedOf returns op(a), packed with one call.
func packedOf[T mat.Float](t mat.Transpose, a mat.Dense[T]) *mat.Packed[T] {
	rows, cols := a.Rows, a.Cols
	if t == mat.Trans {
		rows, cols = cols, rows
	}
	b := mat.NewPacked[T](rows, cols)
	b.Load(t, a, 0, b.Panels())
	return b
}

// unpacked returns the matrix, one panel after the other.
func unpacked[T mat.Float](b *mat.Packed[T]) mat.Dense[T] {
	a := mat.NewDense[T](b.Rows(), b.Cols())
	for q := range b.Panels() {
		b.Store(mat.NoTrans, a, q, q+1)
	}
	return a
}

// A kernel call copies at most a few thousand rows.
var packedShapes = [][3]int{{2, 3, 9001}, {1, 1, 1}, {5, 3, 7}, {14, 32, 64}, {50, 70, 129}, {33, 100, 785},
	{29, 10, 31}, {0, 5, 5}, {3, 4, 0}}

func TestPackedKeepsAMatrix(t *testing.T) {
	both(t, testPackedKeepsAMatrix[float32], testPackedKeepsAMatrix[float64])
}

func testPackedKeepsAMatrix[T mat.Float](t *testing.T) {
	for _, s := range packedShapes {
		a := framedCopy(mat.NoTrans, random[T](newRand(s[2]), s[2], s[1]), nan[T]())
		requireSameBits(t, a.Dense, unpacked(packedOf(mat.NoTrans, a.Dense)), "%v", s)
		requireSameBits(t, a.Transposed(), unpacked(packedOf(mat.Trans, a.Dense)), "transposed %v", s)

		var sum, want T
		for q := range a.Cols {
			want += mat.Asum(a.Transposed().Row(q))
		}
		all := packedOf(mat.NoTrans, a.Dense)
		for q := range all.Panels() {
			sum += mat.Asum(all.Data(q, q+1))
		}
		assert.InEpsilon(t, float64(1+want), float64(1+sum), 1e-5, "only the elements of %v are not zero", s)

		back := framedCopy(mat.Trans, a.Dense, T(1))
		b := packedOf(mat.NoTrans, a.Dense)
		b.Store(mat.Trans, back.Dense, 0, b.Panels())
		requireSameBits(t, a.Transposed(), back.Dense, "stored transposed %v", s)
		back.requireFrameIntact(t, "%v", s)

		for rows := max(0, s[2]-1); rows <= s[2]; rows++ { // with and without the last row
			flipped := mat.NewPacked[T](s[1], rows)
			for q := range b.Panels() {
				flipped.LoadTransposed(b, 0, flipped.Panels(), q, q+1)
			}
			requireSameBits(t, a.RowView(0, rows).Transposed(), unpacked(flipped), "%d rows of %v", rows, s)
		}
	}
}

func TestPackedMultipliesAsGemmDoes(t *testing.T) {
	both(t, testPackedMultipliesAsGemmDoes[float32], testPackedMultipliesAsGemmDoes[float64])
}

func testPackedMultipliesAsGemmDoes[T mat.Float](t *testing.T) {
	for _, s := range packedShapes {
		m, n, k := s[0], s[1], s[2]
		for _, beta := range []T{0, 1, -0.5} {
			p := newProduct(m, n, k, T(0.75), beta)
			a, c := framedCopy(mat.NoTrans, p.a, nan[T]()), framedCopy(mat.NoTrans, p.c, T(-987654))
			if beta == 0 {
				c.Fill(nan[T]())
			}
			b := packedOf(mat.Trans, p.bT)
			for q := range b.Panels() {
				b.Mul(p.alpha, a.Dense, beta, c.Dense, q, q+1)
			}
			requireWithin(t, c.Dense, p.want, p.scale, gamma[T](productSteps(k)), "%v, beta %v", s, beta)
			c.requireFrameIntact(t, "%v", s)
		}
	}
}

func TestPackedMultipliesNothing(t *testing.T) {
	b := mat.NewPacked[float64](10, 100)
	for from := range b.Panels() {
		a, c, none := mat.NewDense[float64](0, 10), mat.NewDense[float64](0, 100), mat.NewDense[float64](4, 0)
		assert.NotPanics(t, func() { b.Mul(1, a, 0, c, from, b.Panels()) })
		assert.NotPanics(t, func() { b.Update(1, none, b, 0, 0, from, b.Panels()) })
	}
}

func TestPackedHasTheBitsOfGemm(t *testing.T) {
	r := newRand(1)
	a, w := random[float32](r, 50, 785), random[float32](r, 300, 785)
	want, got := mat.NewDense[float32](50, 300), mat.NewDense[float32](50, 300)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, a, w, 0, want, 1)
	b := packedOf(mat.Trans, w)
	b.Mul(1, a, 0, got, 0, 1)
	b.Mul(1, a, 0, got, 1, b.Panels())
	requireSameBits(t, want, got, "")
}

func TestPackedUpdatesItself(t *testing.T) {
	both(t, testPackedUpdatesItself[float32], testPackedUpdatesItself[float64])
}

func testPackedUpdatesItself[T mat.Float](t *testing.T) {
	for _, s := range packedShapes {
		k, n, m := s[0], s[1], s[2] // the sum is over the samples
		const row = 2
		for _, beta := range []T{0, 1, -0.5} {
			p := newProduct(m, n, k, T(0.75), beta)
			start := random[T](newRand(7), m+row+1, n)
			mat.Copy(start.RowView(row, m), p.c)
			if beta == 0 {
				start.RowView(row, m).Fill(nan[T]())
			}
			b := packedOf(mat.NoTrans, start)
			a, right := p.a.Transposed(), mat.NewPacked[T](k+1, n) // with a row that is not used
			right.Load(mat.Trans, p.bT, 0, right.Panels())
			for q := range b.Panels() {
				b.Update(p.alpha, a, right, beta, row, q, q+1)
			}
			got := unpacked(b)
			requireWithin(t, got.RowView(row, m), p.want, p.scale, gamma[T](productSteps(k)), "%v, beta %v", s, beta)
			requireSameBits(t, start.RowView(0, row), got.RowView(0, row), "rows above %v", s)
			requireSameBits(t, start.RowView(m+row, 1), got.RowView(m+row, 1), "row below %v", s)
		}
	}
}

func TestPackedAllocatesNothing(t *testing.T) {
	r := newRand(1)
	a, c := random[float32](r, 20, 70), mat.NewDense[float32](20, 90)
	b, right := packedOf(mat.NoTrans, random[float32](r, 70, 90)), packedOf(mat.NoTrans, random[float32](r, 20, 90))
	flipped := mat.NewPacked[float32](90, 70)
	assert.Zero(t, testing.AllocsPerRun(10, func() {
		b.Mul(1, a, 0, c, 0, b.Panels())
		b.Update(1e-3, a, right, 1, 0, 0, b.Panels())
		flipped.LoadTransposed(b, 0, flipped.Panels(), 0, b.Panels())
	}))
}

func TestPackedPanicsOnShapesThatDoNotFit(t *testing.T) {
	b, a := mat.NewPacked[float64](3, 5), mat.NewDense[float64](2, 4)
	for name, call := range map[string]func(){
		"NewPacked":      func() { mat.NewPacked[float64](-1, 2) },
		"Load":           func() { b.Load(mat.NoTrans, a, 0, 1) },
		"Store":          func() { b.Store(mat.Trans, a, 0, 1) },
		"panels":         func() { b.Mul(1, a.ColView(0, 3), 0, mat.NewDense[float64](2, 5), 0, b.Panels()+1) },
		"Mul":            func() { b.Mul(1, a, 0, mat.NewDense[float64](2, 5), 0, 1) },
		"Update":         func() { b.Update(1, a, b, 1, 0, 0, 1) },
		"LoadTransposed": func() { b.LoadTransposed(b, 0, 1, 0, 1) },
	} {
		require.Panics(t, call, name)
	}
}

func TestPackedRefusesItselfWhereItWouldReadWhatItWrites(t *testing.T) {
	width := mat.NewPacked[float64](1, 1).PanelCols()
	n := 2*width + 1
	b, a := packedOf(mat.NoTrans, random[float64](newRand(1), n, n)), random[float64](newRand(2), 2, 3)
	want, same := unpacked(b), *b
	const update, load = "mat: Packed.Update: b and r overlap", "mat: Packed.LoadTransposed: b and src overlap"
	for _, r := range []*mat.Packed[float64]{b, &same} {
		requirePanics(t, update, func() { b.Update(1, a, r, 1, 1, 0, 1) })
		requirePanics(t, load, func() { b.LoadTransposed(r, 0, 3, 0, 3) })
		requirePanics(t, load, func() { b.LoadTransposed(r, 0, 2, 1, 2) })
	}
	requireSameBits(t, want, unpacked(b), "nothing is written")
	type packed = *mat.Packed[float64]
	for name, call := range map[string]func(c, src packed){
		"rows 0 and 1 are read, 2 to 4 written": func(c, src packed) { c.Update(1, a, src, 0, 2, 0, 1) },
		"panel 1 is read, panel 0 written":      func(c, src packed) { c.LoadTransposed(src, 0, 1, 1, 2) },
		"nothing is read":                       func(c, src packed) { c.LoadTransposed(src, 1, 1, 0, 2) },
	} {
		apart := packedOf(mat.NoTrans, want)
		call(b, b)
		call(apart, packedOf(mat.NoTrans, want))
		want = unpacked(apart)
		requireSameBits(t, want, unpacked(b), "%s", name)
	}
}

func BenchmarkPacked(b *testing.B) {
	const rows, in, out = 50, 785, 300 // a batch of 784-300-10
	r := newRand(1)
	a, c := random[float32](r, rows, in), mat.NewDense[float32](rows, out)
	w, right := packedOf(mat.NoTrans, random[float32](r, in, out)), packedOf(mat.NoTrans, random[float32](r, rows, out))
	for _, rows := range []int{1, 2, 3, 4, 5, 6, 8, 12, 14, rows} {
		b.Run(fmt.Sprintf("Mul/rows=%d", rows), func(b *testing.B) {
			measure(b, 2*float64(rows)*in*out, func() {
				w.Mul(1, a.RowView(0, rows), 0, c.RowView(0, rows), 0, w.Panels())
			})
		})
	}
	b.Run("Update", func(b *testing.B) {
		measure(b, 2*rows*in*out, func() { w.Update(1e-9, a, right, 1, 0, 0, w.Panels()) })
	})
}

func TestPackedDoesNotReadOperandsThatAreMultipliedByZero(t *testing.T) {
	both(t, testPackedZero[float32], testPackedZero[float64])
}

func testPackedZero[T mat.Float](t *testing.T) {
	const n = 5
	a, ones := mat.NewDense[T](n, n), mat.NewDense[T](n, n)
	a.Fill(inf[T]())
	ones.Fill(1)
	of := mat.NewPacked[T](n, n)
	of.Load(mat.NoTrans, a, 0, of.Panels())
	c := ones.Clone()
	of.Mul(0, a, 3, c, 0, of.Panels())
	require.Equal(t, constant[T](n*n, 3), c.Data)
	b := mat.NewPacked[T](n, n)
	b.Load(mat.NoTrans, ones, 0, b.Panels())
	b.Update(0, a, of, 3, 0, 0, b.Panels())
	b.Store(mat.NoTrans, c, 0, b.Panels())
	require.Equal(t, constant[T](n*n, 3), c.Data)
	of.Mul(0, a, 0, c, 0, of.Panels())
	require.Equal(t, constant[T](n*n, 0), c.Data)
}
