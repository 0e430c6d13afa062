package gradient

import (
	"math"
	"slices"

	"ridge/bcd/train/traintest/plain"
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
					*all = append(*all, plain.Zeros(len(x[0]), len(x[0])))
				}
				(*all)[n] = (*all)[n].Plus(r.o.Memory, x.Transposed().Times(x), (1-r.o.Memory)/b.samples)
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
			r.inverseIn = append(r.inverseIn, damped(s.Plus(1/correction, s, 0), damping))
		}
		for _, s := range r.output {
			r.inverseOut = append(r.inverseOut, damped(s.Plus(1/correction, s, 0), damping))
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
		step := b.gradients[n].Columns(k.column, k.column+k.all).Times(inverse[:k.all].Columns(0, k.all))
		if r.both {
			step = r.inverseOut[n].Times(step)
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
			steps[k] = step.Plus(math.Sqrt(1e-3/change), step, 0)
		}
	}
	return steps
}

func (r *kroneckerReference) move(rate float64, w []matrix, steps map[block]matrix) {
	for _, k := range r.blocks {
		n, step := k.layer-1, steps[k]
		if r.momentum[k] == nil {
			r.momentum[k] = step.Plus(0, step, 0)
		}
		r.momentum[k] = r.momentum[k].Plus(r.o.Momentum, step, 1-r.o.Momentum)
		a := rate * reachOf(r.o, k)
		weights := w[n].Columns(k.column, k.column+k.all)
		w[n].Put(k.column, weights.Each(func(i, j int) float64 {
			keep := 1.
			if j < k.width {
				keep -= a * r.o.Decay
			}
			return keep*weights[i][j] - a*r.momentum[k][i][j]
		}))
	}
}
