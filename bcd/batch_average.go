package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// average is a mean of the iterates, in which the last ones count most.
type average[T mat.Float] struct {
	net   *nn.Network[T]
	count int // iterates in it
}

// state names all of it.
func (a *average[T]) state(s *train.State) {
	train.Weights(s, "net", a.net)
	s.Count("count", &a.count, math.MaxInt32)
}

// add adds an iterate, the k-th with the weight (q+1)/(k+q): with q = 0 all would have the same one,
// and with it those of the last 1/(q+1) or so of the training count.
func (a *average[T]) add(iterate *nn.Network[T]) {
	a.count++
	const q = 8
	c := T((q + 1) / (float64(a.count) + q))
	for n := 1; n <= len(a.net.Layers)+1; n++ {
		vec.Blend(a.net.Weights(n).Data, iterate.Weights(n).Data, c)
	}
}
