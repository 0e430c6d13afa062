package mat

import (
	"sync"
	"sync/atomic"
)

// slot is where one caller at a time posts work. The indices are divided into chunks. The caller
// begins with the first chunk and each helper with one of the others, the same each time, so that it
// finds its data in its cache. Whoever has finished takes indices from the other chunks, whose helpers
// may be late or may never come.
//
// What a helper needs to begin is on one cache line, which the caller writes and the helpers read.
// Each chunk counts on a line of its own, which its helper keeps: nothing has to be reset, since all
// counts belong to a ticket, or only grow.
//
// The life of a posting: takeSlot sets busy; post writes the work and its shape, and then the ticket, which is even
// again; helpers that see a new ticket visit the slot, and each takes indices by increasing chunk.state, which fails
// for an old ticket; whoever leaves a chunk adds what it did to chunk.done; the caller works, too, and joins: it waits
// until chunk.done is what it wants of every chunk, so that nobody reads work any more when run resets busy.
type slot struct {
	ticket  atomic.Uint64 // grows by two with each posting; odd while shape changes
	shape   atomic.Uint64 // see encodeShape
	work    work          // read by those who have taken an index of the last ticket
	chunks  *[maxHelpers + 1]chunk
	waiting atomic.Bool // the caller waits for done
	_       [cacheLinePair - 60]byte

	busy   atomic.Bool             // some caller has the slot
	number int                     // of the slot
	want   *[maxHelpers + 1]uint64 // what chunks[i].done is when all its indices are
	done   chan struct{}           // wakes the caller, if it waits

	mu      sync.Mutex
	failure any
	_       [cacheLinePair - 56]byte
}

// work is a body and a range of its indices.
type work struct {
	body     body
	from, to int
}

// chunk is a range of the indices of a work.
type chunk struct {
	// state is the ticket and, in the last chunkBits, how many indices have been taken, all ones if all
	// have.
	state atomic.Uint64
	done  atomic.Uint64 // indices done, of all tickets
	_     [cacheLinePair - 16]byte
}

// A chunk has less than chunkLimit indices. The bits that are left to the ticket last for years,
// whatever is posted.
const (
	chunkBits  = 16
	chunkLimit = 1<<chunkBits - 1
)

// take takes an index of the chunk, which has size of them. A ticket whose work is over finds none:
// all chunks that it had are marked as taken, by it or by a later one.
func (c *chunk) take(ticket, size uint64) (k uint64, ok bool) {
	for {
		state := c.state.Load()
		k = 0
		switch have := state >> chunkBits; {
		case have > ticket:
			return 0, false
		case have == ticket:
			if k = state & chunkLimit; k == chunkLimit {
				return 0, false
			}
		}
		taken := k + 1
		if taken == size {
			taken = chunkLimit
		}
		if c.state.CompareAndSwap(state, ticket<<chunkBits|taken) {
			return k, true
		}
	}
}

// takeAll takes what is left, and returns how much that was.
func (c *chunk) takeAll(ticket, size uint64) uint64 {
	for {
		state, left := c.state.Load(), size
		if isTaken(state, ticket) {
			return 0
		}
		if state>>chunkBits == ticket {
			left -= state & chunkLimit
		}
		if c.state.CompareAndSwap(state, ticket<<chunkBits|chunkLimit) {
			return left
		}
	}
}

// isTaken reports whether no index of the ticket is left in a chunk of this state.
func isTaken(state, ticket uint64) bool {
	return state>>chunkBits > ticket || state == ticket<<chunkBits|chunkLimit
}

// chunkOf is the chunk that a helper begins with if the work has the given number of chunks, for the
// given number of helpers, of which first begins with the first chunk after the caller's; 0, the
// caller's, if there is none for this helper.
func chunkOf(helper, first, chunks, helpers int) int {
	if helper >= helpers {
		return 0
	}
	if c := (helper+helpers-first)%helpers + 1; c < chunks {
		return c
	}
	return 0
}

// A shape is how many indices, chunks and helpers work has, and its first helper.
func encodeShape(n, chunks, helpers, first int) uint64 {
	return uint64(n)<<24 | uint64(chunks-1)<<16 | uint64(helpers)<<8 | uint64(first)
}

func decodeShape(shape uint64) (n, chunks, helpers, first int) {
	return int(shape >> 24), int(shape>>16&0xff) + 1, int(shape >> 8 & 0xff), int(shape & 0xff)
}

