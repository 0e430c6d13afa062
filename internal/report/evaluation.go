package report

import "math"

// Evaluation is how well a network sorts labelled samples.
type Evaluation struct {
	Model     string // the file
	Network   []int  // the widths of all layers, input to output
	Dataset   string
	Part      string // of the data set: "test" or "train"
	Classes   []string
	Confusion [][]int // [true class][answer]: how many samples
}

// Confusion counts, for classes many classes, how many samples of each (the row)
// got each answer (the column). labels and answers have the same length and lie in
// 0 … classes−1; it panics otherwise.
func Confusion(classes int, labels, answers []int) [][]int {
	counts := make([][]int, classes)
	for i := range counts {
		counts[i] = make([]int, classes)
	}
	for i, label := range labels {
		counts[label][answers[i]]++
	}
	return counts
}

// Samples is the number of samples.
func (e *Evaluation) Samples() int {
	n := 0
	for i := range e.Classes {
		samples, _ := e.class(i)
		n += samples
	}
	return n
}

// Wrong is the number of samples that got another answer than their class.
func (e *Evaluation) Wrong() int {
	n := 0
	for i := range e.Classes {
		_, wrong := e.class(i)
		n += wrong
	}
	return n
}

// Error is Wrong/Samples, NaN without samples.
func (e *Evaluation) Error() float64 { return fraction(e.Wrong(), e.Samples()) }

// class counts the samples of class i, and those of them that got another answer.
func (e *Evaluation) class(i int) (samples, wrong int) {
	for _, n := range e.Confusion[i] {
		samples += n
	}
	return samples, samples - e.Confusion[i][i]
}

func fraction(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}
