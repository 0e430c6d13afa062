package cli

import (
	"errors"
	"fmt"
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/memory"
	"ridge/internal/words"
	"ridge/mat"
)

// checkFits refuses a training that takes too much memory: for the machine, for what the data hold, or for both, as
// what helps is not the same.
func (p trainingPlan) checkFits(spec nn.Spec, samples int, set *dataset.Set) error {
	return errors.Join(p.checkMemory(spec, samples, set), p.checkShare(spec, samples, set))
}

// checkMemory refuses a training that does not fit into memory: a process that the kernel kills for lack of memory
// leaves no message, and may take others with it. spec is the network, samples are those to train on. The samples of
// the set themselves are in memory already.
func (p trainingPlan) checkMemory(spec nn.Spec, samples int, set *dataset.Set) error {
	need, err := p.need(spec, samples)
	if err != nil {
		return err
	}
	others := p.converted(spec, set.Validation.Len()+set.Test.Len())
	need = memory.Sum(need, memory.Product(int64(p.precision/8), others))
	return memory.CheckFree(need, p.what(spec, samples))
}

// checkShare refuses a network that takes more than the set leaves because of its inputs and outputs, whose number is
// up to the data.
func (p trainingPlan) checkShare(spec nn.Spec, samples int, set *dataset.Set) error {
	caused := causedByData(spec)
	need, err := p.need(caused, samples)
	if err != nil {
		return err
	}
	return refuseShare(need, set, p.what(caused, samples))
}

// refuseShare refuses what takes more than a set leaves because of what the data holds.
func refuseShare(need int64, set *dataset.Set, what string) error {
	if need <= set.Left {
		return nil
	}
	return fmt.Errorf(
		"%w, a multiple of the size of the data: for so many columns or classes, take a smaller --net, leave columns "+
			"out, or merge classes, or %s",
		&memory.LimitError{What: what, Need: need, Limit: set.Left}, allowing(need, set))
}

// allowing says which --memory is enough.
func allowing(need int64, set *dataset.Set) string {
	return fmt.Sprintf("--memory %s allows it", memory.RoundUp(memory.Sum(set.Taken, need)))
}

// causedByData is what is up to the data of a network: the layer that reads the inputs and the one that makes the
// outputs, no wider than usual. What is between them, and how wide they are beyond that, is up to the user.
func causedByData(spec nn.Spec) nn.Spec {
	hidden := spec.Hidden
	if n := len(hidden); n > 2 {
		hidden = []int{hidden[0], hidden[n-1]}
	}
	caused := nn.Spec{Inputs: spec.Inputs, Hidden: slices.Clone(hidden), Outputs: spec.Outputs}
	for n := range caused.Hidden {
		caused.Hidden[n] = min(caused.Hidden[n], usualWidth)
	}
	return caused
}

// needs is how many bytes a training takes: because of what the data holds, and with all that the user asks for.
type needs struct{ caused, all int64 }

// most is the larger ones of two trainings.
func (n needs) most(o needs) needs { return needs{max(n.caused, o.caused), max(n.all, o.all)} }

// atATime is how many trainings run at a time, at least one: no more than jobs, no more than there are cores for, and
// no more than fit into what the data may take and into the memory of the machine. So whether a training is refused
// does not depend on the machine; how many others run at the same time does.
func (n needs) atATime(jobs int, left int64) int {
	fit := min(left/max(1, n.caused), memory.Limit()/max(1, n.all))
	return int(max(1, min(int64(jobs), int64(mat.AllWorkers.Count()), fit)))
}

// jobsUsage is what --jobs is about.
const jobsUsage = "runs at the same time, at most one per core and, if --workers is above 1, one per worker; if " +
	"there is more than one, they share the cores, or these workers; with --workers 1 each has one"

// jobsWithin is how many of so many jobs --workers leaves, which are all of them if it is 1: one each.
func jobsWithin(jobs, workers int) int {
	if workers > 1 {
		return min(jobs, workers)
	}
	return jobs
}

// fewerJobs says that there are fewer runs at a time than were asked for, because of the memory.
func (s *speaker) fewerJobs(asked, jobs int) {
	if jobs < min(asked, mat.AllWorkers.Count()) {
		s.note("%d runs at the same time take too much memory; %d run at a time", asked, jobs)
	}
}

// leftOut says what a choice does not try, as the memory does not suffice.
func (s *speaker) leftOut(what string, err error) {
	reason := err.Error()
	if e, ok := errors.AsType[*memory.LimitError](err); ok {
		reason = e.Error()
	}
	s.note("the choice before the training leaves %s out, for lack of memory: %s", what, reason)
}

// usualWidth is the default of --net.
const usualWidth = 300

// what names a training.
func (p trainingPlan) what(spec nn.Spec, samples int) string {
	widths := append(append([]int{spec.Inputs}, spec.Hidden...), spec.Outputs)
	return fmt.Sprintf("%s and what %v needs to train it on %s samples",
		widthsText(widths, "-"), p.solver, words.Group(samples))
}

// need is how many bytes a training takes.
func (p trainingPlan) need(spec nn.Spec, samples int) (int64, error) {
	numbers, err := p.numbers(spec, samples)
	return memory.Product(int64(p.precision/8), numbers), err
}

// numbers is how many numbers a training takes.
func (p trainingPlan) numbers(spec nn.Spec, samples int) (int64, error) {
	recipe, err := p.recipe(train.Problem{
		Samples: samples, Inputs: spec.Inputs, Layers: len(p.net), Bits: p.precision, Loss: p.loss,
	})
	if err != nil {
		return 0, err
	}
	return memory.Sum(recipe.Elements(spec, samples), p.converted(spec, samples)), nil
}

// converted is how many numbers samples take besides those that are in memory already.
func (p trainingPlan) converted(spec nn.Spec, samples int) int64 {
	if p.precision == 32 {
		return 0
	}
	return memory.Product(int64(samples), int64(spec.Inputs))
}
