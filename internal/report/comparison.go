package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"
)

// Comparison is several solvers on several networks, each with several seeds.
type Comparison struct {
	Dataset                 string
	Train, Validation, Test int // samples; the validation samples are some of the training's

	Solvers, Networks []string
	Shapes            []Shape  // what the names of the networks stand for; may be empty
	Tuned             []string // of the networks: those that the settings were looked for on
	Seeds, Epochs     int
	Trials            int     // settings that were tried of each solver
	Target            float64 // the test error to which the seconds are counted
	Finished, Runs    int     // runs of the tuning and the end: those that are done, and all

	ISA     string // of the runs, empty if there are none yet
	Workers int    // of a run
	Jobs    int    // runs at a time
	Origins []Origin
	Command string // that does the same again; may be empty

	Cells []Cell // network by network, each with all solvers
	Duels []Duel // of one solver, on the networks where it has been trained

	Tried []Trial // all runs of the tuning that are finished
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

// Error returns the mean of the test errors and their sample standard deviation: NaN
// for less than one seed, or two.
func (c *Cell) Error() (mean, deviation float64) {
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
		mean, _ := cell.Error()
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

// errorText is "1.76 ± 0.05", in percent, and how many seeds failed.
func (c *Cell) errorText() string {
	mean, deviation := c.Error()
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

func (c *Cell) secondsText() string { return maybeSeconds(meanOf(c.Seconds)) }

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

// WriteTable writes the comparison for a person to read: the errors and the times, the
// duels, the settings, and what was done.
func (c *Comparison) WriteTable(w io.Writer, colour bool) error {
	tables := []table.Writer{c.resultTable(colour)}
	if len(c.Duels) > 0 {
		tables = append(tables, c.duelTable(colour))
	}
	return render(w, append(tables, c.settingsTable(colour), c.factTable(colour))...)
}

func (c *Comparison) resultTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"network", "solver", "test error (%)", "time", "to " + c.target()})
	configs := rightAligned(5)
	t.SetColumnConfigs(configs[2:])
	best := c.best()
	network := ""
	for i := range c.Cells {
		cell := &c.Cells[i]
		err := cell.errorText()
		if best[cell] {
			err = emphasize(err, colour)
		}
		t.AppendRow(table.Row{unlessSame(&network, cell.Network), cell.Solver, err, cell.secondsText(), cell.targetText()})
	}
	return t
}

func (c *Comparison) settingsTable(colour bool) table.Writer {
	t := newTable(colour)
	t.AppendHeader(table.Row{"network", "solver", "settings", "val. err"})
	t.SetColumnConfigs(rightAligned(4)[3:])
	network := ""
	for _, cell := range c.Cells {
		t.AppendRow(table.Row{unlessSame(&network, cell.Network), cell.Solver, orNone(cell.Settings), percent(cell.ValidationError)})
	}
	return t
}

// unlessSame returns the name, or nothing if it is that of the row before.
func unlessSame(before *string, name string) string {
	if *before == name {
		return ""
	}
	*before = name
	return name
}

func orNone(text string) string {
	if text == "" {
		return none
	}
	return text
}

func (c *Comparison) factTable(colour bool) table.Writer {
	t := newFacts(colour)
	t.AppendRow(table.Row{"data", fmt.Sprintf("%s: %s training, %s test samples", c.Dataset, count(c.Train), count(c.Test))})
	t.AppendRow(table.Row{"tuning", c.tuningFact()})
	t.AppendRow(table.Row{"runs", fmt.Sprintf("%s, %s each", plural(c.Seeds, "seed"), plural(c.Epochs, "epoch"))})
	if c.Finished < c.Runs {
		t.AppendRow(table.Row{"unfinished", c.unfinishedFact()})
	}
	if c.ISA != "" {
		t.AppendRow(table.Row{"machine", c.machineFact()})
	}
	for _, o := range c.Origins {
		t.AppendRow(table.Row{"program", o.fact(c.Solvers)})
	}
	return t
}

func (c *Comparison) tuningFact() string {
	return fmt.Sprintf("%s of each solver on %s, judged by %s held-out training samples",
		plural(c.Trials, "setting"), sentence(c.Tuned), count(c.Validation))
}

// sentence joins names: "a, b and c".
func sentence(names []string) string {
	last := len(names) - 1
	if last < 1 {
		return strings.Join(names, "")
	}
	return strings.Join(names[:last], ", ") + " and " + names[last]
}

func (c *Comparison) unfinishedFact() string {
	return fmt.Sprintf("%s of %s are done", count(c.Finished), plural(c.Runs, "run"))
}

