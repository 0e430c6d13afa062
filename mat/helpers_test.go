package mat_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/thorough"
	"ridge/mat"
)

// both runs the two instantiations of a generic test, in parallel.
func both(t *testing.T, f32, f64 func(*testing.T)) {
	t.Helper()
	for name, f := range map[string]func(*testing.T){"f32": f32, "f64": f64} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f(t)
		})
	}
}

// inTurn is both without parallelism, for tests that count allocations: the counts include all
// goroutines.
func inTurn(t *testing.T, f32, f64 func(*testing.T)) {
	t.Helper()
	t.Run("f32", f32)
	t.Run("f64", f64)
}

var (
	transposes = []mat.Transpose{mat.NoTrans, mat.Trans}
	uplos      = []mat.Uplo{mat.Lower, mat.Upper}
	sides      = []mat.Side{mat.Left, mat.Right}
	diags      = []mat.Diag{mat.NonUnit, mat.Unit}
)

// transposedIf is Trans if yes is true, else NoTrans.
func transposedIf(yes bool) mat.Transpose {
	if yes {
		return mat.Trans
	}
	return mat.NoTrans
}

func opposite(t mat.Transpose) mat.Transpose { return transposedIf(t == mat.NoTrans) }

func letter(t mat.Transpose) string {
	if t == mat.Trans {
		return "T"
	}
	return "N"
}

func triangle(u mat.Uplo) string {
	if u == mat.Upper {
		return "upper"
	}
	return "lower"
}

