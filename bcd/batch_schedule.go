package bcd

import "ridge/bcd/train"

// How often, in batches, something is done that need not be done for each.
const (
	gramEvery    = 2  // the Gram matrices are updated
	averageEvery = 8  // the iterate is added to the average
	refreshEvery = 32 // the Gram matrices are inverted
	checkEvery   = 32 // the step is checked on its own batch
	decayEvery   = 96 // the penalty's part of the steps is applied, at the latest
)

// schedule counts batches, and says what each has to do.
type schedule struct {
	step        float64 // η₀
	done, total int     // batches
	perEpoch    int
}

// state exchanges the count.
func (s *schedule) state(state *train.State) { state.Count("done", &s.done, s.total) }

// duties are what there is to do in a batch besides its step.
type duties struct {
	eta           float64 // the step length, before the safeguard has its say
	spectralScale float64 // of a step in the spectral norm
	first         bool    // of the training
	spectral      bool    // weights move in the spectral norm
	check         bool    // the step is checked on its own batch
	average       bool    // the iterate is added to the average
	gram          bool    // the Gram matrices are updated
	invert        bool    // and inverted
	decay         bool    // the penalty's part of the steps is applied
	last          bool    // of the epoch
}

// next counts a batch. Package gradient has like rules for its second moments, but counts batches from 0, and inverts
// every 50 batches after the first ones.
func (s *schedule) next() duties {
	d := duties{eta: s.eta(), spectralScale: s.spectralScale(), first: s.done == 0, check: s.done%checkEvery == 0}
	d.spectral = s.done%spectralEvery == 0 // so that checks see such steps
	s.done++
	d.last = s.done%s.perEpoch == 0
	d.check = d.check || d.last
	d.average = s.done%averageEvery == 0
	const each = 8 // of the first batches
	d.gram = s.done <= each || s.done%gramEvery == 0
	early := s.done < refreshEvery && s.done&(s.done-1) == 0 // a power of two
	d.invert = early || s.done%refreshEvery == 0
	d.decay = d.last || s.done%decayEvery == 0
	return d
}

// eta is the step length of the next batch: η₀, but less in the first twentieth of the training,
// when the Gram matrices know few batches of activations that change fast, and in the second half,
// when it falls to 0.
func (s *schedule) eta() float64 {
	const rise, fall = 0.05, 0.5
	done, total := float64(s.done), float64(s.total)
	return s.step * min(1, (done+1)/(rise*total), (1-done/total)/fall)
}

// spectralScale is what the longest step in the spectral norm is multiplied by in the next batch: it rises to 1 in the
// first fiftieth of the training, and falls linearly to 0.
func (s *schedule) spectralScale() float64 {
	const rise = 0.02
	done, total := float64(s.done), float64(s.total)
	return min(1, (done+1)/(rise*total)) * (1 - done/total)
}
