package main

import (
	"fmt"
	"runtime"
	"strings"

	"ridge/mat"
)

// blasCase is one operation with its operands, ready to run.
type blasCase[T mat.Float] struct {
	run func()
	out mat.Dense[T] // what run writes
	// initial is what out holds before a call, for operations that update it.
	initial mat.Dense[T]
	// restored says that out must be restored before every timed call, because a second call on the result would do
	// different work.
	restored bool
	// wanted tells which elements of out are defined; nil: all.
	wanted func(i, j int) bool
}

func lowerTriangle(i, j int) bool { return j <= i }

func upperTriangle(i, j int) bool { return j >= i }

func measureBLAS[T mat.Float](r request) (measurement, error) {
	c, err := newBLASCase[T](r.op, r.shape, r.workers())
	if err != nil {
		return measurement{}, err
	}
	c.reset()
	var reset func()
	if c.restored {
		reset = c.reset
	}
	runtime.GC() // of what preparing the operands left
	m := measurement{seconds: r.watch.median(c.run, reset)}
	c.reset()
	c.run() // once, on fresh operands
	m.checksum, m.norm = checksum(c.out, c.wanted)
	return m, nil
}

func (c *blasCase[T]) reset() { copy(c.out.Data, c.initial.Data) }

// newBLASCase prepares an operation. It returns errNotAvailable if there is none
// of that name or the shape has another number of dimensions.
func newBLASCase[T mat.Float](op, shape string, w mat.Workers) (*blasCase[T], error) {
	d, err := parseDims(shape)
	if err != nil {
		return nil, err
	}
	kind, variant := op, ""
	for _, k := range []string{"gemm", "syrk", "syr2k", "symm", "trmm", "potrf", "trsm", "gemv"} {
		if strings.HasPrefix(op, k) {
			kind, variant = k, op[len(k):]
		}
	}
	if n := largestOperand(kind, d); n > maxElements {
		return nil, &shapeError{shape,
			fmt.Sprintf("needs an operand of %.0f elements, %d are allowed", n, int64(maxElements))}
	}
	type key struct {
		kind string
		dims int
	}
	switch (key{kind, len(d)}) {
	case key{"gemm", 3}:
		return gemmCase[T](variant, d[0], d[1], d[2], w)
	case key{"syrk", 2}:
		return syrkCase[T](variant, d[0], d[1], w)
	case key{"syr2k", 2}:
		return syr2kCase[T](variant, d[0], d[1], w)
	case key{"symm", 2}:
		return symmCase[T](variant, d[0], d[1], w)
	case key{"trmm", 2}:
		return trmmCase[T](variant, d[0], d[1], w)
	case key{"getrf", 1}:
		return getrfCase[T](d[0], w), nil
	case key{"geqrf", 2}:
		return geqrfCase[T](d[0], d[1], w), nil
	case key{"potrf", 1}:
		return potrfCase[T](variant, d[0], w)
	case key{"trsm", 2}:
		return trsmCase[T](variant, d[0], d[1], w)
	case key{"gemv", 2}:
		return gemvCase[T](variant, d[0], d[1], w)
	case key{"dot", 1}:
		return dotCase[T](d[0]), nil
	case key{"axpy", 1}:
		return axpyCase[T](d[0]), nil
	}
	return nil, errNotAvailable
}

// shapeError says what is wrong with the shape on the command line.
type shapeError struct{ shape, problem string }

func (e *shapeError) Error() string { return fmt.Sprintf("shape %q %s", e.shape, e.problem) }

// parseDims reads 784, 784x100 or 784x784x784.
func parseDims(shape string) ([]int, error) {
	parts := strings.Split(shape, "x")
	if len(parts) > 3 {
		return nil, &shapeError{shape, "has more than 3 dimensions"}
	}
	d := make([]int, len(parts))
	for i, s := range parts {
		v, err := positive(s)
		if err != nil {
			return nil, &shapeError{shape, "is not made of positive numbers: " + err.Error()}
		}
		d[i] = v
	}
	return d, nil
}

// maxElements is far above every case of the benchmark.
const maxElements = 1 << 31

// largestOperand returns a number of elements that no operand exceeds: the operands
// are matrices of two of the dimensions, and for some kinds squares of the first.
func largestOperand(kind string, d []int) float64 {
	var largest float64
	for i, p := range d {
		for _, q := range d[i+1:] {
			largest = max(largest, float64(p)*float64(q))
		}
	}
	switch kind {
	case "syrk", "syr2k", "symm", "trmm", "potrf", "getrf", "trsm":
		return max(largest, float64(d[0])*float64(d[0]))
	case "dot", "axpy":
		return float64(d[0])
	default:
		return largest
	}
}

// parseTranspose reads one letter of a variant.
func parseTranspose(letter string) (mat.Transpose, error) {
	switch letter {
	case "N":
		return mat.NoTrans, nil
	case "T":
		return mat.Trans, nil
	}
	return mat.NoTrans, errNotAvailable
}

