package report

import (
	"fmt"
	"math"
	"slices"
	"time"
)

// Comparison is several solvers on several networks, each with several seeds.
type Comparison struct {
	Design
	Conditions

	Cells []Cell // network by network, each with all solvers
	Duels []Duel // of one solver, on the networks where it has been trained

	Tried []Trial // all runs of the tuning that are finished
}

// Design is what is compared with what, and how often.
type Design struct {
	Dataset                 string
	Train, Validation, Test int // samples; the validation samples are some of the training's

	Solvers, Networks []string
	Shapes            []Shape  // what the names of the networks stand for; may be empty
	Tuned             []string // of the networks: those that the settings were looked for on
	Seeds, Epochs     int
	Trials            int     // settings that were tried of each solver
	Choosing          string  // the solver whose trainings begin with the choice of λ; empty: none
	Target            float64 // the test error up to which the seconds are counted
}

// Conditions is how the runs were made, as far as they are.
type Conditions struct {
	Finished, Runs int         // runs of the tuning and final ones: those that are done, and all
	Execution                  // of the final runs; its ISA is empty if there are none yet
	Others         []Execution // of some of these runs: the seconds of one are not those of another
	Origins        []Origin
	Command        string // that does the same again; may be empty
}

// Execution is what the seconds of a run depend on, besides the processor.
type Execution struct {
	ISA     string
	Workers int // of a run
	Jobs    int // runs at a time
}

// NoteExecution takes note of how a final run was made.
func (c *Conditions) NoteExecution(e Execution) {
	switch {
	case c.ISA == "":
		c.Execution = e
	case e != c.Execution && !slices.Contains(c.Others, e):
		c.Others = append(c.Others, e)
	}
}

// Trial is a run of the tuning.
type Trial struct {
	Network, Solver, Settings string
	Epochs                    int
	Seed                      uint64
	ValidationError           float64 // after the last; +Inf if the run failed
}

// Shape is a network, its name being that of the cells.
type Shape struct {
	Name, Layers string
	Settings     string // where they are from
}

// Origin is a number of runs by the same program on the same processor. What is not known
// is empty.
type Origin struct {
	Commit      string // the full hash
	Modified    bool   // the source had changes that are in no commit
	CPU         string
	Runs        int
	Solvers     []string
	First, Last time.Time // when runs began
}

// Cell is one solver on one network: what there is of its seeds. Errors are those of
// the last epoch.
type Cell struct {
	Network, Solver string
	Settings        string    // as people read them; empty before they are found
	ValidationError float64   // of these settings in the tuning; NaN if it was not on this network
	Errors          []float64 // test errors, one for each seed that came to its end
	Seconds         []float64 // of these trainings, evaluations not included
	ToTarget        []float64 // seconds to the target; NaN if it was not reached
	Failed          int       // seeds whose training diverged
}

// MeanError returns the mean of the test errors and their sample standard deviation: NaN
// for less than one seed, or two.
func (c *Cell) MeanError() (mean, deviation float64) {
	mean = meanOf(c.Errors)
	if len(c.Errors) < 2 {
		return mean, math.NaN()
	}
	return mean, math.Sqrt(squaresAboutMean(c.Errors) / float64(len(c.Errors)-1))
}

// squaresAboutMean is Σ (v − mean)².
func squaresAboutMean(list []float64) float64 {
	mean, sum := meanOf(list), 0.0
	for _, v := range list {
		sum += (v - mean) * (v - mean)
	}
	return sum
}

// Reached returns how many seeds reached the target, and the mean of the seconds that
// it took those.
func (c *Cell) Reached() (seeds int, seconds float64) { return reached(c.ToTarget) }

// reached returns how many of the seconds are not NaN, and their mean.
func reached(seconds []float64) (n int, mean float64) {
	var list []float64
	for _, s := range seconds {
		if !math.IsNaN(s) {
			list = append(list, s)
		}
	}
	return len(list), meanOf(list)
}

// meanOf is NaN for an empty list.
func meanOf(list []float64) float64 {
	var sum float64
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}

// best returns for each network the cells of the lowest mean error, as it is shown, of
// those without a seed that failed.
func (c *Comparison) best() map[*Cell]bool {
	shown := func(cell *Cell) float64 {
		mean, _ := cell.MeanError()
		if math.IsNaN(mean) || cell.Failed > 0 {
			return math.Inf(1)
		}
		return math.Round(1e4 * mean)
	}
	lowest := map[string]float64{}
	for i := range c.Cells {
		cell := &c.Cells[i]
		if low, ok := lowest[cell.Network]; !ok || shown(cell) < low {
			lowest[cell.Network] = shown(cell)
		}
	}
	best := map[*Cell]bool{}
	for i := range c.Cells {
		cell := &c.Cells[i]
		best[cell] = !math.IsInf(shown(cell), 1) && shown(cell) == lowest[cell.Network]
	}
	return best
}

// ErrorText is the mean test error with its deviation, in percent, and how many seeds failed: "1.76 ± 0.05", "–"
// without a training that came to its end.
func (c *Cell) ErrorText() string {
	mean, deviation := c.MeanError()
	text := none
	if !math.IsNaN(mean) {
		text = fmt.Sprintf("%.2f", 100*mean)
	}
	if !math.IsNaN(deviation) {
		text += fmt.Sprintf(" ± %.2f", 100*deviation)
	}
	if c.Failed > 0 {
		text += fmt.Sprintf(" (%d of %d failed)", c.Failed, c.Failed+len(c.Errors))
	}
	return text
}

// SecondsText is the mean of the trainings that came to their end.
func (c *Cell) SecondsText() string { return maybeSeconds(meanOf(c.Seconds)) }

// targetText is the seconds to the target, and how many seeds got there, if not all.
func (c *Cell) targetText() string { return reachedText(c.ToTarget, len(c.Errors)+c.Failed) }

// reachedText is the mean of the seconds that are not NaN, and how many of all those are.
func reachedText(seconds []float64, all int) string {
	n, mean := reached(seconds)
	text := maybeSeconds(mean)
	if n > 0 && n < all {
		text += fmt.Sprintf(" (%d of %d)", n, all)
	}
	return text
}

func maybeSeconds(s float64) string {
	if math.IsNaN(s) {
		return none
	}
	return seconds(s)
}

// target is "2 %".
func (c *Comparison) target() string { return Number(math.Round(1e6*c.Target)/1e4) + " %" }