// post offers the work to helpers, of which first is the first. The visit returned is the caller's.
func (s *slot) post(w work, chunks, helpers, first int) visit {
	ticket := s.ticket.Load() + 2
	s.ticket.Store(ticket - 1)
	s.work = w
	s.shape.Store(encodeShape(w.to-w.from, chunks, helpers, first))
	v := visit{slot: s, ticket: ticket, n: w.to - w.from, chunks: chunks}
	s.ticket.Store(ticket)
	for c := range chunks {
		_, size := v.part(c)
		s.want[c] += size
	}
	return v
}

// visit returns what is posted, for a helper, for how many it is, and the first of these. Its ticket is odd if that has
// just changed.
func (s *slot) visit() (v visit, helpers, first int) {
	v.slot, v.ticket = s, s.ticket.Load()
	v.n, v.chunks, helpers, first = decodeShape(s.shape.Load())
	if s.ticket.Load() != v.ticket {
		v.ticket |= 1
	}
	return v, helpers, first
}

// isComplete reports whether a ticket's shape was read with it.
func isComplete(ticket uint64) bool { return ticket&1 == 0 }

// visit is the part of one goroutine in the work of a ticket.
type visit struct {
	slot      *slot
	ticket    uint64
	n, chunks int
	at        int    // the chunk that it is at
	done      uint64 // indices of it, not yet added to its count
}

// part is chunk c: its first index, and how many there are. The first chunks have one index more.
func (v *visit) part(c int) (first, size uint64) {
	least, more := v.n/v.chunks, v.n%v.chunks
	size = uint64(least)
	if c < more {
		size++
	}
	return uint64(c*least + min(c, more)), size
}

// work finishes a chunk, and then the others, beginning with those after it, if they have several
// indices.
func (v *visit) work(own int) {
	defer v.recordPanic()
	v.finish(own)
	if v.n > v.chunks {
		v.finishOthers(own)
	}
}

// workOnOthers is work of all chunks but one.
func (v *visit) workOnOthers(own int) {
	defer v.recordPanic()
	v.finishOthers(own)
}

// finishOthers finishes the other chunks.
func (v *visit) finishOthers(own int) {
	for i := 1; i < v.chunks; i++ {
		v.finish((own + i) % v.chunks)
	}
}

// finish does what is left of a chunk.
func (v *visit) finish(c int) {
	v.at = c
	first, size := v.part(c)
	for {
		k, ok := v.slot.chunks[c].take(v.ticket, size)
		if !ok {
			break
		}
		w := &v.slot.work
		w.body.do(w.from + int(first+k))
		v.done++
	}
	v.report()
}

// report adds what was done.
func (v *visit) report() {
	if v.done == 0 {
		return
	}
	v.slot.chunks[v.at].done.Add(v.done)
	v.done = 0
	if v.slot.waiting.Load() {
		select {
		case v.slot.done <- struct{}{}:
		default:
		}
	}
}

// recordPanic records the value of the first panic, and keeps new indices from being taken.
func (v *visit) recordPanic() {
	r := recover()
	if r == nil {
		return
	}
	s := v.slot
	s.mu.Lock()
	if s.failure == nil {
		s.failure = r
	}
	s.mu.Unlock()
	v.done++ // the index that panicked
	v.report()
	for c := range v.chunks {
		_, size := v.part(c)
		v.at, v.done = c, s.chunks[c].takeAll(v.ticket, size)
		v.report()
	}
}

// join returns when all indices are done. It does those itself that no helper has taken.
func (v *visit) join() {
	s := v.slot
	looked := v.n > v.chunks // work has looked at all chunks: they are taken
	for c := range v.chunks {
		k := &s.chunks[c]
		isDone := func() bool { return k.done.Load() == s.want[c] }
		if isDone() {
			continue
		}
		if !isTaken(k.state.Load(), v.ticket) {
			v.work(c)
		}
		if !looked && !spin(lateness, isDone) { // whoever has chunk c may take long, and others are perhaps not taken
			v.workOnOthers(c)
			looked = true
		}
		if spin(spinTimeout, isDone) {
			continue
		}
		s.waiting.Store(true)
		for !isDone() {
			<-s.done
		}
		s.waiting.Store(false)
	}
}
