package bcd

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// average is a mean of the iterates, in which the last ones count most. It is kept in the panels of the
// weights, which are at hand after each batch.
type average[T mat.Float] struct {
	net   *nn.Network[T] // behind the panels if they are unsaved
	count int            // iterates in it

	graph          *graph[T]        // of the iterate
	panels         []*mat.Packed[T] // of its edges
	stale, unsaved bool             // as of [packing]
	share          T                // of the way to the iterate: see add
	phases         struct{ load, add, save func(i int) }
}

func newAverage[T mat.Float](net *nn.Network[T], g *graph[T]) *average[T] {
	a := &average[T]{net: net.Clone(), graph: g, stale: true}
	for _, e := range g.edges {
		a.panels = append(a.panels, mat.NewPacked[T](e.packed.forward.Rows(), e.packed.forward.Cols()))
	}
	a.phases.load, a.phases.add, a.phases.save = a.loadPart, a.addPart, a.savePart
	return a
}

// state exchanges all of it, the network with what is in the panels.
func (a *average[T]) state(s *train.State) {
	train.Weights(s, "net", a.network())
	s.Count("count", &a.count, math.MaxInt32)
	a.stale = true // if it was restored
}

// add moves the mean (q+1)/(k+q) of the way to the k-th iterate: polynomial-decay averaging (Shamir and Zhang, ICML
// 2013, section 4). q = 0 is the plain mean; with q = 8 about the last ninth of the training counts.
func (a *average[T]) add() {
	a.count++
	const q = 8
	a.share = T((q + 1) / (float64(a.count) + q))
	a.graph.pack()
	if a.stale {
		a.graph.team.run(a.phases.load)
	}
	a.graph.team.run(a.phases.add)
	a.stale, a.unsaved = false, true
}

// network returns the mean, to be read.
func (a *average[T]) network() *nn.Network[T] {
	if a.unsaved {
		a.graph.team.run(a.phases.save)
		a.unsaved = false
	}
	return a.net
}

// set makes the mean that of another network.
func (a *average[T]) set(net *nn.Network[T]) {
	a.net.CopyWeights(net)
	a.stale, a.unsaved = true, false
}

// each calls f with what member i has of the edges.
func (a *average[T]) each(i int, f func(e *edge[T], p *mat.Packed[T], from, to int)) {
	for k, e := range a.graph.edges {
		from, to := a.graph.team.part(i, a.panels[k].Panels())
		f(e, a.panels[k], from, to)
	}
}

func (a *average[T]) loadPart(i int) {
	a.each(i, func(e *edge[T], p *mat.Packed[T], from, to int) { p.Load(mat.Trans, e.allOf(a.net), from, to) })
}

// addPart adds the tiles of member i: those that it moves in the metric of Gram matrices. There may be fewer panels
// than members.
func (a *average[T]) addPart(i int) {
	for k, e := range a.graph.edges {
		mean, iterate := a.panels[k], e.packed.forward
		width := mean.PanelCols()
		list, count := tiles(a.graph.team, i, mean, mean.Rows(), width)
		for _, t := range list[:count] {
			dst, src := mean.Data(t.from, t.to), iterate.Data(t.from, t.to)
			from, to := t.rows.from*width, len(dst)-(mean.Rows()-t.rows.to)*width
			vec.Blend(dst[from:to], src[from:to], a.share)
		}
	}
}

func (a *average[T]) savePart(i int) {
	a.each(i, func(e *edge[T], p *mat.Packed[T], from, to int) { p.Store(mat.Trans, e.allOf(a.net), from, to) })
}
