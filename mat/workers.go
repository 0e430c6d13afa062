package mat

import "runtime"

// Workers is the number of goroutines that a call may use, the caller's included. More than
// GOMAXPROCS, which knows the processors and the limits of a container, are never used: they would
// only take turns.
type Workers int

// AllWorkers, the zero value, stands for GOMAXPROCS.
const AllWorkers Workers = 0

// Count returns how many goroutines w stands for: w itself, but no more than GOMAXPROCS, and
// GOMAXPROCS for [AllWorkers] and less; never more than 256.
func (w Workers) Count() int {
	if w == 1 {
		return 1
	}
	most := min(runtime.GOMAXPROCS(0), mostHelpers+1)
	if w <= 0 {
		return most
	}
	return min(int(w), most)
}

// helpers are the goroutines that all calls of this package share.
var helpers = newPool()

// Parallel calls body(i) for i = 0 … n−1, on up to w goroutines at a time, and
// returns when all calls have. Which goroutine runs which i is not determined: a
// body whose result depends only on i gives results that do not depend on w. A
// panic of body is passed on to the caller, after the other goroutines have come to
// rest. body must not call runtime.Goexit, as a test's FailNow does. Calls may be nested.
//
// Each goroutine begins with a stretch of the indices, and as long as nobody else calls, it is the
// same one the next time: data that belong to an i stay in one processor's cache. Indices whose
// goroutine has not been given a processor are taken by the others. The caller works, too, and waits
// for none that has not begun.
//
// The goroutines are kept, asleep, for the next call, until [CloseWorkers]. A call costs
// about a microsecond if they are awake (see [HoldWorkers]), and does not allocate.
func Parallel(w Workers, n int, body func(i int)) { parallel(w, n, function(body)) }

// HoldWorkers says that there will be many calls in a row that use several workers, until
// release is called, once. In between, workers that have nothing to do spin for a
// millisecond before they sleep; without a hold for no longer than it takes to wake
// them. It may be called by several goroutines.
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
func parallel(w Workers, n int, b body) { dispatch(w.Count(), n, b) }

// dispatch hands the calls of a body to goroutines. It is a variable so that a test can put a model of many workers in
// the place of the pool, and count what each of them does on a machine with few processors. Nothing else sets it.
var dispatch = helpers.run
