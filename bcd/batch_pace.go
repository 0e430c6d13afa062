package bcd

import (
	"slices"
	"time"
)

// pace finds by trial how many of a team do batches fastest. What package processors says is right where cores share
// a cache: where they don't, a line takes five times as long from one to another, and others may need the processors,
// too. So from time to time half or twice as many do some batches, and stay if these take less time for each
// multiplication. No number depends on it but the seconds.
type pace struct {
	clock func() time.Time
	usual times
	shift int // the team is 2^shift times smaller than it may be

	trial      times
	trying     bool
	by         int // what a trial adds to shift: 1 or −1
	wait, left int // batches between two trials, and before the next one

	work  float64 // of the batch under way; 0: it is not timed
	begun time.Time
}

const (
	// A trial begins after 32 batches, and then, while none changes anything, after twice as many each time.
	firstTrial, lastTrial = 32, 4096
	// A trial that does not take less than fasterPace of the usual time changes nothing, and ends at once when it takes
	// more than slowerPace.
	fasterPace, slowerPace = 0.95, 1.25
)

func newPace() pace { return pace{clock: time.Now, by: 1, wait: firstTrial, left: firstTrial} }

// next returns how many of up to most workers do the next batch, of so many multiplications.
func (p *pace) next(work float64, most int) int {
	if p.work = work; most == 1 {
		p.work = 0
		return most
	}
	for most>>p.shift == 0 {
		p.shift--
		p.trying = false
	}
	if !p.trying && p.left <= 0 && p.usual.full() {
		p.begin(most)
	}
	shift := p.shift
	if p.trying {
		shift += p.by
	}
	p.begun = p.clock()
	return max(1, most>>shift)
}

// begin begins a trial, in another direction than the last one where both are possible.
func (p *pace) begin(most int) {
	possible := func(by int) bool { return p.shift+by >= 0 && most>>(p.shift+by) > 0 }
	if p.by = -p.by; !possible(p.by) {
		p.by = -p.by
	}
	p.trying, p.trial = possible(p.by), times{}
}

// done says that the batch is.
func (p *pace) done() {
	if p.work == 0 {
		return
	}
	each := p.clock().Sub(p.begun).Seconds() / p.work
	p.work = 0
	if !p.trying {
		p.usual.add(each)
		p.left--
		return
	}
	p.trial.add(each)
	switch usual := p.usual.median(); {
	case p.trial.full() && p.trial.median() < fasterPace*usual:
		p.shift += p.by
		p.usual, p.wait = p.trial, firstTrial
	case p.trial.full() || p.trial.count >= 4 && p.trial.least() > slowerPace*usual:
		p.wait = min(2*p.wait, lastTrial)
	default:
		return
	}
	p.trying, p.left = false, p.wait
}

// times are those of the last batches.
type times struct {
	last  [8]float64
	count int
}

func (t *times) add(v float64) {
	t.last[t.count%len(t.last)] = v
	t.count++
}

// full reports whether there are as many as it takes, and one more, which comes first and may have moved weights to
// another cache.
func (t *times) full() bool { return t.count > len(t.last) }

// median is that of what there is, the upper one of two.
func (t *times) median() float64 {
	all := t.last
	known := all[:min(t.count, len(all))]
	slices.Sort(known)
	return known[len(known)/2]
}

// least is the smallest, without the first of all if that is still there.
func (t *times) least() float64 {
	if t.full() {
		return slices.Min(t.last[:])
	}
	return slices.Min(t.last[1:t.count])
}
