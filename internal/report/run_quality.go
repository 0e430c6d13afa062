package report

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/bcd/train"
	"ridge/internal/words"
)

// Quality is how well a run does besides its errors.
type Quality struct {
	// ValidationFit and TestFit are of a regression; nil if there are no samples.
	ValidationFit, TestFit []Accuracy
	// TestConfusion is that of the test samples, nil in a regression.
	TestConfusion Confusion
}

// Lopsided reports whether an error says too little of the classes of the test samples: one of them is far larger than
// the others, or the training gave them weights.
func (s *Samples) Lopsided() bool {
	if s.Largest.Count == s.Test && s.Weight == "" {
		return false // there is one class, and nothing to tell apart
	}
	return s.Test > 0 && s.Classes > 1 && (s.Weight != "" || float64(s.Largest.Count) >= lopsided*float64(s.Test))
}

// lopsided is the share of the largest class from which on the error of guessing it is shown, too, because a network
// that has learnt nothing has it, and what is found of each class.
const lopsided = 0.8

// guessError is the error of always guessing the largest class of the test samples, NaN if there are none, or no
// classes.
func (s *Samples) guessError() float64 {
	if s.Classes == 0 {
		return math.NaN()
	}
	return fraction(s.Test-s.Largest.Count, s.Test)
}

// balancedAccuracy is that of the test samples, NaN if it was not measured.
func (r *Run) balancedAccuracy() float64 {
	return (&Evaluation{Classes: r.Names, Confusion: r.TestConfusion}).BalancedAccuracy()
}

// qualityFacts are the rows about the test samples next to their error, where that alone says too little.
func (r *Run) qualityFacts(kept train.Epoch) []table.Row {
	const little = 0.5 // of the error of guessing that is left is a result that should be seen next to it
	var rows []table.Row
	if r.Lopsided() || r.guessError() > 0 && kept.TestError >= little*r.guessError() {
		rows = append(rows, table.Row{"by guessing", r.guessFact(kept)})
	}
	if r.Lopsided() && r.TestConfusion != nil { // nil if that failed
		counts := r.TestConfusion.perClass(r.Classes)
		recall := func(c classCounts) (int, int) { return c.right, c.samples }
		precision := func(c classCounts) (int, int) { return c.right, c.answered }
		rows = append(rows,
			table.Row{"recall",
				fmt.Sprintf("%s; balanced accuracy %s", r.classFact(counts, recall), percent(r.balancedAccuracy()))},
			table.Row{"precision", r.classFact(counts, precision)})
	}
	return rows
}

// guessFact is the error of always guessing the largest class of the test samples. A network that does no better has
// learnt nothing, or the other classes are too rare to matter to it.
func (r *Run) guessFact(kept train.Epoch) string {
	wrong := r.guessError()
	fact := guess(wrong, r.Test, r.Largest.Class)
	switch {
	case !(kept.TestError >= wrong) || r.Weight != "":
	case r.Lopsided():
		fact += ": the network does no better; --weight balanced makes it look at the other classes"
	default:
		fact += ": the network does no better"
	}
	return fact
}

// guess is the error of always guessing a class.
func guess(wrong float64, samples int, class string) string {
	return fmt.Sprintf("%s, always %.40q", errorOf(wrong, samples), class)
}

// classFact shows a fraction of each class that occurs; if there are many, of those that were given weights, and the
// lowest ones of all. of returns its numerator and denominator, which are shown, too, as a fraction of few samples is
// mostly chance.
func (r *Run) classFact(counts []classCounts, of func(classCounts) (part, whole int)) string {
	const most = 5
	var classes []int
	for i, c := range counts {
		if _, whole := of(c); c.samples > 0 || whole > 0 {
			classes = append(classes, i)
		}
	}
	value := func(i int) float64 { return fraction(of(counts[i])) }
	show := func(classes []int) string {
		var parts []string
		for _, i := range classes {
			part, whole := of(counts[i])
			parts = append(parts,
				fmt.Sprintf("%.40q %s (%s of %s)",
					r.Names[i], percent(value(i)), words.Group(part), words.Group(whole)))
		}
		return strings.Join(parts, ", ")
	}
	all := len(classes)
	if all <= most {
		return show(classes)
	}
	slices.SortStableFunc(classes, func(i, j int) int { return cmp.Compare(value(i), value(j)) })
	if value(classes[0]) == 1 {
		return percent(1) + " of each class"
	}
	named := slices.DeleteFunc(slices.Clone(classes), func(i int) bool {
		return !slices.Contains(r.Weighted, r.Names[i])
	})
	first := ""
	if named = named[:min(len(named), most)]; len(named) > 0 {
		first = show(named) + "; "
	}
	return fmt.Sprintf("%sthe lowest of %s classes: %s", first, words.Group(all), show(classes[:most]))
}

// recalls are those of the classes, in their order, null for one without test samples; nil if none were measured.
func (r *Run) recalls() []JSONNumber {
	if r.TestConfusion == nil {
		return nil
	}
	var list []JSONNumber
	for _, c := range r.TestConfusion.perClass(r.Classes) {
		list = append(list, JSONNumber(c.recall()))
	}
	return list
}
