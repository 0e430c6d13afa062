package mat

import "sync"

// order is a permutation in reused memory.
type order struct{ index []int }

var orders = sync.Pool{New: func() any { return new(order) }}

// newOrder returns the identity.
func newOrder(n int) *order {
	o := orders.Get().(*order)
	o.index = o.index[:0]
	for i := range n {
		o.index = append(o.index, i)
	}
	return o
}

func (o *order) release() { orders.Put(o) }
