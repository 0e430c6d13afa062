package compare

import (
	"cmp"
	"maps"
	"math"
	"slices"
	"strings"

	"ridge/internal/report"
)

// Summary is the result of a comparison, as far as it is done.
type Summary struct {
	report.Comparison
	Curves map[string][]Curve // of the final runs, by the name of the network

	study *Study
}

// Problems are files that were left out of the summary, and why.
func (s *Summary) Problems() []string { return s.study.Problems() }

// Plan returns what was compared.
func (s *Summary) Plan() Plan { return s.study.plan }

// Curve is the course of a solver on a network: for each epoch the mean over the seeds,
// and the lowest and the highest. Runs that failed are not in it.
type Curve struct {
	Solver    string
	Seconds   []float64
	Error     []float64
	Low, High []float64
}

// Collect returns the summary of the comparison in a folder, from its files alone, or from an
// archive ([Summary.WriteArchive]): the one that path names, or the one in the folder. What is not
// finished is not in it. The error is a *sealed.FileError, or that of a file that can't be read.
func Collect(path string) (*Summary, error) {
	s, err := open(path)
	if err != nil {
		return nil, err
	}
	return s.summary()
}

// summary makes the summary of the files.
func (s *Study) summary() (*Summary, error) {
	outlook, err := s.Outlook()
	if err != nil {
		return nil, err
	}
	out := &Summary{Curves: map[string][]Curve{}, study: s}
	out.Design = report.Design{
		Dataset: s.data.Name, Train: s.data.Train, Test: s.data.Test, Validation: tuningData(s.data).Validation,
		Seeds: s.plan.Seeds, Epochs: s.plan.Epochs, Trials: s.plan.Trials, Choosing: s.plan.choosing(),
		Target:  s.plan.Target,
		Solvers: s.plan.Solvers,
	}
	out.Finished, out.Runs = outlook.Count()
	for _, n := range s.plan.TunedNetworks() {
		out.Tuned = append(out.Tuned, n.String())
	}
	for _, network := range s.plan.Networks {
		out.Networks = append(out.Networks, network.String())
		out.Shapes = append(out.Shapes, s.shape(network))
		if err := s.addNetwork(out, outlook.choice, network); err != nil {
			return nil, err
		}
	}
	out.Origins, out.Tried = s.origins(), s.tried()
	return out, nil
}

// shape describes a network.
func (s *Study) shape(n Network) report.Shape {
	var sources []string
	for _, source := range s.plan.sources(n) {
		sources = append(sources, source.String())
	}
	from := "the best on " + strings.Join(sources, " and ")
	if from == "the best on "+n.String() {
		from = "the best on itself"
	}
	return report.Shape{Name: n.String(), Layers: n.words(s.data.Inputs, s.data.Classes), Settings: from}
}

// addNetwork adds the cells, the curves and the duel of a network.
func (s *Study) addNetwork(out *Summary, choice *Choice, n Network) error {
	network := n.String()
	var cells []report.Cell
	runs := map[string][]*Result{} // by the solver
	for _, solver := range s.plan.Solvers {
		cell := report.Cell{Network: network, Solver: solver, ValidationError: math.NaN()}
		if choice.knows(solver) {
			settings := choice.Settings(solver, n)
			cell.Settings = settings.words()
			if e, ok := choice.errors[group{solver, network}]; ok && !math.IsInf(e, 1) { // all trials failed
				cell.ValidationError = e
			}
			finished, err := s.addSeeds(&cell, &out.Comparison, settings, n)
			if err != nil {
				return err
			}
			if len(finished) > 0 {
				out.Curves[network] = append(out.Curves[network], curve(solver, finished))
			}
			runs[solver] = finished
		}
		cells = append(cells, cell)
	}
	out.Cells = append(out.Cells, cells...)
	if duel, ok := report.NewDuel(BCD, cells); ok && len(cells) > 1 {
		duel.ToGoal, duel.RivalToGoal = allSecondsTo(runs[BCD], duel.Goal), allSecondsTo(runs[duel.Rival], duel.Goal)
		out.Duels = append(out.Duels, duel)
	}
	return nil
}

