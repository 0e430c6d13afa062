package qp

import (
	"context"
	"errors"
	"fmt"
	"math"

	"ridge/mat"
)

// Batch is m problems that share H; problem i is row i of each matrix.
type Batch[T mat.Float] struct {
	// G is m×n.
	G mat.Dense[T]
	// Lower and Upper are m×n, or 1×n for bounds that all problems share, or 0×0 (the zero value)
	// for infinite bounds.
	Lower, Upper mat.Dense[T]
	// X is m×n: on entry the starting points, which are first projected on the bounds, and on
	// return the solutions. It must not overlap the others.
	X mat.Dense[T]
	// Problems, if it is not nil, has m elements and receives the results of the problems.
	Problems []Info
}

// BatchInfo summarizes the results of a batch.
type BatchInfo struct {
	// Status is the worst status of all problems, and Optimal for an empty batch.
	Status Status
	// Solved is the number of problems whose status is Optimal.
	Solved int
	// Iterations is the largest number of iterations of a problem; TotalIterations and
	// Factorizations are sums.
	Iterations, TotalIterations, Factorizations int
	// Objective is the sum of all objectives that were measured.
	Objective float64
	// Certificate holds the largest value of each field.
	Certificate
}

// SolveBatch solves the problems of b. X always ends inside the bounds, with every problem's
// objective at most that of its starting point. The point of a problem is unchanged only if the
// problem is Infeasible, or a number of it is refused (InvalidInput). If Hx + g overflows at the
// start, which is InvalidInput, too, the point ends inside the bounds like all others. The zero
// Batch has no problems.
//
// Every problem has a status of its own. The error is nil if and only if all are Optimal. Otherwise
// it is the error of the first problem with an *[InputError], *[InfeasibleError],
// *[IndefiniteError] or *[UnboundedError]; if there is none, the context's error; and if there is
// none of these, a *[StatusError] with the worst status. All other problems are solved as far as
// possible. SolveBatch panics if the shapes do not fit, or if X overlaps another matrix.
//
// Sweeps work on small groups of neighbouring problems at a time, and all problems of a group take
// as many sweeps as the slowest. The bits of an answer may therefore depend on the other problems
// of the batch and on their order, but never on the number of workers.
//
// A sweep takes 2n² operations in float32 for each problem, whatever T is. A gradient in float64
// takes as many: one for each of up to four rounds, one at the points next to 0 if these are not all
// 0, one before the rounds if T is float64 and the starting points are not all 0, and one or two more
// if the objective has risen. Each worker needs memory for 6·128 rows in float64 and a few more in
// float32 and, once it solves a problem exactly, for one or two matrices of the size of H. After the
// context has ended, no further step is begun, where a step may take up to a hundred sweeps, or a
// Cholesky factorization of H. Problems that were not begun are not certified.
func (s *Solver[T]) SolveBatch(ctx context.Context, b Batch[T]) (BatchInfo, error) {
	checkContext(ctx)
	n := s.N()
	b.checkShapes(n)
	s.options = withDefaults[T](s.options, n) // the zero Solver has none yet
	infos := b.Problems
	if infos == nil {
		infos = make([]Info, b.G.Rows)
	}
	clear(infos)
	p := planFor(b.G.Rows)
	errs := make([]error, p.rows)
	b.checkData(p, s.options.Workers, infos, errs)
	if p.sweeping && s.options.Method == Auto && s.canSweep() {
		mat.Parallel(s.options.Workers, p.blocks, func(q int) {
			w := s.workspace(true)
			defer s.release(w)
			lo, hi := p.block(q)
			w.solveBlock(ctx, b, lo, hi, infos[lo:hi])
		})
	}
	s.finish(ctx, b, infos, errs)
	err := worstError(errs)
	total := BatchInfo{Status: Optimal}
	for _, i := range infos {
		total.count(i)
	}
	if err == nil && total.Status != Optimal {
		err = firstStatusError(infos, total.Status, s.options.Tolerance)
	}
	return total, err
}

// finish solves exactly those problems that sweeps have not solved, each from its current point. errs
// receives their errors except for StatusErrors.
func (s *Solver[T]) finish(ctx context.Context, b Batch[T], infos []Info, errs []error) {
	var left []int
	for i, info := range infos {
		if info.Status != Optimal && !info.refused() && info.Iterations < s.options.MaxIterations {
			left = append(left, i)
		}
	}
	mat.Parallel(s.options.Workers, len(left), func(q int) {
		i := left[q]
		if err := ctx.Err(); err != nil {
			cancel(b, i, &infos[i])
			errs[i] = err
			return
		}
		w := s.workspace(false)
		defer s.release(w)
		errs[i] = w.finish(ctx, b, i, &infos[i])
	})
}

// refused reports whether the problem's numbers can't be used.
func (i *Info) refused() bool { return i.Status >= Infeasible }

