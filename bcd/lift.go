package bcd

import (
	"context"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// penalties are the constants of the objective.
type penalties struct {
	objective         Objective
	gamma             []float64 // γ_n at n−1
	lambda, lambdaOut float64
	l1                float64 // λ₁
}

// lift is a network unfolded over a batch of N samples: besides the weights, each sample
// has hidden variables of its own, which the penalty ties to the pre-activations of its
// layers. The methods that change u or the weights keep z and o current.
type lift[T mat.Float] struct {
	penalties
	net     *nn.Network[T]
	loss    nn.BoxLoss[T] // net.Loss
	x       mat.Dense[T]  // N×d₀: U₀, the centred inputs
	y       mat.Dense[T]  // N×K: targets
	u       mat.Dense[T]  // N×(d₁+…+d_L): U₁ … U_L side by side, ≥ 0
	z       mat.Dense[T]  // Z₁ … Z_L, as u
	o       mat.Dense[T]  // N×K: O = [U_L, 1]·Vᵀ
	workers mat.Workers
	add     *train.Adder
	all     float64 // N, over all processes: x has the samples of this one

	chunkElements int // of one batch of QPs, for few workers
	part          uPart
	between       func(context.Context) error // is called after a part of a U step, if not nil

	buffer []T // see scratch
}

// newLift unfolds the network at its forward activations on x, which is centred
// already and is not copied. y are its targets. The network's loss must be a [nn.BoxLoss].
func newLift[T mat.Float](net *nn.Network[T], p penalties, x, y mat.Dense[T], w mat.Workers,
	add *train.Adder) *lift[T] {
	hidden := 0
	for n := 1; n <= len(net.Layers); n++ {
		hidden += net.Width(n)
	}
	l := &lift[T]{
		penalties: p, net: net, loss: net.Loss.(nn.BoxLoss[T]), x: x,
		workers: w, add: add, all: add.Number(float64(x.Rows)),
		chunkElements: chunkElements,
		y:             y,
		u:             mat.NewDense[T](x.Rows, hidden),
		z:             mat.NewDense[T](x.Rows, hidden),
		o:             mat.NewDense[T](x.Rows, net.V.Rows),
	}
	for n := 1; n <= l.layers(); n++ {
		l.refreshZ(n)
		un, zn := l.hidden(n), l.preactivation(n)
		rows.For(w, 0, x.Rows, func(lo, hi int) {
			for i := lo; i < hi; i++ {
				vec.Relu(un.Row(i), zn.Row(i))
			}
		})
	}
	l.refreshO()
	return l
}

// samples is the number of samples of this process.
func (l *lift[T]) samples() int { return l.x.Rows }

// layers is L.
func (l *lift[T]) layers() int { return len(l.net.Layers) }

// column is where layer n ≥ 1 begins in u and z.
func (l *lift[T]) column(n int) int {
	col := 0
	for m := 1; m < n; m++ {
		col += l.net.Width(m)
	}
	return col
}

// hidden returns U_n, or X for n = 0.
func (l *lift[T]) hidden(n int) mat.Dense[T] {
	if n == 0 {
		return l.x
	}
	return l.u.ColView(l.column(n), l.net.Width(n))
}

// preactivation returns Z_n.
func (l *lift[T]) preactivation(n int) mat.Dense[T] {
	return l.z.ColView(l.column(n), l.net.Width(n))
}

// inputs returns what layer n reads: A_n without its column of ones.
func (l *lift[T]) inputs(n int) []mat.Dense[T] {
	var parts []mat.Dense[T]
	for _, m := range l.net.Layers[n-1].From {
		parts = append(parts, l.hidden(m))
	}
	return parts
}

// refreshZ sets Z_n := A_n·W_nᵀ.
func (l *lift[T]) refreshZ(n int) {
	nn.Affine(l.preactivation(n), l.net.Layers[n-1].W, l.inputs(n), l.workers)
}

// refresh computes all of Z and O, to the bits that they have after any block step.
func (l *lift[T]) refresh() {
	for n := 1; n <= l.layers(); n++ {
		l.refreshZ(n)
	}
	l.refreshO()
}

// refreshO sets O := A_out·Vᵀ.
func (l *lift[T]) refreshO() {
	nn.Affine(l.o, l.net.V, []mat.Dense[T]{l.hidden(l.layers())}, l.workers)
}

// scratch returns memory for an N×cols matrix, which the next call uses again.
func (l *lift[T]) scratch(cols int) []T {
	size := l.samples() * cols
	if len(l.buffer) < size {
		l.buffer = make([]T, size)
	}
	return l.buffer[:size]
}
