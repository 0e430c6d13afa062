package mat

import (
	"sync/atomic"
	"time"
)

// helper is a goroutine of a pool. Its state is one of
//
//	nil            it is free, and spins
//	asleep         it is free, and waits for wake
//	&chunk.called  it is to work on that chunk; the caller may revoke this until the helper begins
//	&chunk.taken   it has begun
//	gone           it has ended
//
// The caller changes nil and asleep to &chunk.called, and that back to nil; the helper makes all
// other changes.
type helper struct {
	state atomic.Pointer[call]
	wake  chan struct{} // holds one token, sent by whoever changes the state from asleep
	pool  *pool
	_     [cacheLinePair - 24]byte // each helper spins on a cache line of its own
}

// cacheLinePair is the distance in bytes of variables that different processors write: two cache
// lines, because processors prefetch them in pairs.
const cacheLinePair = 128

// call is what a helper's state points to: a field of a chunk, or one of the values below.
type call struct{ chunk *chunk }

var asleep, gone = new(call), new(call)

// call asks h to work on a chunk, and reports whether h was free.
func (h *helper) call(c *chunk) bool {
	switch h.state.Load() {
	case nil:
		return h.state.CompareAndSwap(nil, &c.called)
	case asleep:
		return h.wakeWith(&c.called)
	}
	return false
}

// wakeWith wakes h, if it is asleep, and sets its state to c, which may be nil.
func (h *helper) wakeWith(c *call) bool {
	if !h.state.CompareAndSwap(asleep, c) {
		return false
	}
	h.wake <- struct{}{}
	return true
}

// serve is the main loop of a helper.
func (h *helper) serve() {
	for {
		c := h.awaitCall()
		switch {
		case c != nil:
			if h.state.CompareAndSwap(c, &c.chunk.taken) {
				c.chunk.help(h)
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

// awaitCall spins until there is a call, and returns it, or nil after a timeout.
func (h *helper) awaitCall() (c *call) {
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
	// wakeTime is roughly the time to wake a goroutine whose processor has gone to sleep, on a
	// virtual machine. Spinning that long before sleeping at most doubles the cost.
	wakeTime = 50 * time.Microsecond

	// spinTimeout is how long a helper spins while somebody holds the pool: longer than the work
	// that a caller does alone between two calls.
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
