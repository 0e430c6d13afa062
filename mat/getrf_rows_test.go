package mat

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Moving each row once to its final position gives the same result as the exchanges one after the other.
func TestMovedRowsAreThoseOfTheExchanges(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		k := 1 + r.IntN(getrfBlock)
		first, rows := r.IntN(5), k+r.IntN(2*k)
		ipiv := make([]int, k)
		want := make([]int, first+rows)
		for i := range want {
			want[i] = i
		}
		for i := range ipiv {
			ipiv[i] = first + i + r.IntN(rows-i)
			want[first+i], want[ipiv[i]] = want[ipiv[i]], want[first+i]
		}
		got := make([]int, len(want))
		for i := range got {
			got[i] = i
		}
		var m movedRows
		m.find(first, ipiv)
		copy(got[first:], m.into[:k])
		for _, b := range m.below[:m.count] {
			require.GreaterOrEqual(t, b.to, first+k)
			require.Less(t, b.from, first+k, "a row below the block comes from it")
			got[b.to] = b.from
		}
		require.Equal(t, want, got, "rows of %v", ipiv)
	}
}
