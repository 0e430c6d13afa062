package report

import "math"

// WholeFile is the part that is all samples.
const WholeFile = "all"

// partPrefix is a part before what there is of it: "test ", nothing for [WholeFile].
func partPrefix(part string) string {
	if part == WholeFile {
		return ""
	}
	return part + " "
}

// Evaluation is how well a network classifies labelled samples.
type Evaluation struct {
	Model     string // the file
	Network   []int  // the widths of all layers, input to output
	Dataset   string
	Part      string // of the data set: "test", "train" …, or [WholeFile]
	Classes   []string
	Confusion Confusion
	Others    []PartError // of the other parts, if the training has divided the file
	// Weighted is the error with weights, nil without.
	Weighted *WeightedError
}

// WeightedError is the error in which samples count by the weights of their classes.
type WeightedError struct {
	Weight string // as --weight has it
	Error  float64
}

// PartError is how many samples of a part are misclassified.
type PartError struct {
	Part           string
	Samples, Wrong int
	// Weighted is the error with weights, nil without.
	Weighted *WeightedError
}

// Samples is the number of samples.
func (e *Evaluation) Samples() int {
	n := 0
	for _, c := range e.Confusion {
		n += c.Count
	}
	return n
}

// Wrong is the number of samples that are misclassified.
func (e *Evaluation) Wrong() int {
	n := 0
	for _, c := range e.Confusion {
		if c.Class != c.Answer {
			n += c.Count
		}
	}
	return n
}

// ErrorRate is Wrong/Samples, NaN without samples.
func (e *Evaluation) ErrorRate() float64 { return fraction(e.Wrong(), e.Samples()) }

// BalancedAccuracy is the mean of the recalls of the classes that have samples, NaN without any. A classifier that
// always gives the same of K classes has 1/K.
func (e *Evaluation) BalancedAccuracy() float64 {
	sum, n := 0., 0
	for _, c := range e.Confusion.perClass(len(e.Classes)) {
		if c.samples > 0 {
			sum += c.recall()
			n++
		}
	}
	if n == 0 {
		return math.NaN()
	}
	return sum / float64(n)
}

// Guess is the class that most of the samples are of, the first one of several, and the error of always guessing it,
// NaN without samples.
func (e *Evaluation) Guess() (class string, errorRate float64) {
	most := Largest{}
	for i, c := range e.Confusion.perClass(len(e.Classes)) {
		if c.samples > most.Count {
			most = Largest{e.Classes[i], c.samples}
		}
	}
	return most.Class, fraction(e.Samples()-most.Count, e.Samples())
}
