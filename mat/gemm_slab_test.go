package mat

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
)

func TestPackingIsSharedByAsManyWorkersAsItIsWorth(t *testing.T) {
	kern := *asm.For[float32]()
	kern.NR = 32
	for _, c := range []struct {
		byRows                 bool
		kc, nc, workers, parts int
	}{
		{true, 64, 2048, 1, 4},
		{true, 64, 2048, 2, 4},
		{true, 32, 4096, 2, 2},
		{true, 32, 4096, 8, 8},
		{true, 64, 2048, 128, 64},
		{false, 2048, 10, 1, 1},
		{false, 2048, 10, 64, 1}, // too little
		{false, 784, 32, 2, 1},
		{false, 2048, 32, 2, 2},
		{false, 2048, 33, 2, 2},
		{false, 2048, 64, 16, 8},
		{false, 400, 2048, 16, 64},
	} {
		s := slab[float32]{kern: &kern, byRows: c.byRows, kc: c.kc, nc: c.nc}
		s.chooseShares(c.workers)
		require.Equal(t, c.parts, s.packs(), "%+v", c)
	}
}

// Panels that several workers pack are those that one packs.
func TestSkinnyProductsGiveTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	defer processors.Pretend(16)()
	const m, k = 140, 2048 + 5
	for _, n := range []int{30, 32, 60} {
		for _, tB := range []Transpose{NoTrans, Trans} {
			t.Run(fmt.Sprint(n, tB), func(t *testing.T) {
				a, b := NewDense[float32](m, k), NewDense[float32](k, n)
				for i := range a.Data {
					a.Data[i] = float32(i%1021)/1021 - 0.5
				}
				for i := range b.Data {
					b.Data[i] = float32(i%1019)/1019 - 0.5
				}
				if tB == Trans {
					b = b.Transposed()
				}
				want := NewDense[float32](m, n)
				Gemm(NoTrans, tB, 1, a, b, 0, want, 1)
				for _, w := range []Workers{2, 7, 16} {
					got := NewDense[float32](m, n)
					Gemm(NoTrans, tB, 1, a, b, 0, got, w)
					require.Equal(t, want, got, "%d workers", w)
				}
			})
		}
	}
}

func TestExchangesOfRowsAreSharedByAllWorkers(t *testing.T) {
	a, ipiv := NewDense[float32](130, 2048), make([]int, 130)
	for i := range ipiv {
		ipiv[i] = 129
	}
	for workers, pieces := range map[int]int{1: 0, 2: 4, 4: 4, 8: 8, 16: 16, 128: 16} {
		l := count[float32](workers, func(w Workers) { exchangeRows(a, ipiv, w) })
		require.Equal(t, pieces, l.pieces, "%d workers", workers)
	}
}
