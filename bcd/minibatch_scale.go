package bcd

import (
	"math"

	"ridge/mat"
)

// rescale brings the activations of all hidden layers to the mean square of the input on
// the first batch, layer by layer, if those of a layer have another order of magnitude. A
// ReLU network computes the same if the activations of a hidden layer are multiplied by
// c > 0 and the weights by which the others read them divided by c. All steps follow such
// a change, but for the penalties and the ties γ, which have the scale of He's weights in
// mind: with standard deviations of 0.01 the activations fall fourteen times from layer to
// layer of 100, and after a few of them the penalty outweighs all else. The scales are
// those of Mishkin and Matas (All You Need Is a Good Init, ICLR 2016).
//
// With C_n = c_1 ⋯ c_n, U_n becomes C_n·U_n by W_{n,m} ← (C_n/C_m)·W_{n,m} and b_n ← C_n·b_n.
// The factors themselves may be beyond the range of T after many layers, their quotients
// are not.
func (m *minibatch[T]) rescale() {
	rows := len(m.samples)
	if m.scalesFit(rows) {
		return
	}
	total := []float64{1} // C_n
	for n := 1; n <= m.layers(); n++ {
		last := total[n-1]
		for _, e := range m.in[n] {
			mat.Scale(e.w, T(last/total[e.from]), e.w)
		}
		scaleBiases(m.in[n][0].bias, last)
		m.forwardLayer(n, rows)
		c := 1 / math.Sqrt(m.relativeSize(n, rows))
		if !(c > 0) || math.IsInf(c, 1) {
			c = 1 // nothing is active, or everything overflows
		}
		mat.Scal(T(c), m.weights(m.current, n).Data)
		m.forwardLayer(n, rows)
		total = append(total, last*c)
	}
	for _, e := range m.in[m.layers()+1] {
		mat.Scale(e.w, T(1/total[e.from]), e.w)
	}
	m.before.CopyWeights(m.current)
	m.good.CopyWeights(m.current)
}

// scaleBiases multiplies biases by c, which may be beyond the range of T.
func scaleBiases[T mat.Float](bias mat.Dense[T], c float64) {
	for i := range bias.Rows {
		if b := bias.At(i, 0); b != 0 {
			bias.Set(i, 0, T(c*float64(b)))
		}
	}
}

// scalesFit tells whether the activations of all layers have the input's order of
// magnitude.
func (m *minibatch[T]) scalesFit(rows int) bool {
	const magnitude = 10 // of the mean square
	m.forward(rows)
	for n := 1; n <= m.layers(); n++ {
		size := m.relativeSize(n, rows)
		if !(size < magnitude && size > 1./magnitude) {
			return false
		}
	}
	return true
}

// relativeSize is the mean square of the activations of layer n, relative to the input's.
func (m *minibatch[T]) relativeSize(n, rows int) float64 {
	return meanSquare(m.activations(n, rows)) / meanSquare(m.activations(0, rows))
}

// meanSquare is that of the elements.
func meanSquare[T mat.Float](a mat.Dense[T]) float64 {
	norm := float64(mat.NormFrobenius(a))
	return norm * norm / (float64(a.Rows) * float64(a.Cols))
}
