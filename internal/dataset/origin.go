package dataset

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"ridge/internal/dataset/split"
)

// TrainingRows says which rows of a file a network was trained on, in a few bytes: a file that has the same rows in the
// same order is recognized, and is divided as the training divided it. The names of its fields belong to the model
// file.
type TrainingRows struct {
	// Rows is how many rows the file had, without those that had no target.
	Rows int `json:"rows"`
	// Test is how many were drawn as test samples, Validation how many of the others as validation samples, and Train
	// how many of those that were left then have trained the network: the first ones.
	Test       int `json:"test"`
	Validation int `json:"validation"`
	Train      int `json:"train"`
	// Seed is the one that they were drawn by.
	Seed uint64 `json:"seed"`
	// Sum is the SHA-256, in hexadecimal, of the hashes of the rows: first those that were left for the training, in
	// the order in which they were drawn, then the validation and the test samples ([Samples.RowHashes]).
	Sum string `json:"sha256"`
	// AnyOrder is the sum of these hashes, modulo 2⁶⁴, in hexadecimal.
	AnyOrder string `json:"any_order"`
	// Weight is how much the classes counted, as the command line has it; "" if all counted the same.
	Weight string `json:"weight,omitempty"`
	// Sketch knows the rows that have trained the network one by one; nil in the files of older programs.
	Sketch *Sketch `json:"sketch,omitempty"`
}

// Used are the indices of the rows of a file by what a training did with them.
type Used struct {
	Parts
	// Unused are rows that no part has: the training left them, or they were added to the file later.
	Unused []int
}

// Origin describes the file of a set, whose training took the first samples of Train, so many. It is nil for a set in
// the layout of MNIST ([Set.LikeMNIST]), which has a test part of its own. The hashes of the rows are computed once for
// it and for [Set.RepeatedNote]: their numbers must be the same for both.
func (s *Set) Origin(seed uint64, train int) *TrainingRows {
	if s.LikeMNIST {
		return nil
	}
	o := &TrainingRows{Train: train, Validation: s.Validation.Len(), Seed: seed}
	trains, tests := hashesOf(s.Train, &s.hashes.train), hashesOf(s.Test, &s.hashes.test)
	hashes := slices.Concat(trains, s.Validation.RowHashes())
	o.Sketch = newSketch(trains[:train], slices.Concat(hashes[train:], tests))
	if s.Drawn {
		o.Test = len(tests)
		hashes = append(hashes, tests...)
	}
	o.Rows = len(hashes)
	o.Sum, o.AnyOrder = orderedHash(hashes), unorderedHash(hashes)
	return o
}

// String is what [ParseOrigin] reads.
func (o *TrainingRows) String() string {
	text, err := json.Marshal(o)
	if err != nil {
		panic(err) // there is nothing in it but numbers and texts
	}
	return string(text)
}

// ParseOrigin reads what String wrote.
func ParseOrigin(text string) (*TrainingRows, error) {
	o := &TrainingRows{}
	if err := json.Unmarshal([]byte(text), o); err != nil {
		return nil, fmt.Errorf("the samples of a training: %w", err)
	}
	left := o.Rows
	for _, n := range []int{o.Test, o.Validation, o.Train} {
		if n < 0 || n > left {
			return nil, errors.New("the samples of a training: more are used than there are")
		}
		left -= n
	}
	if o.Train == 0 {
		return nil, errors.New("the samples of a training: there are none")
	}
	if s := o.Sketch; s != nil && !(s.Alike > 0 && s.Alike < 1) {
		return nil, errors.New("the samples of a training: not all of the others can be like them, nor less than none")
	}
	return o, nil
}

// Recognize finds out what a training did with samples, which are those of a file in its order, by their hashes and
// their labels, which are nil for a regression. Rows may have been added at the end. It returns nil if they are others;
// shuffled says if its first rows are those of the training in another order.
func (o *TrainingRows) Recognize(all []uint64, labels []int) (used *Used, shuffled bool) {
	if len(all) < o.Rows {
		return nil, false
	}
	hashes := all[:o.Rows]
	if unorderedHash(hashes) != o.AnyOrder {
		return nil, false
	}
	if labels != nil {
		labels = labels[:o.Rows]
	}
	used = o.draw(labels)
	if used == nil || orderedHash(pickParts(hashes, used.Parts)) != o.Sum {
		return nil, true
	}
	used.Train, used.Unused = used.Train[:o.Train:o.Train], used.Train[o.Train:]
	for i := o.Rows; i < len(all); i++ {
		used.Unused = append(used.Unused, i)
	}
	return used, false
}

// draw draws the parts again, of rows with these labels.
func (o *TrainingRows) draw(labels []int) *Used {
	used := &Used{}
	used.Train = make([]int, o.Rows)
	for i := range used.Train {
		used.Train[i] = i
	}
	var err error
	if used.Train, used.Test, err = holdOut(labels, used.Train, split.Amount{Count: o.Test}, o.Seed); err != nil {
		return nil
	}
	used.Train, used.Validation, err = holdOut(labels, used.Train, split.Amount{Count: o.Validation}, o.Seed+1)
	if err != nil || o.Train > len(used.Train) {
		return nil
	}
	return used
}

// pickParts are the hashes of the rows of all parts.
func pickParts(hashes []uint64, p Parts) []uint64 {
	out := make([]uint64, 0, len(hashes))
	for _, part := range [][]int{p.Train, p.Validation, p.Test} {
		for _, i := range part {
			out = append(out, hashes[i])
		}
	}
	return out
}

// rowHashes remembers the hashes of parts of a set, which take longest to compute.
type rowHashes struct{ train, test []uint64 }

// hashesOf are the hashes of a part, which known remembers.
func hashesOf(s Samples, known *[]uint64) []uint64 {
	if len(*known) != s.Len() {
		*known = s.RowHashes()
	}
	return *known
}

// RowHashes are numbers that tell the samples apart: the first 8 bytes of the SHA-256 of the inputs of a sample and its
// label, or its targets, as [Set.Hash] has them. For a model file they are those of samples as the network takes them,
// with standardized targets ([columns.Outputs.Standardize]).
func (s Samples) RowHashes() []uint64 { return s.appendHashes(make([]uint64, 0, s.Len())) }

// appendHashes appends the hashes of the samples.
func (s Samples) appendHashes(hashes []uint64) []uint64 {
	row := make([]byte, 0, 4*s.Dim+8*max(1, s.Outputs))
	for i := range s.Len() {
		row = row[:0]
		one := s.Slice(i, i+1)
		for _, v := range one.X {
			row = binary.LittleEndian.AppendUint32(row, math.Float32bits(v))
		}
		for _, label := range one.Labels {
			row = binary.LittleEndian.AppendUint64(row, uint64(label))
		}
		for _, y := range one.Targets {
			row = binary.LittleEndian.AppendUint64(row, math.Float64bits(y))
		}
		sum := sha256.Sum256(row)
		hashes = append(hashes, binary.LittleEndian.Uint64(sum[:]))
	}
	return hashes
}

// orderedHash is [TrainingRows.Sum].
func orderedHash(hashes []uint64) string {
	d := digest{Hash: sha256.New()}
	for _, hash := range hashes {
		d.number(hash)
	}
	d.flush()
	return hex.EncodeToString(d.Sum(nil))
}

// unorderedHash is [TrainingRows.AnyOrder].
func unorderedHash(hashes []uint64) string {
	var all uint64
	for _, hash := range hashes {
		all += hash
	}
	return fmt.Sprintf("%016x", all)
}
