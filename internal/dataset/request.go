package dataset

import (
	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/processors"
)

// Request says what to read, and how to prepare it. Only Data is required.
type Request struct {
	// Data is "digits", "mnist", a file, a folder, or "-" for standard input. A file or
	// folder that is called digits or mnist is ./digits.
	Data string
	// Test is a file or folder with the test samples. It takes the place of a test part that
	// Data has itself.
	Test string
	// Targets are the columns to predict: names, or numbers from 1. Default: the last one,
	// or what the format has for labels.
	Targets []string
	// Drop are columns that are left out: names, or numbers from 1.
	Drop []string
	// Header says whether tables begin with the names of their columns. Default: detected.
	Header table.Header
	// Task is what the network learns. Default: detected from the target (fit.TaskOf).
	Task columns.Task
	// Scale is how numbers are scaled. Default: columns.Auto.
	Scale columns.Scale
	// Pieces divides columns of numbers that are standardized into columns.Pieces.
	Pieces bool
	// Split is how much of Data becomes the test part if there is no other one.
	Split split.Amount
	// Validation is how much of the training samples is held out. It does not apply to a set in
	// random order ([Set.Random]), whose validation samples are a block of the training samples
	// ([Samples.SplitFold]).
	Validation split.Amount
	// Shuffle puts the training samples into random order, too, unless the set was made with its
	// samples in random order ([Set.Random]).
	Shuffle bool
	// Seed draws all of them.
	Seed uint64
	// Limit is the most memory that the set may take, in bytes. Default: memory.Limit.
	Limit int64
	// Memory is the most that a process may take because of the files, in bytes. Default: a multiple of their size.
	Memory int64
	// Workers is how many goroutines may work at a time; the set does not depend on it.
	// Default: one for each processor.
	Workers int
}

// withDefaults fills in what is zero.
func (r Request) withDefaults() Request {
	if r.Task == "" {
		r.Task = columns.AutoTask
	}
	if r.Scale == "" {
		r.Scale = columns.Auto
	}
	if r.Limit == 0 {
		r.Limit = memory.Limit()
	}
	if r.Workers == 0 {
		r.Workers = processors.Count()
	}
	return r
}

// options are what a reader of a file has to know; scale, pieces and divisions come after it.
func (r Request) options() table.Options {
	return table.Options{Targets: r.Targets, Drop: r.Drop, Header: r.Header, Limit: r.Limit, Memory: r.Memory,
		Workers: r.Workers}
}
