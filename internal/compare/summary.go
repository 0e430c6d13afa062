package compare

import (
	"math"

	"ridge/internal/report"
)

// Summary is what a comparison found, as far as it is done.
type Summary struct {
	report.Comparison
	Curves map[string][]Curve // of the final runs, by the name of the network
}

// Curve is the course of a solver on a network: for each epoch the mean over the seeds,
// and the lowest and the highest. Runs that failed are not in it.
type Curve struct {
	Solver    string
	Seconds   []float64
	Error     []float64
	Low, High []float64
}

// Collect returns the summary of the comparison in a folder, from its files alone. What
// is not finished is not in it. The error is a *[FileError], or that of a file that can't
// be read.
func Collect(dir string) (*Summary, error) {
	results := newStore(dir)
	saved, err := results.loadPlan()
	if err != nil {
		return nil, err
	}
	s := &Study{plan: saved.Plan, data: saved.Data, store: results}
	return s.summary()
}

// summary makes the summary of the files.
func (s *Study) summary() (*Summary, error) {
	outlook, err := s.Outlook()
	if err != nil {
		return nil, err
	}
	choice := outlook.choice
	tuning := tuningData(s.data)
	out := &Summary{Curves: map[string][]Curve{}}
	out.Comparison = report.Comparison{
		Dataset: s.data.Name, Train: s.data.Train, Test: s.data.Test, Validation: tuning.Validation,
		Seeds: s.plan.Seeds, Epochs: s.plan.Epochs, Trials: s.plan.Trials, Target: s.plan.Target,
		Solvers: s.plan.Solvers,
	}
	out.Finished, out.Runs = outlook.Count()
	for _, n := range s.plan.Tuned() {
		out.Tuned = append(out.Tuned, n.String())
	}
	for _, network := range s.plan.Networks {
		out.Networks = append(out.Networks, network.String())
		for _, solver := range s.plan.Solvers {
			cell := report.Cell{Network: network.String(), Solver: solver, ValidationError: math.NaN()}
			if choice == nil {
				out.Cells = append(out.Cells, cell)
				continue
			}
			settings := choice.Settings(solver, network)
			cell.Settings = settings.words()
			if e, ok := choice.errors[group{solver, network.String()}]; ok {
				cell.ValidationError = e
			}
			finished, err := s.cell(&cell, &out.Comparison, settings, network)
			if err != nil {
				return nil, err
			}
			out.Cells = append(out.Cells, cell)
			if len(finished) > 0 {
				out.Curves[network.String()] = append(out.Curves[network.String()], curve(solver, finished))
			}
		}
	}
	return out, nil
}

// cell adds the seeds that there are, and returns the runs that came to their end.
func (s *Study) cell(cell *report.Cell, c *report.Comparison, settings Settings, n Network) ([]*Result, error) {
	var finished []*Result
	for _, r := range s.plan.finals(settings, n) {
		result, err := s.store.load(r, s.data)
		if err != nil {
			return nil, err
		}
		if result == nil {
			continue
		}
		c.ISA, c.Workers = result.ISA, result.Workers
		last, ok := result.last()
		if !ok {
			cell.Failed++
			continue
		}
		finished = append(finished, result)
		cell.Errors = append(cell.Errors, float64(last.TestError))
		cell.Seconds = append(cell.Seconds, float64(last.Seconds))
		cell.ToTarget = append(cell.ToTarget, secondsTo(result.Trace, s.plan.Target))
	}
	return finished, nil
}

// secondsTo returns those to the end of the first epoch whose test error is at most the
// target, or NaN if none is.
func secondsTo(trace []Epoch, target float64) float64 {
	for _, e := range trace {
		if float64(e.TestError) <= target {
			return float64(e.Seconds)
		}
	}
	return math.NaN()
}

// curve is that of runs of the same length.
func curve(solver string, runs []*Result) Curve {
	c := Curve{Solver: solver}
	for i := range runs[0].Trace {
		var seconds, sum float64
		low, high := math.Inf(1), math.Inf(-1)
		for _, r := range runs {
			e := float64(r.Trace[i].TestError)
			seconds += float64(r.Trace[i].Seconds)
			sum += e
			low, high = min(low, e), max(high, e)
		}
		n := float64(len(runs))
		c.Seconds = append(c.Seconds, seconds/n)
		c.Error = append(c.Error, sum/n)
		c.Low, c.High = append(c.Low, low), append(c.High, high)
	}
	return c
}
