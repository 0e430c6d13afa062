package mat_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

func TestPotrfReportsTheFirstMinorThatIsNotPositive(t *testing.T) {
	both(t, testPotrfMinor[float32], testPotrfMinor[float64])
}

// testPotrfMinor breaks a matrix at every position, and if it is small, in every way. Its pivots
// are exact, so the pivots 0 and −1 are reached without rounding errors.
func testPotrfMinor[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{2, 33}, []int{1, 2, 3, 17, 32, 33, 65, 130}) {
		for p := range n {
			if !thorough.Tests() && n > 33 && p%8 != 0 {
				continue
			}
			ways := brokenAt[T](n, p)
			if n > 33 {
				delete(ways, "+Inf on the diagonal")
				delete(ways, "−Inf on the diagonal")
				delete(ways, "−Inf next to it")
				delete(ways, "a large number next to it")
				delete(ways, "negative pivot")
			}
			for name, make := range ways {
				a := make()
				for _, u := range uplos {
					f := a.Clone()
					poison(u, f)
					err := mat.Potrf(u, f, 1)
					var npd *mat.NotPositiveDefiniteError
					require.ErrorAs(t, err, &npd, "%s at %d of %d, %s", name, p+1, n, triangle(u))
					require.Equal(t, p+1, npd.Minor, "%s, n=%d, %s", name, n, triangle(u))
					requirePoisoned(t, u, f, "%s at %d of %d, %s", name, p+1, n, triangle(u))
				}
			}
		}
	}
}

// Matrices of these sizes are factored by several workers, in panels; much larger ones are factored
// block by block.
func TestPotrfReportsTheFirstMinorOfALargeMatrix(t *testing.T) {
	both(t, testPotrfLargeMinor[float32], testPotrfLargeMinor[float64])
}

func testPotrfLargeMinor[T mat.Float](t *testing.T) {
	for _, n := range pick([]int{400}, []int{321, 400, 700}) {
		f := mat.NewDense[T](n, n) // one for all, because new memory takes longer than the factorizations
		for i, p := range pick([]int{250, 399},
			[]int{0, 3, 159, 160, 161, 200, 250, 320, n/2 - 1, n / 2, n - 2, n - 1}) {
			for k, u := range uplos {
				w := []mat.Workers{1, 3}[(i+k+n)%2] // the sizes are even and odd: each block boundary has both
				fillBroken(f, u, p)
				var npd *mat.NotPositiveDefiniteError
				require.ErrorAs(t, mat.Potrf(u, f, w), &npd)
				require.Equal(t, p+1, npd.Minor, "n=%d, %v, %d workers", n, u, w)
				requirePoisoned(t, u, f, "n=%d, %v", n, u)
				fillBroken(f, u, p)
				require.Equal(t, p+1, mat.PotrfBlocks(u, f, w), "n=%d, %v, %d workers", n, u, w)
				requirePoisoned(t, u, f, "n=%d, %v", n, u)
			}
		}
	}
}

// fillBroken fills a triangle with 4 on the diagonal and 1 next to it, less the diagonal's element p.
func fillBroken[T mat.Float](f mat.Dense[T], u mat.Uplo, p int) {
	clear(f.Data)
	for i := range f.Rows {
		f.Set(i, i, 4)
		if i > 0 {
			f.Set(i, i-1, 1)
			f.Set(i-1, i, 1)
		}
	}
	f.Set(p, p, 0)
	poison(u, f)
}

// brokenAt returns matrices of order n whose first leading minor that is not positive has order
// p+1.
func brokenAt[T mat.Float](n, p int) map[string]func() mat.Dense[T] {
	r := newRand(n)
	d := make([]float64, n)
	for i := range d {
		d[i] = []float64{1, 4}[r.IntN(2)]
	}
	withPivot := func(v float64) func() mat.Dense[T] {
		return func() mat.Dense[T] {
			d[p] = v
			return narrow[T](integral(n, d))
		}
	}
	good := withPivot(1)()
	with := func(j int, v T) func() mat.Dense[T] {
		return func() mat.Dense[T] {
			a := good.Clone()
			a.Set(p, j, v)
			a.Set(j, p, v)
			return a
		}
	}
	ms := map[string]func() mat.Dense[T]{
		"negative pivot":       withPivot(-1),
		"zero pivot":           withPivot(0),
		"NaN on the diagonal":  with(p, nan[T]()),
		"+Inf on the diagonal": with(p, inf[T]()),
		"−Inf on the diagonal": with(p, -inf[T]()),
	}
	if p > 0 {
		ms["NaN next to it"] = with(r.IntN(p), nan[T]())
		ms["−Inf next to it"] = with(r.IntN(p), -inf[T]())
		ms["a large number next to it"] = with(p-1, 1e15)
	}
	return ms
}

func TestNotPositiveDefiniteErrorNamesTheMinor(t *testing.T) {
	a := mat.DenseOf(2, 2, []float64{1, 0, 2, 4})
	err := mat.Potrf(mat.Lower, a, 1)
	require.EqualError(t, err, "mat: matrix is not positive definite: leading minor of order 2 is not positive")
}
