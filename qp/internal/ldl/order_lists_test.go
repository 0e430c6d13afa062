package ldl

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// These numbers exceed int where that has 32 bits.
func TestOrderingLargeGraphsDoesNotOverflow(t *testing.T) {
	o := outsideOf{mark: make([]int64, 1)}
	for range 4 {
		o.start(1 << 30)
		o.take(0, 9, 2)
		assert.EqualValues(t, 7, o.of(0))
	}
	a, q := newAlikeLists(8), &quotientGraph{list: [][]int32{{math.MaxInt32 - 6, 1, 2, 3, 4}}}
	assert.Equal(t, 3, a.hash(q, 0), "2³¹+3 modulo 8")
}

// Lists with the same hash and equally many nodes have to be compared with one another.
func TestTheOrderingCountsWhatItComparesOfEqualHashes(t *testing.T) {
	const n = 20
	q := &quotientGraph{elements: make([]int32, n/2)}
	for i := range int32(n / 2) {
		q.list = append(q.list, []int32{i, n - 1 - i})
	}
	a := newAlikeLists(n)
	for i := range int32(n / 2) {
		assert.EqualValues(t, noNode, a.find(q, i))
	}
	const pairs = n / 2 * (n/2 - 1) / 2
	assert.EqualValues(t, pairs*(1+2), q.reads)
}

// Following a long chain of merged variables anew for each of them takes a time proportional to its square.
func TestChainsOfMergedVariablesAreFollowedOnce(t *testing.T) {
	const n = 50
	q := newQuotientGraph(pattern{n: n}.graph())
	for i := range int32(n - 1) {
		q.into[i] = i + 1
	}
	q.sequence = []int32{n - 1}
	requirePermutation(t, q.order(), n)
	for i := range n - 1 {
		assert.EqualValues(t, n-1, q.into[i])
	}
}
