package mat

import (
	"errors"
	"fmt"
	"math/bits"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
)

// helperStates returns the states of the helpers of all pools that have run, in one or two words
// each.
func helperStates() []string {
	buf := make([]byte, 1<<20)
	var states []string
	for _, g := range strings.Split(string(buf[:runtime.Stack(buf, true)]), "\n\n") {
		if strings.Contains(g, "(*helper).serve(") {
			states = append(states, g[strings.Index(g, "[")+1:strings.Index(g, "]")])
		}
	}
	return states
}

// withoutHelpers gives a test a process without helpers, and checks that the test leaves none.
func withoutHelpers(t *testing.T) *pool {
	helpers.close()
	require.Empty(t, helperStates())
	p := newPool()
	t.Cleanup(func() {
		p.close()
		require.Empty(t, helperStates())
	})
	return p
}

func TestPoolStartsNoMoreHelpersThanNeeded(t *testing.T) {
	p := withoutHelpers(t)
	for _, c := range []struct{ workers, n, helpers int32 }{
		{1, 100, 0}, {100, 1, 0}, {3, 100, 2}, {5, 4, 3}, {2, 4, 3},
	} {
		p.run(int(c.workers), int(c.n), function(func(int) {}))
		require.Equal(t, c.helpers, p.started.Load())
	}
}

// As long as there are processors for them, callers at the same time have helpers of their own.
func TestCallersAtOnceHaveHelpersOfTheirOwn(t *testing.T) {
	for _, c := range []struct{ processors, workers, first, both int }{
		{8, 2, 1, 2}, {8, 4, 3, 6}, {6, 4, 3, 5}, {2, 4, 3, 3}, {300, 200, 199, maxHelpers},
	} {
		t.Run(fmt.Sprintf("%d of %d processors", c.workers, c.processors), func(t *testing.T) {
			t.Cleanup(processors.Pretend(c.processors))
			p := withoutHelpers(t)
			for range 2 {
				var after [2]int
				p.run(c.workers, c.workers, function(func(i int) {
					if i == 0 { // the caller's
						after[0] = int(p.started.Load())
						p.run(c.workers, c.workers, function(func(int) {}))
						after[1] = int(p.started.Load())
					}
				}))
				require.Equal(t, [2]int{c.first, c.both}, after)
				p.close()
			}
		})
	}
}

func TestPoolIsUsableAfterClose(t *testing.T) {
	p := withoutHelpers(t)
	for range 20 {
		var calls atomic.Int32
		p.run(4, 30, function(func(int) { calls.Add(1) }))
		require.EqualValues(t, 30, calls.Load())
		p.close()
		require.Empty(t, helperStates())
	}
	p.close() // nothing to close
}

func TestPoolMayBeClosedWhileItWorks(t *testing.T) {
	p := withoutHelpers(t)
	var calls atomic.Int32
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 50 {
				p.run(3, 20, function(func(int) {
					p.run(2, 2, function(func(int) { calls.Add(1) }))
				}))
			}
		})
	}
	for range 50 {
		p.close()
		runtime.Gosched()
	}
	wg.Wait()
	require.EqualValues(t, 4*50*20*2, calls.Load())
}

func TestHelpersSurviveAPanic(t *testing.T) {
	p := withoutHelpers(t)
	failure := errors.New("broken")
	for range 20 {
		require.PanicsWithValue(t, failure, func() { p.run(4, 100, function(func(int) { panic(failure) })) })
	}
	require.EqualValues(t, 3, p.started.Load())
	var calls atomic.Int32
	p.run(4, 30, function(func(int) { calls.Add(1) }))
	require.EqualValues(t, 30, calls.Load())
}

