package cli

import (
	"maps"
	"strconv"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/mat"
)

// trainingPlan is what a training becomes: what its flags say, with defaults that depend on other flags, on the data,
// or on the choice before the training. Copies share the options, which are therefore never changed in place.
type trainingPlan struct {
	net     []int // the widths of the hidden layers
	skips   []nn.Skip
	init    nn.Init
	loss    string
	centers bool // whether the mean of inputs that are not scaled is subtracted

	solver  solver
	options methodOptions // of the method; the others have their defaults
	batch   int           // 0: full batches
	seed    uint64
	whole   int // samples of the training that a search is for; 0: this training is not part of a search

	precision int // 32 or 64 bits
	workers   mat.Workers
}

// withHidden is the plan with other hidden layers.
func (p trainingPlan) withHidden(widths []int) trainingPlan {
	p.net = widths
	return p
}

// withOption is the plan with a value of an option.
func (p trainingPlan) withOption(name, value string) trainingPlan {
	p.options = maps.Clone(p.options)
	p.options[name] = value
	return p
}

// without is the plan without the value of an option, which then has its default: that of the other options, as some
// change it.
func (p trainingPlan) without(option string) trainingPlan {
	p.options = maps.Clone(p.options)
	delete(p.options, option)
	return p
}

// withLambda is the plan with the penalties of a choice.
func (p trainingPlan) withLambda(t lambda.Tried) trainingPlan {
	return p.withOption("lambda", strconv.FormatFloat(t.Lambda, 'g', -1, 64)).
		withOption("lambda-out", strconv.FormatFloat(t.LambdaOut, 'g', -1, 64))
}

// forTargets is the plan for the targets of a set: a regression has a loss for numbers. given says whether the loss was
// typed.
func (p trainingPlan) forTargets(set *dataset.Set, given bool) (trainingPlan, error) {
	if set.Description.Outputs.Task != columns.Regression {
		return p, nil
	}
	loss, err := nn.ParseLoss[float64](p.loss)
	if err != nil {
		return p, err
	}
	if _, ok := loss.(nn.NumberLoss[float64]); ok {
		return p, nil
	}
	usual := nn.Squared[float64]{}.Name()
	if given {
		return p, usagef("--loss %s: a regression (%s predicts numbers) has the loss %s", p.loss, set.Name, usual)
	}
	if !p.solver.Trains(usual) {
		return p, usagef("--solver %v: it does not have the loss %s, which a regression needs", p.solver, usual)
	}
	p.loss = usual
	return p, nil
}
