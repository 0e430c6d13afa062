package mat

import (
	"sync"
	"sync/atomic"

	"ridge/internal/processors"
)

// pool keeps goroutines, called helpers, that work on what callers give them.
//
//   - run calls a body for i = 0 … n−1 on the caller's goroutine and on free helpers. It never waits
//     for a helper that has not begun: if all are busy, as in nested calls, or have not been given a
//     processor, the caller does everything itself.
//   - If the body panics, no new i is begun. run waits for the helpers at work, and panics with the
//     value of the first panic. The helpers survive.
//   - A helper without work spins for a while, and then sleeps: see [HoldWorkers].
//   - close ends the helpers and waits for them. The pool may still be used: run starts new helpers
//     when it needs them.
//
// A caller posts its work on one of a few slots, which all helpers watch. So a call costs one write
// that all of them read, however many they are. Calls beyond the slots, as in nested calls of many
// workers, are done by their callers.
//
// All methods may be called by several goroutines at once; close must not be called from a
// body.
type pool struct {
	// The allocator aligns objects of this size to pages. So each slot and each helper, which come first, has cache
	// lines of its own.
	slots   [slots]slot
	helpers [maxHelpers]helper
	asleep  atomic.Int32 // helpers that sleep, or are about to
	_       [cacheLinePair - 4]byte
	held    atomic.Int32 // holds that have not been released
	_       [cacheLinePair - 4]byte

	// Helpers that spin read these all the time. They are seldom written.
	release func()        // releases a hold
	closing atomic.Bool   // tells helpers to end
	started atomic.Int32  // helpers[:started] are alive
	taken   atomic.Int32  // slots[:taken] have been taken once, or are about to be: helpers watch these
	mu      sync.Mutex    // for starting and ending helpers
	last    chan struct{} // wakes follow, once
	ended   sync.WaitGroup
}

// slots is how many callers can have helpers at a time: more than a choice of λ has trainings at a time (36, package
// lambda), and than 10,000 samples that are judged have blocks.
const slots = 40

// maxHelpers is the largest number of helpers that are kept, however many workers a call asks for.
const maxHelpers = 255

func newPool() *pool {
	p := &pool{last: make(chan struct{}, 1)}
	p.release = func() { p.held.Add(-1) }
	return p
}

// body is what is done for each i. Passing a pointer to a reused body does not allocate, as a
// closure would.
type body interface{ do(i int) }

// run calls b.do(i) for i = 0 … n−1 on up to workers goroutines at a time.
func (p *pool) run(workers, n int, b body) {
	chunks := min(workers, n, maxHelpers+1)
	var s *slot
	if chunks > 1 {
		s = p.takeSlot()
	}
	if s == nil {
		for i := range n {
			b.do(i)
		}
		return
	}
	most := chunks * (chunkLimit - 1) // indices at a time
	for from := 0; from < n && s.failure == nil; {
		to := from + min(n-from, most)
		p.runOn(s, chunks, work{b, from, to})
		from = to
	}
	failure := s.failure
	s.failure = nil
	s.busy.Store(false)
	if failure != nil {
		panic(failure)
	}
}

// runOn does the work in the given number of chunks, or in fewer if it has fewer indices.
func (p *pool) runOn(s *slot, chunks int, w work) {
	chunks = min(chunks, w.to-w.from)
	before := p.helpersBefore(s)
	if wanted := helpersWanted(before, chunks-1); int(p.started.Load()) < wanted {
		p.start(wanted)
	}
	helpers := int(p.started.Load())
	first := before % max(1, helpers)
	v := s.post(w, chunks, helpers, first)
	if p.asleep.Load() > 0 {
		p.wake(first, chunks, helpers)
	}
	v.work(0)
	v.join()
}

// helpersBefore is how many helpers the slots before s have, or had last. Those of s come after them, so that work on
// several slots goes to different helpers as long as there are enough, and to the same ones each time as long as these
// slots have work of as many chunks.
func (p *pool) helpersBefore(s *slot) (helpers int) {
	for i := range s.number {
		_, chunks, _, _ := decodeShape(p.slots[i].shape.Load())
		helpers += chunks - 1
	}
	return helpers
}

// helpersWanted is how many helpers the pool should have for a caller that wants own: enough for the slots before its
// own, too, as far as there are processors.
func helpersWanted(before, own int) int {
	return min(before+own, max(own, processors.Count()-1), maxHelpers)
}

// takeSlot returns a slot that is now the caller's, or nil if none is free. One caller at a time
// always gets the first.
func (p *pool) takeSlot() *slot {
	for i := range p.slots {
		s := &p.slots[i]
		if !s.busy.Load() && s.busy.CompareAndSwap(false, true) {
			if s.chunks == nil {
				s.number, s.done = i, make(chan struct{}, 1)
				s.chunks, s.want = new([maxHelpers + 1]chunk), new([maxHelpers + 1]uint64)
				p.watch(i)
			}
			return s
		}
	}
	return nil
}

// watch has helpers watch slot i and those before it, some of which may not be ready yet.
func (p *pool) watch(i int) {
	for n := p.taken.Load(); int(n) <= i && !p.taken.CompareAndSwap(n, int32(i+1)); {
		n = p.taken.Load()
	}
}

// wake wakes those helpers asleep that have a chunk of what is posted.
func (p *pool) wake(first, chunks, helpers int) {
	woken := false
	for i := range min(chunks-1, helpers) { // see chunkOf
		woken = p.helpers[(first+i)%helpers].wakeUp() || woken
	}
	if woken {
		p.wakeLast()
	}
}

// hold lets helpers spin between jobs until release is called.
func (p *pool) hold() (release func()) {
	p.held.Add(1)
	return p.release
}

// rouse wakes helpers that sleep, so that they are there when the caller, which holds the pool, posts work for the
// workers. Waking takes some 100 µs on a virtual machine.
func (p *pool) rouse(workers int) {
	if p.asleep.Load() == 0 {
		return
	}
	for i := range min(workers-1, int(p.started.Load())) {
		p.helpers[i].wakeUp()
	}
	p.wakeLast()
}

// wakeLast wakes follow. Go's scheduler keeps the goroutine that was woken last for the processor that woke it, and
// lets others take it only after some 100 µs. So after the helpers a goroutine is woken that has nothing to do.
func (p *pool) wakeLast() {
	select {
	case p.last <- struct{}{}:
	default:
	}
}

// follow waits to be woken, until the pool is closed.
func (p *pool) follow() {
	for range p.last {
		if p.closing.Load() {
			return
		}
	}
}

// start makes sure that there are count helpers. If another call is starting or ending helpers, it
// does nothing, rather than wait.
func (p *pool) start(count int) {
	if !p.mu.TryLock() {
		return
	}
	defer p.mu.Unlock()
	first := p.started.Load() == 0
	for i := int(p.started.Load()); i < count; i++ {
		h := &p.helpers[i]
		if h.wake == nil {
			h.pool, h.index, h.wake = p, i, make(chan struct{}, 1)
		}
		p.ended.Go(h.serve)
		p.started.Add(1)
	}
	if first {
		p.ended.Go(p.follow)
	}
	p.wakeLast()
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing.Store(true)
	for i := range p.started.Load() {
		p.helpers[i].wakeUp()
	}
	p.wakeLast()
	p.ended.Wait()
	p.started.Store(0)
	p.closing.Store(false)
}
