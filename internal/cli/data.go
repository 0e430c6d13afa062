package cli

import (
	"cmp"
	"errors"
	"fmt"

	"github.com/spf13/cobra"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
	"ridge/mat"
)

// load reads what the flags name, and prints what was detected. divided are the same data with their columns in pieces,
// if the choice before the training may try that, else nil.
func (f *trainFlags) load(cmd *cobra.Command) (set *dataset.Set, divided *dividedData, err error) {
	end := during(cmd, reading(f.data))
	set, divided, err = f.read(cmd)
	end()
	if e, ok := errors.AsType[*dataset.HoldOutError](err); ok {
		amount, flag := f.split, "split"
		if e.Part == "validation" {
			amount, flag = f.validation, e.Part
		}
		return nil, nil, usagef("--%s %v: %s: %w", flag, amount, e.Set, e.Err)
	}
	if err != nil {
		return nil, nil, err
	}
	if err := f.regress(cmd, set); err != nil {
		return nil, nil, err
	}
	if f.pieces == "yes" && !set.Description.Inputs.InPieces() {
		set.Notes = append(set.Notes,
			"--pieces yes divides no column: none is standardized and has three different octiles")
	}
	given := cmd.Flags().Changed
	scale := set.Description.Inputs.Scale
	switch {
	case given("split") && !set.Drawn && f.split != (split.Amount{}):
		return nil, nil, usagef("--split %v: %s has a test part of its own", f.split, set.Name)
	case given("fold") && !set.Random:
		return nil, nil, usagef("--fold %d: the validation samples of %s are drawn: another --seed draws others",
			f.fold, set.Name)
	case given("center") && scale != columns.None:
		return nil, nil, usagef(
			"--center: the columns of %s are scaled already (--scale auto is %s here), want --scale none",
			set.Name, scale)
	}
	if note := set.RepeatedNote(); note != "" {
		set.Notes = append(set.Notes, note)
	}
	tell(cmd.ErrOrStderr(), set.Notes)
	warn(cmd, set.Warnings)
	return set, divided, nil
}

// read reads and divides the data. They are kept, until the choice is made, if their columns may be divided, too, and
// there is room for both.
func (f *trainFlags) read(cmd *cobra.Command) (*dataset.Set, *dividedData, error) {
	d, err := dataset.Read(cmd.Context(), f.request(f.seed, mat.Workers(f.workers).Count()))
	if err != nil {
		return nil, nil, err
	}
	p, err := d.Divide()
	if err != nil {
		return nil, nil, err
	}
	samples := len(p.Train)
	if f.limit > 0 {
		samples = min(samples, f.limit)
	}
	wanted := false
	set, kept, err := d.TakeOrKeep(p, func(inputs int) bool {
		wanted = f.mayDivide(cmd, extent{samples, inputs, d.LikeMNIST()})
		return wanted
	})
	if err == nil && wanted && kept == nil {
		set.Notes = append(set.Notes, "the choice before the training leaves columns in pieces out, for lack of "+
			"memory: the table and what is made of it do not fit at the same time")
	}
	if err != nil || kept == nil {
		return set, nil, err
	}
	return set, &dividedData{d.InPieces(), *kept}, nil
}

// parts divides a set that is in random order, and keeps the first samples of --limit.
func (f *dataFlags) parts(set *dataset.Set) (parts, error) {
	if set.Random {
		return f.holdOut(set)
	}
	p := parts{train: set.Train, validation: set.Validation, test: set.Test}
	return p, f.limitTo(&p, set.Name)
}

// weighted are the parts of a set, with the training samples repeated as --weight says.
func (f *trainFlags) weighted(set *dataset.Set) (parts, error) {
	p, err := f.parts(set)
	if err != nil {
		return p, err
	}
	return p, f.repeat(set, &p)
}

// repeat repeats the training samples of a set as --weight says, if a training with the copies fits into memory.
func (f *trainFlags) repeat(set *dataset.Set, p *parts) error {
	spec := specFor(set, f.net, f.skips)
	return f.weights.apply(set, p, func(samples int) error {
		return cmp.Or(f.checkMemory(spec, samples, set), f.checkShare(spec, samples, set))
	})
}

// holdOut holds out the block of training samples that --validation and --fold name, and keeps the first of the others
// that --limit names.
func (f *dataFlags) holdOut(set *dataset.Set) (parts, error) {
	all := set.Train.Len()
	validation, err := f.validation.Of(all)
	if err != nil {
		return parts{}, usagef("--validation %v: %s has %d training samples: want at most %d",
			f.validation, set.Name, all, all-1)
	}
	if validation > 0 && f.fold > all/validation {
		return parts{}, usagef("--fold %d: %s has %d training samples and --validation %v: want at most %d",
			f.fold, set.Name, all, f.validation, all/validation)
	}
	fit, held, err := set.Train.SplitFold(validation, f.fold)
	if err != nil {
		return parts{}, err
	}
	p := parts{train: fit, validation: held, test: set.Test}
	return p, f.limitTo(&p, set.Name)
}

// limitTo keeps the first training samples, if not all are to be used.
func (f *dataFlags) limitTo(p *parts, name string) error {
	if n := p.train.Len(); f.limit > n {
		held := ""
		if validation := p.validation.Len(); validation > 0 {
			held = fmt.Sprintf(", of which --validation holds out %d", validation)
			n += validation
		}
		return usagef("--limit %d: %s has %d training samples%s", f.limit, name, n, held)
	}
	if f.limit > 0 {
		p.train = p.train.Head(f.limit)
	}
	return nil
}

// denseOf returns the samples as a matrix, which shares their memory if T is float32.
func denseOf[T mat.Float](s dataset.Samples) mat.Dense[T] {
	x := mat.DenseOf(s.Len(), s.Dim, s.X)
	if same, ok := any(x).(mat.Dense[T]); ok {
		return same
	}
	converted := mat.NewDense[T](x.Rows, x.Cols)
	mat.Convert(converted, x)
	return converted
}

// trainData returns the samples as the trainer takes them.
func trainData[T mat.Float](s dataset.Samples) train.Data[T] {
	d := train.Data[T]{X: denseOf[T](s), Labels: s.Labels}
	if s.Targets != nil {
		d.Targets = mat.NewDense[T](s.Len(), s.Outputs)
		for i, y := range s.Targets {
			d.Targets.Data[i] = T(y)
		}
	}
	return d
}

// calibrate fits the temperature to the validation samples, if there are any; if there are very many outputs, to the
// first of them.
func calibrate[T mat.Float](net *nn.Network[T], p parts, w mat.Workers) error {
	const outputs = 1 << 24
	held := p.validation
	if held.Len() == 0 || held.Labels == nil {
		return nil
	}
	held = held.Head(max(1, outputs/net.V.Rows))
	o, err := net.Scores(denseOf[T](held), w)
	if err == nil {
		net.Temperature = nn.FitTemperature(o, held.Labels)
	}
	return err
}
