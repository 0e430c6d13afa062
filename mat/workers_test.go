package mat_test

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"runtime"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
	"ridge/mat"
)

// TestMain lets the tests use several workers on any machine: a call uses no more than there are processors.
// Benchmarks use the number that -cpu says.
func TestMain(m *testing.M) {
	flag.Parse()
	if flag.Lookup("test.bench").Value.String() == "" {
		processors.Pretend(max(8, processors.Count()))
		debug.SetGCPercent(800) // the tests allocate a lot, of which little is live at a time
		debug.SetMemoryLimit(testMemory)
	}
	os.Exit(m.Run())
}

// testMemory bounds the garbage between collections, because memory that is reused takes less time than new memory.
const testMemory = 400 << 20

// withoutCollections keeps the garbage collector, which empties each sync.Pool, too, from running in a test.
func withoutCollections(t *testing.T) {
	percent, limit := debug.SetGCPercent(-1), debug.SetMemoryLimit(math.MaxInt64)
	t.Cleanup(func() {
		debug.SetGCPercent(percent)
		debug.SetMemoryLimit(limit)
	})
}

// withProcessors lets a test have n processors.
func withProcessors(t *testing.T, n int) {
	t.Helper()
	t.Cleanup(processors.Pretend(n))
}

func TestWorkersCountNoMoreThanThereAreProcessors(t *testing.T) {
	for _, procs := range []int{1, 2, 5, 300} {
		withProcessors(t, procs)
		most := min(procs, 256)
		for w, want := range map[mat.Workers]int{
			mat.AllWorkers: most, -1: most, math.MinInt: most, 1: 1, 2: min(2, most), 100: min(100, most),
			math.MaxInt: most,
		} {
			require.Equal(t, want, w.Count(), "Workers(%d), %d processors", w, procs)
		}
	}
}

// No number of workers makes a computation overflow.
func TestAnyNumberOfWorkersWorks(t *testing.T) {
	withProcessors(t, 300)
	a, x := random[float64](newRand(1), 100, 100), make([]float64, 100)
	for i := range 100 {
		a.Set(i, i, 200)
	}
	for _, w := range []mat.Workers{math.MaxInt, math.MaxInt - 1, math.MinInt} {
		want, got := mat.NewDense[float64](100, 100), mat.NewDense[float64](100, 100)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, a, 0, want, 1)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, a, 0, got, w)
		requireSameBits(t, want, got, "Gemm")
		mat.Syrk(mat.Lower, mat.NoTrans, 1, a, 0, got, w)
		mat.Gemv(mat.NoTrans, 1, a, a.Row(0), 0, x, w)
		mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, a, got, w)
		require.NoError(t, mat.Potrf(mat.Lower, a.Clone(), w))
		mat.Parallel(w, 3, func(int) {})
	}
}

// The index that a worker takes after a panic must not have wrapped around.
func TestParallelOverAllIntegersStopsAtAPanic(t *testing.T) {
	for range 20 {
		var negative atomic.Bool
		require.PanicsWithValue(t, "broken", func() {
			mat.Parallel(4, math.MaxInt, func(i int) {
				switch {
				case i < 0:
					negative.Store(true)
					panic("negative")
				case i == 1000:
					panic("broken")
				}
				runtime.Gosched()
			})
		})
		require.False(t, negative.Load())
	}
}

func TestParallelCallsEveryIndexOnce(t *testing.T) {
	for _, w := range []mat.Workers{mat.AllWorkers, -3, 1, 2, 7, 200} {
		for _, n := range []int{0, 1, 2, 3, 7, 8, 100, 1000} {
			calls := make([]atomic.Int32, n)
			mat.Parallel(w, n, func(i int) { calls[i].Add(1) })
			for i := range calls {
				require.EqualValues(t, 1, calls[i].Load(), "i=%d of %d, %d workers", i, n, w)
			}
		}
	}
}

