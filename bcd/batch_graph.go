package bcd

import (
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// graph is how the layers of a network read each other, with how workers share what is computed of them. The output is
// layer L+1.
type graph[T mat.Float] struct {
	widths  []int        // of layers 0 … L+1
	edges   []*edge[T]   // all, by the layer that they lead into
	hidden  []*edge[T]   // those that read a hidden layer
	in, out [][]*edge[T] // the edges into layer n, and out of it

	*shares
	packBody, unpackBody func(i int)
}

// edge is a block of weights: those by which layer to reads layer from.
type edge[T mat.Float] struct {
	from, to int
	column   int          // where it begins in the weights of to
	w        mat.Dense[T] // W_{to,from}
	bias     mat.Dense[T] // the biases of to
	// withBias is [W_{to,from}, bias], which lie side by side if from is the last layer
	// that to reads; empty otherwise.
	withBias mat.Dense[T]
	packed   packing[T]
	norm     spectralNorm[T] // of w
	// spectral says that the weights do not move in the metric of Gram matrices.
	spectral bool
}

// hasRidge reports whether λ or λ_out is a ridge on the weights: on all but those between hidden layers that move in
// the spectral norm, where Gram matrices are estimates.
func (e *edge[T]) hasRidge() bool { return !e.spectral || e.from == 0 }

// newGraph returns the graph of a network, whose weights the edges are, for batches of at most the given number of
// samples.
func newGraph[T mat.Float](net *nn.Network[T], samples int, t team, o *BatchOptions) *graph[T] {
	g := &graph[T]{widths: net.Widths(), shares: newShares[T](samples, t)}
	g.packBody, g.unpackBody = g.packPart, g.unpackPart
	g.in, g.out = make([][]*edge[T], len(g.widths)), make([][]*edge[T], len(g.widths))
	for n := 1; n < len(g.widths); n++ {
		w := net.Weights(n)
		for _, p := range net.Parts(n) {
			e := &edge[T]{
				from: p.Layer, to: n, column: p.Column,
				w: w.ColView(p.Column, p.Width), bias: w.ColView(w.Cols-1, 1),
				norm:     newSpectralNorm[T](w.Rows, p.Width),
				spectral: n <= g.layers() && o.Metric.spectral(p.Layer),
			}
			if p.Last {
				e.withBias = w.ColView(p.Column, p.Columns())
			}
			e.initPacking()
			g.edges = append(g.edges, e)
			if e.from > 0 {
				g.hidden = append(g.hidden, e)
			}
			g.in[n] = append(g.in[n], e)
			g.out[p.Layer] = append(g.out[p.Layer], e)
		}
	}
	g.work = workOf(g, o)
	return g
}

// layers is L.
func (g *graph[T]) layers() int { return len(g.widths) - 2 }

// output is L+1.
func (g *graph[T]) output() int { return len(g.widths) - 1 }

// widest is the number of columns of the widest layer, with a column of ones.
func (g *graph[T]) widest() int {
	widest := 0
	for _, width := range g.widths {
		widest = max(widest, width+1)
	}
	return widest
}

// largest is the size of the largest matrix of weights.
func (g *graph[T]) largest() int {
	largest := 0
	for n := range g.widths[1:] {
		columns := 1
		for _, e := range g.in[n+1] {
			columns += e.w.Cols
		}
		largest = max(largest, g.widths[n+1]*columns)
	}
	return largest
}

// of returns the weights and the biases of net that e stands for.
func (e *edge[T]) of(net *nn.Network[T]) (w, bias mat.Dense[T]) {
	all := net.Weights(e.to)
	return all.ColView(e.column, e.w.Cols), all.ColView(all.Cols-1, 1)
}

// add adds c·x·y to the weights of e and the biases of its layer, x·y having a last column for
// these.
func (e *edge[T]) add(transX mat.Transpose, x, y mat.Dense[T], c T, workers mat.Workers) {
	if e.withBias.Cols > 0 {
		mat.Gemm(transX, mat.NoTrans, c, x, y, 1, e.withBias, workers)
		return
	}
	width := e.w.Cols
	mat.Gemm(transX, mat.NoTrans, c, x, y.ColView(0, width), 1, e.w, workers)
	mat.Gemm(transX, mat.NoTrans, c, x, y.ColView(width, 1), 1, e.bias, workers)
}

// addScaled adds c·g, which has a last column for the biases.
func (e *edge[T]) addScaled(g mat.Dense[T], c T) {
	width := e.w.Cols
	for i := range g.Rows {
		row := g.Row(i)
		mat.Axpy(c, row[:width], e.w.Row(i))
		e.bias.Row(i)[0] += c * row[width]
	}
}

// state exchanges what the edges know of their weights, which are those of the iterate.
func (g *graph[T]) state(s *train.State) {
	for _, e := range g.edges {
		s.In("norm", e.norm.state)
	}
}

// gathersInput reports whether some step reads the inputs of a batch: that in the spectral norm. The Gram metric has
// them projected.
func (g *graph[T]) gathersInput() bool {
	return slices.ContainsFunc(g.out[0], func(e *edge[T]) bool { return e.spectral })
}

// readsInGramMetric reports whether the step of some layer that reads layer n is one in the metric of n's Gram matrix.
func (g *graph[T]) readsInGramMetric(n int) bool {
	return slices.ContainsFunc(g.out[n], func(e *edge[T]) bool { return !e.spectral })
}
