package dataset

import (
	"fmt"

	"ridge/internal/words"
)

// RepeatedNote is a note about test samples that are the same as training samples, in all inputs and the target: if
// these are copies, the test error says how well rows are remembered. It is "" if they are less than a tenth, or if no
// input has many different numbers, as then the rows of a table are alike by chance.
func (s *Set) RepeatedNote() string {
	const least = 0.1 // of the test samples
	if s.Random || s.Test.Len() == 0 || !s.Train.varied() {
		return ""
	}
	in := map[uint64]bool{} // the training samples, by the sums of the test samples
	sums := s.Test.appendSums(nil)
	for _, sum := range sums {
		in[sum] = false
	}
	for _, sum := range s.Train.appendSums(nil) {
		if _, known := in[sum]; known {
			in[sum] = true
		}
	}
	repeated := 0
	for _, sum := range sums {
		if in[sum] {
			repeated++
		}
	}
	if float64(repeated) < least*float64(len(sums)) {
		return ""
	}
	return fmt.Sprintf("%s of %s test samples are the same as training samples in all columns: if rows were copied, "+
		"the test error is too low: leave the copies out", words.Group(repeated), words.Group(len(sums)))
}

// varied reports whether an input has more than twenty different numbers among the first thousand samples.
func (s Samples) varied() bool {
	const many, enough = 20, 1000
	some := s.Head(enough)
	for j := range s.Dim {
		different := map[float32]bool{}
		for i := j; i < len(some.X); i += s.Dim {
			if different[some.X[i]] = true; len(different) > many {
				return true
			}
		}
	}
	return false
}
