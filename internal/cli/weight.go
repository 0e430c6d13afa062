package cli

import (
	"errors"
	"fmt"
	"math"

	"ridge/internal/dataset"
	"ridge/internal/memory"
	"ridge/internal/weights"
	"ridge/internal/words"
)

// classWeights is how much the samples of each class count in the training, as --weight says.
type classWeights struct{ weights.Weights }

// parseWeights parses --weight.
func parseWeights(text string) (classWeights, error) {
	w, err := weights.Parse(text)
	return classWeights{w}, err
}

// perClass are the weights of the classes, of which the samples have these labels. Its error is about the flag.
func (w classWeights) perClass(set *dataset.Set, labels []int) ([]float64, error) {
	of, err := w.Of(set.Name, set.Classes, labels)
	if _, ok := errors.AsType[*weights.RangeError](err); ok {
		return nil, usagef("--weight %v: %w", w, err)
	}
	if err != nil {
		return nil, usagef("--weight: %w", err)
	}
	return of, nil
}

// apply repeats the training samples in proportion to the weights of their classes, which is what
// weights in the loss mean, for every method. Samples of the smallest weight stay as they are; the
// first n samples of a class with c times that weight become c·n samples, rounded down.
// Validation samples are not repeated, but their weights are noted. check gets the number of training samples before
// there are copies, and its error is returned.
func (w classWeights) apply(set *dataset.Set, p *parts, check func(samples int) error) error {
	p.once = p.train
	if !w.Given() {
		return nil
	}
	of, copies, err := w.repeated(set, p.train, check)
	if err != nil {
		return err
	}
	p.train, p.copies = p.once.Repeat(copies), copies
	for _, label := range p.validation.Labels {
		p.judged = append(p.judged, of[label])
	}
	return nil
}

// refuseRegression is the error for weights where there are no classes.
func (w classWeights) refuseRegression(name string) error {
	return usagef("--weight %v: %s has no classes: a regression has no weights", w, name)
}

// repeated is how much each class of a set counts, and how often each of the training samples occurs, if there is
// memory for the copies and for a training with them, which check says.
func (w classWeights) repeated(set *dataset.Set, train dataset.Samples,
	check func(samples int) error) (of []float64, copies []int, err error) {
	if train.Labels == nil {
		return nil, nil, w.refuseRegression(set.Name)
	}
	if of, err = w.perClass(set, train.Labels); err != nil {
		return nil, nil, err
	}
	copies, all := weights.Copies(of, train.Labels)
	checkCopies := memory.CheckFree
	fit := func(samples float64) error {
		what := words.Group(weights.Count(samples)) + " training samples"
		if err := checkCopies(memory.Product(4*int64(train.Dim)+8, weights.Count(samples)), what); err != nil {
			return err
		}
		return check(int(min(weights.Count(samples), math.MaxInt)))
	}
	if err := fit(all); err != nil {
		// Some dozens of numbers are tried, and to ask the system takes milliseconds where it is busy.
		limit := min(memory.Limit(), math.MaxInt64-1)
		checkCopies = func(need int64, what string) error { return memory.Check(limit, need, what) }
		err = w.refuse(set, of, train.Labels, all, err, func(samples float64) bool { return fit(samples) == nil })
		return nil, nil, err
	}
	return of, copies, nil
}

// counted is how many samples those with these labels are with their copies.
func (w classWeights) counted(set *dataset.Set, labels []int) (int, error) {
	if !w.Given() {
		return len(labels), nil
	}
	of, err := w.perClass(set, labels)
	if err != nil {
		return 0, err
	}
	_, all := weights.Copies(of, labels)
	return int(min(weights.Count(all), math.MaxInt)), nil
}

// refuse says which weights can be trained with, if the samples with their copies, so many in all, are too many: those
// with which there are so few samples that they fit. of are the weights of the classes, labels the classes of the
// samples without copies. An error that has another reason is returned as it is.
func (w classWeights) refuse(set *dataset.Set, of []float64, labels []int, all float64, err error,
	fit func(samples float64) bool) error {
	e, ok := errors.AsType[*memory.LimitError](err)
	if !ok {
		return err
	}
	ratio := weights.MostRatio(of, labels, fit)
	if ratio == 0 { // not even without copies
		return err
	}
	remedy := fmt.Sprintf("no weight more than %s times another one", words.Group(int64(ratio)))
	if e.Limit == set.Left {
		remedy += "; " + allowing(e.Need, set) + ", too"
	}
	return usagef("--weight %v: it repeats the %s training samples, so that there are %s. %w: want %s",
		w, words.Group(len(labels)), weights.Counted(all), e, remedy)
}