// Goroutines whose bodies panic at the same time leave no index behind for which the caller would wait, the caller
// panics with one of the values, and no index is taken twice.
func TestTheCallEndsIfBodiesPanicAtTheSameTime(t *testing.T) {
	p := withoutHelpers(t)
	p.run(3, 3, function(func(int) {})) // starts the helpers
	for range 200 {
		var at, ready atomic.Int32
		calls := make([]atomic.Int32, 60)
		recovered := func() (value any) {
			defer func() { value = recover() }()
			p.run(3, len(calls), function(func(i int) {
				calls[i].Add(1)
				mine := at.Add(1)
				if mine > 2 {
					return
				}
				ready.Add(1)
				for range 1000 { // the caller may be alone
					if ready.Load() == 2 {
						break
					}
					runtime.Gosched()
				}
				panic(mine)
			}))
			return nil
		}()
		require.Contains(t, []any{int32(1), int32(2)}, recovered)
		for i := range calls {
			require.LessOrEqual(t, calls[i].Load(), int32(1), "index %d", i)
		}
	}
	var calls atomic.Int32
	p.run(3, 30, function(func(int) { calls.Add(1) }))
	require.EqualValues(t, 30, calls.Load())
}

func TestCloseWorkersEndsTheGoroutinesOfParallel(t *testing.T) {
	withoutHelpers(t)
	for range 2 {
		Parallel(3, 10, func(int) {})
		require.EqualValues(t, 2, helpers.started.Load())
		CloseWorkers()
		require.Zero(t, helpers.started.Load())
		require.Empty(t, helperStates())
	}
}

func TestIndicesOfMissingHelpersAreTaken(t *testing.T) {
	p := withoutHelpers(t)
	p.mu.Lock() // no helper can be started
	calls := make([]atomic.Int32, 30)
	p.run(4, len(calls), function(func(i int) { calls[i].Add(1) }))
	p.mu.Unlock()
	for i := range calls {
		require.EqualValues(t, 1, calls[i].Load(), i)
	}
	require.Zero(t, p.started.Load())
}

// Work of one index a chunk: while a helper is at one, the caller does the others that nobody has begun.
func TestTheCallerTakesWhatNobodyHasBegunWhileAnotherWorks(t *testing.T) {
	for _, late := range []int{1, 2} {
		p := withoutHelpers(t)
		s := p.takeSlot()
		begun, others := make(chan struct{}), make(chan struct{})
		var did atomic.Int32
		v := s.post(work{function(func(i int) {
			if i == late {
				close(begun)
				<-others
				return
			}
			if did.Add(1) == 3 {
				close(others)
			}
		}), 0, 4}, 4, 0, 0)
		var wg sync.WaitGroup
		helper := v
		wg.Go(func() { helper.work(late) })
		<-begun
		v.work(0)
		v.join() // never returns, if the caller waits for the helper first
		wg.Wait()
		require.Equal(t, int32(3), did.Load())
	}
}

// Package lambda begins with four settings, three folds and three divisions at a time.
func TestEveryTrainingOfAChoiceOfLambdaCanHaveHelpers(t *testing.T) {
	p := newPool()
	for caller := range 4 * 3 * 3 {
		require.NotNil(t, p.takeSlot(), "caller %d", caller)
	}
}

// On processors of 64 bits: what a helper needs to begin is on one cache line.
func TestSlotsAndHelpersHaveCacheLinesOfTheirOwn(t *testing.T) {
	if bits.UintSize < 64 {
		t.Skip("sizes differ")
	}
	p := newPool()
	p.run(2, 2, function(func(int) {}))
	defer p.close()
	s := &p.slots[0]
	for name, address := range map[string]unsafe.Pointer{
		"slot":                unsafe.Pointer(s),
		"next slot":           unsafe.Pointer(&p.slots[1]),
		"what its caller has": unsafe.Pointer(&s.busy),
		"helper":              unsafe.Pointer(&p.helpers[0]),
		"next helper":         unsafe.Pointer(&p.helpers[1]),
		"what callers read":   unsafe.Pointer(&p.helpers[0].wake),
		"asleep":              unsafe.Pointer(&p.asleep),
		"held":                unsafe.Pointer(&p.held),
		"what helpers poll":   unsafe.Pointer(&p.release),
		"chunk":               unsafe.Pointer(&s.chunks[0]),
		"next chunk":          unsafe.Pointer(&s.chunks[1]),
	} {
		require.Zero(t, uintptr(address)%cacheLinePair, name)
	}
	require.Less(t, unsafe.Offsetof(s.waiting), uintptr(64))
}

