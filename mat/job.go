package mat

import (
	"sync"
	"sync/atomic"
)

// job is one call of run. Its indices are divided into lanes. The caller begins with the first lane
// and each helper with its own, so that whoever does the same job again finds its data in its
// cache. Whoever has finished takes indices from the other lanes, whose helpers may be late or may
// never come.
type job struct {
	lanes   []lane
	called  []*helper // called[i] was given lanes[i+1]
	waiting atomic.Bool
	rest    chan struct{} // wakes the caller, if it waits

	mu      sync.Mutex
	failure any
}

// lane is a range of a job's indices: size of them from first on, of which next have been taken.
// What a helper needs to begin is on one cache line, even if the allocator puts eight bytes before
// the first lane.
type lane struct {
	next        atomic.Uint64 // may exceed size by up to the number of workers
	first, size uint64
	body        body
	job         *job
	called      call // the states of a helper to which this lane was offered, and which has taken it:
	taken       call // only their addresses matter
	_           [farApart - 64]byte
}

var jobs = sync.Pool{New: func() any { return &job{rest: make(chan struct{}, 1)} }}

// begin divides the indices among the lanes.
func (j *job) begin(b body, n, lanes int) {
	if cap(j.lanes) < lanes {
		j.lanes = make([]lane, lanes)
		j.called = make([]*helper, 0, lanes)
		for i := range j.lanes {
			l := &j.lanes[i]
			l.job, l.called, l.taken = j, call{l}, call{l}
		}
	}
	j.lanes, j.called = j.lanes[:lanes], j.called[:0]
	size, more := uint64(n/lanes), uint64(n%lanes) // the first lanes have one index more
	from := uint64(0)
	for i := range j.lanes {
		l := &j.lanes[i]
		// Nobody reads next yet. An atomic store would wait for the cache line, which the helper's core has.
		l.next = atomic.Uint64{}
		l.body, l.first, l.size = b, from, size
		if uint64(i) < more {
			l.size++
		}
		from += l.size
	}
}

// help runs on a helper that has taken the lane.
func (l *lane) help(h *helper) {
	j := l.job
	j.work(l)
	h.state.Store(nil)
	// From here on the job may already serve another call, whose caller may then be woken once
	// without need.
	if j.waiting.Load() {
		select {
		case j.rest <- struct{}{}:
		default:
		}
	}
}

// work finishes a lane, and then the others, beginning with those after it.
func (j *job) work(own *lane) {
	defer j.rescue()
	own.work()
	behind := false
	for range 2 {
		for i := range j.lanes {
			l := &j.lanes[i]
			switch {
			case l == own:
				behind = !behind
			case behind:
				l.work()
			}
		}
	}
}

// work does what is left of the lane.
func (l *lane) work() {
	for l.next.Load() < l.size {
		k := l.next.Add(1) - 1
		if k >= l.size {
			return
		}
		l.body.do(int(l.first + k))
	}
}

// rescue records the value of the first panic, and keeps new indices from being taken.
func (j *job) rescue() {
	r := recover()
	if r == nil {
		return
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.failure == nil {
		j.failure = r
	}
	for i := range j.lanes {
		j.lanes[i].next.Store(j.lanes[i].size)
	}
}

// join revokes the calls of helpers that have not begun, and waits for those that have.
func (j *job) join() {
	for i, h := range j.called {
		l := &j.lanes[i+1]
		left := func() bool { return h.state.Load() != &l.taken }
		if h.state.Load() == &l.called && h.state.CompareAndSwap(&l.called, nil) || left() {
			continue
		}
		spin(spinTimeout, left)
		j.waiting.Store(true)
		for !left() {
			<-j.rest
		}
		j.waiting.Store(false)
	}
}