// around returns those of v−1, v and v+1 for each v that are positive, sorted and without
// duplicates.
func around(vs ...int) []int {
	var out []int
	for _, v := range vs {
		for _, d := range []int{-1, 0, 1} {
			if v+d > 0 {
				out = append(out, v+d)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func upTo(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i + 1
	}
	return out
}

// pick returns the long list if tests are to be thorough, else the short one.
func pick[E any](short, long []E) []E {
	if !thorough.Tests() {
		return short
	}
	return long
}

// workerCounts are the numbers of workers to compare with a single one.
func workerCounts() []mat.Workers {
	return pick([]mat.Workers{3}, []mat.Workers{2, 7})
}

// some returns two of the values for case i: the first one always, the others in turn.
func some[E any](i int, first E, others ...E) []E { return []E{first, others[i%len(others)]} }

func newRand(seed int) *rand.Rand { return rand.New(rand.NewPCG(uint64(seed), 0x9e3779b97f4a7c15)) }

// fill overwrites m with random numbers in [−1, 1).
func fill[T mat.Float](r *rand.Rand, m mat.Dense[T]) {
	for i := range m.Rows {
		row := m.Row(i)
		for j := range row {
			row[j] = T(2*r.Float64() - 1)
		}
	}
}

func random[T mat.Float](r *rand.Rand, rows, cols int) mat.Dense[T] {
	m := mat.NewDense[T](rows, cols)
	fill(r, m)
	return m
}

func randomVector[T mat.Float](r *rand.Rand, n int) []T { return random[T](r, 1, n).Data }

func constant[T mat.Float](n int, v float64) []T {
	x := make([]T, n)
	for i := range x {
		x[i] = T(v)
	}
	return x
}

func nan[T mat.Float]() T { return T(math.NaN()) }

func inf[T mat.Float]() T { return T(math.Inf(1)) }

// shapeOf returns the stored shape of a matrix whose op is rows×cols.
func shapeOf(t mat.Transpose, rows, cols int) (int, int) {
	if t == mat.Trans {
		return cols, rows
	}
	return rows, cols
}

// stored returns the matrix s with op(s) = m.
func stored[T mat.Float](t mat.Transpose, m mat.Dense[T]) mat.Dense[T] {
	if t == mat.NoTrans {
		return m
	}
	s := mat.NewDense[T](m.Cols, m.Rows)
	for i := range m.Rows {
		for j, v := range m.Row(i) {
			s.Data[j*s.Stride+i] = v
		}
	}
	return s
}

// framed is a matrix with memory around it on all four sides. The contents of that memory must
// survive whatever is done to the matrix.
type framed[T mat.Float] struct {
	mat.Dense[T]
	slab   []T
	offset int
	canary T
}

const (
	frameTop  = 2 // rows
	frameLeft = 3 // columns; odd, so that no row starts at an aligned address
	frameBoth = 5 // columns on the left and right
)

// framedWith returns a rows×cols matrix of zeros in a frame of canaries. NaN makes reads of the
// frame visible in the results; it is for inputs. A number that does not occur otherwise also makes
// writes visible; it is for outputs.
func framedWith[T mat.Float](rows, cols int, canary T) framed[T] {
	stride := cols + frameBoth
	f := framed[T]{slab: make([]T, (rows+2*frameTop)*stride), offset: frameTop*stride + frameLeft, canary: canary}
	for i := range f.slab {
		f.slab[i] = canary
	}
	end := f.offset
	if rows > 0 && cols > 0 {
		end += (rows-1)*stride + cols
	}
	f.Dense = mat.Dense[T]{Rows: rows, Cols: cols, Stride: stride, Data: f.slab[f.offset:end:end]}
	if cols > 0 {
		f.Fill(0)
	}
	return f
}

// input returns a random matrix framed with NaN.
func input[T mat.Float](r *rand.Rand, rows, cols int) framed[T] {
	f := framedWith(rows, cols, nan[T]())
	if cols > 0 {
		fill(r, f.Dense)
	}
	return f
}

// output returns a random matrix framed with a large number.
func output[T mat.Float](r *rand.Rand, rows, cols int) framed[T] {
	f := framedWith(rows, cols, T(-987654))
	if cols > 0 {
		fill(r, f.Dense)
	}
	return f
}

// framedCopy returns m, stored as t says, in a frame.
func framedCopy[T mat.Float](t mat.Transpose, m mat.Dense[T], canary T) framed[T] {
	rows, cols := shapeOf(t, m.Rows, m.Cols)
	f := framedWith(rows, cols, canary)
	mat.Copy(f.Dense, stored(t, m))
	return f
}

// requireFrameIntact fails if anything around the matrix was written.
func (f framed[T]) requireFrameIntact(t testing.TB, msg string, args ...any) {
	canary := bits(f.canary)
	outside := func(from, to int) {
		for p, v := range f.slab[from:to] {
			if bits(v) != canary {
				require.Failf(t, "wrote outside of the matrix", "element %d of the slab is %v: %s",
					from+p, v, fmt.Sprintf(msg, args...))
			}
		}
	}
	end := 0 // of the previous row
	for i := range f.Rows {
		start := f.offset + i*f.Stride
		outside(end, start)
		end = start + f.Cols
	}
	outside(end, len(f.slab))
}

func bits[T mat.Float](v T) uint64 {
	switch v := any(v).(type) {
	case float32:
		return uint64(math.Float32bits(v))
	case float64:
		return math.Float64bits(v)
	}
	panic("unreachable")
}

// requireSameShape fails unless a is rows×cols.
func requireSameShape[T mat.Float](t testing.TB, rows, cols int, a mat.Dense[T]) {
	if a.Rows != rows || a.Cols != cols { // testify takes longer than most comparisons of elements
		require.Equal(t, [2]int{rows, cols}, [2]int{a.Rows, a.Cols})
	}
}

// requireSameBits fails unless the two matrices are equal bit for bit, NaN included.
func requireSameBits[T mat.Float](t testing.TB, want, got mat.Dense[T], msg string, args ...any) {
	requireSameShape(t, want.Rows, want.Cols, got)
	for i := range want.Rows {
		row := got.Row(i)
		for j, w := range want.Row(i) {
			if g := row[j]; bits(w) != bits(g) {
				require.Failf(t, "bits differ", "(%d, %d): %v, want %v: %s", i, j, g, w, fmt.Sprintf(msg, args...))
			}
		}
	}
}

// inTriangle reports whether (i, j) belongs to the triangle, including the diagonal.
func inTriangle(u mat.Uplo, i, j int) bool { return i == j || (j < i) == (u == mat.Lower) }

// poisonAt is the value at (i, j) of a triangle that must not be touched: NaN and a large number
// alternate, like the squares of a chessboard. NaN shows every read, the number also shows updates.
func poisonAt[T mat.Float](i, j int) T {
	if (i+j)%2 == 0 {
		return nan[T]()
	}
	return -987654
}

func flipped(u mat.Uplo) mat.Uplo {
	if u == mat.Lower {
		return mat.Upper
	}
	return mat.Lower
}

// beyond returns the columns of row i, from … to−1, that belong to the triangle opposite to u, without the diagonal.
func beyond(u mat.Uplo, i, cols int) (from, to int) {
	if u == mat.Lower {
		return min(i+1, cols), cols
	}
	return 0, min(i, cols)
}

// poison overwrites the triangle opposite to u, except the diagonal.
func poison[T mat.Float](u mat.Uplo, a mat.Dense[T]) {
	for i := range a.Rows {
		from, to := beyond(u, i, a.Cols)
		row := a.Row(i)
		for j := from; j < to; j++ {
			row[j] = poisonAt[T](i, j)
		}
	}
}

// requirePoisoned fails unless the triangle opposite to u is as poison left it.
func requirePoisoned[T mat.Float](t testing.TB, u mat.Uplo, a mat.Dense[T], msg string, args ...any) {
	for i := range a.Rows {
		from, to := beyond(u, i, a.Cols)
		row := a.Row(i)
		for j := from; j < to; j++ {
			if bits(row[j]) != bits(poisonAt[T](i, j)) {
				require.Failf(t, "wrote the other triangle", "(%d, %d) is %v: %s", i, j, row[j],
					fmt.Sprintf(msg, args...))
			}
		}
	}
}

// requirePanics fails unless f panics with exactly the message.
func requirePanics(t testing.TB, message string, f func()) {
	t.Helper()
	require.PanicsWithValue(t, message, f)
}

// tileOf returns the register tile and the cache blocks in use for T.
func tileOf[T mat.Float]() (mr, nr, kc, mc, nc int) {
	k := asm.For[T]()
	return k.MR, k.NR, k.KC, k.MC, k.NC
}
