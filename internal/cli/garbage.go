package cli

import (
	"context"
	"os"
	"runtime"
	"runtime/debug"
)

// ownProcess is the context key that says whether the process runs nothing but the program.
type ownProcess struct{}

// limitGCWhileReading bounds the garbage that reading makes, such as the text of a table or the bytes of a large model,
// until a training calls limitGCWhileTraining or restore is called; where neither happens, all trainings of a search
// keep that bound. A process that does other things as well keeps its own rule, and so does one whose user has set
// GOGC.
func limitGCWhileReading(ctx context.Context) (restore func()) {
	const percent = 30 // of what lives
	if keepsItsGC(ctx) {
		return func() {}
	}
	before := debug.SetGCPercent(percent)
	return func() { debug.SetGCPercent(before) }
}

// limitGCWhileTraining collects the garbage that reading has left, before the training allocates its memory. From then
// on most of the live heap is a few large slices without pointers, which are no work for the collector, so there is no
// reason to let garbage grow to their size.
func limitGCWhileTraining(ctx context.Context) {
	const percent = 10 // of what lives
	if keepsItsGC(ctx) {
		return
	}
	debug.SetGCPercent(percent)
	runtime.GC()
}

// keepsItsGC reports whether it is not up to the program how much garbage there may be.
func keepsItsGC(ctx context.Context) bool {
	return ctx.Value(ownProcess{}) == nil || os.Getenv("GOGC") != ""
}
