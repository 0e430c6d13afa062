package bcd

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// guard keeps steps from being too long: it looks at the loss of some batches again after the
// step, and at all losses for whether the training diverges.
type guard[T mat.Float] struct {
	divergence divergence
	before     *nn.Network[T] // the iterate at the last check
	good       *nn.Network[T] // the iterate at the last check at which all was well
	scale      float64        // of η, 1 unless steps were halved
	ceiling    float64        // of scale, 1 unless the training diverged

	shares *shares
	kept   struct { // what the team is copying
		iterate *nn.Network[T]
		sound   bool
	}
	copyKept func(i int)
}

func newGuard[T mat.Float](net *nn.Network[T], d divergence, s *shares) *guard[T] {
	g := &guard[T]{divergence: d, before: net.Clone(), good: net.Clone(), scale: 1, ceiling: 1, shares: s}
	g.copyKept = g.copyPart
	return g
}

// state exchanges all but the iterate at the last check, which is of use within a batch only.
func (g *guard[T]) state(s *train.State) {
	s.In("losses", g.divergence.state)
	train.Weights(s, "good", g.good)
	s.Float("scale", &g.scale)
	s.Float("ceiling", &g.ceiling)
}

// keep is called before the step of a batch that is checked.
func (g *guard[T]) keep(iterate *nn.Network[T]) {
	g.kept.iterate, g.kept.sound = iterate, g.divergence.isSound()
	g.shares.team.run(g.copyKept)
}

// copyPart copies the rows of member i.
func (g *guard[T]) copyPart(i int) {
	for n := 1; n <= len(g.kept.iterate.Layers)+1; n++ {
		w := g.kept.iterate.Weights(n)
		from, to := g.shares.team.part(i, w.Rows)
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

// halve halves the step from the last check to the iterate until the loss of the batch is at most
// allowed, and calls changed whenever it has. It returns how often.
func (g *guard[T]) halve(iterate *nn.Network[T], allowed float64, loss func() float64, changed func()) int {
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

// revert goes back to the weights that were sound last, and halves the step and its ceiling. It reports whether that is
// of any use.
func (g *guard[T]) revert(iterate *nn.Network[T]) bool {
	iterate.CopyWeights(g.good)
	g.before.CopyWeights(g.good)
	g.divergence.forgive()
	g.scale /= 2
	g.ceiling /= 2
	const smallest = 0x1p-30
	return g.scale >= smallest
}
