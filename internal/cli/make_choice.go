package cli

import (
	"math"
	"strconv"
	"sync"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/mat"
)

// makeChoice makes the choice, and sets the options of the training to the chosen λ, λ_out, network and input step, and
// to more epochs if that network has them.
func makeChoice[T mat.Float](cmd *cobra.Command, f *trainFlags, task lambda.Task[T],
	left int64, record *choiceRecord) (*lambda.Choice, error) {
	atATime, err := choiceJobs(f, task, left)
	if err != nil {
		return nil, err
	}
	task.Workers, task.AtATime = mat.Workers(f.workers), int(atATime)
	line := newProgress(cmd.ErrOrStderr(), int64(task.Trainings()))
	what := "choosing " + task.What()
	line.say(what)
	end := line.watch(cmd.Context())
	var done int64
	var mutex sync.Mutex
	task.Record = &record.Record
	record.keeper.line.Store(line)
	task.Done = func() {
		mutex.Lock()
		defer mutex.Unlock()
		done++
		line.trial(what, done)
		record.trained()
	}
	choice, err := lambda.Choose(cmd.Context(), task)
	end()
	record.end()
	if err != nil {
		return nil, err
	}
	tried := choice.Tried[choice.Chosen]
	if choice.OtherPenalties {
		f.setLambda(tried)
	}
	if choice.OtherInputStep {
		f.options["input-step"] = strconv.FormatFloat(tried.InputStep, 'g', -1, 64)
	}
	if task.Candidates[choice.Candidate].Longer > 1 {
		f.options["epochs"] = strconv.Itoa(tried.Epochs)
	}
	f.net = tried.Hidden
	return choice, nil
}

// choiceJobs is how many trainings of a choice run at a time, whichever of its networks they are of.
func choiceJobs[T mat.Float](f *trainFlags, task lambda.Task[T], left int64) (mat.Workers, error) {
	least := mat.Workers(math.MaxInt)
	for _, candidate := range task.Candidates {
		for _, net := range []*nn.Network[T]{candidate.Net, candidate.InPieces} {
			if net == nil {
				continue
			}
			w, err := f.choiceWorkers(net.Spec(), task.Whole(), task.SamplesUsed(), left)
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
func (f *trainFlags) choiceWorkers(spec nn.Spec, whole, samples int, left int64) (mat.Workers, error) {
	fold := *f
	fold.whole, fold.net = whole, spec.Hidden
	numbers, err := fold.numbers(spec, samples)
	if err != nil {
		return 0, err
	}
	each := memory.Product(int64(f.precision/8),
		memory.Sum(numbers, memory.Product(int64(samples), int64(spec.Inputs))))
	fit := min(left, memory.Limit()) / each
	return mat.Workers(max(1, min(int64(mat.Workers(f.workers).Count()), fit))), nil
}

// setLambda sets the options of the training to the chosen penalties.
func (f *trainFlags) setLambda(t lambda.Tried) {
	f.options["lambda"] = strconv.FormatFloat(t.Lambda, 'g', -1, 64)
	f.options["lambda-out"] = strconv.FormatFloat(t.LambdaOut, 'g', -1, 64)
}
