package gradient

import (
	"math"
	"slices"
)

type kroneckerReference struct {
	o              Options
	blocks         []block
	both           bool
	inputs, output []matrix // running sums, without the correction of their start
	updates        float64
	inverseIn      []matrix
	inverseOut     []matrix
	momentum       map[block]matrix
}

func (r *kroneckerReference) step(t int, rate float64, w []matrix, b batchView) {
	if t < 8 || t%2 == 0 {
		r.updates++
		add := func(all *[]matrix, list []matrix) {
			for n, x := range list {
				if len(*all) == n {
					*all = append(*all, zeros(len(x[0]), len(x[0])))
				}
				(*all)[n] = (*all)[n].plus(r.o.Memory, x.transposed().times(x), (1-r.o.Memory)/b.samples)
			}
		}
		add(&r.inputs, b.activations)
		if r.both {
			add(&r.output, b.drawn())
		}
	}
	if slices.Contains([]int{0, 1, 2, 4, 8, 16, 32, 50, 100}, t) {
		damping, correction := r.o.Damping, 1-math.Pow(r.o.Memory, r.updates)
		if r.both {
			damping = math.Sqrt(damping)
		}
		r.inverseIn, r.inverseOut = nil, nil
		for _, s := range r.inputs {
			r.inverseIn = append(r.inverseIn, s.plus(1/correction, s, 0).damped(damping))
		}
		for _, s := range r.output {
			r.inverseOut = append(r.inverseOut, s.plus(1/correction, s, 0).damped(damping))
		}
	}
	r.move(rate, w, r.steps(rate, b))
}

// steps are those of the blocks, of the length that the trust in the model allows.
func (r *kroneckerReference) steps(rate float64, b batchView) map[block]matrix {
	steps, change := map[block]matrix{}, 0.
	for _, k := range r.blocks {
		n := k.layer - 1
		inverse := r.inverseIn[k.from]
		step := b.gradients[n].columns(k.column, k.column+k.all).times(inverse[:k.all].columns(0, k.all))
		if r.both {
			step = r.inverseOut[n].times(step)
		}
		steps[k] = step
		a := rate * reachOf(r.o, k) // by which the weights are moved
		for i := range step {
			for j := range step[i] {
				change += a * a * step[i][j] * b.gradients[n][i][k.column+j]
			}
		}
	}
	for k, step := range steps {
		if r.both && change > 1e-3 {
			steps[k] = step.plus(math.Sqrt(1e-3/change), step, 0)
		}
	}
	return steps
}

func (r *kroneckerReference) move(rate float64, w []matrix, steps map[block]matrix) {
	for _, k := range r.blocks {
		n, step := k.layer-1, steps[k]
		if r.momentum[k] == nil {
			r.momentum[k] = step.plus(0, step, 0)
		}
		r.momentum[k] = r.momentum[k].plus(r.o.Momentum, step, 1-r.o.Momentum)
		a := rate * reachOf(r.o, k)
		weights := w[n].columns(k.column, k.column+k.all)
		w[n].put(k.column, weights.each(func(i, j int) float64 {
			keep := 1.
			if j < k.width {
				keep -= a * r.o.Decay
			}
			return keep*weights[i][j] - a*r.momentum[k][i][j]
		}))
	}
}