// addSeeds adds the seeds that there are to a cell, and returns the runs that came to
// their end.
func (s *Study) addSeeds(cell *report.Cell, c *report.Comparison, settings Settings, n Network) ([]*Result, error) {
	var finished []*Result
	for _, r := range s.plan.finals(settings, n) {
		result, err := s.store.load(r, s.data)
		if err != nil {
			return nil, err
		}
		if result == nil {
			continue
		}
		c.NoteExecution(report.Execution{ISA: result.ISA, Workers: result.Workers, Jobs: max(1, result.Jobs)})
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

// tried lists the runs of the tuning that have been read, on a network the best of the
// longest first.
func (s *Study) tried() []report.Trial {
	var list []report.Trial
	for _, name := range slices.Sorted(maps.Keys(s.store.loaded)) { // so that ties have an order
		if r := s.store.loaded[name]; r.Stage == stageTune {
			list = append(list, report.Trial{
				Network: r.Network.String(), Solver: r.Settings.Solver, Settings: r.Settings.words(),
				Epochs: r.Epochs, Seed: r.Seed, ValidationError: r.validationError(),
			})
		}
	}
	networks := s.plan.TunedNetworks()
	place := func(t report.Trial) int {
		n := slices.IndexFunc(networks, func(n Network) bool { return n.String() == t.Network })
		return n*len(s.plan.Solvers) + slices.Index(s.plan.Solvers, t.Solver)
	}
	slices.SortStableFunc(list, func(a, b report.Trial) int {
		return cmp.Or(place(a)-place(b), b.Epochs-a.Epochs, cmp.Compare(a.ValidationError, b.ValidationError))
	})
	return list
}

// origins lists the programs that made the results that have been read, in the order of their first runs.
func (s *Study) origins() []report.Origin {
	type key struct {
		commit   string
		modified bool
		cpu      string
	}
	found := map[key]*report.Origin{}
	solvers := map[key]map[string]bool{}
	for _, r := range s.store.loaded {
		k := key{r.Origin.Commit, r.Origin.Modified, r.Origin.CPU}
		o := found[k]
		if o == nil {
			o = &report.Origin{Commit: k.commit, Modified: k.modified, CPU: k.cpu, First: r.Origin.Date,
				Last: r.Origin.Date}
			found[k], solvers[k] = o, map[string]bool{}
		}
		o.Runs++
		solvers[k][r.Settings.Solver] = true
		if r.Origin.Date.Before(o.First) {
			o.First = r.Origin.Date
		}
		if r.Origin.Date.After(o.Last) {
			o.Last = r.Origin.Date
		}
	}
	var list []report.Origin
	for k, o := range found {
		for _, solver := range s.plan.Solvers {
			if solvers[k][solver] {
				o.Solvers = append(o.Solvers, solver)
			}
		}
		list = append(list, *o)
	}
	slices.SortFunc(list, func(a, b report.Origin) int {
		return cmp.Or(a.First.Compare(b.First), cmp.Compare(a.Commit, b.Commit), cmp.Compare(a.CPU, b.CPU),
			b.Runs-a.Runs)
	})
	return list
}

// secondsTo returns those to the end of the first epoch whose test error is at most the
// target, or NaN if none is. The target may be a mean of such errors, and rounded.
func secondsTo(trace []Epoch, target float64) float64 {
	for _, e := range trace {
		if float64(e.TestError) <= target*(1+report.MeanRounding) {
			return float64(e.Seconds)
		}
	}
	return math.NaN()
}

// allSecondsTo returns those of each run.
func allSecondsTo(runs []*Result, target float64) []float64 {
	var seconds []float64
	for _, r := range runs {
		seconds = append(seconds, secondsTo(r.Trace, target))
	}
	return seconds
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
