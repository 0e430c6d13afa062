package compare

import (
	"cmp"
	"context"
	"time"

	"ridge/asm"
	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/lambda"
	"ridge/mat"
)

// samples are those of a stage. In the tuning there are no test samples, and in the final runs no validation samples.
type samples struct {
	data                    DataFacts
	whole                   int // training samples of the final runs; 0: those of the stage
	choices                 int // trainings at a time in a choice of λ; 0: any number
	train, validation, test train.Data[float32]
}

// samples are those of a stage; the last two parts may have none.
func (s *Study) samples(train, validation, test dataset.Samples) *samples {
	on := newSamples(s.data, train, validation, test)
	on.choices = s.Choices
	return on
}

// newSamples returns the samples of a stage of a comparison on all; the last two may have none.
func newSamples(all DataFacts, train, validation, test dataset.Samples) *samples {
	return &samples{
		data: DataFacts{all.Name, train.Len(), validation.Len(), test.Len(), train.Dim, all.Classes, all.Hash,
			all.Uncentred},
		whole: all.Train,
		train: matrix(train), validation: matrix(validation), test: matrix(test),
	}
}

// matrix shares the memory of the samples.
func matrix(s dataset.Samples) train.Data[float32] {
	return train.Data[float32]{X: mat.DenseOf(s.Len(), s.Dim, s.X), Labels: s.Labels}
}

// run trains and returns the result. A training that diverges is a result, too. epoch,
// if not nil, is called after each.
func (s *samples) run(ctx context.Context, r Run, w mat.Workers, epoch func(n int)) (*Result, error) {
	begin := time.Now()
	net, err := s.network(r, w)
	if err != nil {
		return nil, err
	}
	choice, err := s.chooseLambda(ctx, net, r, w)
	if err != nil {
		return nil, err
	}
	trace, err := s.fit(ctx, net, r, choice, w, epoch)
	if ctx.Err() != nil {
		return nil, ctx.Err()
	}
	result := &Result{Run: r, Data: s.data, Origin: origin(begin), Workers: w.Count(), Choice: choice,
		Trace: epochs(trace, choice.seconds())}
	if err != nil {
		if !bcd.Failed(err) {
			return nil, err
		}
		result.Failed = err.Error()
	}
	isa, err := asm.Selected()
	result.ISA, result.Wall = isa.String(), time.Since(begin).Seconds()
	return result, err
}

// network is that of a run before its training.
func (s *samples) network(r Run, w mat.Workers) (*nn.Network[float32], error) {
	loss, err := nn.ParseLoss[float32](r.Settings.Loss)
	if err != nil {
		return nil, err
	}
	net, err := nn.New(r.Network.spec(s.data.Inputs, s.data.Classes), loss, r.Network.Init, r.Seed)
	if err == nil && !s.data.Uncentred {
		net.Mean = nn.ColumnMean(s.train.X, w)
	}
	return net, err
}

// chooseLambda makes the choice of λ, if the run is to begin with it.
func (s *samples) chooseLambda(ctx context.Context, net *nn.Network[float32], r Run,
	w mat.Workers) (*LambdaChoice, error) {
	if !r.ChooseLambda {
		return nil, nil
	}
	c, err := lambda.Choose(ctx, s.lambdaTask(net, r, w))
	if err != nil {
		return nil, err
	}
	return &LambdaChoice{c.Tried[c.Chosen].Lambda, c.Tried[c.Chosen].LambdaOut, c.Seconds}, nil
}

// lambdaTask is the choice of λ of a run.
func (s *samples) lambdaTask(net *nn.Network[float32], r Run, w mat.Workers) lambda.Task[float32] {
	return lambda.Task[float32]{
		Candidates: []lambda.Candidate[float32]{{Net: net, Longer: 1}}, Learn: s.train, Seed: r.Seed, Workers: w,
		AtATime: s.choices,
		Recipe:  func(p train.Problem) (train.Recipe, error) { return s.recipe(r, p, nil) },
	}
}

// recipe is that of a run: in the tuning by the method of the final runs, whose settings it is to find.
func (s *samples) recipe(r Run, p train.Problem, choice *LambdaChoice) (train.Recipe, error) {
	p.Whole = cmp.Or(s.whole, p.Whole)
	return r.recipe(p, choice)
}

// seconds are those of the choice, 0 if there was none.
func (c *LambdaChoice) seconds() float64 {
	if c == nil {
		return 0
	}
	return c.Seconds
}

// fit trains the network by the solver of the run.
func (s *samples) fit(ctx context.Context, net *nn.Network[float32], r Run, choice *LambdaChoice, w mat.Workers,
	epoch func(n int)) (train.Trace, error) {
	recipe, err := s.recipe(r, train.ProblemOf(net, s.train), choice)
	if err != nil {
		return nil, err
	}
	control := train.Control{Workers: w}
	if epoch != nil {
		control.Progress = func(e train.Epoch) { epoch(e.Epoch) }
	}
	return train.Run(ctx, net, train.Samples[float32]{Train: s.train, Validation: s.validation, Test: s.test}, recipe,
		control)
}