// stored is filled for a matrix of which op is rows×cols.
func stored[T mat.Float](t mat.Transpose, rows, cols int, seed uint32) mat.Dense[T] {
	if t == mat.Trans {
		rows, cols = cols, rows
	}
	return filled[T](rows, cols, seed)
}

func gemmCase[T mat.Float](variant string, m, n, k int, w mat.Workers) (*blasCase[T], error) {
	if len(variant) != 2 {
		return nil, errNotAvailable
	}
	tA, errA := parseTranspose(variant[:1])
	tB, errB := parseTranspose(variant[1:])
	if errA != nil || errB != nil {
		return nil, errNotAvailable
	}
	a, b, c := stored[T](tA, m, k, 1), stored[T](tB, k, n, 2), filled[T](m, n, 3)
	return &blasCase[T]{out: c, run: func() { mat.Gemm(tA, tB, 1, a, b, 0, c, w) }}, nil
}

func syrkCase[T mat.Float](variant string, n, k int, w mat.Workers) (*blasCase[T], error) {
	t, err := parseTranspose(variant)
	if err != nil {
		return nil, err
	}
	a, c := stored[T](t, n, k, 1), mat.NewDense[T](n, n)
	return &blasCase[T]{
		out:    c,
		wanted: lowerTriangle,
		run:    func() { mat.Syrk(mat.Lower, t, 1, a, 0, c, w) },
	}, nil
}

// potrfCase factors a random symmetric matrix plus n·I. A failure would be a bug:
// the matrix is positive definite by Gershgorin's theorem.
func potrfCase[T mat.Float](variant string, n int, w mat.Workers) (*blasCase[T], error) {
	uplo, wanted := mat.Lower, lowerTriangle
	switch variant {
	case "":
	case "U":
		uplo, wanted = mat.Upper, upperTriangle
	default:
		return nil, errNotAvailable
	}
	a := mat.NewDense[T](n, n)
	for i := range n {
		for j := range n {
			v := fillv(uint64(min(i, j)*n+max(i, j)), 1)
			if i == j {
				v += float64(n)
			}
			a.Set(i, j, T(v))
		}
	}
	c := mat.NewDense[T](n, n)
	return &blasCase[T]{out: c, initial: a, restored: true, wanted: wanted, run: func() {
		if err := mat.Potrf(uplo, c, w); err != nil {
			panic(err)
		}
	}}, nil
}

// lowerMatrix is a well-conditioned lower triangle of order n.
func lowerMatrix[T mat.Float](n int) mat.Dense[T] {
	l := mat.NewDense[T](n, n)
	for i := range n {
		for j := range i {
			l.Set(i, j, T(fillv(uint64(i*n+j), 2)*4/float64(n)))
		}
		l.Set(i, i, T(1.5+fillv(uint64(i), 1)))
	}
	return l
}

// trsmCase solves with a lower triangle of order n and r right-hand sides.
func trsmCase[T mat.Float](variant string, n, r int, w mat.Workers) (*blasCase[T], error) {
	l := lowerMatrix[T](n)
	switch variant {
	case "L":
		b := mat.NewDense[T](n, r)
		return &blasCase[T]{out: b, initial: filled[T](n, r, 3), restored: true, run: func() {
			mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, l, b, w)
		}}, nil
	case "R":
		b := mat.NewDense[T](r, n)
		return &blasCase[T]{out: b, initial: filled[T](r, n, 3), restored: true, run: func() {
			mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, l, b, w)
		}}, nil
	}
	return nil, errNotAvailable
}

func gemvCase[T mat.Float](variant string, m, n int, w mat.Workers) (*blasCase[T], error) {
	t, err := parseTranspose(variant)
	if err != nil {
		return nil, err
	}
	xSize, ySize := n, m
	if t == mat.Trans {
		xSize, ySize = m, n
	}
	a, x, y := filled[T](m, n, 1), filled[T](1, xSize, 2), mat.NewDense[T](1, ySize)
	return &blasCase[T]{out: y, run: func() { mat.Gemv(t, 1, a, x.Data, 0, y.Data, w) }}, nil
}

func dotCase[T mat.Float](n int) *blasCase[T] {
	x, y, s := filled[T](1, n, 1), filled[T](1, n, 2), mat.NewDense[T](1, 1)
	return &blasCase[T]{out: s, run: func() { s.Data[0] = mat.Dot(x.Data, y.Data) }}
}

// axpyCase is not restored between timed calls: y just keeps growing, by 2000·x/2 at
// most, and the time doesn't depend on it.
func axpyCase[T mat.Float](n int) *blasCase[T] {
	x, y := filled[T](1, n, 1), mat.NewDense[T](1, n)
	return &blasCase[T]{out: y, initial: filled[T](1, n, 2), run: func() { mat.Axpy(1e-3, x.Data, y.Data) }}
}
