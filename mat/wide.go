package mat

import "math"

// wideVector is a vector of numbers of any size: element i is values[i]·2^exponents[i]. The magnitude of a value is at
// least 1/2 and less than 1, unless it is zero, infinite or NaN.
type wideVector struct{ values, exponents []float64 }

// set sets element i to v·2^e.
func (x wideVector) set(i int, v, e float64) {
	value, more := math.Frexp(v)
	x.values[i], x.exponents[i] = value, e+float64(more)
}

// top is the largest exponent of an element that is neither zero nor NaN nor infinite, or 0.
func (x wideVector) top() float64 {
	top := math.Inf(-1)
	for i, v := range x.values {
		if v != 0 && IsFinite(v) {
			top = max(top, x.exponents[i])
		}
	}
	if math.IsInf(top, -1) {
		return 0
	}
	return top
}

// loadWide copies column j of a to x.
func loadWide[T Float](x wideVector, a Dense[T], j int) {
	for i := range a.Rows {
		x.set(i, float64(a.Data[i*a.Stride+j]), 0)
	}
}

// storeWide writes 2^e·x to column j of a.
func storeWide[T Float](a Dense[T], j int, x wideVector, e float64) {
	for i, v := range x.values {
		a.Data[i*a.Stride+j] = T(math.Ldexp(v, int(x.exponents[i]+e)))
	}
}

// wideTrsv is trsv for numbers of any size. It is many times slower: for each unknown it looks for the largest term,
// and takes the others relative to it.
func wideTrsv[T Float](s triangularSystem[T], x wideVector) {
	n, row, column := s.a.Rows, s.a.Stride, 1
	if s.t == Trans {
		row, column = 1, s.a.Stride
	}
	backward := (s.uplo == Lower) == (s.t == Trans)
	for k := range n {
		i, from, to := k, 0, k
		if backward {
			i = n - 1 - k
			from, to = i+1, n
		}
		subtractTerms(x, i, from, to, s.a.Data[i*row:], column)
		if s.diag == NonUnit {
			d, e := math.Frexp(float64(s.a.Data[i*(row+column)]))
			x.set(i, x.values[i]/d, x.exponents[i]-float64(e))
		}
	}
}

// subtractTerms subtracts Σ aⱼ·xⱼ, for from ≤ j < to, from element i of x. The elements of a are step apart.
func subtractTerms[T Float](x wideVector, i, from, to int, a []T, step int) {
	top := math.Inf(-1)
	if x.values[i] != 0 {
		top = x.exponents[i]
	}
	for j := from; j < to; j++ {
		if v, e := math.Frexp(float64(a[j*step])); v*x.values[j] != 0 {
			top = max(top, float64(e)+x.exponents[j])
		}
	}
	if math.IsInf(top, -1) {
		return // all terms are zero
	}
	sum := math.Ldexp(x.values[i], int(x.exponents[i]-top))
	for j := from; j < to; j++ {
		v, e := math.Frexp(float64(a[j*step]))
		sum -= math.Ldexp(v*x.values[j], int(float64(e)+x.exponents[j]-top))
	}
	x.set(i, sum, top)
}
