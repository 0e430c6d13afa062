package report

import (
	"fmt"
	"io"
	"math"
	"time"

	"github.com/jedib0t/go-pretty/v6/table"

	"ridge/internal/words"
)

// Plan is the runs of a comparison.
type Plan struct {
	Rows    []PlanRow
	Seconds float64 // of all that is left; NaN if nothing is known
}

// PlanRow is the runs of a stage by one solver on one network.
type PlanRow struct {
	Stage, Solver, Network string
	Epochs                 int // of a run
	Runs, Finished         int
	Seconds                float64 // of one run; NaN if nothing is known
}

// WriteTable writes the plan for people to read.
func (p *Plan) WriteTable(w io.Writer, colour bool) error {
	t := newTable(colour)
	header := table.Row{"stage", "network", "solver", "epochs", "runs", "finished", "time of one"}
	t.AppendHeader(header)
	t.SetColumnConfigs(rightAligned(len(header))[3:])
	runs, finished := 0, 0
	stage, network := "", ""
	for _, r := range p.Rows {
		if stage != r.Stage {
			network = ""
		}
		t.AppendRow(table.Row{unlessSame(&stage, r.Stage), unlessSame(&network, r.Network), r.Solver, r.Epochs, r.Runs,
			r.Finished, maybeSeconds(r.Seconds)})
		runs += r.Runs
		finished += r.Finished
	}
	facts := newFacts(colour)
	facts.AppendRow(table.Row{"runs", fmt.Sprintf("%s, %s finished", words.Group(runs), words.Group(finished))})
	facts.AppendRow(table.Row{"time left", p.left()})
	return render(w, t, facts)
}

func (p *Plan) left() string {
	if math.IsNaN(p.Seconds) {
		return none + " (no finished run to estimate from)"
	}
	return fmt.Sprintf("about %v", words.Duration(p.Seconds).Round(time.Second))
}
