package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// firstWeights brings the activations of all hidden layers to the mean square of the input on the first batch, layer by
// layer, if the mean square of one is less than a tenth of the input's, or more than ten times it, both on this batch
// and over all samples, where it is 1. (Activations that come from biases have the size of all inputs, and the samples
// of the first batch may all be near the mean, or far from it.) A ReLU network computes the same if the activations of
// a hidden layer are multiplied by c > 0 and the weights by which the others read them divided by c. All steps follow
// such a change, but for the penalties and the ties γ, which have the scale of He's weights in mind: with standard
// deviations of 0.01 the activations fall fourteen times from layer to layer of 100, and after a few of them the
// penalty outweighs all else. The scales are those of Mishkin and Matas (All You Need Is a Good Init, ICLR 2016).
//
// With C_n = c_1 ⋯ c_n, U_n becomes C_n·U_n by W_{n,m} ← (C_n/C_m)·W_{n,m} and b_n ← C_n·b_n.
// The factors themselves may be beyond the range of T after many layers, their quotients
// are not.
//
// The weights of the output are divided by C_L. After twenty layers of deviation 0.01 or 1 they would be
// 10²³ times too small to tell the classes apart, as corrections have to, or too large. So in a new
// network, whose outputs mean nothing yet, they get the deviation of [nn.OutputDeviation] if they would
// be far from it.
type firstWeights[T mat.Float] struct {
	graph *graph[T]
	batch *batch[T]
	add   *train.Adder
	fresh bool // a new network
}

// scale scales the weights, and reports whether there was a need to.
func (f firstWeights[T]) scale() bool {
	if f.fits() {
		return false
	}
	total := []float64{1} // C_n
	for n := 1; n <= f.graph.layers(); n++ {
		last := total[n-1]
		for _, e := range f.graph.in[n] {
			mat.Scale(e.w, T(last/total[e.from]), e.w)
		}
		scaleFar(f.graph.in[n][0].bias, last)
		f.batch.ForwardLayer(n)
		c := 1 / math.Sqrt(f.relativeSize(n))
		if !(c > 0) || math.IsInf(c, 1) {
			c = 1 // nothing is active, or everything overflows
		}
		for _, e := range f.graph.in[n] {
			mat.Scale(e.w, T(c), e.w)
		}
		mat.Scale(f.graph.in[n][0].bias, T(c), f.graph.in[n][0].bias)
		f.batch.ForwardLayer(n)
		total = append(total, last*c)
	}
	for _, e := range f.graph.in[f.graph.output()] {
		scaleFar(e.w, f.toOutput(e.w, 1/total[e.from]))
	}
	return true
}

// toOutput returns by, or what gives weights of the output the usual deviation, if they are new and by would leave them
// far from that.
func (f firstWeights[T]) toOutput(w mat.Dense[T], by float64) float64 {
	const far = 1000 // times the usual deviation
	deviation := float64(mat.NormFrobenius(w)) / math.Sqrt(float64(w.Rows*w.Cols))
	usual := nn.OutputDeviation(w.Cols) / deviation
	if !f.fresh || math.IsInf(usual, 1) || usual/far < by && by < usual*far {
		return by
	}
	return usual
}

// scaleFar multiplies weights by c, which may be beyond the range of T.
func scaleFar[T mat.Float](w mat.Dense[T], c float64) {
	for i := range w.Rows {
		for j, v := range w.Row(i) {
			if v != 0 {
				w.Set(i, j, T(c*float64(v)))
			}
		}
	}
}

const magnitude = 10 // of mean squares that are of the same order

// fits reports whether the activations of all layers have the input's order of magnitude, be it on the batch or over
// all samples, or lie between the two.
func (f firstWeights[T]) fits() bool {
	f.batch.Forward()
	for n := 1; n <= f.graph.layers(); n++ {
		size, input := f.meanSquares(n)
		if !(size < magnitude*max(input, 1) && size > min(input, 1)/magnitude) {
			return false
		}
	}
	return true
}

// relativeSize is the mean square of the activations of layer n, relative to the input's. If that is of another order
// of magnitude than over all samples because these are near the mean, it is relative to that of all: what they have in
// their activations is the biases.
func (f firstWeights[T]) relativeSize(n int) float64 {
	size, input := f.meanSquares(n)
	if input < 1./magnitude {
		input = 1
	}
	return size / input
}

// meanSquares are those of the activations of layer n, and of the input.
func (f firstWeights[T]) meanSquares(n int) (size, input float64) {
	a, x := f.batch.Activations(n), f.batch.Activations(0)
	squares := f.add.Numbers(squaredFrobenius(a), squaredFrobenius(x), float64(a.Rows))
	return meanOf(squares[0], squares[2], a.Cols), meanOf(squares[1], squares[2], x.Cols)
}

func meanOf(sum, rows float64, cols int) float64 { return sum / (rows * float64(cols)) }

func squaredFrobenius[T mat.Float](a mat.Dense[T]) float64 {
	norm := float64(mat.NormFrobenius(a))
	return norm * norm
}
