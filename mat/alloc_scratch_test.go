//go:build !race

package mat_test

// Not under the race detector: see TestNothingIsAllocatedAfterAWarmUp.

import (
	"runtime"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// TestScratchOfTallMatricesIsInProportionToThem runs on matrices for which scratch memory is much larger than the
// smallest buffers.
func TestScratchOfTallMatricesIsInProportionToThem(t *testing.T) {
	withoutCollections(t)
	inTurn(t, testScratch[float32], testScratch[float64])
}

func testScratch[T mat.Float](t *testing.T) {
	const m = 150_000
	for _, n := range []int{1, 10, 33} {
		a := random[T](newRand(1), m, n)
		c, tau, jpvt, ipiv := random[T](newRand(2), m, 9), make([]T, n), make([]int, n), make([]int, n)
		pivoted := func() {
			for j := range jpvt {
				jpvt[j] = -1
			}
			mat.Geqp3(a, jpvt, tau, 1)
		}
		factored := 2 * n // elements per row: the vectors, one in each row, in a buffer a quarter larger
		if n > 32 {
			factored = 8 * n // several blocks, which are packed, and a copy in panels
		}
		for _, f := range []struct {
			name string
			run  func()
			most int // elements per row
		}{
			{"Geqrf", func() { mat.Geqrf(a, tau, 1) }, factored},
			{"Ormqr", func() { mat.Ormqr(mat.Left, mat.Trans, a, tau, c, 1) }, 4 * (n + 16)},
			{"Orgqr", func() { mat.Orgqr(a, tau, 1) }, 4 * (n + 16)},
			{"Geqp3", pivoted, 2 * (n + 1)}, // the vectors, and a column
			{"Getrf", func() { _ = mat.Getrf(a, ipiv, 1) }, 4 * (n + 1)},
		} {
			perRow := float64(allocated(f.run)) / float64(m*unsafe.Sizeof(tau[0]))
			assert.LessOrEqual(t, perRow, float64(f.most), "%s of %d columns", f.name, n)
		}
	}
}

// allocated is how many bytes a call allocates that finds no buffers.
func allocated(f func()) uint64 {
	runtime.GC()
	runtime.GC() // a sync.Pool keeps what it holds for one collection
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	f()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}
