package gradient

import (
	"ridge/bcd/nn"
	"ridge/internal/memory"
)

// footprint is how many matrices a rule has.
type footprint struct {
	copies int64 // of the shape of all weights
	sides  int64 // of the order of either side of the weights by which a layer reads another
	reads  int64 // of the order d+1, for each layer of d units that is read
	own    int64 // of the order d, for each layer of d units that reads
}

// elements is what the method takes, as the comment of the methods has it. The gradient is one of the copies of the
// weights that all methods have.
func (s *solver) elements(spec nn.Spec, samples int, o *Options) int64 {
	k := s.takes
	all := memory.Product(k.copies, spec.Weights())
	widths := memory.Sum(int64(spec.Inputs), 1)
	square := func(times, order int64) { all = memory.Sum(all, memory.Product(times, order, order)) }
	square(k.reads, widths)
	for n := 1; n <= len(spec.Hidden)+1; n++ {
		width := int64(spec.Width(n))
		const perSample = 2 // activations and their gradients
		widths = memory.Sum(widths, memory.Product(perSample, memory.Sum(width, 1)))
		square(k.own, width)
		if n <= len(spec.Hidden) {
			square(k.reads, memory.Sum(width, 1))
		}
		for _, m := range spec.Reads(n) {
			square(k.sides, width)
			square(k.sides, int64(spec.Width(m)))
		}
	}
	return memory.Sum(all, memory.Product(int64(min(o.Batch, samples)), widths))
}
