package bcd

import "ridge/mat"

// work is about how many multiplications a batch takes.
type work struct {
	sample float64 // for a sample: the forward pass and, every other batch, Gram matrices
	active float64 // for one that has a loss: U steps, and what it does to the weights
}

// workOf counts them for the U steps of the options.
func workOf[T mat.Float](g *graph[T], o *BatchOptions) (w work) {
	for n := range g.in {
		if n >= 1 && n <= g.layers() {
			order := float64(g.widths[n] + 1)
			if g.readsInGramMetric(n) {
				w.sample += order * order / 4
				w.active += order * order
			}
		}
		for _, e := range g.in[n] {
			weights := float64(e.w.Rows * e.w.Cols)
			w.sample += weights
			w.active += weights * (1 + 2*float64(stepsBelow(g, e, o)))
		}
	}
	return w
}

// stepsBelow is how many steps the hidden variables that an edge reads take.
func stepsBelow[T mat.Float](g *graph[T], e *edge[T], o *BatchOptions) int {
	switch e.from {
	case 0:
		return 0
	case g.layers():
		return o.InnerLast
	default:
		return o.Inner
	}
}
