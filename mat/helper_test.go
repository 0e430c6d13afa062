package mat

import (
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestIdleHelpersSleep(t *testing.T) {
	p := withoutHelpers(t)
	for range 10 {
		p.run(4, 50, function(func(int) {}))
	}
	asleep := func() bool {
		sleepers := 0
		for _, s := range helperStates() {
			if strings.HasPrefix(s, "chan receive") {
				sleepers++
			}
		}
		return sleepers == 3
	}
	for !asleep() { // forever, if a helper spins
		runtime.Gosched()
	}
	release := p.hold()
	p.run(4, 50, function(func(int) {}))
	release()
	for !asleep() {
		runtime.Gosched()
	}
}

// A caller that posts work for one helper, back to back, does not keep the others from their sleep.
func TestHelpersWithoutAPartSleepWhileOthersWork(t *testing.T) {
	p := withoutHelpers(t)
	p.run(4, 50, function(func(int) {}))
	defer p.hold()()
	for p.asleep.Load() < 2 { // forever, if news for others keep them awake
		p.run(2, 2, function(func(int) {}))
	}
}

func TestNewsForOthersDoNotKeepAHelperFromItsSleep(t *testing.T) {
	p := withoutHelpers(t)
	h := &p.helpers[1]
	h.pool, h.index, h.wake = p, 1, make(chan struct{}, 1)
	s := p.takeSlot()
	post := func() { s.post(work{function(func(int) {}), 0, 2}, 2, 2, 0) }
	post()
	_, own := h.awaitPart()
	require.Zero(t, own)
	require.Equal(t, s.ticket.Load(), h.seen[0], "what it waited for was something else")
	post()
	var wg sync.WaitGroup
	wg.Go(func() { _, own = h.sleep() })
	for !h.wakeUp() { // forever, if it does not sleep
		runtime.Gosched()
	}
	wg.Wait()
	require.Zero(t, own)
}

func TestRouseWakesHelpersBeforeThereIsWork(t *testing.T) {
	p := withoutHelpers(t)
	p.run(4, 50, function(func(int) {}))
	defer p.hold()()
	for {
		for p.asleep.Load() < 3 {
			runtime.Gosched()
		}
		p.rouse(3)
		if p.asleep.Load() == 1 { // not if the test was interrupted until they slept again
			break
		}
	}
}

// Otherwise close would not return while others post work back to back.
func TestAHelperThatIsToEndBeginsNothing(t *testing.T) {
	p := newPool()
	p.closing.Store(true)
	s := p.takeSlot()
	var did atomic.Int32
	v := s.post(work{function(func(int) { did.Add(1) }), 0, 2}, 2, 1, 0)
	h := &p.helpers[0]
	h.pool, h.wake = p, make(chan struct{}, 1)
	h.serve()
	require.Zero(t, did.Load())
	v.work(0)
	v.join()
	require.Equal(t, int32(2), did.Load(), "the caller does what the helper has left")
}

func TestAHelperLooksAtTheSlotOfItsLastPartLast(t *testing.T) {
	p := withoutHelpers(t)
	h := &p.helpers[0]
	h.pool = p
	post := func(slot int) { p.slots[slot].post(work{function(func(int) {}), 0, 2}, 2, 1, 0) }
	for range slots {
		s := p.takeSlot()
		require.NotNil(t, s)
		post(s.number)
	}
	var order, want []int
	for i := range 2 * slots {
		want = append(want, (i+1)%slots)
		v, own := h.nextPart()
		require.Equal(t, 1, own)
		order = append(order, v.slot.number)
		post(v.slot.number) // as a caller does that is in a hurry
	}
	require.Equal(t, want, order)
}

func TestHelpersBeginWithTheSameChunksEachTime(t *testing.T) {
	for _, c := range []struct{ first, chunks, helpers int }{
		{0, 4, 3}, {0, 3, 9}, {3, 4, 9}, {8, 4, 9}, {0, 8, 7}, {14, 8, 15},
	} {
		var helpers []int // of chunks 1, 2, …
		for chunk := 1; chunk < c.chunks; chunk++ {
			for h := range maxHelpers {
				if chunkOf(h, c.first, c.chunks, c.helpers) == chunk {
					helpers = append(helpers, h)
				}
			}
		}
		for i, h := range helpers {
			require.Equal(t, (c.first+i)%c.helpers, h, "%+v", c)
		}
		require.Len(t, helpers, min(c.chunks-1, c.helpers), "%+v", c)
	}
}

// Those that sleep although others work are none of a caller's business that has no chunk for them.
func TestAPostingWakesThoseHelpersThatHaveAPartInIt(t *testing.T) {
	const helpers = 5
	for _, c := range []struct {
		first, chunks int
		want          []int
	}{
		{0, 1, nil}, {0, 3, []int{0, 1}}, {3, 4, []int{0, 3, 4}}, {4, 6, []int{0, 1, 2, 3, 4}},
		{2, 9, []int{0, 1, 2, 3, 4}},
	} {
		p := newPool()
		for i := range helpers {
			h := &p.helpers[i]
			h.pool, h.index, h.wake = p, i, make(chan struct{}, 1)
			h.asleep.Store(true)
		}
		p.asleep.Store(helpers)
		p.wake(c.first, c.chunks, helpers)
		var woken []int
		for i := range helpers {
			if !p.helpers[i].asleep.Load() {
				woken = append(woken, i)
			}
		}
		require.Equal(t, c.want, woken, "%+v", c)
		require.EqualValues(t, helpers-len(woken), p.asleep.Load())
	}
}

// As many callers as 10,000 samples have blocks can have helpers at a time, and helpers watch no more slots than there
// have been callers.
func TestHelpersFindTheWorkOfManyCallers(t *testing.T) {
	p := withoutHelpers(t)
	h := &p.helpers[0]
	h.pool = p
	const callers = 1 + 20
	for i := range callers {
		s := p.takeSlot()
		require.NotNil(t, s, "caller %d", i)
		require.EqualValues(t, i+1, p.taken.Load())
		_, own := h.nextPart()
		require.Zero(t, own, "nothing is posted")
		s.post(work{function(func(int) {}), 0, 2}, 2, 1, 0)
		v, own := h.nextPart()
		require.Equal(t, []int{1, i}, []int{own, v.slot.number})
	}
}
