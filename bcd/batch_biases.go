package bcd

import (
	"math"
	"math/rand/v2"

	"ridge/bcd/nn"
	"ridge/mat"
)

// drawBiases draws the biases of the first hidden layer of a network that has none yet, as a new one has. S is
// the Gram matrix of the inputs, of which the lower triangle is read, and size is tr S²/tr S.
//
// Without biases all units of a single column have their kink at its mean, and those of a few columns go through
// one point: the first layer would have to learn where to put it, for which its steps are slow. So the bias of a
// unit of weights w is normal, of variance wᵀSw/f, with f = (tr S)²/tr S², the number of directions that the inputs
// have: 1 for one column and for copies of it, and d for d columns that know nothing of each other. That is He's
// variance for one more direction, of the inputs' mean size. It has no unit. What is drawn does not depend on how
// the samples are shared.
func drawBiases[T mat.Float](net *nn.Network[T], gram mat.Dense[T], size float64, seed uint64, workers mat.Workers) {
	width := net.Inputs
	directions := trace(gram, width) / size
	if !(directions > 0) || !homogeneous(net) { // constant inputs, or a network that has been trained
		return
	}
	layer := net.Weights(1)
	w := layer.ColView(0, width)
	image := mat.NewDense[T](w.Rows, width)
	mat.Symm(mat.Right, mat.Lower, 1, gram.View(0, 0, width, width), w, 0, image, workers)
	rng := rand.New(rand.NewPCG(seed, 2))
	for i := range w.Rows {
		var square float64
		for j, v := range w.Row(i) {
			square += float64(v) * float64(image.At(i, j))
		}
		b := rng.NormFloat64() * math.Sqrt(max(0, square)/directions)
		if finite(b) {
			layer.Set(i, width, T(b))
		}
	}
}
