package dataset

import (
	"ridge/internal/dataset/split"
	"ridge/internal/dataset/table"
)

// Len is the number of samples that can be used for training.
func (d *Raw) Len() int { return d.table.Rows }

// Parts are the indices of the samples of a [Raw], by their use.
type Parts struct {
	Train, Validation, Test []int
}

// Divide draws the parts that the request asks for: first the test part, if the set has none of its own, and then the
// validation part from the others, unless the set is in random order ([Set.Random]). A set from which nothing is drawn
// keeps its order without [Request.Shuffle]; else all parts come in random order. An amount that leaves no sample is a
// *[HoldOutError].
func (d *Raw) Divide() (p Parts, err error) {
	r := d.request
	p.Train = make([]int, d.table.Rows)
	for i := range p.Train {
		p.Train[i] = i
	}
	if d.test == nil {
		if p.Train, p.Test, err = holdOut(d.labels, p.Train, r.Split, r.Seed); err != nil {
			return p, &HoldOutError{d.Name, "test", err}
		}
	}
	if d.table.Random {
		return p, nil
	}
	if r.Shuffle && len(p.Test) == 0 { // else they are
		order, _, err := split.HoldOut(len(p.Train), nil, 0, r.Seed)
		if err != nil {
			return p, err
		}
		p.Train = table.Pick(p.Train, order)
	}
	if p.Train, p.Validation, err = holdOut(d.labels, p.Train, r.Validation, r.Seed+1); err != nil {
		return p, &HoldOutError{d.Name, "validation", err}
	}
	return p, nil
}

// HasTest reports whether there are test samples: the set's own, or drawn ones.
func (d *Raw) HasTest(p Parts) bool { return d.test != nil || len(p.Test) > 0 }

// holdOut draws an amount of these samples, of all whose labels these are.
func holdOut(labels, from []int, amount split.Amount, seed uint64) (rest, held []int, err error) {
	n, err := amount.Of(len(from))
	if err != nil || n == 0 {
		return from, nil, err
	}
	rest, held, err = split.HoldOut(len(from), table.Pick(labels, from), n, seed)
	if err != nil {
		return nil, nil, err
	}
	return table.Pick(from, rest), table.Pick(from, held), nil
}

// Folds divides these samples into k parts for a cross-validation (split.Folds).
func (d *Raw) Folds(of []int, k int, seed uint64) ([][]int, error) {
	folds, err := split.Folds(len(of), table.Pick(d.labels, of), k, seed)
	for i := range folds {
		folds[i] = table.Pick(of, folds[i])
	}
	return folds, err
}

// Labels are the classes of these samples, nil for a regression.
func (d *Raw) Labels(of []int) []int { return table.Pick(d.labels, of) }

// LikeMNIST reports whether the set is one in the layout of MNIST ([Set.LikeMNIST]).
func (d *Raw) LikeMNIST() bool { return d.table.LikeMNIST }
