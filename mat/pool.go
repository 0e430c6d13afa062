package mat

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// pool keeps goroutines, its helpers, that work on what callers give them.
//
//   - run calls a body for i = 0 … n−1 on the caller's goroutine and on helpers that are free.
//     It never waits for a helper that has not begun: if all are busy, as in nested calls or
//     with GOMAXPROCS = 1, the caller does everything itself.
//   - A panic of the body ends the call: no new i is begun, run waits for the helpers at
//     work, and panics with the first value. The helpers survive.
//   - An idle helper sleeps in a channel. It spins only while somebody holds the pool, and
//     for no longer than spinTimeout after its last job.
//   - close ends the helpers and waits for them. The pool may be used on: run starts as many
//     helpers as it needs and the pool lacks.
//
// All methods may be called by several goroutines at once; close must not be called from a
// body.
type pool struct {
	queue   chan *job    // what helpers are called to; nil ends the one that receives it
	held    atomic.Int32 // holds that have not been released
	release func()       // ends a hold
	started atomic.Int32 // helpers that live
	mu      sync.Mutex   // for starting and ending helpers
	ended   sync.WaitGroup
}

// mostHelpers bounds how many are kept, whatever number of workers a call asks for.
const mostHelpers = 255

func newPool() *pool {
	p := &pool{queue: make(chan *job, mostHelpers)}
	p.release = func() { p.held.Add(-1) }
	return p
}

// body is what is done for each i. A pointer to one that is used again costs no
// allocation, as a closure would.
type body interface{ do(i int) }

// run calls b.do(i) for i = 0 … n−1 on up to workers goroutines at a time.
func (p *pool) run(workers, n int, b body) {
	count := min(workers, n) - 1
	if count <= 0 {
		for i := range n {
			b.do(i)
		}
		return
	}
	j := jobs.Get().(*job)
	j.begin(b, n, count)
	p.call(j, count)
	j.work()
	failure := j.end()
	jobs.Put(j)
	if failure != nil {
		panic(failure)
	}
}

// hold lets helpers spin between jobs, until release is called.
func (p *pool) hold() (release func()) {
	p.held.Add(1)
	return p.release
}

// call queues a job for count helpers, and starts them if there are fewer. If the queue is full,
// all of them have enough to do.
func (p *pool) call(j *job, count int) {
	count = min(count, mostHelpers)
	if int(p.started.Load()) < count {
		p.start(count)
	}
	for range count {
		select {
		case p.queue <- j:
		default:
			return
		}
	}
}

// start makes sure that there are count helpers. If another call is starting or ending helpers
// it does nothing, rather than wait.
func (p *pool) start(count int) {
	if !p.mu.TryLock() {
		return
	}
	defer p.mu.Unlock()
	for int(p.started.Load()) < count {
		p.started.Add(1)
		p.ended.Go(p.serve)
	}
}

func (p *pool) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for range p.started.Load() {
		p.queue <- nil
	}
	p.ended.Wait()
	p.started.Store(0)
}

// serve is the life of a helper.
func (p *pool) serve() {
	for j := p.next(); j != nil; j = p.next() {
		j.help()
	}
}

// next waits for a job.
func (p *pool) next() (j *job) {
	received := false
	spin(func() bool {
		select {
		case j = <-p.queue:
			received = true
			return true
		default:
			return p.held.Load() == 0
		}
	})
	if !received {
		j = <-p.queue
	}
	return j
}

// spinTimeout is how long a goroutine spins before it sleeps. To be woken can take as long, on
// a virtual machine.
const spinTimeout = 200 * time.Microsecond

// spin calls done until it returns true, or spinTimeout is over. Other goroutines run in
// between, if they are more than the processors.
func spin(done func() bool) {
	const calls = 50 // between two readings of the clock
	for begin := time.Now(); time.Since(begin) <= spinTimeout; runtime.Gosched() {
		for range calls {
			if done() {
				return
			}
		}
	}
}

// job is one call of run: its goroutines take the next i until none is left. When it
// has ended it is used for another call. A helper that finds it in the queue only then
// may join that one, or is sent away: whoever works has one of the seats.
type job struct {
	body body
	n    int
	next atomic.Uint64 // may go beyond n, by as many as there are workers

	mu      sync.Mutex
	seats   int          // for helpers that may still join; none when it has ended
	working atomic.Int32 // helpers that have joined and not left, changed under mu
	rest    sync.Cond    // for working to become 0
	failure any
}

var jobs = sync.Pool{New: func() any {
	j := new(job)
	j.rest.L = &j.mu
	return j
}}

func (j *job) begin(b body, n, helpers int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.body, j.n, j.failure, j.seats = b, n, nil, helpers
	j.next.Store(0)
}

// help joins the job, if there is a seat left, and works.
func (j *job) help() {
	j.mu.Lock()
	if j.seats == 0 {
		j.mu.Unlock()
		return
	}
	j.seats--
	j.working.Add(1)
	j.mu.Unlock()

	j.work()

	j.mu.Lock()
	defer j.mu.Unlock()
	if j.working.Add(-1) == 0 {
		j.rest.Signal()
	}
}

func (j *job) work() {
	defer func() {
		if r := recover(); r != nil {
			j.mu.Lock()
			defer j.mu.Unlock()
			if j.failure == nil {
				j.failure = r
			}
			j.next.Store(uint64(j.n)) // nobody starts anything new
		}
	}()
	for {
		i := j.next.Add(1) - 1
		if i >= uint64(j.n) {
			return
		}
		j.body.do(int(i))
	}
}

// end lets nobody in any more, waits for the helpers at work, and returns the value of a
// panic, if there was one.
func (j *job) end() any {
	j.mu.Lock()
	j.seats = 0
	j.mu.Unlock()
	spin(func() bool { return j.working.Load() == 0 })
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.working.Load() > 0 {
		j.rest.Wait()
	}
	j.body = nil
	return j.failure
}
