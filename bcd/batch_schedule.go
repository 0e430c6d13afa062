package bcd

import "ridge/bcd/train"

// How often, in batches, something is done that need not be done for each.
const (
	gramEvery    = 2  // the Gram matrices are updated
	averageEvery = 8  // the iterate is added to the average
	refreshEvery = 32 // the Gram matrices are inverted
	checkEvery   = 32 // the step is checked on its own batch
	decayEvery   = 96 // what the penalty brings is applied, if it is not too much before
)

// agenda counts batches, and says what each has to do.
type agenda struct {
	step        float64 // η₀
	done, total int     // batches
	perEpoch    int
}

// state names the count.
func (a *agenda) state(state *train.State) { state.Count("done", &a.done, a.total) }

// duties are what there is to do in a batch besides its step.
type duties struct {
	eta     float64 // the step length, before the safeguard has its say
	slope   float64 // what a step in the spectral norm is multiplied by
	first   bool    // of the training
	move    bool    // weights move in the spectral norm
	check   bool    // the step is checked on its own batch
	average bool    // the iterate is added to the average
	gram    bool    // the Gram matrices are updated
	invert  bool    // and inverted
	decay   bool    // what the penalty brings is applied
	last    bool    // of the epoch
}

// next counts a batch.
func (a *agenda) next() duties {
	d := duties{eta: a.eta(), slope: a.slope(), first: a.done == 0, check: a.done%checkEvery == 0}
	d.move = a.done%spectralEvery == 0 // so that checks see such steps
	a.done++
	d.last = a.done%a.perEpoch == 0
	d.check = d.check || d.last
	d.average = a.done%averageEvery == 0
	const each = 8 // of the first batches
	d.gram = a.done <= each || a.done%gramEvery == 0
	early := a.done < refreshEvery && a.done&(a.done-1) == 0 // a power of two
	d.invert = early || a.done%refreshEvery == 0
	d.decay = d.last || a.done%decayEvery == 0
	return d
}

// eta is the step length of the next batch: η₀, but less in the first twentieth of the training,
// when the Gram matrices know few batches of activations that change fast, and in the second half,
// when it falls to 0.
func (a *agenda) eta() float64 {
	const rise, fall = 0.05, 0.5
	done, total := float64(a.done), float64(a.total)
	return a.step * min(1, (done+1)/(rise*total), (1-done/total)/fall)
}

// slope is what the longest step in the spectral norm is multiplied by in the next batch: it rises to 1 in the first
// fiftieth of the training, and falls linearly to 0.
func (a *agenda) slope() float64 {
	const rise = 0.02
	done, total := float64(a.done), float64(a.total)
	return min(1, (done+1)/(rise*total)) * (1 - done/total)
}
