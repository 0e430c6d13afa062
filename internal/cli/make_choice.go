package cli

import (
	"context"
	"math"
	"strconv"
	"sync"

	"ridge/bcd/nn"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/mat"
)

// makeChoice makes the choice.
func makeChoice[T mat.Float](ctx context.Context, p trainingPlan, task lambda.Task[T],
	left int64, record *choiceRecord) (*lambda.Choice, error) {
	atATime, err := choiceJobs(p, task, left)
	if err != nil {
		return nil, err
	}
	task.Workers, task.AtATime = p.workers, int(atATime)
	line := record.keeper.progress(int64(task.Trainings()))
	what := "choosing " + task.What()
	line.say(what)
	end := line.watch(ctx)
	var done int64
	var mutex sync.Mutex
	task.Record = &record.Record
	task.Done = func() {
		mutex.Lock()
		defer mutex.Unlock()
		done++
		line.trial(what, done)
		record.trained()
	}
	choice, err := lambda.Choose(ctx, task)
	end()
	record.end()
	return choice, err
}

// withChoice is the plan with what was chosen: λ, λ_out, the network and the input step, and more epochs if that
// network has them.
func withChoice[T mat.Float](p trainingPlan, task lambda.Task[T], choice *lambda.Choice) trainingPlan {
	tried := choice.Tried[choice.Chosen]
	if choice.OtherPenalties {
		p = p.withLambda(tried)
	}
	if choice.OtherInputStep {
		p = p.withOption("input-step", strconv.FormatFloat(tried.InputStep, 'g', -1, 64))
	}
	if task.Candidates[choice.Candidate].Longer > 1 {
		p = p.withOption("epochs", strconv.Itoa(tried.Epochs))
	}
	return p.withHidden(tried.Hidden)
}

// choiceJobs is how many trainings of a choice run at a time, whichever of its networks they are of.
func choiceJobs[T mat.Float](p trainingPlan, task lambda.Task[T], left int64) (mat.Workers, error) {
	least := mat.Workers(math.MaxInt)
	for _, candidate := range task.Candidates {
		for _, net := range []*nn.Network[T]{candidate.Net, candidate.InPieces} {
			if net == nil {
				continue
			}
			w, err := p.choiceWorkers(net.Spec(), task.Whole(), task.SamplesUsed(), left)
			if err != nil {
				return 0, err
			}
			least = min(least, w)
		}
	}
	return least, nil
}

// choiceWorkers is how many trainings of the choice run at a time, with up to so many of the whole's samples: as many
// as fit into the memory that is left for the data, and into that of the machine.
func (p trainingPlan) choiceWorkers(spec nn.Spec, whole, samples int, left int64) (mat.Workers, error) {
	fold := p.withHidden(spec.Hidden)
	fold.whole = whole
	numbers, err := fold.numbers(spec, samples)
	if err != nil {
		return 0, err
	}
	each := memory.Product(int64(p.precision/8),
		memory.Sum(numbers, memory.Product(int64(samples), int64(spec.Inputs))))
	fit := min(left, memory.Limit()) / each
	return mat.Workers(max(1, min(int64(p.workers.Count()), fit))), nil
}
