package report

import (
	"fmt"
	"math"
	"strings"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/words"
)

// Duel is a solver against the best of the others on a network: does it end at a lower
// test error, and how soon does it get to where that one ends?
type Duel struct {
	Network, Solver string
	// Rival is the other solver of the lowest mean test error, of those without a seed
	// that failed; empty if there is none.
	Rival string
	// Goal is the rival's mean test error, and RivalSeconds the mean time of its
	// trainings.
	Goal, RivalSeconds float64
	// Difference is the goal less the solver's mean test error: above 0 if the solver is
	// better. StandardError is that of the difference; see [PooledStandardError].
	Difference, StandardError float64
	// ToGoal has the seconds of each of the solver's seeds to the end of its first epoch
	// with at most that error; NaN if it has none. RivalToGoal has those of the rival.
	ToGoal, RivalToGoal []float64
	Failed              int // seeds of the solver that diverged
}

// MeanRounding is more than what rounding does to a mean of errors, relative to it, and less than any difference that
// is one.
const MeanRounding = 1e-12

// NewDuel holds a solver against the best of the others among the cells of a network.
// ToGoal and RivalToGoal are left to the caller, who has the traces. There is no duel if the solver has no
// finished seed there.
func NewDuel(solver string, cells []Cell) (d Duel, ok bool) {
	var own, rival *Cell
	goal := math.Inf(1)
	for i := range cells {
		c := &cells[i]
		switch mean, _ := c.MeanError(); {
		case c.Solver == solver:
			own = c
		case c.Failed == 0 && mean < goal && !IsTie(mean, goal): // which NaN is not
			rival, goal = c, mean
		}
	}
	if own == nil || len(own.Errors)+own.Failed == 0 {
		return d, false
	}
	nan := math.NaN()
	d = Duel{Network: own.Network, Solver: solver, Goal: nan, RivalSeconds: nan, Difference: nan, StandardError: nan,
		Failed: own.Failed}
	if rival != nil {
		mean, _ := own.MeanError()
		d.Rival, d.Goal, d.RivalSeconds = rival.Solver, goal, meanOf(rival.Seconds)
		d.Difference, d.StandardError = goal-mean, PooledStandardError(own.Errors, rival.Errors)
		if IsTie(mean, goal) {
			d.Difference = 0
		}
	}
	return d, true
}

// IsTie reports whether two means differ by no more than rounding: the same errors in another order have another sum.
func IsTie(a, b float64) bool { return math.Abs(a-b) <= MeanRounding*min(a, b) }

// PooledStandardError returns that of the difference of two means, for samples of the
// same variance, as in Student's t-test: s·√(1/n + 1/m), s² being the sum of the squares
// of both about their means over n + m − 2. It is NaN for fewer than two numbers of
// either.
func PooledStandardError(a, b []float64) float64 {
	n, m := float64(len(a)), float64(len(b))
	if n < 2 || m < 2 {
		return math.NaN()
	}
	variance := (squaresAboutMean(a) + squaresAboutMean(b)) / (n + m - 2)
	return math.Sqrt(variance * (1/n + 1/m))
}

// errorVerdict tells who ends lower: "won by 0.12 ± 0.03", in percent, if the difference
// is larger than its standard error, else "even, lower by 0.01 ± 0.03"; of equal errors "even".
func (d *Duel) errorVerdict() string {
	size, deviation := 100*math.Abs(d.Difference), 100*d.StandardError
	better, side := d.Difference >= 0, "lower"
	if !better {
		side = "higher"
	}
	switch {
	case d.Failed > 0:
		return fmt.Sprintf("lost, %d of %d failed", d.Failed, d.Failed+len(d.ToGoal))
	case d.Rival == "":
		return none
	case d.Difference == 0:
		return "even"
	case math.IsNaN(deviation):
		return fmt.Sprintf("%s by %.2f, one seed", side, size)
	case size <= deviation:
		return fmt.Sprintf("even, %s by %.2f ± %.2f", side, size, deviation)
	case better:
		return fmt.Sprintf("won by %.2f ± %.2f", size, deviation)
	}
	return fmt.Sprintf("lost by %.2f ± %.2f", size, deviation)
}

