package mat

import (
	"sync"
	"sync/atomic"
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
// All methods may be called by several goroutines at once; close must not be called from a
// body.
type pool struct {
	held    atomic.Int32 // holds that have not been released
	release func()       // releases a hold
	closing atomic.Bool  // tells helpers to end
	started atomic.Int32 // helpers[:started] are alive
	mu      sync.Mutex   // for starting and ending helpers
	ended   sync.WaitGroup
	helpers [maxHelpers]helper
}

// maxHelpers is the largest number of helpers that are kept, however many workers a call asks for.
const maxHelpers = 255

func newPool() *pool {
	p := new(pool)
	p.release = func() { p.held.Add(-1) }
	return p
}

// body is what is done for each i. Passing a pointer to a reused body does not allocate, as a
// closure would.
type body interface{ do(i int) }

// run calls b.do(i) for i = 0 … n−1 on up to workers goroutines at a time.
func (p *pool) run(workers, n int, b body) {
	chunks := min(workers, n, maxHelpers+1)
	if chunks <= 1 {
		for i := range n {
			b.do(i)
		}
		return
	}
	j := jobs.Get().(*job)
	j.begin(b, n, chunks)
	p.call(j, chunks-1)
	j.work(&j.chunks[0])
	j.join()
	failure := j.failure
	j.failure = nil
	jobs.Put(j)
	if failure != nil {
		panic(failure)
	}
}

// hold lets helpers spin between jobs until release is called.
func (p *pool) hold() (release func()) {
	p.held.Add(1)
	return p.release
}

// call gives the chunks from 1 on to free helpers in order. As long as there is one caller at a
// time, each chunk goes to the same helper in every call.
func (p *pool) call(j *job, count int) {
	if int(p.started.Load()) < count {
		p.start(count)
	}
	for i := range p.started.Load() {
		if len(j.called) == count {
			return
		}
		if h := &p.helpers[i]; h.call(&j.chunks[len(j.called)+1]) {
			j.called = append(j.called, h)
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
	for i := int(p.started.Load()); i < count; i++ {
		h := &p.helpers[i]
		h.pool = p
		if h.wake == nil {
			h.wake = make(chan struct{}, 1)
		}
		h.state.Store(nil)
		p.ended.Go(h.serve)
		p.started.Add(1)
	}
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closing.Store(true)
	for i := range p.started.Load() {
		p.helpers[i].wakeWith(nil)
	}
	p.ended.Wait()
	p.started.Store(0)
	p.closing.Store(false)
}
