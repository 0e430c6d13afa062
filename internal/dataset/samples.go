package dataset

import (
	"fmt"
	"slices"

	"ridge/internal/dataset/table"
)

// Samples are feature vectors with their labels or targets.
type Samples struct {
	// X is Len×Dim, row-major: row i is sample i.
	X []float32
	// Labels holds for each sample an index into Set.Classes; nil for a regression, and if
	// labels are not known.
	Labels []int
	// Targets is Len×Outputs, row-major: the numbers to predict, as they were read; nil if
	// there are none.
	Targets []float64
	// Lines are those of the file that has the samples, from 1; nil if it has no lines.
	Lines []int32
	// Files are those that the samples are, if each is one; else nil.
	Files []string
	// Dim is the number of features of a sample.
	Dim int
	// Outputs is the number of targets of a sample, 0 without Targets.
	Outputs int
}

// Len is the number of samples.
func (s Samples) Len() int {
	switch {
	case s.Labels != nil:
		return len(s.Labels)
	case s.Dim > 0:
		return len(s.X) / s.Dim
	default:
		return 0
	}
}

// Counts is how many samples there are of each of so many classes.
func (s Samples) Counts(classes int) []int {
	counts := make([]int, classes)
	for _, label := range s.Labels {
		counts[label]++
	}
	return counts
}

// Head returns the first n samples, or all of them if n is negative or more than
// there are. The result shares its memory with s.
func (s Samples) Head(n int) Samples {
	if n < 0 || n > s.Len() {
		n = s.Len()
	}
	return s.Slice(0, n)
}

// SplitTail holds the last n samples out: tail is those, head the ones before.
// Both share their memory with s. It is an error if n is negative or leaves no
// sample in head.
func (s Samples) SplitTail(n int) (head, tail Samples, err error) {
	if n < 0 || n >= s.Len() {
		return Samples{}, Samples{}, fmt.Errorf("cannot hold out %d of %d samples: want 0 to %d", n, s.Len(), s.Len()-1)
	}
	cut := s.Len() - n
	return s.Slice(0, cut), s.Slice(cut, s.Len()), nil
}

// SplitFold holds the k-th block of n samples out, counted from the end: held is those,
// rest all others in their order. With k = 1 it is [Samples.SplitTail]; beyond, rest is a
// copy, in O(Len·Dim), and n at least 1. It is an error if there is no such block, or no
// sample in rest. It is for sets in random order, such as digits and MNIST; a file may be
// sorted, and is divided when it is read ([Request.Validation]).
func (s Samples) SplitFold(n, k int) (rest, held Samples, err error) {
	if k == 1 {
		return s.SplitTail(n)
	}
	if n < 1 {
		return Samples{}, Samples{}, fmt.Errorf("there is no block %d of %d samples: want 1 or more", k, n)
	}
	if blocks := s.Len() / n; k < 1 || k > blocks {
		return Samples{}, Samples{}, fmt.Errorf("%d samples have no block %d of %d samples: want 1 to %d",
			s.Len(), k, n, blocks)
	}
	hi := s.Len() - (k-1)*n
	lo := hi - n
	before, after := s.Slice(0, lo), s.Slice(hi, s.Len())
	rest = Samples{
		X:       slices.Concat(before.X, after.X),
		Labels:  slices.Concat(before.Labels, after.Labels),
		Targets: slices.Concat(before.Targets, after.Targets),
		Lines:   slices.Concat(before.Lines, after.Lines),
		Files:   slices.Concat(before.Files, after.Files),
		Dim:     s.Dim, Outputs: s.Outputs,
	}
	return rest, s.Slice(lo, hi), nil
}

// Repeat returns the samples in their order, sample i copies[i] times. It copies.
func (s Samples) Repeat(copies []int) Samples {
	out := Samples{Dim: s.Dim, Outputs: s.Outputs}
	all := 0
	for _, n := range copies {
		all += n
	}
	out.X = make([]float32, 0, all*s.Dim)
	for i, n := range copies {
		one := s.Slice(i, i+1)
		for range n {
			out.X = append(out.X, one.X...)
			out.Labels = append(out.Labels, one.Labels...)
			out.Targets = append(out.Targets, one.Targets...)
			out.Lines = append(out.Lines, one.Lines...)
			out.Files = append(out.Files, one.Files...)
		}
	}
	return out
}

// Pick returns the samples of these indices. It copies.
func (s Samples) Pick(indices []int) Samples {
	return Samples{
		X: table.PickRows(s.X, indices, s.Dim), Labels: table.Pick(s.Labels, indices),
		Targets: table.PickRows(s.Targets, indices, s.Outputs), Lines: table.Pick(s.Lines, indices),
		Files: table.Pick(s.Files, indices), Dim: s.Dim, Outputs: s.Outputs,
	}
}

// Slice returns samples lo..hi-1, which share their memory with s. The capacities are cut as well, so that
// appending to the result cannot write into s.
func (s Samples) Slice(lo, hi int) Samples {
	out := Samples{X: s.X[lo*s.Dim : hi*s.Dim : hi*s.Dim], Dim: s.Dim, Outputs: s.Outputs}
	if s.Labels != nil {
		out.Labels = s.Labels[lo:hi:hi]
	}
	if s.Lines != nil {
		out.Lines = s.Lines[lo:hi:hi]
	}
	if s.Files != nil {
		out.Files = s.Files[lo:hi:hi]
	}
	if s.Targets != nil {
		out.Targets = s.Targets[lo*s.Outputs : hi*s.Outputs : hi*s.Outputs]
	}
	return out
}
