package lambda

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// setting is what a training of the choice has: one of the candidates, a factor of the usual penalties, whether its
// columns are in pieces, and a factor of the usual step of the weights that read the input.
type setting struct {
	candidate int
	factor    float64
	pieces    bool
	inputStep float64
}

// usualSetting changes nothing of a recipe: it is what a training has that is not preceded by a choice.
var usualSetting = setting{factor: 1, inputStep: 1}

// of returns the network of a setting and its samples.
func (t Task[T]) of(s setting) (*nn.Network[T], train.Data[T]) {
	if s.pieces {
		return t.Candidates[s.candidate].InPieces, t.LearnPieces
	}
	return t.Candidates[s.candidate].Net, t.Learn
}

// describe is a setting for all samples.
func (t Task[T]) describe(s setting) (Tried, error) {
	net, learn := t.of(s)
	problem := train.ProblemOf(net, learn)
	problem.Samples = t.Whole()
	recipe, err := t.Recipe(problem)
	if err != nil {
		return Tried{}, err
	}
	o := scaled(recipe, s)
	return Tried{
		Hidden: net.Spec().Hidden, Epochs: o.Epochs * t.Candidates[s.candidate].Longer, Lambda: o.Lambda,
		LambdaOut: o.LambdaOut, Pieces: s.pieces, InputStep: o.InputStep,
	}, nil
}
