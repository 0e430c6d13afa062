package mat

import (
	"reflect"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Workers is the number of goroutines that a call may use, the caller's included.
type Workers int

// AllWorkers, the zero value, stands for GOMAXPROCS.
const AllWorkers Workers = 0

// mostWorkers bounds how many goroutines work on a call, whatever number it asks for.
const mostWorkers = 256

// Count returns how many goroutines w stands for: w itself, or GOMAXPROCS for [AllWorkers]
// and less, and no more than 256.
func (w Workers) Count() int {
	if w <= 0 {
		w = Workers(runtime.GOMAXPROCS(0))
	}
	return min(int(w), mostWorkers)
}

// Parallel calls body(i) for i = 0 … n−1, on up to w goroutines at a time, and
// returns when all calls have. Which goroutine runs which i is not determined: a
// body whose result depends only on i gives results that do not depend on w. A
// panic of body is passed on to the caller, after the other goroutines have come to
// rest. body must not call runtime.Goexit, as a test's FailNow does. Calls may be nested.
//
// The goroutines are kept, asleep, for the next call. The caller works, too, and waits for
// none that has not begun.
func Parallel(w Workers, n int, body func(i int)) { parallel(w, n, function(body)) }

// body is what is done for each i. A pointer to one that is used again costs no
// allocation, as a closure would.
type body interface{ do(i int) }

// function is a body that is one function.
type function func(i int)

func (f function) do(i int) { f(i) }

// parallel is Parallel of a body.
func parallel(w Workers, n int, b body) {
	helpers := min(w.Count(), n) - 1
	if helpers <= 0 {
		for i := range n {
			b.do(i)
		}
		return
	}
	j := jobs.Get().(*job)
	j.begin(b, n, helpers)
	callHelpers(j, helpers)
	j.work()
	failure := j.end()
	jobs.Put(j)
	if failure != nil {
		panic(failure)
	}
}

// job is one call of Parallel: its goroutines take the next i until none is left. When it
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

// patience is how long one looks out for another before it sleeps. To be woken can take as
// long, on a virtual machine.
const patience = 200 * time.Microsecond

// lookOut calls found until it is true, or patience ends, and returns what it returned
// last. Others run in between, if they are more than the processors.
func lookOut(found func() bool) bool {
	const glances = 50 // from one look at the clock to the next
	for begin := time.Now(); ; {
		for range glances {
			if found() {
				return true
			}
		}
		if time.Since(begin) > patience {
			return false
		}
		runtime.Gosched()
	}
}

// end lets nobody in any more, waits for the helpers at work, and returns the value of a
// panic, if there was one.
func (j *job) end() any {
	j.mu.Lock()
	j.seats = 0
	j.mu.Unlock()
	lookOut(func() bool { return j.working.Load() == 0 })
	j.mu.Lock()
	defer j.mu.Unlock()
	for j.working.Load() > 0 {
		j.rest.Wait()
	}
	j.body = nil
	return j.failure
}

// helpers are the goroutines that have been started, and what they are called to. They
// live as long as the program. Between two jobs of one call they look out for the next;
// otherwise they sleep.
var helpers struct {
	queue   chan *job
	held    atomic.Int32 // calls under way that will have more jobs
	started atomic.Int32
	mu      sync.Mutex
}

// HoldWorkers says that there will be many calls in a row that use several workers, until
// release is called, once. In between, workers that have nothing to do wait for a fraction
// of a millisecond for the next call before they sleep, since to wake them takes as long. It
// may be called by several goroutines.
func HoldWorkers() (release func()) {
	helpers.held.Add(1)
	return func() { helpers.held.Add(-1) }
}

// mostHelpers bounds how many are kept.
const mostHelpers = mostWorkers - 1

func init() { helpers.queue = make(chan *job, mostHelpers) }

// callHelpers calls so many helpers to a job, and starts them if there are not that many.
// If the queue is full, all of them have enough to do.
func callHelpers(j *job, count int) {
	count = min(count, mostHelpers)
	if int(helpers.started.Load()) < count {
		startHelpers(count)
	}
	for range count {
		select {
		case helpers.queue <- j:
		default:
			return
		}
	}
}

// nextJob waits for a job.
func nextJob() (j *job) {
	found := func() bool {
		select {
		case j = <-helpers.queue:
			return true
		default:
			return helpers.held.Load() == 0
		}
	}
	if lookOut(found); j == nil {
		j = <-helpers.queue
	}
	return j
}

func startHelpers(count int) {
	helpers.mu.Lock()
	defer helpers.mu.Unlock()
	for int(helpers.started.Load()) < count {
		helpers.started.Add(1)
		go func() {
			for {
				nextJob().help()
			}
		}()
	}
}

// bodies are those that are not in use, by type: a *sync.Pool each.
var bodies sync.Map

// getBody returns a body that was used before, or a new one. What is in it is undefined.
func getBody[B any]() *B {
	if b, ok := poolOfBodies[B]().Get().(*B); ok {
		return b
	}
	return new(B)
}

// putBody drops what b refers to, and keeps it.
func putBody[B any](b *B) {
	var zero B
	*b = zero
	poolOfBodies[B]().Put(b)
}

func poolOfBodies[B any]() *sync.Pool {
	key := reflect.TypeFor[B]()
	if p, ok := bodies.Load(key); ok {
		return p.(*sync.Pool)
	}
	p, _ := bodies.LoadOrStore(key, new(sync.Pool))
	return p.(*sync.Pool)
}
