package mat

import (
	"math/bits"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"ridge/internal/scratch"
)

// flow is work in stages, which are in such an order that each needs only earlier ones. Workers take the parts of a
// stage, and go on to those of the next stage while others still work. They wait only where a part needs a stage that
// is not done; in a parallel region for each stage, they would wait at the end of each. Who waits spins for a while and
// then sleeps: see [waiter.limit].
//
// Nobody takes a part before all parts of earlier stages have been taken, so nobody waits for a part that nobody has
// begun. A flow needs no worker but the caller, and comes to an end whenever others come or go.
//
// It is a static graph of tasks with dynamic scheduling, as in PLASMA (Buttari, Langou, Kurzak and Dongarra, A class of
// parallel tiled linear algebra algorithms for multicore architectures, Parallel Comput. 35, 2009).
type flow struct {
	body    flowBody
	stages  []stage
	workers int
	unit    int         // columns that lie next to each other and belong to one worker
	failed  atomic.Bool // a part has panicked

	asleep atomic.Int32 // workers that sleep until a stage is done, or are about to
	mu     sync.Mutex   // of their condition
	awake  sync.Cond
}

// flowBody does part t of a stage.
type flowBody interface{ part(s *stage, t int) }

// stage is a set of parts of a flow that do not depend on each other. The two counters, which workers write, have cache
// lines of their own.
type stage struct {
	stageSpec
	_     [scratch.CacheLine]byte
	taken atomic.Uint64 // parts from offset on, one bit each
	_     [scratch.CacheLine - 8]byte
	done  atomic.Int64 // parts that are done
	_     [scratch.CacheLine - 8]byte
}

// stageSpec says what the parts of a stage are. Part t belongs to the columns from first + t/down·width on, in whatever
// unit the body counts columns. The worker that has had these columns in other stages takes it if it can, as they are
// in its cache.
type stageSpec struct {
	kind          uint8 // what is done
	block         int   // and with which block of the matrix
	first, width  int
	down          int
	offset, count int // parts offset … offset+count−1
	needs         int // the number of stages, from the first on, that must be done before
}

// flows holds flows that are not used, for their memory.
var flows = sync.Pool{New: func() any { return newFlow() }}

func newFlow() *flow {
	f := new(flow)
	f.awake.L = &f.mu
	return f
}

// getFlow returns a flow without stages, with room for the given number of stages.
func getFlow(b flowBody, w Workers, unit, stages int) *flow {
	f := flows.Get().(*flow)
	f.body, f.workers, f.unit, f.stages = b, w.Count(), unit, slices.Grow(f.stages, stages)
	return f
}

func putFlow(f *flow) {
	f.body, f.stages = nil, f.stages[:0]
	f.failed.Store(false)
	flows.Put(f)
}

// add adds a stage, or several if it has more parts than one can hold. It returns how many there are then, which is
// what a stage needs that needs this one.
func (f *flow) add(p stageSpec) int {
	for end := p.offset + p.count; p.offset < end; p.offset += p.count {
		p.count = min(stageParts, end-p.offset)
		f.stages = append(f.stages, stage{stageSpec: p})
	}
	return len(f.stages)
}

// stageParts is how many bits stage.taken has.
const stageParts = 64

// run does all parts of all stages.
func (f *flow) run() { parallel(Workers(f.workers), f.workers, f) }

// do is what one worker does.
func (f *flow) do(worker int) {
	ended := false
	defer func() {
		if !ended {
			f.failed.Store(true)
			f.wake()
		}
	}()
	w := waiter{begin: time.Now()}
	for i := range f.stages {
		s := &f.stages[i]
		if s.isTaken() {
			continue
		}
		own := f.own(s, worker)
		for t, ok := s.take(own); ok && f.await(&w, s.needs); t, ok = s.take(own) {
			f.body.part(s, t)
			if s.done.Add(1) == int64(s.count) && f.asleep.Load() > 0 {
				f.wake()
			}
		}
	}
	ended = true
}

// own has a bit for each part of a stage whose columns belong to the worker. It goes through the columns, rather than
// the parts, and divides only for the first one: each worker asks this of each stage, sometimes while others wait.
func (f *flow) own(s *stage, worker int) (set uint64) {
	first := s.offset / s.down
	column := s.first + first*s.width
	owner, rest := column/f.unit%f.workers, column%f.unit // rest is the column within its unit
	units, more := s.width/f.unit%f.workers, s.width%f.unit
	for t := first*s.down - s.offset; t < s.count; t += s.down { // the first part of the column
		if owner == worker {
			set |= bitsBetween(max(t, 0), min(t+s.down, s.count))
		}
		owner += units
		if rest += more; rest >= f.unit {
			rest -= f.unit
			owner++
		}
		if owner >= f.workers {
			owner -= f.workers
		}
	}
	return set
}

// bitsBetween has the bits from … to−1, at most stageParts of them.
func bitsBetween(from, to int) uint64 { return ^uint64(0) >> (stageParts - (to - from)) << from }

// all has a bit for each part.
func (s *stage) all() uint64 { return bitsBetween(0, s.count) }

// isTaken reports whether all parts have been taken.
func (s *stage) isTaken() bool { return s.taken.Load() == s.all() }

// take takes a part, one of own if there is one left.
func (s *stage) take(own uint64) (t int, ok bool) {
	for {
		taken := s.taken.Load()
		free := s.all() &^ taken
		if free == 0 {
			return 0, false
		}
		if free&own != 0 {
			free &= own
		}
		t = bits.TrailingZeros64(free)
		if s.taken.CompareAndSwap(taken, taken|1<<t) {
			return s.offset + t, true
		}
	}
}

// waiter is what a worker knows of the stages, and for how long it has spun since it began.
type waiter struct {
	done  int // stages at the beginning that are done
	begin time.Time
	spun  time.Duration
}

// limit is how long a worker spins before it sleeps: until it has spun for flowSpin and a 1/flowShare of its time, but
// at least for as long as it takes to wake it, and at most for spinTimeout. On a machine with nothing else to do,
// nearly all waits are over before that. If other programs keep the processors busy, the worker that is waited for may
// have to wait for a processor, and who spins may keep it from one, for most of the time.
func (w *waiter) limit(now time.Time) time.Duration {
	return min(max(flowSpin+now.Sub(w.begin)/flowShare-w.spun, wakeTime), spinTimeout)
}

const (
	flowSpin  = 200 * time.Microsecond
	flowShare = 16
)

// await returns true as soon as the needed stages, the first ones, are done, or false if they never will be because a
// part has panicked.
func (f *flow) await(w *waiter, needed int) bool {
	failed := false
	ready := func() bool {
		for ; w.done < needed; w.done++ {
			if s := &f.stages[w.done]; s.done.Load() < int64(s.count) {
				failed = f.failed.Load()
				return failed
			}
		}
		return true
	}
	if ready() {
		return !failed
	}
	now := time.Now()
	spin(w.limit(now), ready)
	w.spun += time.Since(now)
	if !ready() {
		f.sleep(ready)
	}
	return !failed
}

// sleep returns when ready returns true, which it does after one of the calls of wake.
func (f *flow) sleep(ready func() bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.asleep.Add(1) // before ready looks: who ends a stage after that sees it
	for !ready() {
		f.awake.Wait()
	}
	f.asleep.Add(-1)
}

// wake wakes all workers that sleep.
func (f *flow) wake() {
	f.mu.Lock()
	f.awake.Broadcast()
	f.mu.Unlock()
	helpers.wakeLast()
}
