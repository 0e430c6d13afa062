package mat

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
)

// The size of L2 decides how a product is computed, but not its bits.
func TestSyr2kGivesTheSameBitsInPlaceAndPacked(t *testing.T) {
	t.Run("float32", testSyr2kPlaces[float32])
	t.Run("float64", testSyr2kPlaces[float64])
}

func testSyr2kPlaces[T Float](t *testing.T) {
	kern := *asm.For[T]()
	for _, c := range []struct {
		n, k int
		nc   int // columns in a block of C
	}{
		{5, 1, 0}, {100, 7, 0}, {70, kern.KC + 1, 0}, {70, kern.KC * 3 / 2, 0},
		{70, 2*kern.KC + 33, 0}, {150, 2*kern.KC + 33, 2 * kern.NR},
	} {
		for _, uplo := range []Uplo{Lower, Upper} {
			for _, beta := range []T{0, 0.5} {
				a, b, want := noise[T](c.n, c.k), noise[T](c.n, c.k), noise[T](c.n, c.n)
				got, h := want.Clone(), min(c.n, syr2kDiagonal(&kern))
				p := product[T]{m: c.n, n: c.n, k: 2 * c.k, tB: Trans, alpha: -1.5, beta: beta, a: a, b: b, c: want,
					part: partOf(uplo), form: concatenated}
				p.sums = NewDense[T](c.n, h)
				p.runSyr2kInPlace(&kern, 1)
				addDiagonal(uplo, &p, 1)
				p.c, p.sums = got, NewDense[T](c.n, h)
				narrow := kern
				if c.nc > 0 {
					narrow.NC = c.nc
				}
				p.runPacked(&narrow, p.plan(&narrow).kc, nil, 1)
				addDiagonal(uplo, &p, 1)
				require.Equal(t, want.Data, got.Data, "%+v, %v, beta %v", c, uplo, beta)
			}
		}
	}
}

// Workers add the blocks of the diagonal at the same time, of matrices that are larger than those of other tests.
func TestWorkersShareTheDiagonalOfSyr2k(t *testing.T) {
	defer processors.Pretend(3)()
	kern := asm.For[float32]()
	h := syr2kDiagonal(kern)
	n := max(2*h, serialWork/8/h) + h + 1
	if n > 4000 {
		t.Skip("narrow blocks are shared only in matrices that are too large for a test")
	}
	a, b := noise[float32](n, 1), noise[float32](n, 1)
	for _, uplo := range []Uplo{Lower, Upper} {
		want, got := NewDense[float32](n, n), NewDense[float32](n, n)
		Syr2k(uplo, NoTrans, 1, a, b, 0, want, 1)
		Syr2k(uplo, NoTrans, 1, a, b, 0, got, 3)
		require.True(t, slices.Equal(want.Data, got.Data), "%v", uplo)
	}
}

// A sum in place ends at the middle, where one of packed operands goes on: the bits differ, so the choice must depend
// on nothing but the shape.
func TestSyr2kReadsTransposedMatricesInPlaceByTheirShape(t *testing.T) {
	small, large := *asm.For[float64](), *asm.For[float64]()
	small.MC, large.MC = small.MR, 64*large.MC
	for _, c := range []struct {
		n, k int
		want bool
	}{
		{1, 1, true}, {64, 512, true}, {512, 64, true}, {181, 181, true}, {182, 182, false},
		{1, 1 << 15, true}, {1, 1<<15 + 1, false}, {1 << 15, 1, true}, {1<<15 + 1, 1, false},
	} {
		p := product[float64]{m: c.n, n: c.n, k: 2 * c.k, tA: Trans, form: concatenated}
		require.Equal(t, c.want, p.fitsInPlace(&small), "%+v", c)
		require.Equal(t, c.want, p.fitsInPlace(&large), "%+v", c)
	}
}
