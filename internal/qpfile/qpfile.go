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
	"strconv"

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

// MostElements is the largest number of elements that P and A may have together: 2 GB of them.
const MostElements = 1 << 28

// Read reads the file of that name.
func Read(name string) (Program, error) {
	f, err := os.Open(name)
	if err != nil {
		return Program{}, err
	}
	defer f.Close()
	p, err := Decode(f)
	if err != nil {
		return Program{}, fmt.Errorf("%s: %w", name, err)
	}
	return p, nil
}

// Decode reads a program, and unpacks it first if it is gzipped. What r has to say is not
// believed: sizes are checked before memory is taken, indices and numbers before they are used.
func Decode(r io.Reader) (Program, error) {
	in := bufio.NewReader(r)
	if magic, err := in.Peek(2); err == nil && bytes.Equal(magic, []byte{0x1f, 0x8b}) {
		unpacked, err := gzip.NewReader(in)
		if err != nil {
			return Program{}, fmt.Errorf("unpack: %w", err)
		}
		in = bufio.NewReader(unpacked)
	}
	w := words{scan: bufio.NewScanner(in)}
	w.scan.Split(bufio.ScanWords)
	p := w.program()
	if w.err != nil {
		return Program{}, w.err
	}
	if extra := w.next("the end"); w.err == nil {
		return Program{}, fmt.Errorf("word %d: %q after the last number", w.count, extra)
	} else if err := w.scan.Err(); err != nil {
		return Program{}, err
	}
	return p, nil
}

// words hands out the words of a file. The first error stays, and everything after it is zero.
type words struct {
	scan  *bufio.Scanner
	count int
	err   error
}

func (w *words) program() Program {
	p := Program{Name: w.next("the name")}
	n, m := w.size("n"), w.size("m")
	nonzerosP, nonzerosA := w.size("nnz(P)"), w.size("nnz(A)")
	p.R = w.finite("r")
	if w.err == nil && (n == 0 || (n+m)*n > MostElements) {
		w.fail("%d variables and %d rows are none, or more than can be stored", n, m)
	}
	if w.err != nil {
		return p
	}
	p.P = mat.NewDense[float64](n, n)
	for range nonzerosP {
		i, j, v := w.element("P", p.P)
		if w.err != nil {
			return p
		}
		if i > j {
			w.fail("element (%d, %d) is below the diagonal of P", i, j)
			return p
		}
		p.P.Data[i*n+j] += v
	}
	mat.Symmetrize(mat.Upper, p.P)
	p.Q = w.numbers("q", n, w.finite)
	p.A = mat.NewDense[float64](m, n)
	for range nonzerosA {
		i, j, v := w.element("A", p.A)
		if w.err != nil {
			return p
		}
		p.A.Data[i*n+j] += v
	}
	p.Lower, p.Upper = w.numbers("l", m, w.number), w.numbers("u", m, w.number)
	return p
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

// element reads i, j and v of an element of m.
func (w *words) element(what string, m mat.Dense[float64]) (i, j int, v float64) {
	i, j = w.size("a row of "+what), w.size("a column of "+what)
	v = w.finite("an element of " + what)
	if w.err == nil && (i >= m.Rows || j >= m.Cols) {
		w.fail("element (%d, %d) is outside of %s, which is %d×%d", i, j, what, m.Rows, m.Cols)
	}
	return i, j, v
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
	var v []float64
	for i := 0; i < count && w.err == nil; i++ {
		v = append(v, read(what))
	}
	return v
}
