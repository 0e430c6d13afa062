package report

import (
	"cmp"
	"math"
	"slices"
)

// Confused says how many samples of a class got an answer. Both are indices of classes.
type Confused struct{ Class, Answer, Count int }

// Confusion has what occurred, by class and then by answer. It takes memory in proportion to that
// and not to the square of the number of classes.
type Confusion []Confused

// CountConfusion counts. labels and answers have the same length.
func CountConfusion(labels, answers []int) Confusion {
	counts := map[[2]int]int{}
	for i, label := range labels {
		counts[[2]int{label, answers[i]}]++
	}
	confusion := make(Confusion, 0, len(counts))
	for pair, n := range counts {
		confusion = append(confusion, Confused{pair[0], pair[1], n})
	}
	slices.SortFunc(confusion, func(a, b Confused) int {
		return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Answer, b.Answer))
	})
	return confusion
}

// Dense is the matrix, [class][answer], of the given number of classes.
func (c Confusion) Dense(classes int) [][]int {
	counts := make([][]int, classes)
	for i := range counts {
		counts[i] = make([]int, classes)
	}
	for _, e := range c {
		counts[e.Class][e.Answer] = e.Count
	}
	return counts
}

// classCounts is what happened to the samples of a class.
type classCounts struct {
	samples  int // of the class
	right    int // of them that got it as an answer
	answered int // of all samples that did
}

func (c classCounts) wrong() int { return c.samples - c.right }

// recall is the part of its samples that a class gets, precision the part of what it gets that
// belongs to it; NaN if there is none.
func (c classCounts) recall() float64    { return fraction(c.right, c.samples) }
func (c classCounts) precision() float64 { return fraction(c.right, c.answered) }

// perClass counts for each class.
func (c Confusion) perClass(classes int) []classCounts {
	counts := make([]classCounts, classes)
	for _, e := range c {
		counts[e.Class].samples += e.Count
		counts[e.Answer].answered += e.Count
		if e.Class == e.Answer {
			counts[e.Class].right += e.Count
		}
	}
	return counts
}

// mistakes are the most frequent wrong answers, at most the given number of them.
func (c Confusion) mistakes(most int) Confusion {
	wrong := slices.DeleteFunc(slices.Clone(c), func(e Confused) bool { return e.Class == e.Answer })
	slices.SortStableFunc(wrong, func(a, b Confused) int { return b.Count - a.Count })
	return wrong[:min(most, len(wrong))]
}

func fraction(part, whole int) float64 {
	if whole == 0 {
		return math.NaN()
	}
	return float64(part) / float64(whole)
}
