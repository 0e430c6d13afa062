package sgd

import (
	"math"

	"ridge/mat"
)

// The elementwise loops. The slices of a call have the same length and share no
// elements. In the updates w are weights, g their gradient without weight decay,
// which λ adds, and h and k histories; the package comment has the formulas.

// mask sets g[i] to 0 unless u[i] > 0: the gradient of max(0, z) = u. Half of the
// units are off, in no order a branch predictor could learn, so there is no branch:
// the choice is made on bits, as the compiler moves only integers conditionally.
func mask[T mat.Float](g, u []T) {
	u = u[:len(g)]
	for i, v := range g {
		bits := math.Float64bits(float64(v))
		if !(u[i] > 0) {
			bits = 0
		}
		g[i] = T(math.Float64frombits(bits))
	}
}

func sgdStep[T mat.Float](w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		hi := momentum*h[i] + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - hi
	}
}

func nesterovStep[T mat.Float](w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		old := h[i]
		hi := momentum*old + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - ((1+momentum)*hi - momentum*old)
	}
}

func adaGradStep[T mat.Float](w, g, h []T, rate, delta, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := h[i] + gi*gi
		h[i] = hi
		w[i] = v - rate*gi/(sqrt(hi)+delta)
	}
}

func rmsPropStep[T mat.Float](w, g, h []T, rate, decay, delta, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := decay*h[i] + (1-decay)*(gi*gi)
		h[i] = hi
		w[i] = v - rate*gi/(sqrt(hi)+delta)
	}
}

func adaDeltaStep[T mat.Float](w, g, h, k []T, rate, momentum, delta, lambda T) {
	g, h, k = g[:len(w)], h[:len(w)], k[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := momentum*h[i] + (1-momentum)*(gi*gi)
		s := gi * sqrt((k[i]+delta)/(hi+delta))
		h[i] = hi
		k[i] = momentum*k[i] + (1-momentum)*(s*s)
		w[i] = v - rate*s
	}
}

// adamStep takes a rate that the bias correction is part of.
func adamStep[T mat.Float](w, g, m, v []T, rate, momentum, momentum2, delta, lambda T) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, wi := range w {
		gi := g[i] + lambda*wi
		mi := momentum*m[i] + (1-momentum)*gi
		vi := momentum2*v[i] + (1-momentum2)*(gi*gi)
		m[i], v[i] = mi, vi
		w[i] = wi - rate*mi/(sqrt(vi)+delta)
	}
}

// sqrt is one instruction of the type's own precision: the compiler sees through the
// conversions, and a correctly rounded root has the same bits either way.
func sqrt[T mat.Float](x T) T { return T(math.Sqrt(float64(x))) }