func TestAHelperTakesNothingOfWorkThatIsOver(t *testing.T) {
	p := withoutHelpers(t)
	p.mu.Lock() // no helper can be started
	defer p.mu.Unlock()
	calls := make([]atomic.Int32, 12)
	count := function(func(i int) { calls[i].Add(1) })
	for _, chunks := range []int{4, 2, 6, 3, 4} {
		p.run(chunks, len(calls), count)
		late, _, _ := p.slots[0].visit()
		for _, next := range []int{2, 12} { // what is posted next has another shape
			p.run(next, len(calls), count)
			for c := range maxHelpers + 1 {
				if c < late.chunks {
					late.work(c)
				}
			}
		}
	}
	for i := range calls {
		require.EqualValues(t, 15, calls[i].Load(), i)
	}
}

// Bodies that panic on two goroutines at the same time both take what is left.
func TestEachIndexIsTakenOnceByGoroutinesThatPanic(t *testing.T) {
	const goroutines, size = 2, 50
	var c chunk
	var ready, taken atomic.Uint64
	last := uint64(50_000)
	var wg sync.WaitGroup
	for range goroutines {
		wg.Go(func() {
			for ticket := uint64(1); ticket <= last; ticket++ {
				ready.Add(1)
				for ready.Load() < ticket*goroutines {
					runtime.Gosched()
				}
				if _, ok := c.take(ticket, size); ok {
					taken.Add(1)
				}
				taken.Add(c.takeAll(ticket, size))
			}
		})
	}
	wg.Wait()
	require.EqualValues(t, size*last, taken.Load())
}

func TestMoreIndicesThanChunksHold(t *testing.T) {
	p := withoutHelpers(t)
	const n = 5*chunkLimit + 17
	calls := make([]atomic.Int32, n)
	p.run(2, n, function(func(i int) { calls[i].Add(1) }))
	for i := range calls {
		if calls[i].Load() != 1 {
			require.EqualValues(t, 1, calls[i].Load(), i)
		}
	}
}

func TestAComputationWakesNoMoreHelpersThanItIsWorth(t *testing.T) {
	CloseWorkers()
	Parallel(8, 50, func(int) {})
	for helpers.asleep.Load() < 7 {
		runtime.Gosched()
	}
	defer holdFor(3*rouseWork-1, 8)()
	require.GreaterOrEqual(t, helpers.asleep.Load(), int32(5), "two more workers than the caller are worth it")
}

// An inner caller's helpers come after those of the outer one, however many it has itself, or has had before, or has
// had alone.
func TestCallersOfDifferentWidthsHaveHelpersOfTheirOwn(t *testing.T) {
	for _, c := range []struct{ alone, outer, earlier, inner int }{
		{1, 8, 8, 3}, {1, 4, 4, 2}, {16, 4, 4, 4}, {16, 3, 2, 6}, {1, 2, 14, 14},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			t.Cleanup(processors.Pretend(16))
			p := withoutHelpers(t)
			nothing := function(func(int) {})
			p.run(c.alone, c.alone, nothing)
			var of [2]int // the helpers of each slot
			p.run(c.outer, c.outer, function(func(i int) {
				if i > 0 { // not the caller's
					return
				}
				p.run(c.earlier, c.earlier, nothing)
				p.run(c.inner, c.inner, nothing)
				for h := range maxHelpers {
					_, first := (&helper{pool: p, index: h}).visit(0)
					_, second := (&helper{pool: p, index: h}).visit(1)
					of[0] += min(first, 1)
					of[1] += min(second, 1)
					assert.True(t, first == 0 || second == 0, "helper %d", h)
				}
			}))
			require.Equal(t, [2]int{c.outer - 1, c.inner - 1}, of)
		})
	}
}
