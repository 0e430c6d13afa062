package mat

import "runtime"

// Workers is the number of goroutines that a call may use, the caller's included.
type Workers int

// AllWorkers, the zero value, stands for GOMAXPROCS.
const AllWorkers Workers = 0

// Count returns how many goroutines w stands for: w itself, or GOMAXPROCS for [AllWorkers]
// and less, and no more than 256.
func (w Workers) Count() int {
	if w <= 0 {
		w = Workers(runtime.GOMAXPROCS(0))
	}
	return min(int(w), mostHelpers+1)
}

// helpers are the goroutines that all calls of this package share.
var helpers = newPool()

// Parallel calls body(i) for i = 0 … n−1, on up to w goroutines at a time, and
// returns when all calls have. Which goroutine runs which i is not determined: a
// body whose result depends only on i gives results that do not depend on w. A
// panic of body is passed on to the caller, after the other goroutines have come to
// rest. body must not call runtime.Goexit, as a test's FailNow does. Calls may be nested.
//
// The goroutines are kept, asleep, for the next call, until [CloseWorkers]. The caller works,
// too, and waits for none that has not begun.
func Parallel(w Workers, n int, body func(i int)) { parallel(w, n, function(body)) }

// HoldWorkers says that there will be many calls in a row that use several workers, until
// release is called, once. In between, workers that have nothing to do spin for a fraction
// of a millisecond before they sleep, since to wake them takes as long. Without a hold none
// spins. It may be called by several goroutines.
func HoldWorkers() (release func()) { return helpers.hold() }

// CloseWorkers ends the goroutines that calls have left asleep, and returns when they have
// ended. A program need not call it; a test that looks for leaked goroutines does. Calls
// under way are finished by their callers, and later ones start new goroutines. It must not be
// called by a body of [Parallel].
func CloseWorkers() { helpers.close() }

// function is a body that is one function.
type function func(i int)

func (f function) do(i int) { f(i) }

// parallel is Parallel of a body.
func parallel(w Workers, n int, b body) { helpers.run(w.Count(), n, b) }
