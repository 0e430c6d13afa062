package mat

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// A panel of columns may be wider than a slab of the sum is long.
func TestTrmmWithSlabsShorterThanPanels(t *testing.T) {
	t.Run("float32", testTrmmShort[float32])
	t.Run("float64", testTrmmShort[float64])
}

func testTrmmShort[T Float](t *testing.T) {
	kern := asm.For[T]()
	own := *kern
	defer func() { *kern = own }()
	for _, n := range []int{6, 15, 40} {
		for _, uplo := range []Uplo{Lower, Upper} {
			for _, side := range []Side{Left, Right} {
				a := NewDense[T](n, n)
				a.Fill(1)
				product := func(kc int) []T {
					kern.KC = kc
					b := NewDense[T](n, n)
					for i := range b.Data {
						b.Data[i] = T(i % 7) // whole numbers: no sum is rounded
					}
					Trmm(side, uplo, NoTrans, NonUnit, 1, a, b, 1)
					return b.Data
				}
				want := product(own.KC)
				for kc := 1; kc <= n; kc++ {
					require.Equal(t, want, product(kc), "%v, %v, n %d, KC %d", side, uplo, n, kc)
				}
			}
		}
	}
}
