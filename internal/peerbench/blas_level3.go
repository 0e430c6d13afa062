package main

import "ridge/mat"

// symmCase multiplies by a symmetric matrix of order n, of which the lower triangle is
// read, from the left or the right.
func symmCase[T mat.Float](variant string, n, r int, w mat.Workers) (*blasCase[T], error) {
	side, rows, cols := mat.Left, n, r
	switch variant {
	case "L":
	case "R":
		side, rows, cols = mat.Right, r, n
	default:
		return nil, errNotAvailable
	}
	a, b, c := filled[T](n, n, 1), filled[T](rows, cols, 2), mat.NewDense[T](rows, cols)
	return &blasCase[T]{out: c, run: func() { mat.Symm(side, mat.Lower, 1, a, b, 0, c, w) }}, nil
}

// trmmCase multiplies r columns (L) or rows (R) by a lower triangle of order n or its transpose.
func trmmCase[T mat.Float](variant string, n, r int, w mat.Workers) (*blasCase[T], error) {
	side, t, rows, cols := mat.Left, mat.NoTrans, n, r
	switch variant {
	case "L":
	case "R":
		side, t, rows, cols = mat.Right, mat.Trans, r, n
	default:
		return nil, errNotAvailable
	}
	l, b := lowerMatrix[T](n), mat.NewDense[T](rows, cols)
	return &blasCase[T]{out: b, initial: filled[T](rows, cols, 3), restored: true, run: func() {
		mat.Trmm(side, mat.Lower, t, mat.NonUnit, 1, l, b, w)
	}}, nil
}

func syr2kCase[T mat.Float](variant string, n, k int, w mat.Workers) (*blasCase[T], error) {
	t, err := parseTranspose(variant)
	if err != nil {
		return nil, err
	}
	a, b, c := stored[T](t, n, k, 1), stored[T](t, n, k, 2), mat.NewDense[T](n, n)
	return &blasCase[T]{
		out:    c,
		wanted: lowerTriangle,
		run:    func() { mat.Syr2k(mat.Lower, t, 1, a, b, 0, c, w) },
	}, nil
}
