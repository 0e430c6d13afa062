package qp

import (
	"context"
	"math"

	"ridge/mat"
)

// pivoting is the workspace of block principal pivoting (Júdice and Pires 1994): the
// variables are split in those at their lower bound, those at their upper bound, and
// free ones. With the first two where they are, the free ones are solved for,
//
//	Hᶠᶠxᶠ = −gᶠ − Hᶠᴮxᴮ,
//
// and all variables that turn out to be on the wrong side change sides at once: free
// ones beyond a bound, and those at a bound whose gradient pulls them inside. If none
// is, x is the solution.
//
// Nothing makes f fall on the way, and where H is ill-conditioned it may go round in
// circles. It mostly doesn't, and then no method takes fewer steps: the number of
// variables on the wrong side falls by a third or more with every exchange.
type pivoting struct {
	side  []side
	x     []float64 // outside of the bounds, on the way
	grad  []float64 // ∇f there
	fresh bool      // computed from x, not updated
	slack []float64

	tried      []side // where exchanges that failed began
	triedWrong int    // how many were on the wrong side there, or 0
}

type side int8

const (
	atLower side = iota - 1
	isFree
	atUpper
)

func (v *pivoting) prepare(n int) {
	if v.side == nil {
		next := vectors(3, n)
		v.side, v.x, v.grad, v.slack = make([]side, n), next(), next(), next()
		v.tried = make([]side, n)
	}
}

// pivot starts from the sides that x shows.
func (p *single) pivot(ctx context.Context) (Status, error) {
	p.pivoting.prepare(len(p.x))
	p.pivoting.triedWrong = 0
	for i, d := range p.grad {
		p.pivoting.side[i] = p.sideOf(i, d)
	}
	copy(p.pivoting.x, p.x)
	copy(p.pivoting.grad, p.grad)
	return p.exchange(ctx, patient)
}

// sideOf is where variable i of x belongs, given its element of the gradient.
func (p *single) sideOf(i int, d float64) side {
	switch {
	case p.x[i] <= p.lower[i] && (d >= 0 || p.fixed(i)):
		return atLower
	case p.x[i] >= p.upper[i] && d <= 0:
		return atUpper
	default:
		return isFree
	}
}

// patience says how soon to give up: unless the number of variables on the wrong
// side falls to the fraction slower in every so many exchanges.
type patience struct {
	exchanges int
	fraction  float64
}

var (
	patient = patience{exchanges: 4, fraction: 0.8}
	hasty   = patience{exchanges: 1, fraction: 0.7}
)

// hopeless is the share of variables on the wrong side at the start that ends it there.
const hopeless = 0.5

// worthPivoting says whether sides differ enough from where exchanges failed.
func (p *single) worthPivoting(sides []side) bool {
	different := 0
	for i, s := range sides {
		if s != p.pivoting.tried[i] {
			different++
		}
	}
	return p.pivoting.triedWrong == 0 || different*8 >= p.pivoting.triedWrong
}

// exchange pivots from the sides and the x of p.pivoting, with the gradient there. It moves
// p.x only if it ends, at a point that no exchange improves, and f is not higher there, as
// it can be where badly scaled free blocks are not solved for well; what rounding has left of
// the residual is for Newton steps on the same face.
func (p *single) exchange(ctx context.Context, wait patience) (Status, error) {
	v := &p.pivoting
	copy(v.tried, v.side)
	var history [5]int // numbers of variables on the wrong side
	for round := 0; ; round++ {
		if status, err := p.mayGoOn(ctx); status != undecided {
			return status, err
		}
		p.iterations++
		if !p.solveSides() {
			if round == 0 {
				v.triedWrong = 1 // at least: it takes other sides
			}
			return undecided, nil
		}
		wrong := p.changeSides()
		if wrong == 0 {
			break
		}
		if round == 0 {
			v.triedWrong = wrong
			if float64(wrong) > hopeless*float64(len(p.x)) {
				return undecided, nil
			}
		}
		before := history[(round+5-wait.exchanges)%5]
		if round >= wait.exchanges && float64(wrong) > wait.fraction*float64(before) {
			return undecided, nil
		}
		history[round%5] = wrong
	}
	if !v.fresh {
		p.gradient(v.x, v.grad)
	}
	if rise(v.x, v.grad, p.x, p.grad) > 0 {
		v.triedWrong = max(v.triedWrong, 1)
		return undecided, nil
	}
	copy(p.x, v.x)
	copy(p.grad, v.grad)
	p.fresh = true
	return p.projectedNewton(ctx)
}

// solveSides puts variables at the bound of their side and solves for the free ones.
// It says whether there was a solution.
func (p *single) solveSides() bool {
	v := &p.pivoting
	p.free = p.free[:0]
	for i, s := range v.side {
		switch s {
		case atLower:
			p.put(i, p.lower[i])
		case atUpper:
			p.put(i, p.upper[i])
		default:
			p.free = append(p.free, i)
			v.slack[i] = p.room(i, v.x[i])
		}
	}
	if !p.solveFree() {
		return false
	}
	if p.face.border.size() > 0 && p.worstFree() > p.target {
		p.face.border.refused = true
		return p.solveFree()
	}
	return true
}

// solveFree adds to the free variables what makes their gradient zero.
func (p *single) solveFree() bool {
	v := &p.pivoting
	if !p.face.reach(p.h, p.free, v.slack, p.workers) {
		return false
	}
	clear(p.dir)
	p.face.solve(v.grad, p.dir)
	mat.Axpy(1, p.dir, v.x)
	if v.fresh = p.mostlyFree(v.x); v.fresh {
		p.gradient(v.x, v.grad)
	} else {
		p.multiply(p.dir, p.curve)
		mat.Axpy(1, p.curve, v.grad)
	}
	return notFinite(v.x) < 0 && notFinite(v.grad) < 0
}

// mostlyFree says that hardly any variable at its bound is not zero, so that H·x costs
// no more than H·dir, and is more accurate than its updates.
func (p *single) mostlyFree(x []float64) bool {
	nonzero := 0
	for _, v := range x {
		if v != 0 {
			nonzero++
		}
	}
	return nonzero <= len(p.free)+len(p.free)/8
}

// worstFree is the largest element of the gradient that should be zero.
func (p *single) worstFree() float64 {
	worst := 0.0
	for _, i := range p.free {
		worst = max(worst, math.Abs(p.pivoting.grad[i]))
	}
	return worst
}

// put moves a variable of v.x, and updates the gradient.
func (p *single) put(i int, to float64) {
	v := &p.pivoting
	if by := to - v.x[i]; by != 0 {
		v.x[i] = to
		mat.Axpy(by, p.h.Row(i), v.grad)
	}
}

// changeSides moves variables on the wrong side to the right one, and counts them.
// A multiplier that would not matter for the residual to reach has the right sign.
func (p *single) changeSides() (wrong int) {
	v := &p.pivoting
	for i, s := range v.side {
		to := s
		switch {
		case s == isFree && v.x[i] < p.lower[i]:
			to = atLower
		case s == isFree && v.x[i] > p.upper[i]:
			to = atUpper
		case p.fixed(i):
		case s == atLower && v.grad[i] < -p.target, s == atUpper && v.grad[i] > p.target:
			to = isFree
		}
		if to != s {
			v.side[i] = to
			wrong++
		}
	}
	return wrong
}
