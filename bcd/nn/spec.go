package nn

import (
	"fmt"
	"slices"

	"ridge/internal/memory"
)

// Spec describes the shape of a network.
type Spec struct {
	Inputs  int    // d₀, the number of features of a sample
	Hidden  []int  // d₁ … d_L, the widths of the hidden layers
	Outputs int    // K, the number of classes
	Skips   []Skip // connections besides those from each layer to the next
}

// Skip lets layer To also read layer From. Layer 0 is the input, layers 1 to L are
// the hidden ones; the output reads layer L and nothing else.
type Skip struct{ From, To int }

// String returns the skip as "FROM:TO".
func (s Skip) String() string { return fmt.Sprintf("%d:%d", s.From, s.To) }

// Validate returns a *[SpecError] unless all widths are positive, there is a hidden
// layer, and every skip leads forward, between two layers that exist and are not
// connected already.
func (s Spec) Validate() error {
	if s.Inputs <= 0 {
		return &SpecError{fmt.Sprintf("%d inputs: want at least 1", s.Inputs)}
	}
	if len(s.Hidden) == 0 {
		return &SpecError{"no hidden layer: want at least 1"}
	}
	for i, width := range s.Hidden {
		if width <= 0 {
			return &SpecError{fmt.Sprintf("hidden layer %d has width %d: want at least 1", i+1, width)}
		}
	}
	if s.Outputs <= 0 {
		return &SpecError{fmt.Sprintf("%d outputs: want at least 1", s.Outputs)}
	}
	seen := make(map[Skip]bool, len(s.Skips))
	for _, skip := range s.Skips {
		if err := s.checkSkip(skip); err != nil {
			return err
		}
		if seen[skip] {
			return &SpecError{fmt.Sprintf("skip %v occurs twice", skip)}
		}
		seen[skip] = true
	}
	return nil
}

func (s Spec) checkSkip(skip Skip) error {
	layers := len(s.Hidden)
	switch {
	case skip.From < 0 || skip.From > layers || skip.To < 0 || skip.To > layers:
		return &SpecError{fmt.Sprintf("skip %v: layers are 0 (the input) to %d (the last hidden one)", skip, layers)}
	case skip.From >= skip.To:
		return &SpecError{fmt.Sprintf("skip %v leads backward, into a cycle: want FROM < TO", skip)}
	case skip.From == skip.To-1:
		return &SpecError{fmt.Sprintf("skip %v: layer %d reads layer %d already", skip, skip.To, skip.From)}
	}
	return nil
}

// Reads returns the layers that layer n, 1 … L+1, reads, ascending: n−1 is the last. Layer L+1 is the output. Of other
// layers it is nil.
func (s Spec) Reads(n int) []int {
	if n < 1 || n > len(s.Hidden)+1 {
		return nil
	}
	from := []int{n - 1}
	for _, skip := range s.Skips {
		if skip.To == n {
			from = append(from, skip.From)
		}
	}
	slices.Sort(from)
	return from
}

// Width is that of layer n: 0 is the input, and L+1 the output. Of other layers it is 0.
func (s Spec) Width(n int) int {
	switch {
	case n == 0:
		return s.Inputs
	case n == len(s.Hidden)+1:
		return s.Outputs
	case n < 0 || n > len(s.Hidden):
		return 0
	}
	return s.Hidden[n-1]
}

// Columns is the number of columns of the weights of layer n, 1 … L+1: those of the layers that it reads, and one for
// the biases. It is math.MaxInt64 if it is that or more.
func (s Spec) Columns(n int) int64 {
	columns := int64(1)
	for _, m := range s.Reads(n) {
		columns = memory.Sum(columns, int64(s.Width(m)))
	}
	return columns
}

// Weights is the number of weights and biases; math.MaxInt64 if it is that or more.
func (s Spec) Weights() int64 {
	all := int64(0)
	for n := 1; n <= len(s.Hidden)+1; n++ {
		all = memory.Sum(all, memory.Product(int64(s.Width(n)), s.Columns(n)))
	}
	return all
}
