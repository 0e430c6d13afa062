package dataset

import (
	"fmt"
	"slices"
)

// Set is a collection of labelled samples, split into a training and a test part.
type Set struct {
	// Name is "digits", "mnist" or the base name of the folder it was read from.
	Name string
	// Classes are the label values that occur in the training part, ascending.
	// Samples.Labels index into it.
	Classes []string
	// Train and Test have the same Dim.
	Train, Test Samples
}

// Samples are feature vectors with their labels.
type Samples struct {
	// X is Len×Dim, row-major: row i is sample i. Raw intensities in [0, 1].
	X []float32
	// Labels holds for each sample an index into Set.Classes.
	Labels []int
	// Dim is the number of features of a sample.
	Dim int
}

// Len is the number of samples.
func (s Samples) Len() int { return len(s.Labels) }

// Head returns the first n samples, or all of them if n is negative or more than
// there are. The result shares its memory with s.
func (s Samples) Head(n int) Samples {
	if n < 0 || n > s.Len() {
		n = s.Len()
	}
	return s.slice(0, n)
}

// SplitTail holds the last n samples out: tail is those, head the ones before.
// Both share their memory with s. It is an error if n is negative or leaves no
// sample in head.
func (s Samples) SplitTail(n int) (head, tail Samples, err error) {
	if n < 0 || n >= s.Len() {
		return Samples{}, Samples{}, fmt.Errorf("cannot hold out %d of %d samples: want 0 to %d", n, s.Len(), s.Len()-1)
	}
	cut := s.Len() - n
	return s.slice(0, cut), s.slice(cut, s.Len()), nil
}

// SplitFold holds the k-th block of n samples out, counted from the end: held is those,
// rest all others in their order. With k = 1 it is [Samples.SplitTail]; beyond, rest is a
// copy, in O(Len·Dim), and n at least 1. It is an error if there is no such block, or no
// sample in rest.
func (s Samples) SplitFold(n, k int) (rest, held Samples, err error) {
	if k == 1 {
		return s.SplitTail(n)
	}
	if n < 1 {
		return Samples{}, Samples{}, fmt.Errorf("there is no block %d of %d samples: want 1 or more", k, n)
	}
	if blocks := s.Len() / n; k < 1 || k > blocks {
		return Samples{}, Samples{}, fmt.Errorf("%d samples have no block %d of %d samples: want 1 to %d", s.Len(), k, n, blocks)
	}
	hi := s.Len() - (k-1)*n
	lo := hi - n
	rest = Samples{
		X:      slices.Concat(s.X[:lo*s.Dim], s.X[hi*s.Dim:]),
		Labels: slices.Concat(s.Labels[:lo], s.Labels[hi:]),
		Dim:    s.Dim,
	}
	return rest, s.slice(lo, hi), nil
}

// slice returns samples lo..hi-1. The capacities are cut as well, so that
// appending to the result cannot write into s.
func (s Samples) slice(lo, hi int) Samples {
	return Samples{
		X:      s.X[lo*s.Dim : hi*s.Dim : hi*s.Dim],
		Labels: s.Labels[lo:hi:hi],
		Dim:    s.Dim,
	}
}
