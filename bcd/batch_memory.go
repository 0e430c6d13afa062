package bcd

import (
	"context"
	"fmt"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// gramMemory is the memory of Gram matrices: a mean of those of the batches, which forgets. Of a hidden layer whose
// readers all move in the spectral norm, nothing is remembered. (An ℓ1 penalty needs all, and has them: with one, all
// weights move in the Gram metric.)
type gramMemory[T mat.Float] struct {
	graph      *graph[T]
	rates      *rates
	damping    float64 // the relative δ
	keep       float64 // ρ
	workers    mat.Workers
	add        *train.Adder
	curvatures []*curvature[T] // of layers 0 … L
	hidden     []int           // the hidden layers that are remembered, L the last of them
	updates    int             // how many batches their Gram matrices have in them

	now     *batch[T]      // that is remembered
	product gramProduct[T] // that the team is at
	errs    []error        // of the inverses of these layers
	phases  struct{ remember, product, invert, pack func(i int) }
}

// curvature is what is remembered of the activations of a layer: the Hessian of the
// ridge regressions of the layers that read it. Of the input, λ' is InputStep times that
// of the penalty.
type curvature[T mat.Float] struct {
	gram    mat.Dense[T]   // S, with the ones: lower triangle; empty, as all else, where nothing is remembered
	inverse mat.Dense[T]   // (S + (δ + λ')I)⁻¹, both triangles; empty for an input of which nothing needs it
	packed  *mat.Packed[T] // the same, of a hidden layer
	freedom float64        // tr S(S + (δ + λ')I)⁻¹, the effective degrees of freedom
	trace   float64        // tr S, without the ones, when it was measured, for the inverse

	damping, biasDamping float64 // δ + λ', absolute, and what the ones have instead
}

func newGramMemory[T mat.Float](g *graph[T], r *rates, o *BatchOptions, w mat.Workers,
	add *train.Adder) *gramMemory[T] {
	m := &gramMemory[T]{graph: g, rates: r, damping: o.Damping, keep: o.Memory, workers: w, add: add}
	for n, width := range g.widths[:g.output()] {
		c, order := new(curvature[T]), width+1
		m.curvatures = append(m.curvatures, c)
		switch {
		case n == 0:
			c.gram = square[T](order)
			if m.invertsInput() {
				c.inverse = square[T](order)
			}
		case g.readsInGramMetric(n):
			c.gram, c.inverse, c.packed = square[T](order), square[T](order), mat.NewPacked[T](order, order)
			m.hidden = append(m.hidden, n)
		}
	}
	m.errs = make([]error, len(m.hidden))
	m.phases.remember, m.phases.product = m.rememberPart, m.productPart
	m.phases.invert, m.phases.pack = m.invertPart, m.packPart
	return m
}

// square is a matrix of zeros.
func square[T mat.Float](order int) mat.Dense[T] { return mat.NewDense[T](order, order) }

// state exchanges what is remembered of the hidden layers. The curvature of the input is that of all samples.
func (m *gramMemory[T]) state(s *train.State) {
	s.Count("updates", &m.updates, math.MaxInt32)
	for _, n := range m.hidden {
		s.In("curve", m.curvatures[n].state)
	}
	m.graph.team.run(m.phases.pack)
}

// state exchanges all of it: the inverse is older than the Gram matrix.
func (c *curvature[T]) state(s *train.State) {
	train.Matrix(s, "gram", c.gram)
	train.Matrix(s, "inverse", c.inverse)
	s.Float("freedom", &c.freedom)
	s.Float("trace", &c.trace)
	s.Float("damping", &c.damping)
	s.Float("bias damping", &c.biasDamping)
}

// freedom is the effective degrees of freedom of the output's ridge regression (Hastie, Tibshirani and Friedman, The
// Elements of Statistical Learning, 2009, section 3.4.1).
func (m *gramMemory[T]) freedom() float64 { return m.curvatures[m.graph.layers()].freedom }

// invertsInput reports whether something needs the inverse of the input: a step in that metric, or a ridge.
func (m *gramMemory[T]) invertsInput() bool {
	return m.graph.readsInGramMetric(0) || m.rates.lambda > 0
}

// remember adds a batch to the Gram matrices of the hidden layers. The first ones are averaged
// evenly, until that is what the memory does.
func (m *gramMemory[T]) remember(b *batch[T]) {
	m.now = b
	m.updates++
	if m.byLayers() {
		m.graph.team.run(m.phases.remember)
		return
	}
	for _, n := range m.hidden {
		m.rememberLayer(n, m.graph.team.workers)
	}
}

// byLayers reports whether each member of the team takes layers of its own, rather than parts of each.
func (m *gramMemory[T]) byLayers() bool {
	return m.add.Alone() && m.graph.team.eachAlone(len(m.hidden), m.graph.small())
}

func (m *gramMemory[T]) rememberPart(i int) {
	from, to := m.graph.team.part(i, len(m.hidden))
	for _, n := range m.hidden[from:to] {
		m.rememberLayer(n, 1)
	}
}

func (m *gramMemory[T]) rememberLayer(n int, w mat.Workers) {
	c := m.curvatures[n]
	keep := min(m.keep, 1-1/float64(m.updates))
	a := m.now.A[n].RowView(0, m.now.Rows)
	train.Accumulate(m.add, T(keep), c.gram, func(beta T, gram mat.Dense[T]) {
		p := gramProduct[T]{T((1 - keep) / m.now.total), beta, a, gram}
		if w == 1 {
			for k := range p.tiles() {
				p.tile(k)
			}
			return
		}
		m.product = p
		mat.Parallel(w, p.tiles(), m.phases.product)
	})
}

// productPart does a tile of the Gram matrix under way.
func (m *gramMemory[T]) productPart(k int) { m.product.tile(k) }

// gramProduct is the lower triangle of S := alpha·AᵀA + beta·S, and a little of the upper one, for an A of few rows: as
// products that read A in place, which [mat.Syrk] would pack twice.
type gramProduct[T mat.Float] struct {
	alpha, beta T
	a, s        mat.Dense[T]
}

// gramTile is the number of rows and columns of a product. One worker takes the same ones as many: where a batch has
// more rows than one slab of a product, its bits depend on the shape.
const gramTile = 64

// tiles is the number of products: they make up a lower triangle.
func (p *gramProduct[T]) tiles() int {
	n := ceilDiv(p.a.Cols, gramTile)
	return n * (n + 1) / 2
}

// tile computes tile k. They are counted by rows.
func (p *gramProduct[T]) tile(k int) {
	row := 0
	for ; k > row; row++ {
		k -= row + 1
	}
	i, j := row*gramTile, k*gramTile
	rows, cols := min(gramTile, p.a.Cols-i), min(gramTile, p.a.Cols-j)
	mat.Gemm(mat.Trans, mat.NoTrans, p.alpha, p.a.ColView(i, rows), p.a.ColView(j, cols), p.beta,
		p.s.View(i, j, rows, cols), 1)
}

// forget makes the memory begin anew.
func (m *gramMemory[T]) forget() {
	m.updates = 0
	for _, n := range m.hidden {
		m.curvatures[n].gram.Fill(0)
	}
}

// invertHidden inverts the Gram matrices of the hidden layers.
func (m *gramMemory[T]) invertHidden() error {
	if m.byLayers() {
		m.graph.team.run(m.phases.invert)
	} else {
		for k, n := range m.hidden {
			m.errs[k] = m.invert(context.Background(), n, m.graph.team.workers)
		}
	}
	for _, err := range m.errs {
		if err != nil {
			return err
		}
	}
	m.graph.team.run(m.phases.pack)
	return nil
}

func (m *gramMemory[T]) invertPart(i int) {
	from, to := m.graph.team.part(i, len(m.hidden))
	for k := from; k < to; k++ {
		m.errs[k] = m.invert(context.Background(), m.hidden[k], 1)
	}
}

// packPart packs the part of member i of the inverses.
func (m *gramMemory[T]) packPart(i int) {
	for _, n := range m.hidden {
		c := m.curvatures[n]
		from, to := m.graph.team.part(i, c.packed.Panels())
		c.packed.Load(mat.NoTrans, c.inverse, from, to)
	}
}

// measure takes the trace of S_n, and flushes what is negligible next to it.
func (m *gramMemory[T]) measure(n int, w mat.Workers) {
	c, width := m.curvatures[n], m.graph.widths[n]
	c.trace = trace(c.gram, width)
	c.flush(T(c.trace/float64(width)), w)
}

// invert measures S_n, and computes (S_n + (δ + λ')I)⁻¹. Should rounding make that indefinite, δ is
// raised until it is not.
func (m *gramMemory[T]) invert(ctx context.Context, n int, w mat.Workers) error {
	c, width := m.curvatures[n], m.graph.widths[n]
	m.measure(n, w)
	relative := m.relativeDamping(n)
	delta := relative * m.size(n)
	if !(delta >= float64(mat.SmallestNormal[T]())) {
		delta = relative // nothing is active, or so little that 1/δ may overflow: any will do
	}
	const attempts = 8 // each with ten times the δ of the last one
	var err error
	for range attempts {
		if err = c.factor(ctx, width, delta, m.ridge(n), relative, w); err == nil || ctx.Err() != nil {
			break
		}
		delta *= 10
	}
	if err != nil {
		return fmt.Errorf("the Gram matrix of layer %d: %w", n, err)
	}
	if err := mat.PotriContext(ctx, mat.Lower, c.inverse, w); err != nil {
		return err
	}
	mat.Symmetrize(mat.Lower, c.inverse, w)
	c.freedom = 1 - c.biasDamping*float64(c.inverse.At(width, width))
	for j := range width {
		c.freedom += 1 - c.damping*float64(c.inverse.At(j, j))
	}
	// With much damping that is less than its rounding. No eigenvalue is larger than the trace.
	c.freedom = max(c.freedom, c.trace/(c.trace+c.damping))
	return nil
}

// flush makes elements of S zero that are negligible next to what is added to its diagonal, as δ is of the order of
// size, and all of S when it fades altogether.
func (c *curvature[T]) flush(size T, w mat.Workers) {
	smallest := max(vec.Negligible*size, mat.SmallestNormal[T]())
	c.eachRow(w, func(i int) { vec.Flush(c.gram.Row(i)[:i+1], smallest) })
}

// eachRow calls body for the rows, which workers share if they are many.
func (c *curvature[T]) eachRow(w mat.Workers, body func(row int)) {
	rows.EachBand(rows.Sharing(w, c.gram.Rows*c.gram.Cols), c.gram.Rows, func(from, to int) {
		for row := from; row < to; row++ {
			body(row)
		}
	})
}

// factor factors S + (δ + λ')I in the place of the inverse.
func (c *curvature[T]) factor(ctx context.Context, width int, delta, ridge, relative float64, w mat.Workers) error {
	c.damping, c.biasDamping = delta+ridge, min(delta, relative) // the latter relative to the ones
	c.eachRow(w, func(i int) { copy(c.inverse.Row(i)[:i+1], c.gram.Row(i)) })
	addDiagonal(c.inverse, 0, width, c.damping)
	addDiagonal(c.inverse, width, 1, c.biasDamping)
	return mat.PotrfContext(ctx, mat.Lower, c.inverse, w)
}

// penalty is the λ' of an edge.
func (m *gramMemory[T]) penalty(e *edge[T]) float64 {
	return m.rates.ridge(e.to) * m.curvatures[e.from].trace
}

// ridge is the λ' of the first layer that reads layer n: some layer does, the next one or the
// output. Of the input it is as much longer as the step is, or that would overshoot what the
// penalty wants.
func (m *gramMemory[T]) ridge(n int) float64 {
	ridge := m.penalty(m.graph.out[n][0])
	if n == 0 {
		ridge *= m.rates.stepFactor(0)
	}
	return ridge
}

// relativeDamping is the δ of layer n, relative to size. The input, whose Gram matrix is no guess
// from a few batches, needs less.
func (m *gramMemory[T]) relativeDamping(n int) float64 {
	const input = 0.04
	if n == 0 {
		return input * m.damping
	}
	return m.damping
}

// size is what the δ of layer n is relative to: the mean eigenvalue of its Gram matrix, without the
// ones. Of the input it is the mean in which eigenvalues weigh what they are, tr S²/tr S, which columns that
// are constant or next to it leave as it is.
func (m *gramMemory[T]) size(n int) float64 {
	c, width := m.curvatures[n], m.graph.widths[n]
	if n > 0 || c.trace == 0 {
		return c.trace / float64(width)
	}
	var squares float64
	for i := range width {
		row := c.gram.Row(i)[:i+1]
		for _, v := range row {
			squares += 2 * float64(v) * float64(v)
		}
		squares -= float64(row[i]) * float64(row[i])
	}
	return squares / c.trace
}

// trace is the sum of the first diagonal elements.
func trace[T mat.Float](a mat.Dense[T], size int) float64 {
	var sum float64
	for j := range size {
		sum += float64(a.At(j, j))
	}
	return sum
}

// metric returns the lower triangle of S_n + (δ + λ')I.
func (m *gramMemory[T]) metric(n int) mat.Dense[T] {
	c := m.curvatures[n]
	s := c.gram.Clone()
	addDiagonal(s, 0, m.graph.widths[n], c.damping)
	addDiagonal(s, m.graph.widths[n], 1, c.biasDamping)
	return s
}
