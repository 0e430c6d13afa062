package main

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// element is element (i, j) of a matrix that is only defined.
type element func(i, j int) float64

// from is a matrix of the given number of columns, filled by the sequence called
// seed.
func from(seed uint32, cols int) element {
	return func(i, j int) float64 { return fillv(uint64(i*cols+j), seed) }
}

func (e element) transposed() element { return func(i, j int) float64 { return e(j, i) } }

func times(a, b element, k int) element {
	return func(i, j int) float64 {
		var s float64
		for p := range k {
			s += a(i, p) * b(p, j)
		}
		return s
	}
}

// solveLower is the solution X of L·X = B.
func solveLower(l, b element) element {
	var x element
	x = func(i, j int) float64 {
		s := b(i, j)
		for p := range i {
			s -= l(i, p) * x(p, j)
		}
		return s / l(i, i)
	}
	return x
}

// cholesky is L of A = L·Lᵀ.
func cholesky(a element) element {
	var l element
	l = func(i, j int) float64 {
		s := a(i, j)
		for p := range j {
			s -= l(i, p) * l(j, p)
		}
		if i == j {
			return math.Sqrt(s)
		}
		return s / l(j, j)
	}
	return l
}

// definitions of every operation on small shapes: the result has rows×cols elements.
var definitions = []struct {
	op, shape  string
	rows, cols int
	out        element
	wanted     func(i, j int) bool
}{
	{"gemmNN", "3x4x5", 3, 4, times(from(1, 5), from(2, 4), 5), nil},
	{"gemmNT", "3x4x5", 3, 4, times(from(1, 5), from(2, 5).transposed(), 5), nil},
	{"gemmTN", "3x4x5", 3, 4, times(from(1, 3).transposed(), from(2, 4), 5), nil},
	{"gemmTT", "3x4x5", 3, 4, times(from(1, 3).transposed(), from(2, 5).transposed(), 5), nil},
	{"syrkN", "4x6", 4, 4, times(from(1, 6), from(1, 6).transposed(), 6), lowerTriangle},
	{"syrkT", "4x6", 4, 4, times(from(1, 4).transposed(), from(1, 4), 6), lowerTriangle},
	{"syr2kN", "4x6", 4, 4,
		plus(times(from(1, 6), from(2, 6).transposed(), 6), times(from(2, 6), from(1, 6).transposed(), 6)),
		lowerTriangle},
	{"syr2kT", "4x6", 4, 4,
		plus(times(from(1, 4).transposed(), from(2, 4), 6), times(from(2, 4).transposed(), from(1, 4), 6)),
		lowerTriangle},
	{"symmL", "4x3", 4, 3, times(symmetric(from(1, 4)), from(2, 3), 4), nil},
	{"symmR", "4x3", 3, 4, times(from(2, 4), symmetric(from(1, 4)), 4), nil},
	{"trmmL", "4x3", 4, 3, times(lowerOf(testLower(4)), from(3, 3), 4), nil},
	{"trmmR", "4x3", 3, 4, times(from(3, 4), lowerOf(testLower(4)).transposed(), 4), nil},
	{"getrf", "5", 5, 5, eliminated(5), nil},
	{"geqrf", "5x3", 5, 3, negated(cholesky(times(from(1, 3).transposed(), from(1, 3), 5)).transposed(), 5, 3),
		upperTriangle},
	{"potrf", "5", 5, 5, cholesky(testSymmetric(5)), lowerTriangle},
	{"potrfU", "5", 5, 5, cholesky(testSymmetric(5)).transposed(), upperTriangle},
	{"trsmL", "4x3", 4, 3, solveLower(testLower(4), from(3, 3)), nil},
	{"trsmR", "4x3", 3, 4, solveLower(testLower(4), from(3, 4).transposed()).transposed(), nil},
	{"gemvN", "3x5", 1, 3, times(from(2, 5), from(1, 5).transposed(), 5), nil},
	{"gemvT", "3x5", 1, 5, times(from(2, 3), from(1, 5), 3), nil},
	{"dot", "7", 1, 1, times(from(1, 7), from(2, 7).transposed(), 7), nil},
	{"axpy", "7", 1, 7, func(i, j int) float64 { return 1e-3*from(1, 7)(i, j) + from(2, 7)(i, j) }, nil},
}

func plus(a, b element) element { return func(i, j int) float64 { return a(i, j) + b(i, j) } }

// symmetric takes the upper triangle from the lower one.
func symmetric(a element) element {
	return func(i, j int) float64 { return a(max(i, j), min(i, j)) }
}

func lowerOf(a element) element {
	return func(i, j int) float64 {
		if j > i {
			return 0
		}
		return a(i, j)
	}
}

// eliminated are the factors of the matrix of getrf: its rows in the order of the permutation's columns, as the
// element there is the largest by far, eliminated without exchanges.
func eliminated(n int) element {
	row := make([]int, n)
	for i, j := range shuffled(n) {
		row[j] = i
	}
	a := func(i, j int) float64 {
		v := from(1, n)(row[i], j)
		if i == j {
			v += float64(n)
		}
		return v
	}
	var lu element
	lu = func(i, j int) float64 {
		s := a(i, j)
		for p := range min(i, j) {
			s -= lu(i, p) * lu(p, j)
		}
		if i > j {
			s /= lu(j, j)
		}
		return s
	}
	return lu
}

