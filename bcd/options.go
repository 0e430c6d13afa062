package bcd

import (
	"fmt"

	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// Options that both methods have.

func gammaOption[O any](field func(*O) *[]float64) train.Option {
	return train.Floats("gamma", "G", field, train.Above(0),
		"weight of that tie, above 0, in mini-batches with the root mean square of the inputs as unit: one number "+
			"for all hidden layers or one for each, such as 0.1,1", train.Label("γ %s"),
		train.Checked(func(o *O, p train.Problem) *nn.OptionError {
			if n := len(*field(o)); n != 1 && n != p.Layers {
				return &nn.OptionError{Reason: fmt.Sprintf(
					"%d numbers for %d hidden layers: want one for all or one for each", n, p.Layers)}
			}
			return nil
		}))
}

func lambdaOption[O any](field func(*O) *float64) train.Option {
	return train.Float("lambda", "L", field, train.From(0),
		"ridge on the weights of the hidden layers: in mini-batches a number of samples, relative to the summed mean "+
			"squares of what a layer reads, so that it has no unit; in full batches ½λ‖W‖² per sample",
		train.Label("λ %s"))
}

func lambdaOutOption[O any](field func(*O) *float64) train.Option {
	return train.Float("lambda-out", "L", field, train.From(0), "ridge on the weights of the output layer, as lambda",
		train.Label("λ_out %s"))
}

const l1Help = "l1 penalty on all weights, per sample, which makes weights exactly zero: the larger, the more of " +
	"them; 0 is none. In mini-batches the pattern of zeros is settled in the first half of the epochs, and gamma, " +
	"input-step and metric have other defaults"

// gammas returns one γ for each layer.
func gammas(gamma []float64, layers int) []float64 {
	g := make([]float64, layers)
	for i := range g {
		g[i] = gamma[min(i, len(gamma)-1)]
	}
	return g
}
