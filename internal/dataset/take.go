package dataset

import (
	"errors"
	"slices"

	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
)

// take is Set for parts that have every sample once. It uses d up: the inputs overwrite the table in memory, if they
// are not more than its columns.
func (d *Raw) take(p Parts) (*Set, error) {
	f, err := d.fit(d.arrange(p))
	if err != nil {
		return nil, err
	}
	return f.overwrite()
}

// TakeOrKeep is Set for parts that have every sample once. It uses d up: the inputs overwrite the table in memory, if
// they are not more than its columns. But d remains if keep, which is given the number of inputs, says so and the
// memory has room for both the table and the inputs. Then the parts of d, whose rows are in another order now, are
// returned, else nil. The set says that as much memory is left as if d were used up: who keeps d is expected to let go
// of it before a training.
func (d *Raw) TakeOrKeep(p Parts, keep func(inputs int) bool) (*Set, *Parts, error) {
	f, err := d.fit(d.arrange(p))
	if err != nil {
		return nil, nil, err
	}
	if width := f.description.Inputs.Width(); keep(width) {
		set, err := f.copyAll()
		if !TooLarge(err) {
			if err == nil && width <= len(d.table.Inputs) { // where the inputs would overwrite the table
				set.Left, set.Taken = set.Left+set.Bytes(), set.Taken-set.Bytes()
			}
			return set, &f.parts, err
		}
	}
	set, err := f.overwrite()
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
func (d *Raw) arrange(p Parts) Parts {
	order := slices.Concat(p.Train, p.Validation, p.Test)
	d.table.Permute(order)
	d.labels = table.Pick(d.labels, order)
	for i := range order {
		order[i] = i
	}
	learn := len(p.Train) + len(p.Validation)
	return Parts{Train: order[:len(p.Train)], Validation: order[len(p.Train):learn], Test: order[learn:]}
}

// overwrite makes the set, and uses the data up: the inputs overwrite the table in memory, if they are not more than
// its columns. The samples of each part lie side by side ([Raw.arrange]).
func (f *fitted) overwrite() (*Set, error) {
	in, p := &f.description.Inputs, f.parts
	var budget Budget
	budget.Left, budget.Taken = f.request.options().Left(f.tables()...)
	if in.Width() > len(in.Columns) {
		var err error
		if budget, err = f.checkInputs(in, f.table.Rows+f.testRows()); err != nil {
			return nil, err
		}
	}
	x, err := fit.Take(in, f.table, f.request.Workers)
	if err != nil {
		return nil, err
	}
	all := f.samples(x, f.labels, f.table.Values, f.table.Places)
	set := f.newSet(budget)
	set.Train = all.Slice(0, len(p.Train))
	set.Validation = all.Slice(len(p.Train), len(p.Train)+len(p.Validation))
	set.Test = all.Slice(len(p.Train)+len(p.Validation), f.table.Rows)
	if f.test != nil {
		x, err := fit.Take(in, f.test, f.request.Workers)
		if err != nil {
			return nil, err
		}
		set.Test = f.testSamples(x)
	}
	return set, nil
}
