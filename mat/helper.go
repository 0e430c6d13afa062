package mat

import (
	"sync/atomic"
	"time"
)

// helper is a goroutine of a pool.
type helper struct {
	pool   *pool
	index  int
	seen   [slots]uint64 // the last tickets that it knows
	wake   chan struct{} // holds one token, sent by whoever resets asleep
	asleep atomic.Bool
	_      [cacheLinePair - 60]byte
}

// cacheLinePair is the distance in bytes of variables that different processors write: two cache
// lines, because processors prefetch them in pairs.
const cacheLinePair = 128

// serve is the main loop of a helper.
func (h *helper) serve() {
	for {
		slot, ok := h.awaitNews()
		switch {
		case h.pool.closing.Load(): // whatever there is to do: its caller does it
			return
		case ok:
			h.help(slot)
		default:
			h.sleep()
		}
	}
}

// awaitNews spins until news says that there are some, or a timeout.
func (h *helper) awaitNews() (slot int, ok bool) {
	limit := wakeTime
	if h.pool.held.Load() > 0 {
		limit = spinTimeout
	}
	spin(limit, func() bool {
		slot, ok = h.news()
		return ok || h.pool.closing.Load()
	})
	return slot, ok
}

// news returns a slot with a ticket that h does not know, if there is one.
func (h *helper) news() (slot int, ok bool) {
	for i := range h.seen {
		if ticket := h.pool.slots[i].ticket.Load(); ticket != h.seen[i] && isComplete(ticket) {
			return i, true
		}
	}
	return 0, false
}

// help does the part of h in what is posted on a slot, if it has one.
func (h *helper) help(slot int) {
	v, helpers := h.pool.slots[slot].visit()
	h.seen[slot] = v.ticket
	own := 0
	if isComplete(v.ticket) {
		own = chunkOf(h.index, slot, v.chunks, helpers)
	}
	if own == 0 {
		return
	}
	v.work(own)
	if v.n == v.chunks && !v.isOverSoon() {
		v.workOnOthers(own)
	}
}

// sleep returns when h has been woken, or has seen news.
func (h *helper) sleep() {
	h.asleep.Store(true)
	h.pool.asleep.Add(1)
	if _, ok := h.news(); (ok || h.pool.closing.Load()) && h.stir() {
		return
	}
	<-h.wake
}

// stir makes h awake, and reports whether it was asleep.
func (h *helper) stir() bool {
	if !h.asleep.Load() || !h.asleep.CompareAndSwap(true, false) {
		return false
	}
	h.pool.asleep.Add(-1)
	return true
}

// wakeUp wakes h if it is asleep, and reports whether it was.
func (h *helper) wakeUp() bool {
	if !h.stir() {
		return false
	}
	h.wake <- struct{}{}
	return true
}

const (
	// wakeTime is roughly the time to wake a goroutine whose processor has gone to sleep, on a
	// virtual machine. Spinning that long before sleeping at most doubles the cost.
	wakeTime = 50 * time.Microsecond

	// spinTimeout is how long a helper spins while somebody holds the pool: longer than the work
	// that a caller does alone between two calls.
	spinTimeout = time.Millisecond

	// lateness is how long a helper that has done its index waits for others to begin theirs, before it
	// looks for some that nobody has begun. Looking takes cache lines from those at work.
	lateness = 2 * time.Microsecond
)

// isOverSoon reports whether the next work is posted before a helper would be late.
func (v *visit) isOverSoon() bool {
	return spin(lateness, func() bool { return v.slot.ticket.Load() != v.ticket })
}

// spin calls done until it returns true, or the time is over. It reports whether done has returned true.
func spin(limit time.Duration, done func() bool) bool {
	const calls = 50 // between two readings of the clock
	var begin time.Time
	for turn := 1; ; turn++ {
		for range calls {
			if done() {
				return true
			}
		}
		if turn == 1 {
			begin = time.Now()
		} else if time.Since(begin) > limit {
			return false
		}
	}
}
