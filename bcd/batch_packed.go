package bcd

import (
	"slices"

	"ridge/bcd/nn"
	"ridge/mat"
)

// packing is the weights of an edge in the layout in which products read and change them, so that no product packs
// them anew. The matrices of the network, which all else works with, follow where they are
// needed: see [graph.unpack] and [graph.changed].
type packing[T mat.Float] struct {
	forward  *mat.Packed[T] // [W, bias]ᵀ, for W·u; the biases if they are next to W
	backward *mat.Packed[T] // W, for Wᵀ·r; nil if layer from is the input
	// stale says that the network has newer weights than the panels, and unsaved that it has older ones.
	stale, unsaved bool
}

// updateBackward copies to backward what changed in forward: some of its rows, in panels from … to−1.
func (p *packing[T]) updateBackward(rows span, from, to int) {
	width := p.backward.PanelCols()
	last := min((rows.to+width-1)/width, p.backward.Panels())
	p.backward.LoadTransposed(p.forward, rows.from/width, last, from, to)
}

// initPacking makes room.
func (e *edge[T]) initPacking() {
	all := e.all()
	e.packed = packing[T]{forward: mat.NewPacked[T](all.Cols, all.Rows), stale: true}
	if e.from > 0 {
		e.packed.backward = mat.NewPacked[T](e.w.Rows, e.w.Cols)
	}
}

// all is the weights, with the biases if they are next to them.
func (e *edge[T]) all() mat.Dense[T] {
	if e.withBias.Cols > 0 {
		return e.withBias
	}
	return e.w
}

// allOf is all of another network.
func (e *edge[T]) allOf(net *nn.Network[T]) mat.Dense[T] {
	return net.Weights(e.to).ColView(e.column, e.all().Cols)
}

// pack brings the panels up to date.
func (g *graph[T]) pack() {
	g.bringUp(g.packBody, func(p *packing[T]) *bool { return &p.stale })
}

// unpack brings the network up to date: before its weights are read.
func (g *graph[T]) unpack() {
	g.bringUp(g.unpackBody, func(p *packing[T]) *bool { return &p.unsaved })
}

// bringUp runs body, which copies what is marked, and takes the marks away.
func (g *graph[T]) bringUp(body func(i int), mark func(*packing[T]) *bool) {
	marked := false
	for _, e := range g.edges {
		marked = marked || *mark(&e.packed)
	}
	if !marked {
		return
	}
	g.team.run(body)
	for _, e := range g.edges {
		*mark(&e.packed) = false
	}
}

func (g *graph[T]) packPart(i int) {
	for _, e := range g.edges {
		if !e.packed.stale {
			continue
		}
		from, to := g.team.part(i, e.packed.forward.Panels())
		e.packed.forward.Load(mat.Trans, e.all(), from, to)
		if e.packed.backward != nil {
			from, to = g.team.part(i, e.packed.backward.Panels())
			e.packed.backward.Load(mat.NoTrans, e.w, from, to)
		}
	}
}

func (g *graph[T]) unpackPart(i int) {
	for _, e := range g.edges {
		if e.packed.unsaved {
			from, to := g.team.part(i, e.packed.forward.Panels())
			e.packed.forward.Store(mat.Trans, e.all(), from, to)
		}
	}
}

// moved marks the network as older than the panels, after a W step.
func (g *graph[T]) moved() {
	for _, e := range g.edges {
		e.packed.unsaved = e.packed.unsaved || g.movesInPanels(e)
	}
}

// movesInPanels reports whether a W step changes the panels of e: its weights, unless they have a metric of their own,
// or the biases of layer e.to, which are in the panels of the last edge into it, whatever that one's metric is.
func (g *graph[T]) movesInPanels(e *edge[T]) bool {
	if !e.spectral {
		return true
	}
	return e.withBias.Cols > 0 && slices.ContainsFunc(g.in[e.to], func(o *edge[T]) bool { return !o.spectral })
}

// changed marks the panels as older than the network.
func (g *graph[T]) changed() {
	for _, e := range g.edges {
		e.changed()
	}
}

// changed marks the panels of these weights as older than the network, and those of their biases if they are next to
// them.
func (e *edge[T]) changed() { e.packed.stale, e.packed.unsaved = true, false }
