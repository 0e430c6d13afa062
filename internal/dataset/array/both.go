package array

import (
	"sync"

	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

// reading reads a part of a set.
type reading func(o table.Options) (*table.Table, error)

// readBoth reads the training part of a set and its test part, which takes its place beside it in memory. claimed is
// how many numbers the training part takes the memory of while it is read, as its header says, -1 if that can't be
// read. With four workers the parts are read at the same time.
func readBoth(o table.Options, claimed int64, train, test reading) (*table.Table, error) {
	const each = 2 // goroutines that read a part
	if o.Workers < 2*each || claimed < 0 {
		t, err := train(o)
		return readTest(t, err, o, test)
	}
	var t, other *table.Table
	var err, errTest error
	var both sync.WaitGroup
	both.Go(func() { t, err = train(o) })
	both.Go(func() { other, errTest = test(beside(o, claimed)) })
	both.Wait()
	if err != nil || errTest != nil { // perhaps for lack of memory that the training part does not take after all
		return readTest(t, err, o, test)
	}
	t.Test = other
	return t, sameShape(t, other)
}

// readTest reads the test part after the training part, unless that failed.
func readTest(t *table.Table, err error, o table.Options, test reading) (*table.Table, error) {
	if err != nil {
		return nil, err
	}
	if t.Test, err = test(beside(o, int64(len(t.Cells)))); err != nil {
		return nil, err
	}
	return t, sameShape(t, t.Test)
}

// beside returns the options for what is read in addition to an array of the given number of
// elements.
func beside(o table.Options, numbers int64) table.Options {
	return o.Without(memory.Product(numbers, 4))
}
