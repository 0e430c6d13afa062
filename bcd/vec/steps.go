package vec

import (
	"ridge/asm"
	"ridge/mat"
)

// Momentum is a step of gradient descent with momentum (Polyak, Some Methods of Speeding Up
// the Convergence of Iteration Methods, 1964): h := momentum·h + rate·γ, w := w − h.
//
// Here and in the other steps, w are weights, g is a gradient, the other vectors are
// histories, and γ = g + lambda·w is the gradient with weight decay. The steps panic if any
// two of the slices overlap.
func Momentum[T mat.Float](w, g, h []T, rate, momentum, lambda T) {
	mustBeApart("Momentum", w, g, h)
	kern := asm.TrainingFor[T]()
	pieces(len(w), func(i, j int) { kern.Momentum(w[i:j], g[i:j], h[i:j], rate, momentum, lambda) })
}

// Nesterov is [Momentum] with the gradient taken ahead (Sutskever, Martens, Dahl and Hinton,
// On the Importance of Initialization and Momentum in Deep Learning, ICML 2013):
// h := momentum·h + rate·γ, w := w − ((1+momentum)·h − momentum·(the old h)).
func Nesterov[T mat.Float](w, g, h []T, rate, momentum, lambda T) {
	mustBeApart("Nesterov", w, g, h)
	kern := asm.TrainingFor[T]()
	pieces(len(w), func(i, j int) { kern.Nesterov(w[i:j], g[i:j], h[i:j], rate, momentum, lambda) })
}

// RMSStep divides the gradient by the root of its weighted sum of squares:
// h := decay·h + gain·γ², w := w − rate·γ/(√h + delta). With decay = gain = 1 it is AdaGrad
// (Duchi, Hazan and Singer, JMLR 12, 2011), with gain = 1 − decay RMSProp (Tieleman and
// Hinton, 2012).
func RMSStep[T mat.Float](w, g, h []T, rate, decay, gain, delta, lambda T) {
	mustBeApart("RMSStep", w, g, h)
	kern := asm.TrainingFor[T]()
	pieces(len(w), func(i, j int) { kern.RMSStep(w[i:j], g[i:j], h[i:j], rate, decay, gain, delta, lambda) })
}

// AdaDelta takes steps in the unit of the weights (Zeiler, ADADELTA: An Adaptive Learning
// Rate Method, 2012): h := h + gain·(γ² − h), s = γ·√((k+delta)/(h+delta)),
// k := k + gain·(s² − k), w := w − rate·s.
func AdaDelta[T mat.Float](w, g, h, k []T, rate, gain, delta, lambda T) {
	mustBeApart("AdaDelta", w, g, h, k)
	kern := asm.TrainingFor[T]()
	pieces(len(w), func(i, j int) { kern.AdaDelta(w[i:j], g[i:j], h[i:j], k[i:j], rate, gain, delta, lambda) })
}

// Adam divides a mean of the gradients by the root of a mean of their squares (Kingma and Ba,
// Adam: A Method for Stochastic Optimization, ICLR 2015; the bias correction is part of rate): m := m + gain1·(γ − m),
// v := v + gain2·(γ² − v), w := w − rate·m/(√v + delta).
func Adam[T mat.Float](w, g, m, v []T, rate, gain1, gain2, delta, lambda T) {
	mustBeApart("Adam", w, g, m, v)
	kern := asm.TrainingFor[T]()
	pieces(len(w), func(i, j int) { kern.Adam(w[i:j], g[i:j], m[i:j], v[i:j], rate, gain1, gain2, delta, lambda) })
}