func TestParallelRunsNoMoreThanTheWorkersAtATime(t *testing.T) {
	for _, w := range []mat.Workers{1, 2, 3} {
		var running, most atomic.Int32
		mat.Parallel(w, 200, func(int) {
			now := running.Add(1)
			for old := most.Load(); now > old && !most.CompareAndSwap(old, now); old = most.Load() {
			}
			runtime.Gosched()
			running.Add(-1)
		})
		require.LessOrEqual(t, most.Load(), int32(w))
	}
}

func TestParallelMayBeNested(t *testing.T) {
	for _, procs := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d processors", procs), func(t *testing.T) {
			withProcessors(t, procs)
			var calls atomic.Int32
			mat.Parallel(4, 5, func(int) {
				mat.Parallel(3, 6, func(int) {
					mat.Parallel(mat.AllWorkers, 7, func(int) { calls.Add(1) })
				})
			})
			require.EqualValues(t, 5*6*7, calls.Load())
		})
	}
}

func TestParallelMayBeCalledFromManyGoroutines(t *testing.T) {
	var calls atomic.Int32
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			for range 20 {
				mat.Parallel(3, 10, func(int) { calls.Add(1) })
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, 20*20*10, calls.Load())
}

func TestParallelPropagatesPanics(t *testing.T) {
	failure := errors.New("broken")
	for _, w := range []mat.Workers{1, 2, 7} {
		for _, at := range []int{0, 5, 99} {
			require.PanicsWithValue(t, failure, func() {
				mat.Parallel(w, 100, func(i int) {
					if i == at {
						panic(failure)
					}
				})
			}, "at %d, %d workers", at, w)
		}
		require.PanicsWithValue(t, failure, func() {
			mat.Parallel(w, 100, func(int) { panic(failure) })
		}, "every body, %d workers", w)
		require.PanicsWithValue(t, failure, func() {
			mat.Parallel(w, 4, func(int) {
				mat.Parallel(w, 4, func(int) { panic(failure) })
			})
		}, "nested, %d workers", w)

		var calls atomic.Int32
		mat.Parallel(w, 50, func(int) { calls.Add(1) })
		require.EqualValues(t, 50, calls.Load(), "after a panic, %d workers", w)
	}
}

func TestParallelReturnsAfterTheLastBody(t *testing.T) {
	for _, fails := range []bool{false, true} {
		for range 50 {
			var running atomic.Int32
			work := func() {
				mat.Parallel(4, 8, func(i int) {
					running.Add(1)
					defer running.Add(-1)
					if i == 0 { // usually the caller's index: it must wait for the others
						if fails {
							panic("broken")
						}
						return
					}
					for range 100 {
						runtime.Gosched()
					}
				})
			}
			if fails {
				require.PanicsWithValue(t, "broken", work)
			} else {
				work()
			}
			require.Zero(t, running.Load(), "fails %v", fails)
		}
	}
}

func TestProductsMayRunInSeveralGoroutinesAtOnce(t *testing.T) {
	both(t, testConcurrentProducts[float32], testConcurrentProducts[float64])
}

func testConcurrentProducts[T mat.Float](t *testing.T) {
	a := random[T](newRand(1), 90, 90)
	want := mat.NewDense[T](90, 90)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, a, a, 0, want, 1)
	got := make([]mat.Dense[T], 6)
	var wg sync.WaitGroup
	for g := range got {
		got[g] = mat.NewDense[T](90, 90)
		wg.Go(func() {
			for range 3 {
				mat.Gemm(mat.NoTrans, mat.Trans, 1, a, a, 0, got[g], mat.Workers(g))
			}
		})
	}
	wg.Wait()
	for g := range got {
		requireSameBits(t, want, got[g], "goroutine %d", g)
	}
}

func TestParallelWorksWhileWorkersAreHeld(t *testing.T) {
	for _, procs := range []int{1, 2} {
		t.Run(fmt.Sprintf("%d processors", procs), func(t *testing.T) {
			withProcessors(t, procs)
			release := mat.HoldWorkers()
			again := mat.HoldWorkers()
			var calls atomic.Int32
			for range 50 {
				mat.Parallel(3, 10, func(int) { calls.Add(1) })
			}
			again()
			release()
			mat.Parallel(3, 10, func(int) { calls.Add(1) })
			require.EqualValues(t, 51*10, calls.Load())
		})
	}
}
