package train

import "math"

// Trace has the epochs of a training.
type Trace []Epoch

// Best is the epoch with the smallest validation error, counted from 1. Of several such epochs it is
// the last: few samples can't tell them apart, and more training has lowered the loss further. It is 0
// if there is no validation error.
func (t Trace) Best() int {
	_, last := t.smallest()
	return last
}

// Idle is the number of epochs since the smallest validation error.
func (t Trace) Idle() int {
	if first, _ := t.smallest(); first > 0 {
		return len(t) - first
	}
	return 0
}

// smallest returns the first and the last epoch with the smallest validation error, 0 if there is none.
func (t Trace) smallest() (first, last int) {
	for i, epoch := range t {
		switch e := epoch.ValidationError; {
		case math.IsNaN(e):
		case first == 0 || e < t[last-1].ValidationError:
			first, last = i+1, i+1
		case e == t[last-1].ValidationError:
			last = i + 1
		}
	}
	return first, last
}

// Epoch is what is measured of an epoch: a pass over the training samples in mini-batches, or an iteration on all of
// them at once. Errors are fractions of wrong classes, or for a regression mean squared errors over all outputs.
// Anything not measured is NaN, or nil. Loss, TrainError and Activity are NaN for mini-batches of which none counted,
// as the training went back to older weights in each of them, and Activity also if it did so in those that it would
// have been measured in.
type Epoch struct {
	Epoch int // counted from 1

	// Loss is the mean loss of the training samples in the forward passes of the epoch's batches, each
	// before its step. Full batches have an objective in place of it.
	Loss float64

	// TrainError is that of the same passes in mini-batches, and that of the network at the end of an
	// iteration in full batches.
	TrainError float64
	// ValidationError and TestError are those of the network at the end of the epoch, NaN where there
	// are no samples. That of the validation samples counts each with its weight, if they have some. They are of the
	// samples of all processes.
	ValidationError, TestError float64

	// Activity is the fraction of strictly positive activations of each hidden layer, in the passes of
	// TrainError or in some of them.
	Activity []float64

	// Seconds counts from the start of the training to the end of this epoch, without the evaluation of
	// the validation and test samples and the calls of Progress in between.
	Seconds float64

	// Values are what the method alone measures, under the names of its [Measure]s.
	Values map[string]float64
}

// Value returns the measurement with a name, or NaN if there is none.
func (e Epoch) Value(name string) float64 {
	if v, ok := e.Values[name]; ok {
		return v
	}
	return math.NaN()
}

// Measure is a number that a method measures in each epoch, beyond those of all methods. It is
// declared once; traces, files and tables take it from there.
type Measure struct {
	// Name is the name of its column in CSV files and of its field in JSON, such as
	// "objective_after_w". One name has one meaning in all methods.
	Name string
	// Title is the title of its column in tables, such as "objective". A measure without a title
	// is in files only.
	Title string
	// Format is how tables show it.
	Format Format
	// Help says in a sentence what it is.
	Help string
}

// Format is how a table shows a number.
type Format string

const (
	// Fixed has the decimals that the last of the numbers needs.
	Fixed Format = "fixed"
	// Scientific is 1.2e-05.
	Scientific Format = "scientific"
	// Percent is of fractions.
	Percent Format = "percent"
	// Count is of whole numbers, which a summary adds up.
	Count Format = "count"
)
