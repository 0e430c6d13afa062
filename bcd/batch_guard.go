package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// guard keeps steps from being too long: it looks at the loss of some batches again after the
// step, and at all losses for whether the training diverges.
type guard[T mat.Float] struct {
	losses  losses
	before  *nn.Network[T] // the iterate at the last check
	good    *nn.Network[T] // the iterate at the last check at which all was well
	scale   float64        // of η, 1 unless steps were halved
	ceiling float64        // of scale, 1 unless the training diverged

	team *team    // of the batch
	kept struct { // what the team is copying
		iterate *nn.Network[T]
		sound   bool
	}
	copyKept func(i int)
}

func newGuard[T mat.Float](net *nn.Network[T], l losses, t *team) *guard[T] {
	g := &guard[T]{losses: l, before: net.Clone(), good: net.Clone(), scale: 1, ceiling: 1, team: t}
	g.copyKept = g.copyPart
	return g
}

// state names all but the iterate at the last check, which is of use within a batch only.
func (g *guard[T]) state(s *train.State) {
	s.In("losses", g.losses.state)
	train.Weights(s, "good", g.good)
	s.Float("scale", &g.scale)
	s.Float("ceiling", &g.ceiling)
}

// keep is called before the step of a batch that is checked.
func (g *guard[T]) keep(iterate *nn.Network[T]) {
	g.kept.iterate, g.kept.sound = iterate, g.losses.sound()
	g.team.run(g.copyKept)
}

// copyPart copies the rows of member i.
func (g *guard[T]) copyPart(i int) {
	for n := 1; n <= len(g.kept.iterate.Layers)+1; n++ {
		w := g.kept.iterate.Weights(n)
		from, to := g.team.part(i, w.Rows)
		mat.Copy(g.before.Weights(n).RowView(from, to-from), w.RowView(from, to-from))
		if g.kept.sound {
			mat.Copy(g.good.Weights(n).RowView(from, to-from), w.RowView(from, to-from))
		}
	}
}

// start makes the iterate, which no step has been made from, what there is to go back to.
func (g *guard[T]) start(iterate *nn.Network[T]) {
	g.before.CopyWeights(iterate)
	g.good.CopyWeights(iterate)
}

// verify halves the step from the last check to the iterate until the loss of the batch is at most
// allowed, and calls changed whenever it has. It returns how often.
func (g *guard[T]) verify(iterate *nn.Network[T], allowed float64, loss func() float64, changed func()) int {
	const most = 6 // halvings; what is left is the old weights
	for k := 0; ; k++ {
		if loss() <= allowed {
			if k == 0 {
				const recovery = 1.25
				g.scale = min(g.ceiling, recovery*g.scale)
			}
			return k
		}
		g.scale /= 2
		if k == most {
			iterate.CopyWeights(g.before)
			changed()
			return k + 1
		}
		for n := 1; n <= len(iterate.Layers)+1; n++ {
			vec.Blend(iterate.Weights(n).Data, g.before.Weights(n).Data, 0.5)
		}
		changed()
	}
}

// goBack is for losses that say that the training diverges: the weights become those that
// were sound last, and from now on no step is as long as the longest one was. It reports whether that
// is of any use.
func (g *guard[T]) goBack(iterate *nn.Network[T]) bool {
	iterate.CopyWeights(g.good)
	g.before.CopyWeights(g.good)
	g.losses.goBack()
	g.scale /= 2
	g.ceiling /= 2
	const smallest = 0x1p-30
	return g.scale >= smallest
}

// losses is what the losses of the batches say about whether the training diverges. It can
// do so late and slowly: a deep network that has come down to a loss of 0.01 may be at 1 some
// epochs later, where no step helps any more.
type losses struct {
	zeros  float64 // the loss of outputs of 0
	unit   float64 // what losses are measured by: zeros, or less
	recent float64 // mean of the last batches
	lowest float64 // what that has come down to
}

// newLosses returns them for samples that lose zeros if their outputs are 0, and wrong if these are the targets of
// another class.
//
// Losses are measured by the first, but by no more than five quarters of the second. With the hinge the first is half
// the number of classes K, and the second 4. A network whose outputs are the same for all samples, and the best such
// ones, loses 2(1 − 1/K). That has to look bad, and is less than a quarter of the first if there are many classes. Of
// the losses that are known, others are measured by zeros for any K, and so is the hinge for up to ten classes. A loss
// of one's own may have a second that says nothing: 0, or NaN for outputs that it does not expect.
func newLosses(zeros, wrong float64) losses {
	unit := zeros
	if wrong > 0 { // and not NaN
		unit = min(zeros, 1.25*wrong)
	}
	return losses{zeros: zeros, unit: unit}
}

// lossesOf returns them for the samples and the loss of a training.
func lossesOf[T mat.Float](d train.Data[T], loss nn.Loss[T], outputs int) losses {
	wrong := math.Inf(1)
	if !d.Regression() && outputs > 1 {
		o, y := make([]T, outputs), make([]T, outputs)
		loss.Targets(o, 1)
		loss.Targets(y, 0)
		wrong = loss.Value(o, y)
	}
	return newLosses(d.LossOfZeros(loss, outputs), wrong)
}

// begin takes the loss of the first batch.
func (l *losses) begin(first float64) {
	l.recent = max(l.zeros, first)
	l.lowest = l.recent
}

// state names all that changes.
func (l *losses) state(s *train.State) {
	s.Float("zeros", &l.zeros)
	s.Float("recent", &l.recent)
	s.Float("lowest", &l.lowest)
}

const lossWindow = 64 // batches in recent

// add takes a batch into account.
func (l *losses) add(loss float64) {
	l.recent += (loss - l.recent) / lossWindow
	l.lowest = min(l.lowest, l.recent)
}

// suspect reports whether a batch has a loss that no batch of its number of samples should have, or
// the last ones a loss that they should not have together.
func (l *losses) suspect(loss, samples float64) bool {
	return !(loss <= l.most(samples)) || l.rises(samples) // NaN is suspect
}

// most is what a batch of the given number of samples may lose.
func (l *losses) most(samples float64) float64 { return max(l.chance(samples), 20*l.lowest) }

// rises reports whether the last batches have lost too much together: far more than what the training
// had come down to, or than outputs of 0 would.
func (l *losses) rises(samples float64) bool {
	return l.recent > max(l.chance(lossWindow*samples), min(8*l.lowest, 2*l.zeros))
}

// addHard takes a suspect batch into account for which the weights are not to blame: the samples are
// harder than others, and that they are is what is normal from now on.
func (l *losses) addHard(loss, samples float64) {
	if l.rises(samples) {
		l.lowest = l.recent / 2
	}
	l.add(min(loss, l.most(samples)))
}

// sound reports whether weights after these batches are worth going back to.
func (l *losses) sound() bool { return l.recent <= 2*l.lowest }

// goBack makes the last batches those of sound weights.
func (l *losses) goBack() { l.recent = 2 * l.lowest }

// chance is what a number of samples may lose in a network that loses next to nothing: one of them
// twenty times the unit, and the mean of many that much less.
func (l *losses) chance(samples float64) float64 {
	const most, least = 20, 0.25
	return l.unit * max(most/samples, least)
}
