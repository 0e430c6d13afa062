package cli

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
)

// ownProcess is the context key that says whether the process runs nothing but the program.
type ownProcess struct{}

// whileReading bounds the garbage that reading makes, such as the text of a table, to this percentage of the live heap.
const whileReading = 30

// readGarbage bounds it until a training begins.
func readGarbage(ctx context.Context) {
	if ctx.Value(ownProcess{}) != nil && os.Getenv("GOGC") == "" {
		debug.SetGCPercent(whileReading)
	}
}

// boundWhileReading bounds it until restore is called. A large model is read once; the garbage that reading leaves must
// not take as much memory again.
func boundWhileReading() (restore func()) {
	before := debug.SetGCPercent(whileReading)
	return func() { debug.SetGCPercent(before) }
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
