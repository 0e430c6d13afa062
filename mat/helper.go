package mat

import (
	"sync/atomic"
	"time"
)

// helper is a goroutine of a pool. Its state says who has the word:
//
//	nil           it is free, and spins
//	asleep        it is free, and waits for wake
//	&lane.called  it shall work on that lane; until it begins the caller may take that back
//	&lane.taken   it has begun
//	gone          it has ended
//
// The caller changes the first two to called, and called to nil; the helper does all else.
type helper struct {
	state atomic.Pointer[call]
	wake  chan struct{} // holds one token: whoever changes asleep sends it
	pool  *pool
	_     [farApart - 24]byte // each helper spins on a cache line of its own
}

// farApart is the distance of variables that different processors write: two cache lines, as
// processors fetch them in pairs.
const farApart = 128

// call is what is in a helper's state: a step of a lane, or one of those below.
type call struct{ lane *lane }

var asleep, gone = new(call), new(call)

// call asks h to work on a lane, and reports whether h is free to do so.
func (h *helper) call(l *lane) bool {
	switch h.state.Load() {
	case nil:
		return h.state.CompareAndSwap(nil, &l.called)
	case asleep:
		return h.awake(&l.called)
	}
	return false
}

// awake wakes h, if it is asleep, with a call or nil.
func (h *helper) awake(c *call) bool {
	if !h.state.CompareAndSwap(asleep, c) {
		return false
	}
	h.wake <- struct{}{}
	return true
}

// serve is the life of a helper.
func (h *helper) serve() {
	for {
		c := h.listen()
		switch {
		case c != nil:
			if h.state.CompareAndSwap(c, &c.lane.taken) {
				c.lane.help(h)
			}
		case h.pool.closing.Load():
			if h.state.CompareAndSwap(nil, gone) {
				return
			}
		default:
			h.sleep()
		}
	}
}

// listen spins until there is a call, and returns it, or nil if there is none for too long.
func (h *helper) listen() (c *call) {
	limit := wakeTime
	if h.pool.held.Load() > 0 {
		limit = spinTimeout
	}
	spin(limit, func() bool {
		c = h.state.Load()
		return c != nil || h.pool.closing.Load()
	})
	return c
}

// sleep returns when h has been called, or the pool is closing.
func (h *helper) sleep() {
	if !h.state.CompareAndSwap(nil, asleep) {
		return
	}
	if h.pool.closing.Load() && h.state.CompareAndSwap(asleep, nil) {
		return
	}
	<-h.wake
}

const (
	// wakeTime is about what it takes to wake a goroutine whose processor has gone to sleep, on
	// a virtual machine. Who spins that long before sleeping loses at most as much again.
	wakeTime = 50 * time.Microsecond

	// spinTimeout is how long a helper spins while somebody holds the pool: longer than what a caller
	// has to do alone in between, as far as that can be split no further.
	spinTimeout = time.Millisecond
)

// spin calls done until it returns true, or the time is over.
func spin(limit time.Duration, done func() bool) {
	const calls = 50 // between two readings of the clock
	var begin time.Time
	for turn := 1; ; turn++ {
		for range calls {
			if done() {
				return
			}
		}
		if turn == 1 {
			begin = time.Now()
		} else if time.Since(begin) > limit {
			return
		}
	}
}
