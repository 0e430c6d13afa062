package bcd

import (
	"context"
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// curvature is what is remembered of the activations of a layer: the Hessian of the
// ridge regressions of the layers that read it. Of the input, λ' is InputStep times that
// of the penalty.
type curvature[T mat.Float] struct {
	gram    mat.Dense[T] // S, with the ones: lower triangle
	inverse mat.Dense[T] // (S + (δ + λ')I)⁻¹, both triangles
	updates int          // of the Gram matrix
	freedom float64      // tr S(S + (δ + λ')I)⁻¹, the effective degrees of freedom

	damping, biasDamping float64 // δ + λ', absolute, and what the ones have instead
}

// newCurvatures makes room for the Gram matrices, and computes that of the input and
// [X, 1]·(S₀ + δI)⁻¹.
func (m *minibatch[T]) newCurvatures(ctx context.Context) error {
	for _, width := range m.widths[:m.layers()+1] {
		m.curves = append(m.curves, curvature[T]{
			gram: mat.NewDense[T](width+1, width+1), inverse: mat.NewDense[T](width+1, width+1),
		})
	}
	x := m.train.X
	err := m.eachInput(ctx, func(_ int, a mat.Dense[T]) {
		mat.Syrk(mat.Lower, mat.Trans, 1/T(x.Rows), a, 1, m.curves[0].gram, m.w)
	})
	if err != nil {
		return err
	}
	m.xp = mat.NewDense[T](x.Rows, x.Cols+1)
	return m.projectInputs(ctx)
}

// projectInputs computes [X, 1]·(S₀ + δI)⁻¹.
func (m *minibatch[T]) projectInputs(ctx context.Context) error {
	if err := m.invert(0); err != nil {
		return &BlockError{1, "W", err}
	}
	return m.eachInput(ctx, func(lo int, a mat.Dense[T]) {
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, m.curves[0].inverse, 0, m.xp.RowView(lo, a.Rows), m.w)
	})
}

// eachInput calls body with the centred samples and a column of ones, a block of them
// at a time, until ctx is cancelled.
func (m *minibatch[T]) eachInput(ctx context.Context, body func(lo int, a mat.Dense[T])) error {
	x := m.train.X
	block := mat.NewDense[T](min(rows.Block, x.Rows), x.Cols+1)
	block.Fill(1)
	for lo := 0; lo < x.Rows; lo += block.Rows {
		hi := min(lo+block.Rows, x.Rows)
		a := block.RowView(0, hi-lo)
		rows.Subtract(a.ColView(0, x.Cols), x, lo, hi, m.net.Mean)
		body(lo, a)
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// remember adds the batch to the Gram matrices. The first ones are averaged evenly,
// until that is what the memory does.
func (m *minibatch[T]) remember(rows int) {
	const eachAtFirst = 8
	if m.curves[1].updates > 0 && m.done > eachAtFirst && m.done%gramEvery != 0 {
		return
	}
	for n := 1; n <= m.layers(); n++ {
		c := &m.curves[n]
		c.updates++
		keep := min(m.options.Memory, 1-1/float64(c.updates))
		mat.Syrk(mat.Lower, mat.Trans, T((1-keep)/float64(rows)), m.a[n].RowView(0, rows), T(keep), c.gram, m.w)
	}
}

// refreshIfDue inverts the Gram matrices, every so many batches and more often at the
// start.
func (m *minibatch[T]) refreshIfDue(epoch int) error {
	early := m.done < refreshEvery && m.done&(m.done-1) == 0 // a power of two
	first := m.curves[1].updates == 1
	if !early && !first && m.done%refreshEvery != 0 {
		return nil
	}
	if err := m.refresh(); err != nil {
		return &BlockError{epoch, "W", err}
	}
	return nil
}

// refresh inverts the Gram matrices of the hidden layers, and looks at the norms of
// the weights.
func (m *minibatch[T]) refresh() error {
	for n := 1; n <= m.layers(); n++ {
		if err := m.invert(n); err != nil {
			return err
		}
	}
	for n := range m.in {
		for _, e := range m.in[n] {
			e.estimateNorm()
		}
	}
	return nil
}

// invert computes (S_n + (δ + λ')I)⁻¹. Should rounding make that indefinite, δ is
// raised until it is not.
func (m *minibatch[T]) invert(n int) error {
	c := &m.curves[n]
	width := m.widths[n]
	var trace float64
	for j := range width {
		trace += float64(c.gram.At(j, j))
	}
	relative := m.damping(n)
	delta := relative * trace / float64(width)
	if !(delta > 0) {
		delta = relative // nothing is active: any will do
	}
	reader := m.out[n][0] // some layer reads it: the next one, or the output
	lambda := m.lambda(reader.to)
	if n == 0 {
		lambda *= m.share(reader) // or a long step would overshoot what the penalty wants
	}
	const raises = 8 // each ten times the last one
	var err error
	for range raises {
		c.damping = delta + lambda
		for i := range c.gram.Rows {
			copy(c.inverse.Row(i)[:i+1], c.gram.Row(i))
		}
		addDiagonal(c.inverse, 0, width, c.damping)
		c.biasDamping = min(delta, relative) // relative to the ones
		addDiagonal(c.inverse, width, 1, c.biasDamping)
		if err = mat.Potrf(mat.Lower, c.inverse, m.w); err == nil {
			break
		}
		delta *= 10
	}
	if err != nil {
		return fmt.Errorf("the Gram matrix of layer %d: %w", n, err)
	}
	if err := mat.Potri(mat.Lower, c.inverse, m.w); err != nil {
		return err
	}
	mat.Symmetrize(mat.Lower, c.inverse)
	c.freedom = 1 - c.biasDamping*float64(c.inverse.At(width, width))
	for j := range width {
		c.freedom += 1 - c.damping*float64(c.inverse.At(j, j))
	}
	return nil
}

// damping is the relative δ of layer n. The input, whose Gram matrix is no guess from a few
// batches, needs less.
func (m *minibatch[T]) damping(n int) float64 {
	const input = 0.4
	if n == 0 {
		return input * m.options.Damping
	}
	return m.options.Damping
}

// estimateNorm estimates ‖W‖₂² from below, by power steps from where the last call
// ended.
func (e *edge[T]) estimateNorm() {
	const steps = 3
	for range steps {
		norm := mat.Nrm2(e.vector)
		if !(norm > 0) {
			return
		}
		mat.Scal(1/norm, e.vector)
		mat.Gemv(mat.NoTrans, 1, e.w, e.vector, 0, e.image, 1)
		e.norm2 = float64(mat.Dot(e.image, e.image))
		mat.Gemv(mat.Trans, 1, e.w, e.image, 0, e.vector, 1)
	}
	const margin = 1.1
	e.norm2 *= margin
}
