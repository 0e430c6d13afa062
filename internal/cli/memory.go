package cli

import (
	"fmt"
	"math"
	"strings"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

// checkMemory refuses a training that does not fit into memory: a process that the kernel kills for lack of memory
// leaves no message, and may take others with it. spec is the network, samples are those to train on. The samples
// themselves are in memory already.
func (f *trainFlags) checkMemory(spec nn.Spec, samples int) error {
	numbers := weightNumbers(spec)
	switch f.method() {
	case bcd.FullBatches.Method:
		numbers = add(numbers, gramNumbers(spec), memory.Product(2, int64(samples), add(sum(spec.Hidden), int64(spec.Outputs))))
	case bcd.MiniBatches.Method:
		recipe, err := f.recipe(train.Problem{Samples: samples, Layers: len(spec.Hidden), Bits: f.precision})
		if err != nil {
			return err
		}
		read := spec
		if read.Inputs = recipe.Options().(*bcd.BatchOptions).BatchInputs(spec.Inputs, samples); read.Inputs < spec.Inputs {
			const bases = 2 // that of the coordinates, and what it is made from
			numbers = add(numbers, weightNumbers(read), memory.Product(bases, int64(samples), int64(spec.Inputs)))
		}
		numbers = add(numbers, gramNumbers(read), memory.Product(int64(samples), int64(read.Inputs)+1))
	}
	widths := append(append([]int{spec.Inputs}, spec.Hidden...), spec.Outputs)
	name := strings.ReplaceAll(strings.Trim(fmt.Sprint(widths), "[]"), " ", "-")
	what := fmt.Sprintf("%s and what %v needs to train it on %s", name, f.solver, table.Group(int64(samples))+" samples")
	return memory.Check(memory.Limit(), memory.Product(int64(f.precision/8), numbers), what)
}

// weightNumbers is the weights, four times: the network, the one under way, its gradient or mean, and
// the one to go back to. Methods with more state take more.
func weightNumbers(spec nn.Spec) int64 {
	const copies = 4
	widths := append([]int{spec.Inputs}, spec.Hidden...)
	all := memory.Product(int64(spec.Outputs), int64(widths[len(widths)-1])+1)
	for n, width := range spec.Hidden {
		reads := int64(widths[n]) + 1
		for _, skip := range spec.Skips {
			if skip.To == n+1 {
				reads += int64(widths[skip.From])
			}
		}
		all = add(all, memory.Product(reads, int64(width)))
	}
	return memory.Product(copies, all)
}

// gramNumbers is a Gram matrix and an inverse of each layer that is read.
func gramNumbers(spec nn.Spec) int64 {
	all := int64(0)
	for _, width := range append([]int{spec.Inputs}, spec.Hidden...) {
		all = add(all, memory.Product(2, int64(width)+1, int64(width)+1))
	}
	return all
}

func sum(widths []int) int64 {
	all := int64(0)
	for _, width := range widths {
		all += int64(width)
	}
	return all
}

// add adds numbers that are not negative. A sum that overflows is the largest number.
func add(numbers ...int64) int64 {
	all := int64(0)
	for _, n := range numbers {
		if all += n; all < 0 {
			return math.MaxInt64
		}
	}
	return all
}
