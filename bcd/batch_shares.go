package bcd

import (
	"slices"

	"ridge/asm"
	"ridge/internal/processors"
	"ridge/mat"
)

// shares is how workers share a batch.
type shares struct {
	all      team // all workers
	team     team // those that do the batch under way: see setTeam
	pace     pace
	work     work
	few      int // weights that each worker may read: see byRows
	tileRows int // of a product that are computed together
	tiles    int // of rowUnit rows in a batch
}

// newShares returns how a team shares batches of at most the given number of samples. What it takes to do one is set
// by newGraph.
func newShares[T mat.Float](samples int, t team) *shares {
	kern := asm.For[T]()
	return &shares{
		all: t, team: t, pace: newPace(),
		few:      kern.MC * kern.KC / 4, // a quarter of the block of an operand that L2 keeps for a product
		tileRows: kern.MR,
		tiles:    ceilDiv(samples, rowUnit),
	}
}

// setTeam chooses who does a batch, by the number of its samples and about how many of them are active, that is, have a
// loss, and by how long batches have taken. A team of about the right size stays: that moves no weights to the caches
// of others, and wakes no worker up for one batch.
func (s *shares) setTeam(samples, active int) {
	multiplications := float64(samples)*s.work.sample + float64(active)*s.work.active
	size := processors.Team(multiplications, s.all.size)
	if !processors.Forced() {
		size = s.pace.next(multiplications, size)
	}
	best := s.all.of(size)
	if few, many := min(best.size, s.team.size), max(best.size, s.team.size); 4*few < 3*many {
		s.team = best
	}
}

// byRows reports whether the products with the weights of an edge are split by samples. Then a worker takes its samples
// through several layers without waiting for anybody, but needs all of the weights, which must be few enough for that.
// Larger ones are split by units, such that each worker has its part of the weights, unless there are fewer tiles than
// workers.
func (g *graph[T]) byRows(e *edge[T]) bool {
	p := e.packed.forward
	return g.team.size == 1 || p.Rows()*p.Cols() <= g.few || p.Panels()*g.tiles < g.team.size
}

// small reports whether the weights between any two hidden layers are few, and so are their Gram matrices.
func (g *graph[T]) small() bool {
	widest := slices.Max(g.widths[1:g.output()]) + 1
	return widest*widest <= g.few
}

// readByRows reports whether the products of all layers that read layer n are split by samples.
func (g *graph[T]) readByRows(n int) bool {
	for _, e := range g.out[n] {
		if !g.byRows(e) {
			return false
		}
	}
	return true
}

// computedByRows reports the same of the products by which layer n reads others.
func (g *graph[T]) computedByRows(n int) bool {
	for _, e := range g.in[n] {
		if !g.byRows(e) {
			return false
		}
	}
	return true
}