// negated gives the rows of R, of which the diagonal is positive, the signs that reflections give them: each is
// opposite to that of the element on the diagonal that the reflection finds, which is that of Qᵀ·A. They are
// found by making the reflections.
func negated(r element, m, n int) element {
	a := mat.NewDense[float64](m, n)
	for i := range m {
		for j := range n {
			a.Set(i, j, from(1, n)(i, j))
		}
	}
	sign := make([]float64, n)
	for k := range n {
		var norm float64
		for i := k; i < m; i++ {
			norm = math.Hypot(norm, a.At(i, k))
		}
		sign[k] = -math.Copysign(1, a.At(k, k))
		v := make([]float64, m)
		for i := k; i < m; i++ {
			v[i] = a.At(i, k)
		}
		v[k] -= sign[k] * norm
		for j := k; j < n; j++ {
			var s, square float64
			for i := k; i < m; i++ {
				s += v[i] * a.At(i, j)
				square += v[i] * v[i]
			}
			for i := k; i < m; i++ {
				a.Set(i, j, a.At(i, j)-2*s/square*v[i])
			}
		}
	}
	return func(i, j int) float64 { return sign[i] * r(i, j) }
}

func testSymmetric(n int) element {
	return func(i, j int) float64 {
		v := from(1, n)(min(i, j), max(i, j))
		if i == j {
			v += float64(n)
		}
		return v
	}
}

func testLower(n int) element {
	return func(i, j int) float64 {
		if i == j {
			return 1.5 + fillv(uint64(i), 1)
		}
		return from(2, n)(i, j) * 4 / float64(n)
	}
}

// quickRequest measures with a clock that makes every call look slow, so that few
// are made.
func quickRequest(op, shape string) request {
	var clock float64
	return request{op: op, shape: shape, threads: 1, watch: stopwatch{
		reps: 1,
		now:  func() float64 { clock += 2; return clock },
	}}
}

func TestChecksumsOfEveryOperation(t *testing.T) {
	for _, d := range definitions {
		for name, tolerance := range map[string]float64{"f32": 1e-5, "f64": 1e-13} {
			t.Run(d.op+"/"+name, func(t *testing.T) {
				want := mat.NewDense[float64](d.rows, d.cols)
				for i := range d.rows {
					for j := range d.cols {
						if d.wanted == nil || d.wanted(i, j) {
							want.Set(i, j, d.out(i, j))
						}
					}
				}
				sum, norm := checksum(want, d.wanted)

				r := quickRequest(d.op, d.shape)
				r.single = name == "f32"
				m, err := r.measure()

				require.NoError(t, err)
				require.InDelta(t, sum, m.checksum, tolerance*norm)
				require.InEpsilon(t, norm, m.norm, 100*tolerance)
				require.Positive(t, m.seconds)
			})
		}
	}
}

func TestUnknownOperationsAreNotAvailable(t *testing.T) {
	for _, c := range [][2]string{
		{"gesv", "10"}, {"gemm", "2x2x2"}, {"gemmN", "2x2x2"}, {"gemmNX", "2x2x2"}, {"gemmNNN", "2x2x2"},
		{"gemmNN", "2x2"}, {"syrk", "2x2"}, {"syrkN", "2"}, {"syrkC", "2x2"}, {"potrf", "2x2"}, {"potrfL", "2"},
		{"syr2k", "2x2"}, {"syr2kN", "2"}, {"symm", "2x2"}, {"symmX", "2x2"}, {"symmL", "2"},
		{"trmmX", "2x2"}, {"trmmL", "2"}, {"getrf", "2x2"}, {"getrfX", "2"}, {"geqrf", "2"},
		{"trsm", "2x2"}, {"trsmL", "2x2x2"}, {"trsmX", "2x2"}, {"gemv", "2x2"}, {"gemvN", "2"}, {"dot", "2x2"},
		{"axpyN", "2"}, {"", "2"},
	} {
		_, err := quickRequest(c[0], c[1]).measure()
		require.ErrorIs(t, err, errNotAvailable, "%v", c)
	}
}

func TestShapesAreParsed(t *testing.T) {
	for shape, want := range map[string][]int{"784": {784}, "60000x10": {60000, 10}, "1x2x3": {1, 2, 3}} {
		got, err := parseDims(shape)
		require.NoError(t, err)
		require.Equal(t, want, got)
	}
	for _, shape := range []string{
		"", "x", "3x", "x3", "0x3", "-1x3", "3xa", "3.5", "1x2x3x4", "99999999999999999999", "3X4",
	} {
		_, err := parseDims(shape)
		var bad *shapeError
		require.True(t, errors.As(err, &bad), "%q: %v", shape, err)
		require.Contains(t, err.Error(), shape)
	}
}

func TestShapesThatNeedTooMuchMemoryAreRefused(t *testing.T) {
	for _, c := range [][2]string{
		{"gemmNN", "60000x60000x2"}, {"gemmNN", "2x60000x60000"}, {"gemmNN", "60000x2x60000"},
		{"syrkN", "60000x2"}, {"syr2kN", "60000x2"}, {"symmL", "60000x2"}, {"trmmL", "60000x2"}, {"potrf", "60000"},
		{"getrf", "60000"}, {"trsmL", "60000x2"}, {"gemvN", "60000x60000"},
		{"dot", "3000000000"}, {"axpy", "9223372036854775807"},
	} {
		_, err := quickRequest(c[0], c[1]).measure()
		var bad *shapeError
		require.ErrorAs(t, err, &bad, "%v", c)
	}
}
