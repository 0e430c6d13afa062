package cli

import (
	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/mat"
)

// newNetwork returns the network before the training.
func newNetwork[T mat.Float](p trainingPlan, set *dataset.Set, x mat.Dense[T]) (*nn.Network[T], error) {
	spec := p.spec(set)
	if err := p.checkFits(spec, x.Rows, set); err != nil {
		return nil, err
	}
	loss, err := nn.ParseLoss[T](p.loss)
	if err != nil {
		return nil, err
	}
	net, err := nn.New(spec, loss, p.init, p.seed)
	if err != nil {
		return nil, err
	}
	net.Classes, net.Columns = set.Classes, set.Description
	if hasLogOdds(p.loss) {
		net.Temperature = 1
	}
	if p.centers && set.Description.Inputs.Scale == columns.None {
		net.Mean = nn.ColumnMean(x, p.workers)
	}
	return net, nil
}

// spec is the shape of its network for the samples of a set.
func (p trainingPlan) spec(set *dataset.Set) nn.Spec { return specFor(set, p.net, p.skips) }

// specFor is the shape of a network for the samples of a set.
func specFor(set *dataset.Set, hidden []int, skips []nn.Skip) nn.Spec {
	return nn.Spec{Inputs: set.Train.Dim, Hidden: hidden, Outputs: len(set.Description.Outputs.Names()), Skips: skips}
}

// hasLogOdds reports whether the outputs of a network that was trained for a loss are the logarithms of probabilities,
// but for what they have in common.
func hasLogOdds(loss string) bool {
	return loss == nn.Softmax[float64]{}.Name() || loss == nn.DoubleSoftmax[float64]{}.Name()
}
