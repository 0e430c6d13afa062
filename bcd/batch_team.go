package bcd

import (
	"ridge/mat"
)

// team splits what there is to do in a batch among its workers. Each of them takes the same part of a layer all the
// time: its samples, or its panels of the weights, which so stay in the cache of one core. A batch is seven calls of
// run with one hidden layer that few weights read, and more with more or larger ones, in the order of
// docs/minibatch.md; each of them is one fork and join of [mat.Parallel]. No number depends on how many workers there
// are: parts are of samples, or of columns of a product, and what is added up over samples is added up by one of them.
type team struct {
	workers mat.Workers
	size    int // of the team
}

func newTeam(w mat.Workers) team { return team{w, w.Count()} }

// of returns the part of the team that has this size.
func (t team) of(size int) team {
	if size < t.size {
		return team{mat.Workers(size), size}
	}
	return t
}

// run calls body for each member, 0 … size−1. A body is made once, or a call would allocate.
func (t team) run(body func(i int)) { mat.Parallel(t.workers, t.size, body) }

// eachAlone reports whether n things of about one size are done by one member each, rather than one after the other by
// all of them: if that takes an eighth longer at most than if none of the team were ever without work. Things that are
// too small to be split take as long with all as with one, so of these it is enough that two or more are done at a
// time, or that half of the team has work.
func (t team) eachAlone(n int, small bool) bool {
	rounds := ceilDiv(n, t.size)
	if small {
		return 2*rounds <= n || 2*n >= rounds*t.size
	}
	return 8*rounds*t.size <= 9*n
}

func ceilDiv(a, b int) int { return (a + b - 1) / b }

// part is what member i has of n things.
func (t team) part(i, n int) (from, to int) { return i * n / t.size, (i + 1) * n / t.size }

// rowUnit is the number of samples whose products with a panel of weights are left undivided: fewer take no less time,
// as a sum waits for its last update (BenchmarkPacked of package mat). With whole register tiles instead, of 14 rows
// with AVX-512, some of 16 workers would have 1.4 times their share of 50 samples and 300 units.
const rowUnit = 4

// span is some rows of a matrix, such as samples of a batch: from … to−1.
type span struct{ from, to int }

// rowsOf returns these rows of m.
func rowsOf[T mat.Float](m mat.Dense[T], s span) mat.Dense[T] { return m.RowView(s.from, s.to-s.from) }

// tile is a part of a product whose right operand is in panels: rows … of some panels.
type tile struct {
	from, to int // panels
	rows     span
}

// tiles is what member i has of the panels of p, for the given number of rows: as much as the others, to within unit
// rows of a panel. These are whole panels, except that it may share the first and the last one with its neighbours.
// (With part, some members would have a whole panel more to do than others.) The second number says how many tiles
// there are.
func tiles[T mat.Float](t team, i int, p *mat.Packed[T], rows, unit int) (list [3]tile, n int) {
	if rows == 0 { // a batch of which other processes have all samples
		return list, 0
	}
	from, to := beginOf(t, i, p, rows, unit), beginOf(t, i+1, p, rows, unit)
	add := func(first, last, lo, hi int) {
		if first < last && lo < hi {
			list[n] = tile{first, last, span{lo, hi}}
			n++
		}
	}
	switch {
	case from.panel == to.panel:
		add(from.panel, from.panel+1, from.row, to.row)
	case from.row > 0:
		add(from.panel, from.panel+1, from.row, rows)
		from.panel++
		fallthrough
	default:
		add(from.panel, to.panel, 0, rows)
		add(to.panel, to.panel+1, 0, to.row)
	}
	return list, n
}

// place is a row of a panel.
type place struct{ panel, row int }

// beginOf is where member i begins. The last panel counts as half of one if it has no more columns than that, and else
// as a whole one: that is how kernels see it.
func beginOf[T mat.Float](t team, i int, p *mat.Packed[T], rows, unit int) place {
	const whole = 2 // halves
	last := whole
	if 2*(p.Cols()-(p.Panels()-1)*p.PanelCols()) <= p.PanelCols() {
		last = whole / 2
	}
	if i == t.size {
		return place{p.Panels(), 0}
	}
	at := ((p.Panels()-1)*whole + last) * rows * i / t.size // rows of halves before it
	panel := at / (whole * rows)
	cost := whole
	if panel == p.Panels()-1 {
		cost = last
	}
	row := (2*(at-panel*whole*rows)/cost + unit) / (2 * unit) * unit // the nearest multiple
	if row >= rows {
		return place{panel + 1, 0}
	}
	return place{panel, row}
}
