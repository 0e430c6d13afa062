package main

import "ridge/mat"

// shuffled is a permutation of n numbers.
func shuffled(n int) []int {
	p := make([]int, n)
	for i := range p {
		p[i] = i
	}
	for i := n - 1; i > 0; i-- {
		j := int((fillv(uint64(i), 7) + 0.5) * float64(i+1))
		p[i], p[j] = p[j], p[i]
	}
	return p
}

// getrfCase factors a random matrix plus n times a permutation: it is well conditioned, and almost every
// pivot is in another row.
func getrfCase[T mat.Float](n int, w mat.Workers) *blasCase[T] {
	a, c, ipiv := filled[T](n, n, 1), mat.NewDense[T](n, n), make([]int, n)
	for i, j := range shuffled(n) {
		a.Set(i, j, T(fillv(uint64(i*n+j), 1)+float64(n)))
	}
	return &blasCase[T]{out: c, initial: a, restored: true, run: func() {
		if err := mat.Getrf(c, ipiv, w); err != nil {
			panic(err)
		}
	}}
}

// geqrfCase compares R: the reflectors below it follow from it.
func geqrfCase[T mat.Float](m, n int, w mat.Workers) *blasCase[T] {
	c, tau := mat.NewDense[T](m, n), make([]T, min(m, n))
	return &blasCase[T]{out: c, initial: filled[T](m, n, 1), restored: true, wanted: upperTriangle, run: func() {
		mat.Geqrf(c, tau, w)
	}}
}
