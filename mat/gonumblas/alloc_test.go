//go:build !race

package gonumblas

// Excluded under the race detector, which makes sync.Pool drop some of the buffers put into it.

import (
	"runtime"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/lapack"

	"ridge/mat"
)

func TestRoutinesAllocateNothingOnceTheyHaveRun(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	for _, op := range operations {
		restore, run := op.prepare(150)
		l := library(With(2))
		once := func() {
			restore()
			run(l)
		}
		once()
		if n := testing.AllocsPerRun(5, once); n >= 1 {
			t.Errorf("%s: %v allocations", op.name, n)
		}
	}
	mat.CloseWorkers()
}

// The singular values of a tall matrix take less memory than two such matrices.
func TestSingularValuesTakeLittleMemory(t *testing.T) {
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	const m, n = 60_000, 20
	a, s, work := make([]float64, m*n), make([]float64, n), make([]float64, 4*(m+n))
	for i := range a {
		a[i] = float64(i*i%101) - 50
	}
	runtime.GC()
	runtime.GC() // a sync.Pool keeps what it holds for one collection
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	none := lapack.SVDNone
	assert.True(t, Implementation{}.Dgesvd(none, none, m, n, a, n, s, nil, 1, nil, 1, work, len(work)))
	runtime.ReadMemStats(&after)
	assert.Less(t, float64(after.TotalAlloc-before.TotalAlloc)/(8*m*n), 2.0)
}
