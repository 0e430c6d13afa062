package mat

import (
	"sync"
	"sync/atomic"
)

// job is one call of run. Its indices are dealt to lanes, a stretch to each. The caller works on the
// first lane and helpers on the others, each on its own lane first, so that whoever does the
// same job again finds its data in its cache; then on what is left of others' lanes, be it
// that their helpers are late or have not come at all.
type job struct {
	lanes   []lane
	called  []*helper // called[i] was given lanes[i+1]
	waiting atomic.Bool
	rest    chan struct{} // to wake the caller, if it waits

	mu      sync.Mutex
	failure any
}

// lane is a stretch of the indices of a job, size of them from first on, of which next have been taken. What a helper
// needs to begin is on one cache line, also if eight bytes of the allocator are before the first lane.
type lane struct {
	next        atomic.Uint64 // may go beyond size, by as many as there are workers
	first, size uint64
	body        body
	job         *job
	called      call // a step of its helper, and the next one, of which it needs the address alone
	taken       call
	_           [farApart - 64]byte
}

var jobs = sync.Pool{New: func() any { return &job{rest: make(chan struct{}, 1)} }}

// begin deals the indices to the lanes.
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
		l.next = atomic.Uint64{} // 0: nobody looks yet, and an atomic store would wait for the line, which the helper's core has
		l.body, l.first, l.size = b, from, size
		if uint64(i) < more {
			l.size++
		}
		from += l.size
	}
}

// help is what a helper does for a lane that it has taken.
func (l *lane) help(h *helper) {
	j := l.job
	j.work(l)
	h.state.Store(nil)
	// From here on the job may be used for another call, whose caller then wakes once too often.
	if j.waiting.Load() {
		select {
		case j.rest <- struct{}{}:
		default:
		}
	}
}

// work does what is left of a lane, and then of the others, those behind it first.
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

// rescue keeps the value of the first panic, and lets nobody start anything new.
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

// join takes back the calls of helpers that have not begun, and waits for those that have.
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
