package mat

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// Workers is the number of goroutines that a call may use, the caller's included.
type Workers int

// AllWorkers, the zero value, stands for GOMAXPROCS.
const AllWorkers Workers = 0

// Count returns the number itself, with AllWorkers resolved. It is at least 1.
func (w Workers) Count() int {
	if w <= 0 {
		return runtime.GOMAXPROCS(0)
	}
	return int(w)
}

// Parallel calls body(i) for i = 0 … n−1, on up to w goroutines at a time, and
// returns when all calls have. Which goroutine runs which i is not determined: a
// body whose result depends only on i gives results that do not depend on w. A
// panic of body is passed on to the caller, after the other goroutines have come to
// rest. body must not call runtime.Goexit, as a test's FailNow does. Calls may be nested.
func Parallel(w Workers, n int, body func(i int)) {
	helpers := min(w.Count(), n) - 1
	if helpers <= 0 {
		for i := range n {
			body(i)
		}
		return
	}
	j := job{body: body, n: int64(n)}
	j.wg.Add(helpers)
	for range helpers {
		go func() {
			defer j.wg.Done()
			j.run()
		}()
	}
	j.run()
	j.wg.Wait()
	if j.failure != nil {
		panic(j.failure)
	}
}

// job is one call of Parallel: its goroutines take the next i until none is left.
type job struct {
	body    func(int)
	next, n int64
	wg      sync.WaitGroup
	once    sync.Once
	failure any
}

func (j *job) run() {
	defer func() {
		if r := recover(); r != nil {
			j.once.Do(func() { j.failure = r })
			atomic.StoreInt64(&j.next, j.n) // nobody starts anything new
		}
	}()
	for {
		i := atomic.AddInt64(&j.next, 1) - 1
		if i >= j.n {
			return
		}
		j.body(int(i))
	}
}
