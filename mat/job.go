package mat

import (
	"sync"
	"sync/atomic"
)

// job is one call of run. Its indices are divided into chunks. The caller begins with the first chunk
// and each helper with its own, so that whoever does the same job again finds its data in its
// cache. Whoever has finished takes indices from the other chunks, whose helpers may be late or may
// never come.
type job struct {
	chunks  []chunk
	called  []*helper // called[i] was given chunks[i+1]
	waiting atomic.Bool
	done    chan struct{} // wakes the caller, if it waits

	mu      sync.Mutex
	failure any
}

// chunk is a range of a job's indices: size of them from first on, of which next have been taken.
// What a helper needs to begin is on one cache line, even if the allocator puts eight bytes before
// the first chunk.
type chunk struct {
	next        atomic.Uint64 // may exceed size by up to the number of workers
	first, size uint64
	body        body
	job         *job
	called      call // the states of a helper to which this chunk was offered, and which has taken it:
	taken       call // only their addresses matter
	_           [cacheLinePair - 64]byte
}

var jobs = sync.Pool{New: func() any { return &job{done: make(chan struct{}, 1)} }}

// begin divides the indices among the chunks.
func (j *job) begin(b body, n, chunks int) {
	if cap(j.chunks) < chunks {
		j.chunks = make([]chunk, chunks)
		j.called = make([]*helper, 0, chunks)
		for i := range j.chunks {
			c := &j.chunks[i]
			c.job, c.called, c.taken = j, call{c}, call{c}
		}
	}
	j.chunks, j.called = j.chunks[:chunks], j.called[:0]
	size, more := uint64(n/chunks), uint64(n%chunks) // the first chunks have one index more
	from := uint64(0)
	for i := range j.chunks {
		c := &j.chunks[i]
		// Nobody reads next yet. An atomic store would wait for the cache line, which the helper's
		// core has.
		c.next = atomic.Uint64{}
		c.body, c.first, c.size = b, from, size
		if uint64(i) < more {
			c.size++
		}
		from += c.size
	}
}

// help runs on a helper that has taken the chunk.
func (c *chunk) help(h *helper) {
	j := c.job
	j.work(c)
	h.state.Store(nil)
	// From here on the job may already serve another call, whose caller may then be woken once
	// without need.
	if j.waiting.Load() {
		select {
		case j.done <- struct{}{}:
		default:
		}
	}
}

// work finishes a chunk, and then the others, beginning with those after it.
func (j *job) work(own *chunk) {
	defer j.recordPanic()
	own.work()
	behind := false
	for range 2 {
		for i := range j.chunks {
			c := &j.chunks[i]
			switch {
			case c == own:
				behind = !behind
			case behind:
				c.work()
			}
		}
	}
}

// work does what is left of the chunk.
func (c *chunk) work() {
	for c.next.Load() < c.size {
		k := c.next.Add(1) - 1
		if k >= c.size {
			return
		}
		c.body.do(int(c.first + k))
	}
}

// recordPanic records the value of the first panic, and keeps new indices from being taken.
func (j *job) recordPanic() {
	r := recover()
	if r == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failure == nil {
		j.failure = r
	}
	for i := range j.chunks {
		j.chunks[i].next.Store(j.chunks[i].size)
	}
}

// join revokes the calls of helpers that have not begun, and waits for those that have.
func (j *job) join() {
	for i, h := range j.called {
		c := &j.chunks[i+1]
		left := func() bool { return h.state.Load() != &c.taken }
		if h.state.Load() == &c.called && h.state.CompareAndSwap(&c.called, nil) || left() {
			continue
		}
		spin(spinTimeout, left)
		j.waiting.Store(true)
		for !left() {
			<-j.done
		}
		j.waiting.Store(false)
	}
}
