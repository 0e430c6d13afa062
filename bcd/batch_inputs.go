package bcd

import (
	"context"

	"ridge/bcd/internal/rows"
	"ridge/bcd/train"
	"ridge/mat"
)

// inputs has the projections of the inputs that W steps add to the weights. The Gram matrix of the input is that of all
// samples, and so [X, 1]·(S₀ + δI)⁻¹ is computed once.
type inputs[T mat.Float] struct {
	x         mat.Dense[T]
	centring  centring[T]
	projected projections[T] // [X, 1]·(S₀ + δI)⁻¹, if a step needs it
	workers   mat.Workers
}

// newInputs computes the Gram matrix of the inputs for the memory, and, as far as something needs them, its inverse and
// the projection. total is the number of samples over all processes.
func newInputs[T mat.Float](ctx context.Context, x mat.Dense[T], c centring[T], total float64,
	m *gramMemory[T]) (*inputs[T], error) {
	in := &inputs[T]{x: x, centring: c, workers: m.workers}
	gram := m.curvatures[0].gram
	err := in.each(ctx, func(_ int, a mat.Dense[T]) {
		mat.Syrk(mat.Lower, mat.Trans, 1/T(total), a, 1, gram, m.workers)
	})
	if err != nil {
		return nil, err
	}
	train.AddUpMatrix(m.add, gram)
	if m.add.Err() != nil {
		return nil, m.add.Err()
	}
	if !m.invertsInput() {
		m.measure(0, in.workers)
		return in, nil
	}
	if m.graph.readsInGramMetric(0) {
		in.projected = newProjections[T](x.Rows, x.Cols+1)
	}
	return in, in.project(ctx, m)
}

// project computes (S₀ + δI)⁻¹, which the ridge goes by, and, if a step does so, too, [X, 1]·(S₀ + δI)⁻¹.
func (in *inputs[T]) project(ctx context.Context, m *gramMemory[T]) error {
	if err := m.invert(ctx, 0, in.workers); err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return &BlockError{1, "W", err}
	}
	if !m.graph.readsInGramMetric(0) {
		return nil
	}
	block := mat.NewDense[T](min(rows.Block, in.x.Rows), in.x.Cols+1)
	return in.each(ctx, func(lo int, a mat.Dense[T]) {
		projected := block.RowView(0, a.Rows)
		mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, m.curvatures[0].inverse, 0, projected, in.workers)
		in.projected.set(lo, projected, in.workers)
	})
}

// each calls body with the centred samples, in their unit, and a column of ones, a block of them at
// a time, until ctx is cancelled.
func (in *inputs[T]) each(ctx context.Context, body func(lo int, a mat.Dense[T])) error {
	block := mat.NewDense[T](min(rows.Block, in.x.Rows), in.x.Cols+1)
	block.Fill(1)
	for lo := 0; lo < in.x.Rows; lo += block.Rows {
		hi := min(lo+block.Rows, in.x.Rows)
		rows.EachBand(in.workers, hi-lo, func(from, to int) {
			for row := lo + from; row < lo+to; row++ {
				x := in.x.Row(row)
				in.centring.apply(block.Row(row - lo)[:in.x.Cols], x, x)
			}
		})
		body(lo, block.RowView(0, hi-lo))
		if err := ctx.Err(); err != nil {
			return err
		}
	}
	return nil
}

// gather copies the projections of some samples to dst.
func (in *inputs[T]) gather(dst mat.Dense[T], samples []int) {
	for row, sample := range samples {
		in.projected.get(dst.Row(row), sample)
	}
}
