package mat

import (
	"sync/atomic"
	"time"
)

// helper is a goroutine of a pool. It writes its first cache lines with each ticket. Callers read the last one with
// each posting, which it writes only when it falls asleep.
type helper struct {
	pool  *pool
	index int
	seen  [slots]uint64 // the last tickets that it knows
	last  int           // the slot of its last part
	_     [3*cacheLinePair - 8*slots - 24]byte

	wake   chan struct{} // holds one token, sent by whoever resets asleep
	asleep atomic.Bool
	_      [cacheLinePair - 12]byte
}

// cacheLinePair is the distance in bytes of variables that different processors write: two cache
// lines, because processors prefetch them in pairs.
const cacheLinePair = 128

// serve is the main loop of a helper.
func (h *helper) serve() {
	for {
		v, own := h.awaitPart()
		if own == 0 && !h.pool.closing.Load() {
			v, own = h.sleep()
		}
		if h.pool.closing.Load() { // whatever there is to do: its caller does it
			return
		}
		if own > 0 {
			v.help(own)
		}
	}
}

// awaitPart spins until h has a part in what is posted, or a timeout. Then own is 0. News for others don't make it spin
// longer.
func (h *helper) awaitPart() (v visit, own int) {
	limit := wakeTime
	if h.pool.held.Load() > 0 {
		limit = spinTimeout
	}
	spin(limit, func() bool {
		v, own = h.nextPart()
		return own > 0 || h.pool.closing.Load()
	})
	return v, own
}

// nextPart returns a part of h in work that it does not know, and the chunk to begin with. It is 0 if there is none. It
// looks at the slot of the last part last, so that no caller waits for those who post more often.
func (h *helper) nextPart() (v visit, own int) {
	taken := int(h.pool.taken.Load())
	slot := h.last
	for range taken {
		if slot++; slot >= taken {
			slot = 0
		}
		ticket := h.pool.slots[slot].ticket.Load()
		if ticket == h.seen[slot] || !isComplete(ticket) {
			continue
		}
		if v, own = h.visit(slot); own > 0 {
			h.last = slot
			return v, own
		}
	}
	return v, 0
}

// visit returns what is posted on a slot, and the chunk of it that h begins with, or 0 if it has none.
func (h *helper) visit(slot int) (v visit, own int) {
	v, helpers, first := h.pool.slots[slot].visit()
	h.seen[slot] = v.ticket
	if !isComplete(v.ticket) {
		return v, 0
	}
	return v, chunkOf(h.index, first, v.chunks, helpers)
}

// help does a helper's part, which begins with chunk own.
func (v *visit) help(own int) {
	v.work(own)
	if v.n == v.chunks && !v.isOverSoon() {
		v.workOnOthers(own)
	}
}

// sleep returns when h has been woken, or has seen a part of its own, as nextPart returns it. Those who post later see
// that h sleeps.
func (h *helper) sleep() (v visit, own int) {
	h.asleep.Store(true)
	h.pool.asleep.Add(1)
	v, own = h.nextPart()
	if (own > 0 || h.pool.closing.Load()) && h.stir() {
		return v, own
	}
	<-h.wake
	return v, own
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
