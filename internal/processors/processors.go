// Package processors says how many processors a computation may use.
package processors

import (
	"math"
	"runtime"
	"sync/atomic"
)

// pretended is what [Pretend] has set, or 0.
var pretended atomic.Int64

// Count returns how many goroutines of this process can compute at the same time: GOMAXPROCS, but no more than the
// processors that the process may run on, and than the limits of its control groups leave it, rounded up.
//
// Go takes only the innermost group into account, and never less than two processors. But goroutines that spin while
// they wait for each other take longer on one processor than one goroutine does. If the environment sets GOMAXPROCS,
// that counts instead of the limits. It can be larger than the number of processors, and then goroutines that spin
// would keep processors from those that they wait for.
func Count() int {
	limit := int(pretended.Load())
	if limit == 0 {
		limit = min(runtime.NumCPU(), ofGroups())
	}
	return min(runtime.GOMAXPROCS(0), limit)
}

// Pretend makes [Count] return n on any machine, until restore is called. It sets GOMAXPROCS, too. It is meant for
// tests of what many workers do.
func Pretend(n int) (restore func()) {
	procs, before := runtime.GOMAXPROCS(n), pretended.Swap(int64(n))
	return func() {
		pretended.Store(before)
		runtime.GOMAXPROCS(procs)
	}
}

// shared says that [Worth] is true of everything.
var shared atomic.Bool

// Worth reports whether a batch of so many multiplications is done sooner by several goroutines than by one, although
// it has some barriers, and each of them reads what the others have just written. It is true of everything where tests
// [Pretend] that there are several processors, or ask for it by [ShareAll].
//
// Measured with two goroutines (AVX-512): batches of a million multiplications and less take longer than with one,
// those of three and more are faster. More goroutines lose little more than two.
func Worth(multiplications float64) bool {
	return multiplications >= worth || Forced()
}

// Forced reports whether tests want everything to be shared by all there are.
func Forced() bool { return pretended.Load() > 1 || shared.Load() }

const worth = 1 << 21

// Team returns how many of n goroutines should do such a batch: one if it is not [Worth] more. The work W takes
// W/n + c·n with n of them, where c is what one more adds to the barriers: some 50 ns each (BenchmarkForkJoin of
// package mat). This is least for √(W/c) goroutines, about eight for the smallest batch that is worth sharing.
func Team(multiplications float64, n int) int {
	if !Worth(multiplications) {
		return 1
	}
	if multiplications < worth {
		return n // for tests
	}
	return int(min(8*math.Sqrt(multiplications/worth), float64(n)))
}

// ShareAll makes small computations be shared, too, for tests of trainings, which are small.
func ShareAll() { shared.Store(true) }
