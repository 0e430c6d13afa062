package train

import "math"

// Trace is what happened in each epoch of a training.
type Trace []Step

// Best is the epoch with the smallest validation error, counted from 1, the first one of several: as
// good with less training. It is 0 if there is no validation error.
func (t Trace) Best() int {
	best := 0
	for i, s := range t {
		if e := s.ValidationError; !math.IsNaN(e) && (best == 0 || e < t[best-1].ValidationError) {
			best = i + 1
		}
	}
	return best
}

// Step is one epoch: a pass over the training samples in mini-batches, or an iteration on all of
// them at once. Errors are fractions of wrong classes. What was not measured is NaN, or nil.
type Step struct {
	Epoch int // counted from 1

	// Loss is the mean loss of the training samples in the forward passes of the epoch's batches, each
	// before its step. Full batches have an objective in place of it.
	Loss float64

	// TrainError is that of the same passes in mini-batches, and that of the network at the end of an
	// iteration in full batches.
	TrainError float64
	// ValidationError and TestError are those of the network at the end of the epoch, NaN where there
	// are no samples.
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

// Value returns what was measured under a name: NaN if nothing was.
func (s Step) Value(name string) float64 {
	if v, ok := s.Values[name]; ok {
		return v
	}
	return math.NaN()
}

// Measure is a number that a method has of each epoch, beside those that all methods have. It is
// declared once; traces, files and tables take it from there.
type Measure struct {
	// Name is that of its column in CSV files and of its field in JSON, such as "objective_after_w". No
	// two methods mean different things by one name.
	Name string
	// Title is that of its column in tables, such as "objective". What has none is in files only.
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