// cancel ends problem i at its current point, projected on the box. If it has no certificate yet,
// none is measured.
func cancel[T mat.Float](b Batch[T], i int, info *Info) {
	if info.Status != 0 {
		info.Status = Canceled
		return
	}
	lower, upper := b.bounds(i)
	clampTo(b.X.Row(i), lower, upper)
	*info = unmeasuredInfo(Canceled)
}

// firstStatusError is the error of the first problem with the given status.
func firstStatusError(infos []Info, s Status, tolerance float64) error {
	for i, info := range infos {
		if info.Status == s {
			return inProblem(statusError(info, tolerance), i)
		}
	}
	return nil
}

// canSweep prepares for sweeps, and reports whether they can be used.
func (s *Solver[T]) canSweep() bool {
	if !s.prepared {
		s.prepared = true
		s.scaled = newScaledHessian(s.h, s.units)
	}
	return s.scaled != nil
}

// plan cuts a batch into blocks of rows, each of which is solved by one worker. The bits of the
// results may depend on it, so it depends only on the number of problems.
type plan struct {
	rows     int // problems
	size     int // of a block
	blocks   int
	sweeping bool
}

const (
	// fewProblems is the number of problems below which most lanes of a panel would be empty.
	fewProblems = 8
	// blockRows is the number of problems that are certified together.
	blockRows = 128
)

func planFor(rows int) plan {
	return plan{rows: rows, size: blockRows, blocks: ceilDiv(rows, blockRows), sweeping: rows >= fewProblems}
}

func (p plan) block(q int) (lo, hi int) { return q * p.size, min((q+1)*p.size, p.rows) }

// bounds returns the bounds of problem i, nil for infinite ones.
func (b *Batch[T]) bounds(i int) (lower, upper []T) {
	return sharedRow(b.Lower, i), sharedRow(b.Upper, i)
}

func sharedRow[T mat.Float](m mat.Dense[T], i int) []T {
	switch {
	case m.Rows == 0:
		return nil
	case m.Rows == 1:
		return m.Row(0)
	default:
		return m.Row(i)
	}
}

func (b *Batch[T]) checkShapes(n int) {
	m := b.G.Rows
	for _, c := range []struct {
		name   string
		matrix mat.Dense[T]
		shared bool
	}{{"G", b.G, false}, {"X", b.X, false}, {"Lower", b.Lower, true}, {"Upper", b.Upper, true}} {
		r := c.matrix.Rows
		if r == 0 && (c.shared || m == 0) || c.shared && r == 1 && c.matrix.Cols == n {
			continue
		}
		if r != m || c.matrix.Cols != n {
			panic(fmt.Sprintf("qp: Batch.%s is %d×%d, G %d×%d and H %d×%d",
				c.name, r, c.matrix.Cols, m, b.G.Cols, n, n))
		}
	}
	for _, in := range []struct {
		name   string
		matrix mat.Dense[T]
	}{{"G", b.G}, {"Lower", b.Lower}, {"Upper", b.Upper}} {
		if mat.Overlap(b.X, in.matrix) {
			panic("qp: Batch.X and Batch." + in.name + " overlap")
		}
	}
	if b.Problems != nil && len(b.Problems) != m {
		panic(fmt.Sprintf("qp: Batch.Problems has %d elements, G %d rows", len(b.Problems), m))
	}
}

// checkData refuses the problems whose numbers can't be used. errs receives their errors.
func (b *Batch[T]) checkData(p plan, w mat.Workers, infos []Info, errs []error) {
	var shared error // for bounds that all problems share
	ownBounds := b.Lower.Rows > 1 || b.Upper.Rows > 1
	if !ownBounds && p.rows > 0 {
		lower, upper := b.bounds(0)
		shared = checkBounds(0, lower, upper)
	}
	mat.Parallel(w, p.blocks, func(q int) {
		lo, hi := p.block(q)
		for i := lo; i < hi; i++ {
			err := shared
			if err == nil {
				lower, upper := b.bounds(i)
				if !ownBounds {
					lower, upper = nil, nil
				}
				err = checkProblem(i, b.G.Row(i), lower, upper, b.X.Row(i))
			}
			if err != nil {
				infos[i], errs[i] = unmeasuredInfo(statusOf(err)), err
			}
		}
	})
}

// count adds the result of one problem.
func (t *BatchInfo) count(i Info) {
	t.Status = max(t.Status, i.Status)
	if i.Status == Optimal {
		t.Solved++
	}
	t.Iterations = max(t.Iterations, i.Iterations)
	t.TotalIterations += i.Iterations
	t.Factorizations += i.Factorizations
	if !math.IsNaN(i.Objective) {
		t.Objective += i.Objective
	}
	t.Certificate = t.merge(i.Certificate)
}

// worstError returns the first error; a context's error only if there is no other.
func worstError(errs []error) error {
	var worst error
	for _, err := range errs {
		if err != nil && (worst == nil || isContextError(worst) && !isContextError(err)) {
			worst = err
		}
	}
	return worst
}

func isContextError(err error) bool {
	return errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded)
}
