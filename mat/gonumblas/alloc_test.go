//go:build !race

package gonumblas

// Excluded under the race detector, which makes sync.Pool drop some of the buffers put into it.

import (
	"runtime/debug"
	"testing"

	"ridge/mat"
)

func TestNoAllocations(t *testing.T) {
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
