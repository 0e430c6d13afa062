// Package qpfile reads quadratic programs,
//
//	minimize ½xᵀPx + qᵀx + r   subject to   l ≤ Ax ≤ u,
//
// from a plain text format, gzipped or not:
//
//	NAME n m nnz(P) nnz(A) r
//	i j v          nnz(P) lines: the upper triangle of P, indices from 0
//	q              n numbers
//	i j v          nnz(A) lines: A, m×n
//	l              m numbers, -inf allowed
//	u              m numbers, inf allowed
//
// Elements that are given twice are added up. Bounds on variables are rows of A with one
// element.
package qpfile

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"math"
	"os"
	"slices"
	"strconv"

	"ridge/internal/memory"
	"ridge/mat"
)

// Program is a quadratic program as it was read.
type Program struct {
	Name         string
	P, A         mat.Dense[float64] // n×n, both triangles; m×n
	Q            []float64
	R            float64
	Lower, Upper []float64
}

// MostElements is the largest number of elements that P and A may have together: 2 GB of them,
// whatever memory there is.
const MostElements = 1 << 28

// Read reads the file of that name, within [memory.Limit].
func Read(name string) (Program, error) {
	f, err := os.Open(name)
	if err != nil {
		return Program{}, err
	}
	defer f.Close()
	p, err := Decode(f, memory.Limit())
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Decode reads a program, and unpacks it first if it is gzipped. It does not trust r: indices and numbers are checked
// before they are used, and elements are kept in lists that grow as they come. P and A, which have n(n+m) elements
// however few r holds, are not made before r was read to its end. The error is a [memory.LimitError], before anything
// is read but the first line, if lists and matrices would take more than limit, in bytes.
func Decode(r io.Reader, limit int64) (Program, error) {
	in := bufio.NewReader(r)
	if magic, err := in.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return Program{}, fmt.Errorf("unpack: %w", err)
		}
		in = bufio.NewReader(unpacked)
	}
	w := words{scan: bufio.NewScanner(in), limit: limit}
	w.scan.Split(bufio.ScanWords)
	p := w.program()
	if w.err != nil {
		return Program{}, w.err
	}
	return p, nil
}

// words hands out the words of a file. The first error stays, and everything after it is zero.
type words struct {
	scan  *bufio.Scanner
	limit int64
	count int
	err   error
}

func (w *words) program() Program {
	p := Program{Name: w.next("the name")}
	h := w.header()
	p.R = w.finite("r")
	w.check(h)
	elementsP := w.elements("P", h.nonzerosP, h.n, h.n, upperTriangle)
	p.Q = w.numbers("q", h.n, w.finite)
	elementsA := w.elements("A", h.nonzerosA, h.m, h.n, everywhere)
	p.Lower, p.Upper = w.numbers("l", h.m, w.number), w.numbers("u", h.m, w.number)
	w.end()
	if w.err != nil {
		return p
	}
	p.P = w.dense("P", h.n, h.n, elementsP)
	mat.Symmetrize(mat.Upper, p.P, 1)
	p.A = w.dense("A", h.m, h.n, elementsA)
	return p
}

// end returns an error if there is another word.
func (w *words) end() {
	if w.err == nil && w.scan.Scan() {
		w.count++
		w.fail("%q after the last number", w.scan.Text())
	} else if err := w.scan.Err(); err != nil {
		w.fail("%w", err)
	}
}

// header is the sizes in the first line.
type header struct{ n, m, nonzerosP, nonzerosA int }

func (w *words) header() header {
	return header{w.size("n"), w.size("m"), w.size("nnz(P)"), w.size("nnz(A)")}
}

