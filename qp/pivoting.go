package qp

import "context"

// pivoting starts block exchanges from the sides of the variables at x. If they converge, Newton
// steps finish the solve.
type pivoting struct {
	exchanger exchanger
	sides     []side
}

func newPivoting(n int) method {
	return &pivoting{exchanger: newExchanger(n), sides: make([]side, n)}
}

// pivotingOf returns the workspace of block pivoting, which other methods also use.
func (r *run) pivotingOf() *pivoting { return r.use(BlockPivoting).(*pivoting) }

// forgetFailedExchanges lets exchanges begin from any sides, also from those from which they failed in the last solve.
func (r *run) forgetFailedExchanges() {
	if p := r.methods[BlockPivoting]; p != nil {
		p.(*pivoting).exchanger.triedWrong = 0
	}
}

func (p *pivoting) solve(ctx context.Context, r *run) (Status, error) {
	for i, d := range r.grad {
		p.sides[i] = r.sideOf(i, r.x[i], d)
	}
	p.exchanger.start(p.sides, r.x, r.grad)
	if r.cold() && r.sweepsAreExpensive() && r.stiff() {
		return p.exchange(ctx, r, cautious)
	}
	return p.exchange(ctx, r, lenient)
}

// exchange pivots from the point to which the exchanger is set.
func (p *pivoting) exchange(ctx context.Context, r *run, wait stallRule) (Status, error) {
	if settled, status, err := p.exchanger.exchange(ctx, r, wait); !settled {
		return status, err
	}
	return r.use(ProjectedNewton).solve(ctx, r)
}

// sideOf is the side of variable i, given its value x and its element d of the gradient.
func (v *view) sideOf(i int, x, d float64) side {
	switch {
	case x <= v.lower[i] && (d >= 0 || v.fixed(i)):
		return atLower
	case x >= v.upper[i] && d <= 0:
		return atUpper
	default:
		return isFree
	}
}
