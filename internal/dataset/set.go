package dataset

import (
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

// Set is a collection of samples: a training part, and perhaps parts for validation and test.
type Set struct {
	// Name is "digits", "mnist" or the base name of the file or folder it was read from.
	Name string
	// Classes are the names of the classes, those of Description; nil for a regression.
	// Samples.Labels index into it.
	Classes []string
	// Train, Validation and Test have the same Dim. Validation and Test may be empty.
	Train, Validation, Test Samples
	// Random is true if the set was made with its samples in random order and with a test part, as digits, MNIST and
	// sets in its layout are, unless their labels come in runs.
	Random bool
	// LikeMNIST is true for digits, MNIST and sets in its layout, sorted or not: what suits them is known.
	LikeMNIST bool
	// HasTest is true if [LoadPart] has read a file with a test part, whether that is the part that it was asked for or
	// not.
	HasTest bool
	// Drawn is true if the test samples were drawn from those of the file.
	Drawn bool
	// Description says what was done to the raw columns and what the outputs stand for. It belongs with every network
	// that is trained on the set.
	Description *columns.Description
	Budget
	table.Remarks
	// Unknown are notes about texts of which the network knows nothing, and other things that its training data had not
	// ([LoadLike]), for people who look at its answers.
	Unknown []string

	hashes rowHashes
}

// Budget is how much memory there is for a set, in bytes.
type Budget struct {
	// Taken is about how much the process takes with the samples and what they were made of.
	Taken int64
	// Left is how much may be taken for what is made of the samples because of what the files hold
	// ([table.Options.Budget]); math.MaxInt64 for a set that is part of the program.
	Left int64
}

// Bytes is how much memory the inputs take.
func (s *Set) Bytes() int64 {
	return memory.Product(4, int64(len(s.Train.X)+len(s.Validation.X)+len(s.Test.X)))
}
