package bcd

import (
	"context"
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// A table of more than twice as many columns as rows is trained on in the coordinates of its rows.
//
// The steps of the weights that read the input stay in the span of the samples, RᵀX·P, and all else that a training
// knows of the inputs are products of samples with each other and with weights: a rotation of the inputs changes
// nothing but rounding. So with X − mean = C·Qᵀ, where C is N×N and the columns of Q, d×N, are orthonormal, a network
// that reads C learns what one that reads X does, with Gram matrices of order N+1 and not d+1. Its weights W are those
// of WQᵀ for X.
//
// What the first weights make of directions in which no two samples differ is left out. The penalty would take it away,
// too, as nothing holds against it there. Without one, with Lambda 0, it would stay as it was drawn; here it is 0.
//
// Steps of [SpectralAllMetric] have a spectral norm that depends on the number of inputs: coordinates would change
// them.

// wide is how many times as many columns as samples a table has more than if it is trained on in the coordinates of its
// rows. At twice as many, what a Gram matrix takes less is what the factorization takes.
const wide = 2

// BatchInputs is the number of inputs that a new network for the given number of columns has while [MiniBatches] trains
// it on the samples of one process: the number of samples if it reads more than twice as many columns as there are
// samples, L1 is 0 and Metric is not [SpectralAllMetric]; else columns. What the training takes in memory goes with it.
func (o *BatchOptions) BatchInputs(columns, samples int) int {
	if o.L1 == 0 && o.Metric != SpectralAllMetric && isWide(columns, samples) {
		return samples
	}
	return columns
}

// isWide reports whether there are more than twice as many columns as samples.
func isWide(columns, samples int) bool { return samples <= (columns-1)/wide }

// coordinateTrainer trains a network that reads the coordinates of the samples.
type coordinateTrainer[T mat.Float] struct {
	*minibatch[T]
	basis   mat.Dense[T] // Q
	shrink  T            // C·Qᵀ is shrink times X − mean
	wide    *nn.Network[T]
	workers mat.Workers
}

// inCoordinates reports whether a training is one in the coordinates of the samples. A network that has been trained,
// which has biases, stays the function that it is, on other samples, too.
func inCoordinates[T mat.Float](t train.Task[T], o *BatchOptions) bool {
	alone := t.Sum.Processes() == 1
	return alone && o.BatchInputs(t.Net.Inputs, t.Train.X.Rows) < t.Net.Inputs && homogeneous(t.Net)
}

func newCoordinateTrainer[T mat.Float](ctx context.Context, t train.Task[T],
	o BatchOptions) (*coordinateTrainer[T], error) {
	s := &coordinateTrainer[T]{wide: t.Net.Clone(), workers: t.Workers}
	var err error
	if s.basis, t.Train.X, s.shrink, err = coordinates(ctx, t.Train.X, inputMean(t.Net), t.Workers); err != nil {
		return nil, err
	}
	t.Net = s.narrowed(t.Net)
	s.minibatch, err = newMinibatch(ctx, t, o)
	return s, err
}

// Network implements [train.Trainer].
func (s *coordinateTrainer[T]) Network() *nn.Network[T] { return s.wide }

// Epoch implements [train.Trainer].
func (s *coordinateTrainer[T]) Epoch(ctx context.Context) (train.Epoch, error) {
	epoch, err := s.minibatch.Epoch(ctx)
	if err != nil {
		return epoch, err
	}
	s.widen(s.minibatch.Network())
	return epoch, checkRange(s.wide, s.epochs)
}

// coordinates returns Q, C and shrink of shrink·(X − mean) = C·Qᵀ: those of the QR factorization of shrink·(X − mean)ᵀ,
// which need not have full rank. shrink is a power of two that brings the inputs to their unit, so that no norm
// overflows and nothing is rounded.
func coordinates[T mat.Float](ctx context.Context, x mat.Dense[T], mean []T,
	w mat.Workers) (basis, c mat.Dense[T], shrink T, err error) {
	u, err := newUnit(x, mean, float64(x.Rows), w, train.NewAdder(context.Background(), nil))
	if err != nil {
		return basis, c, shrink, err
	}
	shrink = T(math.Ldexp(1, -1-math.Ilogb(u.length)))
	basis = mat.NewDense[T](x.Cols, x.Rows)
	mat.TransposeTo(basis, x)
	rows.For(w, 0, x.Cols, func(lo, hi int) {
		for j := lo; j < hi; j++ {
			for i, v := range basis.Row(j) {
				basis.Row(j)[i] = shrink * (v - mean[j])
			}
		}
	})
	var qr mat.QR[T]
	if err = qr.FactorContext(ctx, basis, w); err != nil {
		return basis, c, shrink, err
	}
	if err = qr.QContext(ctx, basis, w); err != nil {
		return basis, c, shrink, err
	}
	r := mat.NewDense[T](x.Rows, x.Rows)
	qr.R(r)
	c = mat.NewDense[T](x.Rows, x.Rows)
	mat.TransposeTo(c, r)
	return basis, c, shrink, nil
}

// narrowed is a new network for the coordinates: what reads the input is WQ, times √(d/N), because the root mean square
// of N coordinates, their unit, is as much larger than that of d inputs.
func (s *coordinateTrainer[T]) narrowed(net *nn.Network[T]) *nn.Network[T] {
	narrow := net.Clone()
	narrow.Inputs, narrow.Mean, narrow.Columns = s.basis.Cols, nil, nil
	grow := T(math.Sqrt(float64(net.Inputs) / float64(narrow.Inputs)))
	shape := narrow.Spec()
	for n := range net.Layers {
		narrow.Layers[n].W = mat.NewDense[T](net.Width(n+1), int(shape.Columns(n+1)))
	}
	s.eachPart(narrow, net, func(narrow, wide mat.Dense[T], input bool) {
		if input {
			mat.Gemm(mat.NoTrans, mat.NoTrans, grow, wide, s.basis, 0, narrow, s.workers)
		} else {
			mat.Copy(narrow, wide)
		}
	})
	return narrow
}

// widen gives the network for the inputs the weights of that for the coordinates, which are in another unit.
func (s *coordinateTrainer[T]) widen(net *nn.Network[T]) {
	s.eachPart(net, s.wide, func(narrow, wide mat.Dense[T], input bool) {
		if input {
			mat.Gemm(mat.NoTrans, mat.Trans, s.shrink, narrow, s.basis, 0, wide, s.workers)
		} else {
			mat.Copy(wide, narrow)
		}
	})
}

// eachPart calls f with the weights by which a layer reads another one, in both networks, and with its biases.
func (s *coordinateTrainer[T]) eachPart(narrow, wide *nn.Network[T], f func(narrow, wide mat.Dense[T], input bool)) {
	for n := 1; n <= len(wide.Layers)+1; n++ {
		from, to := narrow.Weights(n), wide.Weights(n)
		parts := wide.Parts(n)
		for i, p := range narrow.Parts(n) {
			f(from.ColView(p.Column, p.Width), to.ColView(parts[i].Column, parts[i].Width), p.Layer == 0)
		}
		f(from.ColView(from.Cols-1, 1), to.ColView(to.Cols-1, 1), false)
	}
}
