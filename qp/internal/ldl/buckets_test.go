package ldl

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestBucketsHoldElementsInTheirOrder(t *testing.T) {
	for _, c := range []struct {
		what   string
		n      int
		of     []int // the bucket of each element
		starts []int
		sorted []int
	}{
		{"none", 0, nil, []int{0}, []int{}},
		{"empty buckets", 3, nil, []int{0, 0, 0, 0}, []int{}},
		{"several elements each", 4, []int{3, 0, 3, 1, 0}, []int{0, 2, 3, 3, 5}, []int{1, 4, 3, 0, 2}},
	} {
		b := NewBuckets(c.n, []int{7, 7, 7, 7, 7, 7, 7})
		for _, k := range c.of {
			b.Count(k)
		}
		sorted := make([]int, b.Begin())
		for i, k := range c.of {
			sorted[b.Place(k)] = i
		}
		assert.Equal(t, c.starts, b.Starts(), c.what)
		assert.Equal(t, c.sorted, sorted, c.what)
	}
}
