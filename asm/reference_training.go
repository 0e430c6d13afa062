package asm

import "math"

func (reference[T]) Relu(dst, z []T) {
	for i := range dst {
		dst[i] = relu(z[i])
	}
}

func (reference[T]) ReluGrad(g, u []T) {
	u = u[:len(g)]
	for i, v := range g {
		// Selecting on bits avoids a branch, because the compiler emits conditional moves only for
		// integers. A branch predictor can't tell which units are on.
		bits := math.Float64bits(float64(v))
		if !(u[i] > 0) {
			bits = 0
		}
		g[i] = T(math.Float64frombits(bits))
	}
}

func (reference[T]) Momentum(w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		hi := momentum*h[i] + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - hi
	}
}

func (reference[T]) Nesterov(w, g, h []T, rate, momentum, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		old := h[i]
		hi := momentum*old + rate*(g[i]+lambda*v)
		h[i] = hi
		w[i] = v - (hi + momentum*(hi-old))
	}
}

func (reference[T]) RMSStep(w, g, h []T, rate, decay, gain, delta, lambda T) {
	g, h = g[:len(w)], h[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := decay*h[i] + gain*(gi*gi)
		h[i] = hi
		w[i] = v - rate*gi/(sqrt(hi)+delta)
	}
}

func (reference[T]) AdaDelta(w, g, h, k []T, rate, gain, delta, lambda T) {
	g, h, k = g[:len(w)], h[:len(w)], k[:len(w)]
	for i, v := range w {
		gi := g[i] + lambda*v
		hi := h[i] + gain*(gi*gi-h[i])
		s := gi * sqrt((k[i]+delta)/(hi+delta))
		h[i] = hi
		k[i] += gain * (s*s - k[i])
		w[i] = v - rate*s
	}
}

func (reference[T]) Adam(w, g, m, v []T, rate, gain1, gain2, delta, lambda T) {
	g, m, v = g[:len(w)], m[:len(w)], v[:len(w)]
	for i, wi := range w {
		gi := g[i] + lambda*wi
		mi := m[i] + gain1*(gi-m[i])
		vi := v[i] + gain2*(gi*gi-v[i])
		m[i], v[i] = mi, vi
		w[i] = wi - rate*mi/(sqrt(vi)+delta)
	}
}

func (reference[T]) Accelerate(u, s, g, z []T, gamma, t, beta T) {
	s, g, z = s[:len(u)], g[:len(u)], z[:len(u)]
	for i, last := range u {
		f := relu(z[i])
		next := s[i] - t*(g[i]+gamma*(s[i]+(f-z[i])))
		if least := 0 - f; least > next { // −f would be −0 where a unit is off
			next = least
		}
		u[i] = next
		s[i] = next + beta*(next-last)
	}
}

func (reference[T]) LiftSlope(d, z, r []T) {
	z, r = z[:len(d)], r[:len(d)]
	for i := range d {
		d[i] = relu(z[i]+d[i]) - relu(z[i]) - r[i]
	}
}

func (reference[T]) ScaledDifference(dst []T, c T, a, b, _ []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = c * (a[i] - b[i])
	}
}

func (reference[T]) Blend(dst, src []T, c T) {
	src = src[:len(dst)]
	for i, v := range dst {
		dst[i] = v + c*(src[i]-v)
	}
}

func (reference[T]) Flush(x []T, smallest T) {
	for i, v := range x {
		if v < smallest && v > -smallest {
			x[i] = 0
		}
	}
}

func (reference[T]) Widen(dst []T, src []int16, scale T) {
	src = src[:len(dst)]
	for i := range dst {
		dst[i] = scale * T(src[i])
	}
}

// sqrt compiles to one instruction of the type's own precision: the compiler removes the
// conversions, and a correctly rounded root has the same bits either way.
func sqrt[T Float](x T) T { return T(math.Sqrt(float64(x))) }

func relu[T Float](v T) T {
	if 0 > v {
		return 0
	}
	return v
}
