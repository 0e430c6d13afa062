package mat

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
	"ridge/internal/thorough"
)

// MC and NC depend on the caches of a machine: they must not change a bit, with any number of workers. KC does change
// bits, and is a constant.
func TestBitsDoNotDependOnTheCaches(t *testing.T) {
	t.Run("float32", testCaches[float32])
	t.Run("float64", testCaches[float64])
}

func testCaches[T Float](t *testing.T) {
	kern := asm.For[T]()
	own, restore := *kern, processors.Pretend(3) // the largest number of workers that is used
	defer func() {
		*kern = own
		restore()
	}()
	want := allResults[T](1)
	cases := []struct {
		mc, nc int
		w      Workers
	}{
		{own.MC, own.NC, 3},
		{own.MR, own.NR, 1},
		{own.MR, own.NR, 3},
		{200 * own.MR, 200 * own.NR, 3},
	}
	if !thorough.Tests() {
		cases = cases[2:3] // emulated processors take many seconds
	}
	for _, c := range cases {
		kern.MC, kern.NC = c.mc, c.nc
		for i, got := range allResults[T](c.w) {
			require.True(t, slices.Equal(want[i].x, got.x), "%s (result %d), MC %d, NC %d, %d workers",
				got.of, i, c.mc, c.nc, c.w)
		}
	}
}

// result is the output of an operation.
type result[T Float] struct {
	of string
	x  []T
}

// allResults returns the results of all operations whose products are cut into blocks.
func allResults[T Float](w Workers) []result[T] {
	return slices.Concat(gemmResults[T](w), triangleResults[T](w), factorResults[T](w), packedResults[T]())
}

// noise returns a matrix of numbers in [−1, 1), the same in each call.
func noise[T Float](rows, cols int) Dense[T] {
	x, state := NewDense[T](rows, cols), uint32(1)
	for i := range x.Data {
		state = state*1664525 + 1013904223
		x.Data[i] = T(int32(state)) / (1 << 31)
	}
	return x
}

func gemmResults[T Float](w Workers) (results []result[T]) {
	for _, s := range []struct{ m, n, k int }{{40, 50, 60}, {90, 100, 500}, {4, 784, 5400}, {300, 10, 784}} {
		for _, tA := range []Transpose{NoTrans, Trans} {
			for _, tB := range []Transpose{NoTrans, Trans} {
				if s.k > 1000 && tA|tB == Trans {
					continue // one case that is read from memory by rows is enough
				}
				a, b, c := noise[T](s.m, s.k), noise[T](s.k, s.n), noise[T](s.m, s.n)
				if tA == Trans {
					a = noise[T](s.k, s.m)
				}
				if tB == Trans {
					b = noise[T](s.n, s.k)
				}
				Gemm(tA, tB, 2, a, b, -1, c, w)
				results = append(results, result[T]{"Gemm", c.Data})
			}
		}
	}
	return results
}

// triangleResults are the results of products with a symmetric or triangular operand or result. Sums are longer than
// KC.
func triangleResults[T Float](w Workers) (results []result[T]) {
	const n, k = 100, 500
	for _, uplo := range []Uplo{Lower, Upper} {
		for _, trans := range []Transpose{NoTrans, Trans} {
			a, c := noise[T](n, k), noise[T](n, n)
			if trans == Trans {
				a = noise[T](k, n)
			}
			Syr2k(uplo, trans, 2, a, a, -1, c, w)
			results = append(results, result[T]{"Syr2k", c.Data})
		}
	}
	for _, side := range []Side{Left, Right} {
		a, b := noise[T](k, k), noise[T](k, 40)
		if side == Right {
			b = noise[T](40, k)
		}
		c := noise[T](b.Rows, b.Cols)
		Symm(side, Lower, 2, a, b, -1, c, w)
		results = append(results, result[T]{"Symm", c.Data})
		for _, trans := range []Transpose{NoTrans, Trans} { // one packs the triangle, the other reads it in place
			for _, uplo := range []Uplo{Lower, Upper} {
				results = append(results, trmmResults[T](side, uplo, trans, w)...)
			}
		}
	}
	return results
}

// trmmResults are of triangles that are copied, packed at once, and packed in slabs, of which some are so large beside
// the other matrix that they are read in place.
func trmmResults[T Float](side Side, uplo Uplo, trans Transpose, w Workers) (results []result[T]) {
	for _, s := range []struct{ n, rhs int }{{120, 40}, {120, 30}, {192, 3}, {500, 40}, {700, 40}} {
		x := noise[T](s.n, s.rhs)
		if side == Right {
			x = noise[T](s.rhs, s.n)
		}
		Trmm(side, uplo, trans, NonUnit, 2, noise[T](s.n, s.n), x, w)
		results = append(results, result[T]{fmt.Sprintf("Trmm of %d rows and %d columns", s.n, s.rhs), x.Data})
	}
	return results
}

func factorResults[T Float](w Workers) []result[T] {
	const n = 3*potrfHeight + 50
	c, blocks, x := noise[T](n, n), noise[T](n, n), noise[T](n, 40)
	Syrk(Upper, Trans, 1, noise[T](400, n), 0, c, w)
	Symmetrize(Upper, c, 1)
	for i := range c.Rows {
		c.Data[i*c.Stride+i] += n
		blocks.Data[i*blocks.Stride+i] += n
	}
	if err := Potrf(Lower, c, w); err != nil {
		panic(err)
	}
	if potrfBlocks(Upper, blocks, w, nil) > 0 {
		panic("not positive definite")
	}
	Trsm(Left, Lower, NoTrans, NonUnit, 1, c, x, w)
	lu, qr, tau := noise[T](300, 150), noise[T](500, 90), make([]T, 90)
	if err := Getrf(lu, make([]int, 150), w); err != nil {
		panic(err)
	}
	lu2 := noise[T](300, 290)
	getrfBlocks(lu2, 280, make([]int, 280), w)
	Geqrf(qr, tau, w)
	return []result[T]{{"Syrk and Potrf", c.Data}, {"potrfBlocks", blocks.Data}, {"Trsm", x.Data}, {"Getrf", lu.Data},
		{"getrfBlocks", lu2.Data}, {"Geqrf", qr.Data}, {"Geqrf's tau", tau}}
}

// packedResults are the results of a Packed matrix, which uses no workers.
func packedResults[T Float]() []result[T] {
	b, a, c := NewPacked[T](500, 70), noise[T](100, 500), noise[T](100, 70)
	b.Load(NoTrans, noise[T](500, 70), 0, b.Panels())
	b.Mul(2, a, -1, c, 0, b.Panels())
	r := NewPacked[T](100, 70)
	r.Load(NoTrans, c, 0, r.Panels())
	b.Update(2, a, r, -1, 0, 0, b.Panels())
	return []result[T]{{"Packed.Mul", c.Data}, {"Packed.Update", b.Data(0, b.Panels())}}
}
