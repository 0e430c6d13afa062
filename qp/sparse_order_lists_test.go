package qp

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// These numbers exceed int where that has 32 bits.
func TestOrderingLargeGraphsDoesNotOverflow(t *testing.T) {
	o := outsideOf{mark: make([]int64, 1)}
	for range 4 {
		o.start(math.MaxInt32 - 1)
		o.take(0, 9, 2)
		assert.EqualValues(t, 7, o.of(0))
	}
	a, q := newAlikeLists(8), &quotientGraph{list: [][]int32{{math.MaxInt32 - 6, 1, 2, 3, 4}}}
	assert.Equal(t, 3, a.hash(q, 0), "2³¹+3 modulo 8")
}
