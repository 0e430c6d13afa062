package nn

import (
	"sync"
	"sync/atomic"

	"ridge/bcd/internal/rows"
	"ridge/mat"
)

// Scores returns the outputs O of the network, N×K, for the samples x, N×d₀. Mean
// is subtracted on the way. It takes 2N flops for each weight, and memory for the activations of a few hundred samples
// for each worker. If most weights of a layer are zero, only the others are multiplied. The error is a *[DataError] if
// x has another width than the network or a feature is not finite, and a *[SpecError] if the layers do not fit
// together, or Mean has another length than the inputs. It is an *[OverflowError], which names the first output that is
// not finite, if there is one; the outputs are returned all the same.
//
// It allocates the result and the activations. A service that asks again and again has a
// [Predictor], or a [RowPredictor] for raw rows, which allocate nothing.
func (net *Network[T]) Scores(x mat.Dense[T], w mat.Workers) (mat.Dense[T], error) {
	if err := net.checkShape(); err != nil {
		return mat.Dense[T]{}, err
	}
	if err := net.checkSamples(x, w); err != nil {
		return mat.Dense[T]{}, err
	}
	out := mat.NewDense[T](x.Rows, net.V.Rows)
	net.forward(x, w, func(lo, _ int, _ []mat.Dense[T], o mat.Dense[T]) {
		mat.Copy(out.RowView(lo, o.Rows), o)
	})
	return out, checkOutputs(out, w)
}

// checkOutputs returns an *[OverflowError] unless all outputs are finite.
func checkOutputs[T mat.Float](o mat.Dense[T], w mat.Workers) error {
	if i, k := rows.FirstNonFinite(o, w); i >= 0 {
		return &OverflowError{Sample: i, Output: k, Value: float64(o.At(i, k))}
	}
	return nil
}

// Argmax returns the index of the largest element of an output, the first of equal ones: the class that the network
// predicts. It returns −1 for no elements. NaN is no prediction, and neither is an infinity: the index is then any one.
func Argmax[T mat.Float](o []T) int {
	best := -1
	for k, v := range o {
		if best < 0 || v > o[best] {
			best = k
		}
	}
	return best
}

// forward runs blocks of samples through the network and hands each block's
// activations U₁ … U_L and outputs to body, which must be ready to be called by
// several goroutines at once.
func (net *Network[T]) forward(x mat.Dense[T], w mat.Workers,
	body func(lo, hi int, u []mat.Dense[T], o mat.Dense[T])) {
	linears := net.linears(x.Rows)
	// A block reuses the memory of a finished one, or else allocates, so that there is memory for each worker and not
	// for each block.
	var left sync.Pool
	shares := newShares(rows.Blocks(x.Rows), w)
	rows.For(w, 0, x.Rows, func(lo, hi int) {
		p, _ := left.Get().(*Predictor[T])
		if p == nil {
			p = newPredictor(net, linears, min(rows.Block, x.Rows))
		}
		scores := p.scores.RowView(0, hi-lo)
		p.inference.run(scores, x.RowView(lo, hi-lo), shares.next())
		body(lo, hi, p.inference.activations(hi-lo), scores)
		left.Put(p)
	})
}

// shares is how many workers each of some blocks has: one, but those that begin last share all workers, where some
// would have nothing to do.
type shares struct {
	alone int          // blocks that have one
	each  mat.Workers  // of the others
	begun atomic.Int64 // blocks
}

func newShares(blocks int, w mat.Workers) *shares {
	all := w.Count()
	alone := max(0, blocks-1) / all * all
	last := max(1, blocks-alone)
	return &shares{alone: alone, each: mat.Workers((all + last - 1) / last)}
}

// next is what the block that begins has.
func (s *shares) next() mat.Workers {
	if int(s.begun.Add(1)) > s.alone {
		return s.each
	}
	return 1
}
