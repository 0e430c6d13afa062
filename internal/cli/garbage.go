package cli

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
)

// ownProcess is the context key that says whether the process runs nothing but the program.
type ownProcess struct{}

// readGarbage bounds the garbage that reading makes, the text of a table, to a fraction of the live
// heap.
func readGarbage(ctx context.Context) {
	const percent = 30
	if ctx.Value(ownProcess{}) != nil && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(percent)
	}
}

// boundGarbage collects the garbage that reading has left, before the training allocates its memory. From then on most
// of the live heap is a few large slices without pointers, which are no work for the collector, so there is no reason
// to let garbage grow to their size. A process that does other things as well keeps its own rule, and so does one whose
// user has set GOGC.
func boundGarbage(ctx context.Context) {
	const percent = 10 // of what lives
	if ctx.Value(ownProcess{}) == nil || os.Getenv("GOGC") != "" {
		return
	}
	debug.SetGCPercent(percent)
	runtime.GC()
}