// check refuses sizes that there is no memory for.
func (w *words) check(h header) {
	n, m := int64(h.n), int64(h.m)
	if w.err == nil && (n == 0 || n*n+m*n > MostElements) {
		w.fail("%d variables and %d rows are none, or more than can be stored", n, m)
	}
	const element, float = 16, 8
	lists := element*(int64(h.nonzerosP)+int64(h.nonzerosA)) + 2*float*(n+2*m)
	need := memory.Product(n, n+m, float) + lists
	what := fmt.Sprintf("%d variables, %d rows and %d elements", n, m, h.nonzerosP+h.nonzerosA)
	if err := memory.Check(min(w.limit, math.MaxInt), need, what); err != nil {
		w.fail("%w", err)
	}
}

// dense makes a matrix of its elements.
func (w *words) dense(what string, rows, columns int, elements list[element]) mat.Dense[float64] {
	d := mat.NewDense[float64](rows, columns)
	for _, part := range elements {
		for _, e := range part {
			at := &d.Row(int(e.i))[e.j]
			if *at += e.v; math.IsInf(*at, 0) {
				w.fail("elements (%d, %d) of %s add up to infinity", e.i, e.j, what)
				return d
			}
		}
	}
	return d
}

func (w *words) fail(format string, args ...any) {
	if w.err == nil {
		w.err = fmt.Errorf("word %d: "+format, append([]any{w.count}, args...)...)
	}
}

func (w *words) next(what string) string {
	if w.err != nil {
		return ""
	}
	w.count++
	if !w.scan.Scan() {
		if err := w.scan.Err(); err != nil {
			w.fail("%w", err)
		} else {
			w.fail("%s is missing", what)
		}
		return ""
	}
	return w.scan.Text()
}

// size reads a count.
func (w *words) size(what string) int {
	s := w.next(what)
	if w.err != nil {
		return 0
	}
	v, err := strconv.Atoi(s)
	if err != nil || v < 0 || v > MostElements {
		w.fail("%s = %q is not a size", what, s)
		return 0
	}
	return v
}

// element is an element of a matrix.
type element struct {
	i, j int32
	v    float64
}

// region is the part of a matrix that elements may be in.
type region int

const (
	everywhere region = iota
	upperTriangle
)

// elements reads the elements of a matrix. It takes memory as they come.
func (w *words) elements(what string, count, rows, columns int, r region) list[element] {
	var l list[element]
	row, column, value := "a row of "+what, "a column of "+what, "an element of "+what
	for k := 0; k < count && w.err == nil; k++ {
		i, j := w.size(row), w.size(column)
		v := w.finite(value)
		switch {
		case w.err != nil:
		case i >= rows || j >= columns:
			w.fail("element (%d, %d) is outside of %s, which is %d×%d", i, j, what, rows, columns)
		case r == upperTriangle && i > j:
			w.fail("element (%d, %d) is below the diagonal of %s", i, j, what)
		default:
			l.add(element{int32(i), int32(j), v})
		}
	}
	return l
}

// number reads a number that may be infinite.
func (w *words) number(what string) float64 {
	s := w.next(what)
	if w.err != nil {
		return 0
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || math.IsNaN(v) {
		w.fail("%s: %q is not a number", what, s)
		return 0
	}
	return v
}

func (w *words) finite(what string) float64 {
	v := w.number(what)
	if math.IsInf(v, 0) {
		w.fail("%s is infinite", what)
	}
	return v
}

// numbers reads count numbers. It takes memory as they come.
func (w *words) numbers(what string, count int, read func(string) float64) []float64 {
	var l list[float64]
	for i := 0; i < count && w.err == nil; i++ {
		l.add(read(what))
	}
	return slices.Concat(l...)
}

// list grows without copying its elements: at the end it takes the memory of its elements, and no more than twice that
// while it is short.
type list[E any] [][]E

func (l *list[E]) add(e E) {
	const shortest, longest = 16, 4096
	last := len(*l) - 1
	if last < 0 {
		*l = append(*l, make([]E, 0, shortest))
		last++
	} else if part := (*l)[last]; len(part) == cap(part) {
		*l = append(*l, make([]E, 0, min(2*cap(part), longest)))
		last++
	}
	(*l)[last] = append((*l)[last], e)
}
