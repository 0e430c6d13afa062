package cli

import (
	"errors"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/mat"
)

// newNetwork returns the network before the training.
func newNetwork[T mat.Float](f *trainFlags, set *dataset.Set, x mat.Dense[T]) (*nn.Network[T], error) {
	spec := specFor(set, f.net, f.skips)
	if err := errors.Join(f.checkMemory(spec, x.Rows, set), f.checkShare(spec, x.Rows, set)); err != nil {
		return nil, err
	}
	loss, err := nn.ParseLoss[T](f.loss)
	if err != nil {
		return nil, err
	}
	net, err := nn.New(spec, loss, f.init, f.seed)
	if err != nil {
		return nil, err
	}
	net.Classes, net.Columns = set.Classes, set.Description
	if hasLogOdds(f.loss) {
		net.Temperature = 1
	}
	if f.center && set.Description.Inputs.Scale == columns.None {
		net.Mean = nn.ColumnMean(x, mat.Workers(f.workers))
	}
	return net, nil
}

// specFor is the shape of a network for the samples of a set.
func specFor(set *dataset.Set, hidden []int, skips []nn.Skip) nn.Spec {
	return nn.Spec{Inputs: set.Train.Dim, Hidden: hidden, Outputs: len(set.Description.Outputs.Names()), Skips: skips}
}

// hasLogOdds reports whether the outputs of a network that was trained for a loss are the logarithms of probabilities,
// but for what they have in common.
func hasLogOdds(loss string) bool {
	return loss == nn.Softmax[float64]{}.Name() || loss == nn.DoubleSoftmax[float64]{}.Name()
}
