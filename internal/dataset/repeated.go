package dataset

import (
	"fmt"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// RepeatedNote is a note about test samples that are the same as training samples, in all inputs and the target: if
// these are copies, the test error says how well rows are remembered. It is "" if they are less than a tenth of the
// test samples, or if more than a tenth of them would be alike by chance, were the columns independent of each other.
func (s *Set) RepeatedNote() string {
	const least, chance = 0.1, 0.1
	if s.LikeMNIST || s.Test.Len() == 0 {
		return ""
	}
	tests := hashesOf(s.Test, &s.hashes.test)
	repeated := occurring(tests, hashesOf(s.Train, &s.hashes.train))
	if repeated == 0 || float64(repeated) < least*float64(len(tests)) ||
		float64(occurring(tests, s.mixedHashes())) > chance*float64(repeated) {
		return ""
	}
	return fmt.Sprintf("%s of %s test samples are the same as training samples in all columns: if rows were copied, "+
		"the test error is too low: leave the copies out", words.Group(repeated), words.Group(len(tests)))
}

// occurring counts how many of the hashes are among others.
func occurring(hashes, others []uint64) int {
	among := map[uint64]bool{}
	for _, hash := range hashes {
		among[hash] = false
	}
	for _, hash := range others {
		if _, known := among[hash]; known {
			among[hash] = true
		}
	}
	n := 0
	for _, hash := range hashes {
		if among[hash] {
			n++
		}
	}
	return n
}

// mixedHashes are the hashes of as many samples as there are for training, each of whose columns comes from another one
// of them: they have the values of the columns, but not what these have to do with each other.
func (s *Set) mixedHashes() []uint64 {
	all, n := s.Train, s.Train.Len()
	var widths []int // of the columns that have inputs
	for _, c := range s.Description.Inputs.Columns {
		if width := (&columns.Inputs{Columns: []columns.Column{c}}).Width(); width > 0 {
			widths = append(widths, width)
		}
	}
	one := Samples{X: make([]float32, 0, all.Dim), Dim: all.Dim, Outputs: all.Outputs}
	hashes := make([]uint64, 0, n)
	for i := range n {
		one.X = one.X[:0]
		for k, width := range widths {
			from := (i + (k+1)*n/(len(widths)+1)) % n
			at := from*all.Dim + len(one.X)
			one.X = append(one.X, all.X[at:at+width]...)
		}
		same := all.Slice(i, i+1)
		one.Labels, one.Targets = same.Labels, same.Targets
		hashes = one.appendHashes(hashes)
	}
	return hashes
}
