package mat

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// MC and NC follow the caches of a machine: they must not change a bit.
func TestBitsDoNotDependOnTheCaches(t *testing.T) {
	t.Run("float32", testCaches[float32])
	t.Run("float64", testCaches[float64])
}

func testCaches[T Float](t *testing.T) {
	kern := asm.For[T]()
	own := *kern
	defer func() { *kern = own }()
	var want [][]T
	for _, c := range []struct{ mc, nc int }{{own.MC, own.NC}, {own.MR, own.NR}, {200 * own.MR, 200 * own.NR}} {
		kern.MC, kern.NC = c.mc, c.nc
		got := everyProduct[T]()
		if want == nil {
			want = got
		}
		for i := range want {
			require.True(t, slices.Equal(want[i], got[i]), "result %d, MC %d, NC %d", i, c.mc, c.nc)
		}
	}
}

// everyProduct returns what products and solves give that are cut in different ways.
func everyProduct[T Float]() (results [][]T) {
	noise := func(rows, cols int) Dense[T] {
		x, state := NewDense[T](rows, cols), uint32(1)
		for i := range x.Data {
			state = state*1664525 + 1013904223
			x.Data[i] = T(int32(state)) / (1 << 31)
		}
		return x
	}
	for _, s := range []struct{ m, n, k int }{{40, 50, 60}, {90, 100, 500}, {10, 784, 5400}, {300, 10, 784}} {
		for _, tA := range []Transpose{NoTrans, Trans} {
			for _, tB := range []Transpose{NoTrans, Trans} {
				if s.k > 1000 && tA|tB == Trans {
					continue // one that comes from memory, by its rows, is enough
				}
				a, b, c := noise(s.m, s.k), noise(s.k, s.n), noise(s.m, s.n)
				if tA == Trans {
					a = noise(s.k, s.m)
				}
				if tB == Trans {
					b = noise(s.n, s.k)
				}
				Gemm(tA, tB, 2, a, b, -1, c, 1)
				results = append(results, c.Data)
			}
		}
	}
	const n = potrfLeaf + 20
	c := noise(n, n)
	Syrk(Upper, Trans, 1, noise(400, n), 0, c, 1)
	Symmetrize(Upper, c)
	for i := range c.Rows {
		c.Data[i*c.Stride+i] += n
	}
	if err := Potrf(Lower, c, 1); err != nil {
		panic(err)
	}
	x := noise(n, 70)
	Trsm(Left, Lower, NoTrans, NonUnit, 1, c, x, 1)
	return append(results, c.Data, x.Data)
}
