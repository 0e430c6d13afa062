package dataset

import (
	"errors"
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

// Take is Set for parts that have every sample once. It uses d up: the inputs overwrite the table in memory, if they
// are not more than its columns.
func (d *Data) Take(p Parts) (*Set, error) {
	p = d.arrange(p)
	description, notes, err := d.describe(d.table, p.Train)
	if err != nil {
		return nil, err
	}
	return d.taken(description, notes, p)
}

// TakeOrKeep is Take, but d remains if keep, which is given the number of inputs, says so and the memory has room for
// both the table and the inputs. Then the parts of d, whose rows are in another order now, are returned, else nil. The
// set says that as much memory is left as after Take: who keeps d is expected to let go of it before a training.
func (d *Data) TakeOrKeep(p Parts, keep func(inputs int) bool) (*Set, *Parts, error) {
	p = d.arrange(p)
	description, notes, err := d.describe(d.table, p.Train)
	if err != nil {
		return nil, nil, err
	}
	if width := description.Inputs.Width(); keep(width) {
		set, err := d.copied(description, notes, p)
		if !TooLarge(err) {
			if err == nil && width <= len(d.table.Inputs) { // where Take would overwrite the table
				set.Left, set.Taken = set.Left+set.Bytes(), set.Taken-set.Bytes()
			}
			return set, &p, err
		}
	}
	set, err := d.taken(description, notes, p)
	return set, nil, err
}

// TooLarge reports whether an error says that memory lacks.
func TooLarge(err error) bool {
	_, share := errors.AsType[*table.ShareError](err)
	_, limit := errors.AsType[*memory.LimitError](err)
	return share || limit
}

// arrange puts the samples of each part side by side, and returns the parts as they are then. They must have every
// sample once.
func (d *Data) arrange(p Parts) Parts {
	order := slices.Concat(p.Train, p.Validation, p.Test)
	d.table.Permute(order)
	d.labels = table.Pick(d.labels, order)
	for i := range order {
		order[i] = i
	}
	learn := len(p.Train) + len(p.Validation)
	return Parts{Train: order[:len(p.Train)], Validation: order[len(p.Train):learn], Test: order[learn:]}
}

// taken is Take after the samples have been arranged and the columns fitted.
func (d *Data) taken(description *columns.Description, notes []string, p Parts) (*Set, error) {
	in := &description.Inputs
	left, taken := d.request.options().Left(d.tables()...)
	if in.Width() > len(in.Columns) {
		var err error
		if left, taken, err = d.checkInputs(in, d.table.Rows+d.testRows()); err != nil {
			return nil, err
		}
	}
	x, err := fit.Take(in, d.table, d.request.Workers)
	if err != nil {
		return nil, err
	}
	all := d.samples(x, d.labels, d.table.Values, d.table.Lines, in.Width())
	set := d.newSet(description, notes, p)
	set.Left, set.Taken = left, taken
	set.Train = all.Slice(0, len(p.Train))
	set.Validation = all.Slice(len(p.Train), len(p.Train)+len(p.Validation))
	set.Test = all.Slice(len(p.Train)+len(p.Validation), d.table.Rows)
	if d.test != nil {
		x, err := fit.Take(in, d.test, d.request.Workers)
		if err != nil {
			return nil, err
		}
		set.Test = d.testSamples(x, in)
	}
	return set, nil
}
