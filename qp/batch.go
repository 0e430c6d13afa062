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
	// Lower and Upper are m×n, or 1×n for bounds that all problems share, or 0×0
	// (the zero value) for none.
	Lower, Upper mat.Dense[T]
	// X is m×n: the starting points, which are projected on the bounds first, and
	// then the solutions. It must not overlap the others.
	X mat.Dense[T]
	// Problems, if it is not nil, has m elements and receives what is known about
	// each problem.
	Problems []Info
}

// BatchInfo sums up the answers to a batch.
type BatchInfo struct {
	// Status is the worst of all, and Optimal for an empty batch.
	Status Status
	// Solved counts the problems whose status is Optimal.
	Solved int
	// Iterations is the largest of all, TotalIterations and Factorizations are
	// sums.
	Iterations, TotalIterations, Factorizations int
	// Objective is the sum of all objectives that were measured.
	Objective float64
	// Certificate has the largest of all.
	Certificate
}

// SolveBatch solves the problems of b. X always ends inside the bounds, with every
// problem's objective at most that of its starting point; that of a problem that is refused is not
// changed. The zero Batch has no problems.
//
// Every problem has a status of its own. The error is nil if and only if all are Optimal.
// Otherwise it is that of the first problem with one of these, in this order: an *[InputError],
// *[InfeasibleError], *[IndefiniteError] or *[UnboundedError]; the context's;
// a *[StatusError] with the worst status. All other problems are solved as far as they
// can be. SolveBatch panics if the shapes do not fit.
//
// Sweeps take small groups of neighbours at a time, whose number of iterations is
// that of the slowest. The bits of an answer may therefore depend on the other
// problems of the batch and on their order, but never on the number of workers.
//
// A sweep costs 2n² operations in float32 for each problem, whatever T is, and a
// certificate the same in float64, one for each of up to four rounds. Each worker
// needs memory for 6·128 rows in float64 and a few more in float32 and, once it solves
// a problem exactly, for a matrix or two of the size of H. When the context ends, what takes up
// to a hundred sweeps is not begun anymore, and what was not begun is not certified.
func (s *Solver[T]) SolveBatch(ctx context.Context, b Batch[T]) (BatchInfo, error) {
	checkContext(ctx)
	b.checkShapes(s.N())
	infos := b.Problems
	if infos == nil {
		infos = make([]Info, b.G.Rows)
	}
	clear(infos)
	p := planFor(b.G.Rows)
	refusal := b.checkData(p, s.options.Workers, infos)
	if p.sweeping && s.options.Method == Auto && s.canSweep() {
		mat.Parallel(s.options.Workers, p.blocks, func(q int) {
			w := s.workspace(true)
			defer s.release(w)
			lo, hi := p.block(q)
			w.solveBlock(ctx, b, lo, hi, infos[lo:hi])
		})
	}
	err := worstError(append([]error{refusal}, s.finish(ctx, b, infos)...))
	total := BatchInfo{Status: Optimal}
	for _, i := range infos {
		total.count(i)
	}
	if err == nil && total.Status != Optimal {
		err = firstStatusError(infos, total.Status, s.options.Tolerance)
	}
	return total, err
}

// finish solves the problems exactly that sweeps have not, each from where it is. It returns
// their errors but for StatusErrors.
func (s *Solver[T]) finish(ctx context.Context, b Batch[T], infos []Info) []error {
	var left []int
	for i, info := range infos {
		if info.Status != Optimal && !info.refused() && info.Iterations < s.options.MaxIterations {
			left = append(left, i)
		}
	}
	failures := make([]error, len(left))
	mat.Parallel(s.options.Workers, len(left), func(q int) {
		i := left[q]
		if err := ctx.Err(); err != nil {
			cancel(b, i, &infos[i])
			failures[q] = err
			return
		}
		w := s.workspace(false)
		defer s.release(w)
		failures[q] = w.finish(ctx, b, i, &infos[i])
	})
	return failures
}

// refused says that the problem's numbers can't be used.
func (i *Info) refused() bool { return i.Status >= Infeasible }

// cancel ends problem i where it is: on the box. If nothing was measured there, nothing is.
func cancel[T mat.Float](b Batch[T], i int, info *Info) {
	if info.Status != 0 {
		info.Status = Canceled
		return
	}
	x := b.X.Row(i)
	lower, upper := b.bounds(i)
	for j := range x {
		if lower != nil {
			x[j] = max(x[j], lower[j])
		}
		if upper != nil {
			x[j] = min(x[j], upper[j])
		}
	}
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

// canSweep prepares sweeps, and reports whether they can be used.
func (s *Solver[T]) canSweep() bool {
	if !s.prepared {
		s.prepared = true
		s.scaled = newScaledHessian(s.h, s.units)
	}
	return s.scaled != nil
}

// plan cuts a batch into blocks of rows, each of which one worker solves. It
// depends on nothing but the number of problems, as the bits of the results may
// depend on it.
type plan struct {
	rows     int // problems
	size     int // of a block
	blocks   int
	sweeping bool
}

const (
	// fewProblems is the number of problems under which most lanes of a panel
	// would be empty.
	fewProblems = 8
	// blockRows is the number of problems that are certified together.
	blockRows = 128
)

func planFor(rows int) plan {
	return plan{rows: rows, size: blockRows, blocks: ceilDiv(rows, blockRows), sweeping: rows >= fewProblems}
}

func (p plan) block(q int) (lo, hi int) { return q * p.size, min((q+1)*p.size, p.rows) }

// bounds returns those of problem i, nil for infinite ones.
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
			panic(fmt.Sprintf("qp: Batch.%s is %d×%d, G %d×%d and H %d×%d", c.name, r, c.matrix.Cols, m, b.G.Cols, n, n))
		}
	}
	if b.Problems != nil && len(b.Problems) != m {
		panic(fmt.Sprintf("qp: Batch.Problems has %d elements, G %d rows", len(b.Problems), m))
	}
}

// checkData refuses the problems whose numbers can't be used, and returns the error of
// the first.
func (b *Batch[T]) checkData(p plan, w mat.Workers, infos []Info) error {
	errs := make([]error, p.blocks)
	var shared error // of bounds that all problems share
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
			if err == nil {
				continue
			}
			infos[i] = unmeasuredInfo(statusOf(err))
			if errs[q] == nil {
				errs[q] = err
			}
		}
	})
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// count adds one problem's answer.
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
	t.Certificate = t.worst(i.Certificate)
}

// worstError returns the first error, a context's only if there is no other.
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
