package qp

import (
	"context"
	"fmt"
	"math"

	"ridge/mat"
)

// GeneralSolver solves problems that share H and A. It keeps them in units of its own, in
// float64, and its workspace. A GeneralSolver must not be used by several goroutines at once; it
// uses several itself (Options.Workers). [NewGeneralSolver] makes one.
type GeneralSolver[T mat.Float] struct {
	options Options
	units   *units
	p       program // bounds and linear term are those of the last problem
	kkt     *kkt
	reduced reduction
	last    iterate   // in units of p
	bounds  []float64 // their multipliers
}

// NewGeneralSolver prepares to solve problems with the n×n matrix h and the m×n matrix a. h may
// be 0×0, which stands for zeros. Neither is kept.
func NewGeneralSolver[T mat.Float](h, a mat.Dense[T], o Options) (*GeneralSolver[T], error) {
	if h.Rows != h.Cols || h.Rows > 0 && a.Rows > 0 && a.Cols != h.Rows {
		panic(fmt.Sprintf("qp: H is %d×%d and A is %d×%d", h.Rows, h.Cols, a.Rows, a.Cols))
	}
	if err := o.check(); err != nil {
		return nil, err
	}
	n := max(h.Rows, a.Cols)
	wideH, wideA := mat.NewDense[float64](h.Rows, h.Rows), mat.NewDense[float64](a.Rows, n)
	mat.Convert(wideH, h)
	if a.Rows > 0 {
		mat.Convert(wideA, a)
	}
	if err := checkHessian(h, wideH); err != nil {
		return nil, err
	}
	for i := range a.Rows {
		if j := notFinite(a.Row(i)); j >= 0 {
			return nil, &InputError{"A", onlyProblem, i, j, float64(a.At(i, j)), "is not a finite number"}
		}
	}
	if mat.AbsMax(wideH.Data) == 0 {
		wideH = mat.Dense[float64]{}
	}
	s := &GeneralSolver[T]{options: withDefaults[T](o, n)}
	s.units = equilibrate(wideH, wideA, o.Workers)
	s.p = program{h: skim(wideH), a: skim(wideA), g: make([]float64, n), lower: make([]float64, n+a.Rows), upper: make([]float64, n+a.Rows), workers: o.Workers}
	s.kkt = newKKT(s.p.h, s.p.a, o.Workers)
	s.last, s.bounds = s.p.newIterate(), make([]float64, n)
	s.reduced.prepare(&s.p)
	return s, nil
}

// N returns the number of variables.
func (s *GeneralSolver[T]) N() int { return s.p.n() }

// M returns the number of rows of A.
func (s *GeneralSolver[T]) M() int { return s.p.m() }

// Solve minimizes ½xᵀHx + gᵀx subject to lower ≤ x ≤ upper and rowLower ≤ Ax ≤ rowUpper. x and y
// receive the solution and the multipliers of the rows. Unless they are zeros, they are also
// where to start from: if the constraints that are active there are those that are active at the solution, it
// takes one factorization. A nil bound stands for infinite ones.
func (s *GeneralSolver[T]) Solve(ctx context.Context, g, lower, upper, rowLower, rowUpper, x, y []T) (GeneralInfo, error) {
	n, m := s.N(), s.M()
	s.load(g, lower, upper, rowLower, rowUpper)
	s.kkt.factored = 0
	info, err := s.run(ctx)
	for j := range n {
		x[j] = T(math.Ldexp(s.last.x[j], s.units.variable[j]))
	}
	for i := range m {
		y[i] = T(math.Ldexp(s.last.y[i], s.units.row[i]))
	}
	return info, err
}

// load takes the problem over into the units of s.p.
func (s *GeneralSolver[T]) load(g, lower, upper, rowLower, rowUpper []T) {
	n := s.N()
	bound := func(b []T, i int, sign int) float64 {
		if b == nil {
			return math.Inf(sign)
		}
		return float64(b[i])
	}
	for j, k := range s.units.variable {
		s.p.g[j] = math.Ldexp(float64(g[j]), k)
		s.p.lower[j] = math.Ldexp(bound(lower, j, -1), -k)
		s.p.upper[j] = math.Ldexp(bound(upper, j, 1), -k)
	}
	for i, k := range s.units.row {
		s.p.lower[n+i] = math.Ldexp(bound(rowLower, i, -1), k)
		s.p.upper[n+i] = math.Ldexp(bound(rowUpper, i, 1), k)
	}
}

func (s *GeneralSolver[T]) run(ctx context.Context) (GeneralInfo, error) {
	r := s.reduced.of(&s.p)
	path := newCentralPath(r, s.kkt)
	set := newActiveSet(r, s.kkt)
	for j, l := range r.lower[:r.n()] {
		if l == r.upper[j] {
			path.x[j] = l
		}
	}
	info := GeneralInfo{Status: IterationLimit}
	next := 1e-5
	ok := path.run(ctx, 200, func() bool {
		l := path.levels
		if debugGeneral {
			fmt.Printf("%3d  primal %.2e dual %.2e mu %.2e gap %.2e\n", info.Iterations, l.primal, l.dual, l.mu, l.gap)
		}
		info.Iterations++
		if max(l.primal, l.dual, l.gap) > next {
			return false
		}
		next = max(l.primal, l.dual, l.gap) / 50
		rho, delta := s.kkt.rho, s.kkt.delta
		set.guess(path)
		set.offer(path)
		if debugGeneral {
			fmt.Printf("     offer %+v\n", set.certificate)
		}
		done := set.try(path.iterate, s.options.Tolerance)
		if debugGeneral {
			fmt.Printf("     polish %v %+v\n", done, set.certificate)
		}
		s.kkt.choose(r.free, r.rows)
		s.kkt.rho, s.kkt.delta = rho, delta
		return done || max(l.primal, l.dual, l.gap) < 1e-14
	})
	if debugGeneral && !ok {
		fmt.Println("broke down")
	}
	s.last.copyFrom(set.best)
	info.Certificate = set.certificate
	info.Factorizations = s.kkt.factored
	if info.Certificate.within(s.options.Tolerance) {
		info.Status = Optimal
	}
	return info, nil
}

var debugGeneral = false

// BoundMultipliers writes the multipliers of the bounds on x in the problem that was solved last.
func (s *GeneralSolver[T]) BoundMultipliers(z []T) {
}
