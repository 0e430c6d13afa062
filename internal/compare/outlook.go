package compare

import (
	"math"
	"slices"
)

// Outlook says what is left of a comparison to do, and how long that will take.
type Outlook struct {
	Rows   []OutlookRow // in the order of the work: the rungs of the tuning, then the final runs
	rate   rate
	choice *Choice // of the solvers whose tuning is done
}

// OutlookRow is the runs of a stage by one solver on one network.
type OutlookRow struct {
	Stage    string // "tune" or "final"
	Solver   string
	Network  Network
	Epochs   int // of a run
	Runs     int
	Finished int

	samples int // that an epoch trains on
	inputs  int
}

// Outlook looks at the files that there are. It runs nothing.
func (s *Study) Outlook() (*Outlook, error) {
	o := &Outlook{rate: rate{}}
	halvings := s.halvings()
	stuck := map[*halving]bool{}
	on := tuningData(s.data)
	for _, rung := range s.plan.rungs() {
		for _, h := range halvings {
			runs := h.runs(rung)
			finished := 0
			if !stuck[h] {
				var err error
				if finished, err = o.look(s.store, runs, on); err != nil {
					return nil, err
				}
			}
			o.add(runs, finished, on)
			if stuck[h] = finished < len(runs); stuck[h] {
				continue // which settings the next rungs have is not known yet
			}
			if err := h.judge(rung, s.store, on); err != nil {
				return nil, err
			}
		}
	}
	undecided := map[string]bool{}
	for h := range stuck {
		undecided[h.solver] = undecided[h.solver] || stuck[h]
	}
	o.choice = s.choose(slices.DeleteFunc(halvings, func(h *halving) bool { return undecided[h.solver] }))
	return o, s.lookAtFinals(o)
}

// lookAtFinals adds the rows of the final runs.
func (s *Study) lookAtFinals(o *Outlook) error {
	for _, network := range s.plan.Networks {
		for _, solver := range s.plan.Solvers {
			if !o.choice.knows(solver) {
				o.add(s.plan.finals(Settings{Solver: solver}, network), 0, s.data)
				continue
			}
			runs := s.plan.finals(o.choice.Settings(solver, network), network)
			finished, err := o.look(s.store, runs, s.data)
			if err != nil {
				return err
			}
			o.add(runs, finished, s.data)
		}
	}
	return nil
}

// look counts the runs that are finished, and takes their times.
func (o *Outlook) look(results *store, runs []Run, d DataFacts) (finished int, err error) {
	for _, r := range runs {
		result, err := results.load(r, d)
		if err != nil {
			return 0, err
		}
		if result != nil {
			finished++
			o.rate.add(result)
		}
	}
	return finished, nil
}

// add adds the row of some runs, which differ in settings and seeds only.
func (o *Outlook) add(runs []Run, finished int, d DataFacts) {
	r := runs[0]
	o.Rows = append(o.Rows,
		OutlookRow{r.Stage, r.Settings.Solver, r.Network, r.Epochs, len(runs), finished, d.Train, d.Inputs})
}

// finished takes note of a run that has just ended.
func (o *Outlook) finished(result *Result) {
	o.rate.add(result)
	if row := o.row(result); row != nil {
		row.Finished++
	}
}

// found takes note of the finished runs of stages that begin. Of a stage whose settings were not known before, as
// another one had to be finished first, none is counted yet.
func (o *Outlook) found(results []*Result) {
	byRow := map[*OutlookRow][]*Result{}
	for _, result := range results {
		if row := o.row(result); row != nil {
			byRow[row] = append(byRow[row], result)
		}
	}
	for row, list := range byRow {
		if len(list) <= row.Finished {
			continue
		}
		row.Finished = len(list)
		for _, result := range list {
			o.rate.add(result)
		}
	}
}

// row is that of a run, nil if there is none.
func (o *Outlook) row(result *Result) *OutlookRow {
	i := slices.IndexFunc(o.Rows, func(r OutlookRow) bool {
		return r.Stage == result.Stage && r.Solver == result.Settings.Solver && r.Epochs == result.Epochs &&
			r.Network.String() == result.Network.String()
	})
	if i < 0 {
		return nil
	}
	return &o.Rows[i]
}

// Count returns how many runs are finished, and how many there are.
func (o *Outlook) Count() (finished, all int) {
	for _, row := range o.Rows {
		finished += row.Finished
		all += row.Runs
	}
	return finished, all
}

// Left estimates, from the finished runs, how many seconds the others take with jobs runs at a
// time. It is NaN if none is finished, and 0 if nothing is left.
func (o *Outlook) Left(jobs int) float64 {
	var left float64
	for _, row := range o.Rows {
		if row.Finished < row.Runs {
			left += float64(row.Runs-row.Finished) * o.Seconds(row)
		}
	}
	return left / float64(jobs)
}

// Seconds estimates those of one run of the row; NaN if nothing is known.
func (o *Outlook) Seconds(row OutlookRow) float64 {
	return float64(row.Epochs) * float64(row.samples) *
		o.rate.of(row.Solver, row.Network, row.inputs)
}

// rate has the seconds for one sample and epoch by solver and network, and by the
// weights of the network for networks that have not been run: those of each run, sorted.
// The median counts, so that a run in which the machine stood still for half an hour does no harm.
type rate map[group][]float64

// add takes note of what a run took.
func (r rate) add(result *Result) {
	if epochs := len(result.Trace); epochs > 0 {
		r.addEpoch(result, result.Wall/float64(epochs))
	}
}

// addEpoch takes note of the seconds of an epoch of a run.
func (r rate) addEpoch(result *Result, seconds float64) {
	perSample := seconds / float64(result.Data.Train)
	perWeight := perSample / result.Network.weights(result.Data.Inputs)
	solver, network := result.Settings.Solver, result.Network.String()
	r.insert(group{solver, network}, perSample)
	r.insert(group{solver, ""}, perWeight)
	r.insert(group{}, perWeight)
}

func (r rate) insert(g group, v float64) {
	i, _ := slices.BinarySearch(r[g], v)
	r[g] = slices.Insert(r[g], i, v)
}

// of returns the best estimate there is.
func (r rate) of(solver string, n Network, inputs int) float64 {
	if v := r[group{solver, n.String()}]; len(v) > 0 {
		return median(v)
	}
	for _, g := range []group{{solver, ""}, {}} {
		if v := r[g]; len(v) > 0 {
			return median(v) * n.weights(inputs)
		}
	}
	return math.NaN()
}

// median is that of sorted numbers, the upper one of an even number.
func median(v []float64) float64 { return v[len(v)/2] }
