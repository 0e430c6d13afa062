package qp

import (
	"context"

	"ridge/mat"
)

// blockWorkspace is what one worker needs to solve one block of a batch: first
// accelerated steps for all problems (window.go), then a certificate for all
// (certificate.go), then the exact method for those that need it.
type blockWorkspace[T mat.Float] struct {
	solver *Solver[T]

	// For each problem of the block:
	infos         []Info
	scale, target []float64    // of the residual
	x             mat.Dense[T] // where the steps led

	window      window[T]
	certificate certificate
	exact       *newton
}

func (s *Solver[T]) workspace(p plan, b Batch[T]) *blockWorkspace[T] {
	w := s.spareWorkspace()
	n := s.N()
	if len(w.infos) < p.size {
		w.infos, w.scale, w.target = make([]Info, p.size), make([]float64, p.size), make([]float64, p.size)
	}
	if p.window > 0 {
		reserve(&w.x, p.size, n)
		w.window.prepare(p.window, n, b.Lower.Rows > 1, b.Upper.Rows > 1)
		w.certificate.prepare(n)
	}
	return w
}

func (s *Solver[T]) spareWorkspace() *blockWorkspace[T] {
	s.mu.Lock()
	defer s.mu.Unlock()
	if k := len(s.spare); k > 0 {
		w := s.spare[k-1]
		s.spare = s.spare[:k-1]
		return w
	}
	return &blockWorkspace[T]{solver: s, exact: newNewton(s.wide)}
}

func (s *Solver[T]) release(w *blockWorkspace[T]) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.spare = append(s.spare, w)
}

// solve solves problems lo…hi of b.
func (w *blockWorkspace[T]) solve(ctx context.Context, b Batch[T], lo, hi int, accelerated bool) (BatchInfo, error) {
	// A factor that an earlier block left would save a factorization, and make
	// the number of them depend on which worker took which block.
	w.exact.face.forget()
	clear(w.infos)
	if accelerated {
		w.aim(b, lo, hi)
		w.accelerate(ctx, b, lo, hi)
		for i := lo; i < hi; i += certifyRows {
			w.certify(b, lo, i, min(i+certifyRows, hi))
		}
	}
	sum := BatchInfo{Status: Optimal}
	var failure error
	for i := lo; i < hi; i++ {
		info := &w.infos[i-lo]
		if info.Status != Optimal && info.Iterations < w.solver.options.MaxIterations {
			err := w.finish(ctx, b, i, info)
			failure = worstError([]error{failure, err})
		}
		sum.count(*info)
		if b.Problems != nil {
			b.Problems[i] = *info
		}
	}
	return sum, failure
}

// aim sets the residuals to reach.
func (w *blockWorkspace[T]) aim(b Batch[T], lo, hi int) {
	for i := lo; i < hi; i++ {
		lower, upper := b.bounds(i)
		w.scale[i-lo] = residualScale(w.solver.h, b.G.Row(i), lower, upper)
		w.target[i-lo] = w.solver.options.Tolerance * w.scale[i-lo]
	}
}

// finish solves problem i exactly, from where it is. info is what is known about
// that point; once the context has ended it needs no more than a new status.
func (w *blockWorkspace[T]) finish(ctx context.Context, b Batch[T], i int, info *Info) error {
	if err := ctx.Err(); err != nil && info.Status != 0 {
		info.Status = Canceled
		return err
	}
	options := w.solver.options
	options.Workers = 1
	options.MaxIterations -= info.Iterations
	lower, upper := b.bounds(i)
	exact, err := solveExactly(ctx, w.exact, b.G.Row(i), lower, upper, b.X.Row(i), options)
	exact.Iterations += info.Iterations
	*info = exact
	return inProblem(err, i)
}
