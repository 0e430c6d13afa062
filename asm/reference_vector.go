package asm

func (reference[T]) Dot(x, y []T) T {
	var s T
	for i, v := range x {
		s += v * y[i]
	}
	return s
}

// DotStream is Dot: only assembly prefetches.
func (r reference[T]) DotStream(x, y []T) T { return r.Dot(x, y) }

func (reference[T]) Dotxf(x0, x1, x2, x3, y []T) (s0, s1, s2, s3 T) {
	n := len(x0)
	x1, x2, x3, y = x1[:n], x2[:n], x3[:n], y[:n]
	for i, v := range x0 {
		yi := y[i]
		s0 += v * yi
		s1 += x1[i] * yi
		s2 += x2[i] * yi
		s3 += x3[i] * yi
	}
	return s0, s1, s2, s3
}

func (reference[T]) Asum(x []T) T {
	var s T
	for _, v := range x {
		s += abs(v)
	}
	return s
}

func (reference[T]) AbsMax(x []T) T {
	var m T
	for _, v := range x {
		m = max(m, abs(v)) // the built-in max keeps NaN
	}
	return m
}

func (reference[T]) Axpy(alpha T, x, y []T) {
	for i, v := range x {
		y[i] += alpha * v
	}
}

func (reference[T]) Axpyf(a0, a1, a2, a3 T, x0, x1, x2, x3, y []T) {
	n := len(x0)
	x1, x2, x3, y = x1[:n], x2[:n], x3[:n], y[:n]
	for i, v := range x0 {
		y[i] = y[i] + a0*v + a1*x1[i] + a2*x2[i] + a3*x3[i]
	}
}

func (reference[T]) Scal(alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

func (reference[T]) Clamp(x, l, u []T) {
	for i, v := range x {
		x[i] = clamp(v, l[i], u[i])
	}
}

func (r reference[T]) Rotate(c, s, x []T, x0, ldx int) {
	for q, cos := range c {
		sin := s[q]
		upper := x[x0+q*ldx : x0+q*ldx+2*r.nr]
		lower := x[x0+(q+1)*ldx : x0+(q+1)*ldx+2*r.nr]
		for j, v := range upper {
			w := lower[j]
			upper[j] = cos*v + sin*w
			lower[j] = cos*w - sin*v
		}
	}
}
