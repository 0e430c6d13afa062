package mat

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
	"ridge/internal/thorough"
)

func TestPartsOfABlockOfAnInverseHaveTheBitsOfTheWholeBlock(t *testing.T) {
	t.Run("float32", testPartsOfAnInverse[float32])
	t.Run("float64", testPartsOfAnInverse[float64])
}

func testPartsOfAnInverse[T Float](t *testing.T) {
	t.Cleanup(processors.Pretend(16))
	r := rand.New(rand.NewPCG(1, 2))
	for _, n := range []int{150, 333, 1000} { // the largest has a product of its halves, whose sums have two slabs
		a := NewDense[T](n, n)
		for i := range n {
			for j := range n {
				a.Row(i)[j] = T(r.NormFloat64() / float64(n))
			}
			a.Row(i)[i] = 1 + T(i%3)
		}
		for _, uplo := range []Uplo{Lower, Upper} {
			if n > 500 && uplo == Upper && !thorough.Tests() {
				continue
			}
			want := a.Clone()
			require.NoError(t, Trtri(uplo, NonUnit, want, 1))
			for _, w := range []Workers{4, 16} { // fewer have whole blocks
				got := a.Clone()
				shares := sharesOf(func() { require.NoError(t, Trtri(uplo, NonUnit, got, w)) })
				require.Greater(t, shares[0].indices, CeilDiv(n, trtriBlock(n)), "n=%d, %d workers", n, w)
				require.True(t, slices.Equal(want.Data, got.Data), "n=%d, %d workers", n, w)
			}
		}
	}
}

func TestEachChunkBeginsWithOneOfTheFirstNumbers(t *testing.T) {
	for _, c := range []struct{ n, chunks int }{{1, 1}, {7, 7}, {28, 8}, {29, 8}, {64, 8}, {49, 16}, {100, 3}} {
		v := visit{n: c.n, chunks: c.chunks}
		var dealtTo []int
		for i := range c.n {
			dealtTo = append(dealtTo, dealt(i, c.n, c.chunks))
		}
		for q := range c.chunks {
			first, size := v.part(q)
			for k := range size {
				require.Equal(t, q+int(k)*c.chunks, dealtTo[first+k], "%+v, chunk %d", c, q)
			}
		}
	}
}
