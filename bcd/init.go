package bcd

import (
	"math"
	"math/rand/v2"

	"ridge/mat"
)

// NewNetwork returns a network of the given shape with random weights: those of the
// hidden layers are normal with variance 2/fan-in, which keeps the size of the
// activations from layer to layer (He, Zhang, Ren and Sun, ICCV 2015), those of the
// output are normal with variance 0.01/d_L, small so that the first U step is led by
// the forward activations; biases are 0. The same seed gives the same numbers,
// rounded to T.
func NewNetwork[T mat.Float](s Spec, loss Loss, seed uint64) (*Network[T], error) {
	if err := s.Validate(); err != nil {
		return nil, err
	}
	n := &Network[T]{Inputs: s.Inputs, Loss: loss}
	rng := rand.New(rand.NewPCG(seed, 0))
	widths := append([]int{s.Inputs}, s.Hidden...)
	for i, width := range s.Hidden {
		from := s.reads(i + 1)
		in := fanIn(widths, from)
		n.Layers = append(n.Layers, Layer[T]{from, randomWeights[T](rng, width, in, math.Sqrt(2/float64(in)))})
	}
	last := s.Hidden[len(s.Hidden)-1]
	n.V = randomWeights[T](rng, s.Outputs, last, 0.1/math.Sqrt(float64(last)))
	return n, nil
}

// randomWeights returns a matrix of normal numbers with a last column of zeros.
func randomWeights[T mat.Float](rng *rand.Rand, rows, in int, deviation float64) mat.Dense[T] {
	w := mat.NewDense[T](rows, in+1)
	for i := range rows {
		row := w.Row(i)[:in]
		for j := range row {
			row[j] = T(deviation * rng.NormFloat64())
		}
	}
	return w
}
