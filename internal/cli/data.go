package cli

import (
	"errors"

	"ridge/bcd/nn"
	"ridge/bcd/nn/columns"
	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/internal/dataset/split"
	"ridge/mat"
)

// load reads what the flags name, and prints what was detected.
func (t *training) load() error {
	f := t.flags
	end := t.say.reading(t.cmd.Context(), f.data, f.test)
	err := t.read()
	end()
	if err != nil {
		return f.explain(err)
	}
	set, given := t.set, t.cmd.Flags().Changed
	if t.plan, err = t.plan.forTargets(set, given("loss")); err != nil {
		return err
	}
	standardizeTargets(set)
	if f.pieces == "yes" && !set.Description.Inputs.InPieces() {
		set.Notes = append(set.Notes,
			"--pieces yes divides no column: none is standardized and has three different octiles")
	}
	scale := set.Description.Inputs.Scale
	switch {
	case given("split") && !set.Drawn && f.split != (split.Amount{}):
		return usagef("--split %v: %s has a test part of its own", f.split, set.Name)
	case given("fold") && !set.Random:
		return usagef("--fold %d: the validation samples of %s are drawn: another --seed draws others",
			f.fold, set.Name)
	case given("center") && scale != columns.None:
		return usagef(
			"--center: the columns of %s are scaled already (--scale auto is %s here), want --scale none",
			set.Name, scale)
	}
	if note := set.RepeatedNote(); note != "" {
		set.Notes = append(set.Notes, note)
	}
	t.say.notes(set.Notes)
	t.say.warnings(set.Warnings)
	t.samples, err = t.weighted(set)
	return err
}

// read reads and divides the data. They are kept, until the choice is made, if their columns may be divided, too, and
// there is room for both.
func (t *training) read() error {
	d, err := dataset.Read(t.cmd.Context(), t.flags.request(t.plan.seed, t.plan.workers.Count()))
	if err != nil {
		return err
	}
	p, err := d.Divide()
	if err != nil {
		return err
	}
	samples := len(p.Train)
	if limit := t.flags.limit; limit > 0 {
		samples = min(samples, limit)
	}
	wanted := false
	set, kept, err := d.TakeOrKeep(p, func(inputs int) bool {
		wanted = t.mayDivide(extent{samples, inputs, len(d.Outputs.Classes), d.LikeMNIST()})
		return wanted
	})
	if err == nil && wanted && kept == nil {
		set.Notes = append(set.Notes, "the choice before the training leaves columns in pieces out, for lack of "+
			"memory: the table and what is made of it do not fit at the same time")
	}
	t.set = set
	if err == nil && kept != nil {
		t.divided = &dividedData{d.InPieces(), *kept}
	}
	return err
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
func (t *training) weighted(set *dataset.Set) (parts, error) {
	p, err := t.flags.parts(set)
	if err != nil {
		return p, err
	}
	return p, t.plan.repeat(t.flags.weights, set, &p)
}

// repeat repeats the training samples of a set as --weight says, if a training with the copies fits into memory.
func (p trainingPlan) repeat(w classWeights, set *dataset.Set, samples *parts) error {
	spec := p.spec(set)
	return w.apply(set, samples, func(n int) error { return p.checkFits(spec, n, set) })
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
	if err := f.checkLimit(name, p.train.Len(), p.validation.Len()); err != nil {
		return err
	}
	if f.limit > 0 {
		p.train = p.train.Head(f.limit)
	}
	return nil
}

// checkLimit returns an error if there are fewer samples than --limit says, besides those that are held out.
func (f *dataFlags) checkLimit(name string, have, held int) error {
	switch {
	case f.limit <= have:
		return nil
	case held > 0:
		return usagef("--limit %d: %s has %d training samples, of which --validation holds out %d",
			f.limit, name, have+held, held)
	}
	return usagef("--limit %d: %s has %d training samples", f.limit, name, have)
}

// explain names the flag that asks for samples to be held out of too few, if that is the error.
func (f *dataFlags) explain(err error) error {
	e, ok := errors.AsType[*dataset.HoldOutError](err)
	if !ok {
		return err
	}
	amount, flag := f.split, "split"
	if e.Part == "validation" {
		amount, flag = f.validation, e.Part
	}
	return usagef("--%s %v: %s: %w", flag, amount, e.Set, e.Err)
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
