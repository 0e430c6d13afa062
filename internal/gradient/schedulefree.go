package gradient

import (
	"math"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// scheduleFree is AdamW at a constant learning rate, with gradients taken between the iterate and the
// average of the iterates, which is the result.
var scheduleFree = &solver{
	name: "schedulefree", title: "schedule-free AdamW",
	defaults: steady(warmed(4e-3, Options{Momentum: 0.9, Momentum2: 0.99, Delta: 1e-8, Decay: 0.05})),
	own:      []optionName{withMomentum, withMomentum2, withDelta},
	takes:    footprint{copies: 3},
	single:   func(t *trainer[float32]) rule[float32] { return newScheduleFreeRule(t) },
	double:   func(t *trainer[float64]) rule[float64] { return newScheduleFreeRule(t) },
}

// steady makes the learning rate constant after the warm-up.
func steady(o Options) Options {
	o.Policy, o.RatePower = Fixed, 0
	return o
}

// scheduleFreeRule keeps three networks: the iterate z, the average x, and y = (1−β)z + βx, whose
// gradients it gets.
type scheduleFreeRule[T mat.Float] struct {
	unobservant
	options *Options
	x       *nn.Network[T]
	workers mat.Workers
	all     []*scheduleFreeUpdate[T]
	way     float64 // Σγ² so far: not in T, in which squares of short rates vanish
}

// scheduleFreeUpdate is a matrix of weights in the three networks, with the running mean v of
// squared gradients. The last column of y are biases, which do not decay.
type scheduleFreeUpdate[T mat.Float] struct {
	x, y, z, grad, v mat.Dense[T]
	parts            []part
	options          *Options
	rows             *loop
	t                int     // the batch under way
	gamma            float64 // of it
	share            T       // c of it
}

func newScheduleFreeRule[T mat.Float](t *trainer[T]) rule[T] {
	r := &scheduleFreeRule[T]{options: &t.options, x: t.net.Clone(), workers: t.workers}
	for n, grad := range t.grad {
		y := t.net.Weights(n + 1)
		u := &scheduleFreeUpdate[T]{
			x: r.x.Weights(n + 1), y: y, z: y.Clone(), grad: grad,
			v: mat.NewDense[T](grad.Rows, grad.Cols), parts: t.parts[n], options: r.options,
		}
		u.rows = newLoop(y.Rows, y.Cols, u.row)
		r.all = append(r.all, u)
	}
	t.result = r.x
	return r
}

// apply implements [rule], by algorithm 1 of Defazio et al.: v ← β₂v + (1−β₂)g²,
// z ← z − γ(g/(√v + δ) + λy), x ← (1−c)x + cz with c = γ²/Σγ², γ being the rate with Adam's
// correction of v.
func (r *scheduleFreeRule[T]) apply(t int, rate float64) {
	o := r.options
	gamma := rate * math.Sqrt(1-math.Pow(o.Momentum2, float64(t+1)))
	r.way += gamma * gamma
	share := T(1) // of a first rate whose square vanishes
	if r.way > 0 {
		share = T(gamma * gamma / r.way)
	}
	for _, u := range r.all {
		u.t, u.gamma, u.share = t, gamma, share
		u.rows.do(r.workers)
	}
}

// row updates row i of the weights of the three networks.
func (u *scheduleFreeUpdate[T]) row(i int) {
	o := u.options
	for _, p := range u.parts {
		step := o.stepFactor(p.Layer) * u.gamma
		u.step(i, p, T(step), T(step*o.Decay), o)
	}
	vec.Blend(u.x.Row(i), u.z.Row(i), u.share)
	y := u.y.Row(i)
	copy(y, u.x.Row(i))
	vec.Blend(y, u.z.Row(i), T(1-o.Momentum))
	if flushIsDue(u.t) {
		flush(u.v.Row(i))
	}
}

// step updates a part of row i of the weights z, and their v.
func (u *scheduleFreeUpdate[T]) step(i int, p part, gamma, decay T, o *Options) {
	from, to := p.Column, p.Column+p.Columns()
	y, z, g, v := u.y.Row(i), u.z.Row(i), u.grad.Row(i), u.v.Row(i)
	// With λ = 0 and a decay of 1 this adds up squares as RMSProp does.
	mat.Axpy(-decay, y[from:from+p.Width], z[from:from+p.Width])
	vec.RMSStep(z[from:to], g[from:to], v[from:to], gamma, T(o.Momentum2), T(1-o.Momentum2), T(o.Delta), 0)
}

// state implements [rule].
func (r *scheduleFreeRule[T]) state(s *train.State) {
	s.Float("way", &r.way)
	for _, u := range r.all {
		train.Matrix(s, "x", u.x)
		train.Matrix(s, "z", u.z)
		train.Matrix(s, "v", u.v)
	}
}