// goalText is the seconds to the rival's final error, and how many seeds got there, if
// not all did.
func (d *Duel) goalText() string { return reachedText(d.ToGoal, len(d.ToGoal)+d.Failed) }

// timeVerdict tells by which part of the rival's time the solver gets to where that one
// ends, and who takes less; the solver has not won before all its seeds got there.
func (d *Duel) timeVerdict() string {
	n, mean := reached(d.ToGoal)
	ratio := mean / d.RivalSeconds
	switch {
	case n == 0:
		return none
	case n == len(d.ToGoal)+d.Failed && ratio <= 1:
		return fmt.Sprintf("won, × %.2f", ratio)
	}
	return fmt.Sprintf("lost, × %.2f", ratio)
}

// timeVerdict is that of a duel; there is none where runs differ in what seconds depend on.
func (c *Comparison) timeVerdict(d *Duel) string {
	if len(c.Others) > 0 {
		return none
	}
	return d.timeVerdict()
}

// duelTable has no room for the verdict about the time.
func (c *Comparison) duelTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"network", "against", c.Duels[0].Solver + "'s test error", "to its error", "training"})
	t.SetColumnConfigs(rightAligned(5)[3:])
	for i := range c.Duels {
		d := &c.Duels[i]
		t.AppendRow(table.Row{d.Network, orNone(d.Rival), d.errorVerdict(), d.goalText(), maybeSeconds(d.RivalSeconds)})
	}
	return t
}

// standing is a paragraph on who wins where, by the mean test errors; "" if there is nobody to compare with.
func (c *Comparison) standing() string {
	held, lowest, clearly, behind := 0, 0, 0, ""
	for i := range c.Duels {
		d := &c.Duels[i]
		if d.Rival == "" {
			continue
		}
		held++
		switch {
		case d.Failed > 0:
			behind += fmt.Sprintf(" On %s %d of its %d seeds failed.", d.Network, d.Failed, d.Failed+len(d.ToGoal))
		case d.Difference < 0:
			behind += fmt.Sprintf(" On %s it is higher than that of %s by %.2f%s.", d.Network, d.Rival,
				-100*d.Difference, d.plusMinus())
		case d.Difference == 0:
			behind += fmt.Sprintf(" On %s it is that of %s.", d.Network, d.Rival)
		default:
			lowest++
			if d.Difference > d.StandardError {
				clearly++
			}
		}
	}
	if held == 0 {
		return ""
	}
	return fmt.Sprintf("The mean test error of %s is the lowest on %d of %s, on %d by more than the standard error of "+
		"the difference.%s", c.Duels[0].Solver, lowest, words.Counted(held, "network"), clearly, behind)
}

// plusMinus is the standard error of the difference in percent, which one seed does not have.
func (d *Duel) plusMinus() string {
	if math.IsNaN(d.StandardError) {
		return ", with one seed"
	}
	return fmt.Sprintf(" ± %.2f", 100*d.StandardError)
}

func (c *Comparison) writeDuels(b *strings.Builder) {
	if len(c.Duels) == 0 {
		return
	}
	solver := c.Duels[0].Solver
	b.WriteString(Wrap(fmt.Sprintf(
		"\nThe next table compares %s with the best of the others, the one with the lowest mean test error above. "+
			"The difference of the means is given with its pooled standard error; it counts as won or lost only if it "+
			"is larger than that. The next columns are the time that %[1]s takes to its first epoch with at most the "+
			"other's mean test error, the time that the other takes to its own first such epoch, and the time of the "+
			"other's whole training. The verdict on the time compares the first of these with the last:\n\n", solver),
		proseWidth))
	fmt.Fprintf(b,
		"| network | best other | its test error | %s's | %[1]s to that error | the other to it | its training | "+
			"time |\n|---|---|---:|---|---:|---:|---:|---|\n", solver)
	for i := range c.Duels {
		d := &c.Duels[i]
		fmt.Fprintf(b, "| %s | %s | %s | %s | %s | %s | %s | %s |\n", d.Network, orNone(d.Rival), percent(d.Goal),
			d.errorVerdict(), d.goalText(), reachedText(d.RivalToGoal, len(d.RivalToGoal)),
			maybeSeconds(d.RivalSeconds), c.timeVerdict(d))
	}
}
