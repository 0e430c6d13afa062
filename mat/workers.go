package mat

import (
	"math"

	"ridge/internal/processors"
)

// Workers is the number of goroutines that a call may use, the caller's included. A call never uses
// more than GOMAXPROCS, nor more than there are processors: more goroutines would only take turns. In
// a container with a limit it uses no more processors than that, rounded up, unless the environment
// variable GOMAXPROCS is set. The limit is read once.
type Workers int

// AllWorkers, the zero value, stands for all that a call may use.
const AllWorkers Workers = 0

// Count returns how many goroutines w stands for: as many as [AllWorkers] if it is negative,
// otherwise w, but at most as many as AllWorkers. It never exceeds 256.
func (w Workers) Count() int {
	if w == 1 {
		return 1
	}
	most := min(processors.Count(), maxHelpers+1)
	if w <= 0 {
		return most
	}
	return min(int(w), most)
}

// helpers are the goroutines that all calls of this package share.
var helpers = newPool()

// Parallel calls body(i) for i = 0 … n−1, on up to w goroutines at a time, and returns when all
// calls have returned. Which goroutine runs which i is not determined: a body whose result depends
// only on i gives results that do not depend on w. If body panics, Parallel waits for the other
// goroutines to stop and panics with the same value. body must not call runtime.Goexit, as a test's
// FailNow does. Calls may be nested.
//
// Each goroutine begins with a range of consecutive indices. As long as there is one caller at a
// time, it gets the same range in the next call, so the data that belong to an i stay in one
// processor's cache. A goroutine that has finished its range takes indices from the others, also
// from those that have not been given a processor. The caller works, too, and does not wait for
// goroutines that have not begun.
//
// The goroutines sleep until the next call or [CloseWorkers]. A call costs about a microsecond if
// they are awake (see [HoldWorkers]), and does not allocate.
func Parallel(w Workers, n int, body func(i int)) { parallel(w, n, function(body)) }

// HoldWorkers announces many calls in a row that use several workers. Until release is called
// (once), workers without work spin for a millisecond before they sleep. Without a hold they spin
// only for about as long as it takes to wake them. It may be called by several goroutines.
func HoldWorkers() (release func()) { return helpers.hold() }

// holdFor is HoldWorkers for a computation of the given number of multiplications, roughly, which begins with work of
// one worker. If it is long enough, it wakes others before that, not after: no more than are worth it, as they are
// woken one after the other.
func holdFor(multiplications float64, w Workers) (release func()) {
	release = HoldWorkers()
	if multiplications >= rouseWork {
		helpers.rouse(int(min(float64(w.Count()), 1+multiplications/rouseWork)))
	}
	return release
}

// rouseWork is the number of multiplications that take some times as long as it takes to wake a goroutine.
const rouseWork = 1 << 24

// CloseWorkers ends the goroutines that calls have left asleep, and returns when they have ended. A
// program need not call it; a test that looks for leaked goroutines does. Calls that are running
// are finished by their callers, and later calls start new goroutines. It must not be called by a
// body of [Parallel].
func CloseWorkers() { helpers.close() }

// function is a function as a body.
type function func(i int)

func (f function) do(i int) { f(i) }

// parallel is Parallel for a body.
func parallel(w Workers, n int, b body) { dispatch(w.Count(), n, b) }

// dispatch hands the calls of a body to goroutines. It is a variable only for a test, which
// replaces the pool by a model of many workers and counts what each of them does on a machine with
// few processors.
var dispatch = helpers.run

// serialWork is the number of multiplications below which a product stays on the caller's
// goroutine: waking another one costs a few microseconds.
const serialWork = 64 * 64 * 64

// workersWorth returns how many of w workers to use for a call with the given number of multiplications. The work W
// takes W/n + c·n with n workers, where c is what one more of them costs: some 50 ns (BenchmarkForkJoin with 4 and with
// 16). This is least for √(W/c) workers, about eight for serialWork.
func workersWorth(multiplications float64, w Workers) Workers {
	if multiplications < serialWork {
		return 1
	}
	return Workers(min(8*math.Sqrt(multiplications/serialWork), float64(w.Count())))
}

// workersForSteps returns how many of w workers to use for one of many steps that wait for each other, which
// workersWorth would give too many: each has at least serialWork of the step's multiplications.
func workersForSteps(multiplications int, w Workers) Workers {
	return Workers(clampInt(multiplications/serialWork, 1, w.Count()))
}