func (c *Comparison) machineFact() string {
	text := fmt.Sprintf("%s, %s, float32", c.ISA, plural(c.Workers, "worker"))
	if c.Jobs > 1 {
		text += fmt.Sprintf(", %s at a time", plural(c.Jobs, "run"))
	}
	return text
}

// WriteCSV writes a line for each solver on each network, below a header. What there is
// not is empty.
func (c *Comparison) WriteCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{
		"network", "solver", "settings", "validation_error", "seeds", "failed", "test_error", "test_error_deviation",
		"seconds", "target", "seeds_to_target", "seconds_to_target",
	}); err != nil {
		return err
	}
	for i := range c.Cells {
		cell := &c.Cells[i]
		mean, deviation := cell.Error()
		reached, toTarget := cell.Reached()
		if err := out.Write([]string{
			cell.Network, cell.Solver, cell.Settings, csvNumber(cell.ValidationError), strconv.Itoa(len(cell.Errors)), strconv.Itoa(cell.Failed),
			csvNumber(mean), csvNumber(deviation), csvNumber(meanOf(cell.Seconds)), csvNumber(c.Target), strconv.Itoa(reached), csvNumber(toTarget),
		}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteTrialsCSV writes a line for each run of the tuning, below a header: what was tried,
// and lost. The error of a run that failed is empty.
func (c *Comparison) WriteTrialsCSV(w io.Writer) error {
	out := csv.NewWriter(w)
	if err := out.Write([]string{"network", "solver", "settings", "epochs", "seed", "validation_error"}); err != nil {
		return err
	}
	for _, t := range c.Tried {
		shown := t.ValidationError
		if math.IsInf(shown, 1) {
			shown = math.NaN()
		}
		if err := out.Write([]string{t.Network, t.Solver, t.Settings, strconv.Itoa(t.Epochs), strconv.FormatUint(t.Seed, 10), csvNumber(shown)}); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// WriteMarkdown writes the comparison as a section of a document. picture names the file
// of a network's picture; it is left out where that is empty.
func (c *Comparison) WriteMarkdown(w io.Writer, picture func(network string) string) error {
	var b strings.Builder
	fmt.Fprintf(&b, "## Solvers on %s\n\n", c.Dataset)
	fmt.Fprintf(&b, "%s training and %s test samples. The settings were found by trying %s; each network was then trained on all training samples for %s with %s.",
		count(c.Train), count(c.Test), c.tuningFact(), plural(c.Epochs, "epoch"), plural(c.Seeds, "seed"))
	if c.ISA != "" {
		fmt.Fprintf(&b, " Machine: %s.", c.machineFact())
	}
	if c.Finished < c.Runs {
		fmt.Fprintf(&b, " Unfinished: %s.", c.unfinishedFact())
	}
	b.WriteString("\n")
	c.writeOrigins(&b)
	c.writeShapes(&b)
	b.WriteString("\nTest error after the last epoch in percent, mean ± standard deviation over the seeds:\n\n")
	best := c.best()
	c.matrix(&b, func(cell *Cell) string {
		text := cell.errorText()
		if best[cell] {
			return "**" + text + "**"
		}
		return text
	})
	c.writeDuels(&b)
	b.WriteString("\nTime of a training, evaluations not included:\n\n")
	c.matrix(&b, (*Cell).secondsText)
	fmt.Fprintf(&b, "\nTime to the first epoch with at most %s test error, and how many seeds got there, if not all did:\n\n", c.target())
	c.matrix(&b, (*Cell).targetText)
	for _, network := range c.Networks {
		if file := picture(network); file != "" {
			fmt.Fprintf(&b, "\n![Test error on %s against epoch and seconds, one line a solver](%s)\n", network, file)
		}
	}
	b.WriteString("\nThe settings, and the validation error of those that were found on the network itself:\n\n")
	b.WriteString("| network | solver | settings | validation error |\n|---|---|---|---|\n")
	for _, cell := range c.Cells {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", cell.Network, cell.Solver, orNone(cell.Settings), percent(cell.ValidationError))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// matrix writes a table with a line for each solver and a column for each network.
func (c *Comparison) matrix(b *strings.Builder, text func(*Cell) string) {
	fmt.Fprintf(b, "| solver | %s |\n|---%s|\n", strings.Join(c.Networks, " | "), strings.Repeat("|---:", len(c.Networks)))
	for _, solver := range c.Solvers {
		fmt.Fprintf(b, "| %s |", solver)
		for i := range c.Cells {
			if cell := &c.Cells[i]; cell.Solver == solver {
				fmt.Fprintf(b, " %s |", text(cell))
			}
		}
		b.WriteString("\n")
	}
}
