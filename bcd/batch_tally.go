package bcd

import "ridge/bcd/train"

// tally is what the batches of an epoch tell. What counts samples one by one is of this process,
// the other numbers are of all.
type tally struct {
	loss      float64 // Σ ℓ
	samples   float64
	wrong     int   // of this process
	positive  []int // activations per hidden layer, in batches that were checked; of this process
	checked   int   // samples in those; of this process
	halvings  int
	eta       float64 // of the last batch
	stepSum   float64 // Σ η
	outputSum float64 // Σ η·(the output's stepFactor)
}

// reset begins an epoch.
func (t *tally) reset() {
	clear(t.positive)
	*t = tally{positive: t.positive}
}

// state exchanges all of it: a checkpoint may fall into the middle of an epoch.
func (t *tally) state(s *train.State) {
	for _, field := range []struct {
		name string
		at   *float64
	}{{"loss", &t.loss}, {"samples", &t.samples}, {"eta", &t.eta}, {"way", &t.stepSum},
		{"way of the output", &t.outputSum}} {
		s.Float(field.name, field.at)
	}
	for _, field := range []struct {
		name string
		at   *int
	}{{"wrong", &t.wrong}, {"checked", &t.checked}, {"halvings", &t.halvings}} {
		s.Int(field.name, field.at)
	}
	s.Ints("active", t.positive)
}

// addTo adds the batch to a tally, with its activities if it is checked.
func (b *batch[T]) addTo(t *tally, loss float64, checked bool) {
	t.loss += loss * b.total
	t.samples += b.total
	for _, v := range b.verdicts[:b.Rows] {
		if v.wrong {
			t.wrong++
		}
	}
	if !checked {
		return
	}
	t.checked += b.Rows
	for i, count := range b.positives() {
		t.positive[i%len(t.positive)] += count
	}
}

// meanLoss is the mean loss of the samples of the epoch until now.
func (t *tally) meanLoss() float64 { return t.loss / t.samples }

// epoch adds up over the processes, and returns what the trace has of the epoch.
func (t *tally) epoch(widths []int, add *train.Adder) train.Epoch {
	counts := []float64{float64(t.wrong), float64(t.checked)}
	for _, positive := range t.positive {
		counts = append(counts, float64(positive))
	}
	counts = add.Numbers(counts...)
	e := train.Epoch{
		Loss:       t.meanLoss(),
		TrainError: counts[0] / t.samples,
		Values:     map[string]float64{Eta: t.eta, Halvings: float64(t.halvings)},
	}
	for n, positive := range counts[2:] {
		e.Activity = append(e.Activity, positive/(counts[1]*float64(widths[n+1])))
	}
	return e
}
