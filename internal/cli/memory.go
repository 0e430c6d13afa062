package cli

import (
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/memory"
	"ridge/internal/words"
	"ridge/mat"
)

// checkMemory refuses a training that does not fit into memory: a process that the kernel kills for lack of memory
// leaves no message, and may take others with it. spec is the network, samples are those to train on. The samples of
// the set themselves are in memory already.
func (f *trainFlags) checkMemory(spec nn.Spec, samples int, set *dataset.Set) error {
	need, err := f.need(spec, samples)
	if err != nil {
		return err
	}
	others := f.converted(spec, set.Validation.Len()+set.Test.Len())
	need = memory.Sum(need, memory.Product(int64(f.precision/8), others))
	return memory.Check(memory.Limit(), need, f.what(spec, samples))
}

// checkShare refuses a network that takes more than the set leaves because of its inputs and outputs, whose number is
// up to the data.
func (f *trainFlags) checkShare(spec nn.Spec, samples int, set *dataset.Set) error {
	caused := causedByData(spec)
	need, err := f.need(caused, samples)
	if err != nil {
		return err
	}
	return refuseShare(need, set, f.what(caused, samples))
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

// tellJobs says that there are fewer runs at a time than were asked for, because of the memory.
func tellJobs(w io.Writer, asked, jobs int) {
	if jobs < min(asked, mat.AllWorkers.Count()) {
		tell(w,
			[]string{fmt.Sprintf("--jobs %d: so many runs at the same time take too much memory; %d run at a time",
				asked, jobs)})
	}
}

// tellLeftOut says what a choice does not try, as the memory does not suffice.
func tellLeftOut(cmd *cobra.Command, what string, err error) {
	reason := err.Error()
	if e, ok := errors.AsType[*memory.LimitError](err); ok {
		reason = e.Error()
	}
	tell(cmd.ErrOrStderr(), []string{fmt.Sprintf("the choice before the training leaves %s out, for lack of memory: %s",
		what, reason)})
}

// tooLargeInPieces reports whether an error is that columns in pieces take too much memory, and says so to the user.
func tooLargeInPieces(cmd *cobra.Command, err error) bool {
	if !dataset.TooLarge(err) {
		return false
	}
	tellLeftOut(cmd, "columns in pieces", err)
	return true
}

// usualWidth is the default of --net.
const usualWidth = 300

// what names a training.
func (f *trainFlags) what(spec nn.Spec, samples int) string {
	widths := append(append([]int{spec.Inputs}, spec.Hidden...), spec.Outputs)
	return fmt.Sprintf("%s and what %v needs to train it on %s samples",
		widthsText(widths, "-"), f.solver, words.Group(samples))
}

// need is how many bytes a training takes.
func (f *trainFlags) need(spec nn.Spec, samples int) (int64, error) {
	numbers, err := f.numbers(spec, samples)
	return memory.Product(int64(f.precision/8), numbers), err
}

// numbers is how many numbers a training takes.
func (f *trainFlags) numbers(spec nn.Spec, samples int) (int64, error) {
	recipe, err := f.recipe(train.Problem{
		Samples: samples, Inputs: spec.Inputs, Layers: len(f.net), Bits: f.precision, Loss: f.loss,
	})
	if err != nil {
		return 0, err
	}
	return memory.Sum(recipe.Numbers(spec, samples), f.converted(spec, samples)), nil
}

// converted is how many numbers samples take besides those that are in memory already.
func (f *trainFlags) converted(spec nn.Spec, samples int) int64 {
	if f.precision == 32 {
		return 0
	}
	return memory.Product(int64(samples), int64(spec.Inputs))
}
