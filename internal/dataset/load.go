package dataset

import (
	"context"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/fit"
	"ridge/internal/dataset/table"
)

// Load reads a set, divides it, and turns its columns into inputs, by the training samples alone. Errors about the
// content of files are *FormatError, *table.TargetError and *UnknownFormatError; what does not fit into memory is a
// *memory.LimitError.
func Load(ctx context.Context, r Request) (*Set, error) {
	d, err := Read(ctx, r)
	if err != nil {
		return nil, err
	}
	return d.divided()
}

// load makes a set of a table that comes from no file, as Load does of one that was read.
func load(t *table.Table, r Request) (*Set, error) {
	d, err := newRaw(t, r.Data, r)
	if err != nil {
		return nil, err
	}
	return d.divided()
}

// divided divides the samples and turns their columns into inputs. It uses d up.
func (d *Raw) divided() (*Set, error) {
	parts, err := d.Divide()
	if err != nil {
		return nil, err
	}
	return d.take(parts)
}

// LoadLike reads samples for a network that was trained on others, whose description d is:
// of r it takes Data, Header, Limit, Memory and Workers. The part that the file has is Train; Test is
// a test part of its own if it has one, such as MNIST. Without labelled, no targets are looked
// for, and the samples have no Labels and no Targets. Levels that d does not know are not an error but are noted
// ([Set.Unknown]); unknown classes are one.
func LoadLike(ctx context.Context, r Request, d *columns.Description, labelled bool) (*Set, error) {
	return LoadPart(ctx, r, d, labelled, "")
}

// LoadPart is LoadLike of one part of a file that has both, "train" or "test": of the other one, whose samples are none
// then, only what was found out while it was read is in the notes. Of any other file it is LoadLike, and so it is for
// other names of parts.
func LoadPart(ctx context.Context, r Request, d *columns.Description, labelled bool, part string) (*Set, error) {
	r = r.withDefaults()
	o := r.options()
	o.Targets, o.Drop, o.Like, o.Unlabelled = nil, nil, fit.Layout(d), !labelled
	t, name, err := readNamed(ctx, r.Data, o)
	if err != nil {
		return nil, err
	}
	set := &Set{Name: name, Classes: d.Outputs.Classes, Description: d, Remarks: t.Remarks, LikeMNIST: t.LikeMNIST,
		HasTest: t.Test != nil}
	if !set.HasTest || part != "test" {
		if set.Train, err = set.like(t, labelled, r); err != nil {
			return nil, err
		}
	}
	if set.HasTest && part != "train" {
		set.Remarks = set.And(t.Test.Remarks)
		set.Test, err = set.like(t.Test, labelled, r)
	}
	return set, err
}

// like turns a table into samples as the description says. It uses the table up.
func (s *Set) like(t *table.Table, labelled bool, r Request) (out Samples, err error) {
	in, outputs := &s.Description.Inputs, &s.Description.Outputs
	out.Dim, out.Lines, out.Files = in.Width(), t.Lines, t.Files
	if err := fit.Check(in, t); err != nil {
		return out, err
	}
	s.Unknown = append(append(s.Unknown, fit.UnknownTexts(in, t)...), fit.UnlikeTraining(in, t)...)
	switch {
	case !labelled:
	case outputs.Task == columns.Regression:
		if err := fit.Numbers(outputs, t); err != nil {
			return out, err
		}
		out.Targets, out.Outputs = t.Values, len(outputs.Targets)
	default:
		var notes []string
		if out.Labels, notes, err = fit.Labels(outputs, t); err != nil {
			return out, err
		}
		s.Notes = append(s.Notes, notes...)
	}
	if out.Dim > len(in.Columns) {
		if _, err := checkInputs(in, r.options(), t.Rows, t); err != nil {
			return out, err
		}
	}
	out.X, err = fit.Take(in, t, r.Workers)
	return out, err
}
