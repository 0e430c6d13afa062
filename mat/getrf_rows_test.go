package mat

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"
)

// Moving each row once to its final position gives the same result as the exchanges one after the other.
func TestMovingEachRowOnceEqualsTheExchanges(t *testing.T) {
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

func TestExchangingByCyclesEqualsTheExchanges(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 300 {
		k, cols := 1+r.IntN(getrfBlock), 1+r.IntN(getrfBlock)
		rows, first := k+r.IntN(2*k), r.IntN(k)
		ipiv := make([]int, k)
		for i := range ipiv {
			ipiv[i] = i + r.IntN(rows-i)
		}
		got := noise[float32](rows, cols+3).ColView(1, cols)
		want := got.Clone()
		for i := first; i < k; i++ {
			swapVectors(want.Row(i), want.Row(ipiv[i]))
		}
		exchangeByCycles(got, ipiv, first)
		require.Equal(t, want.Data, got.Clone().Data, "rows of %v from %d on", ipiv, first)
	}
}
