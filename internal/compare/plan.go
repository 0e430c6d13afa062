package compare

import (
	"fmt"
	"slices"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/internal/dataset"
)

// Plan is what is compared.
type Plan struct {
	Solvers  []string  `json:"solvers"`
	Networks []Network `json:"networks"`
	// TuneOn has the names of the networks that settings are looked for on. Empty stands
	// for the one of the fewest and the one of the most layers, of each initialization;
	// see [Plan.Tuned].
	TuneOn []string `json:"tune_on,omitempty"`
	// Limit is how many of the training samples are used, the first ones; 0 means all.
	Limit int `json:"limit,omitempty"`
	// Seeds is the number of trainings of each network by each solver, with the seeds
	// 1 … Seeds.
	Seeds int `json:"seeds"`
	// Epochs is the length of a training. It is the same for all solvers.
	Epochs int `json:"epochs"`
	// Trials is the number of settings that are tried of each solver, at most
	// [MostTrials].
	Trials int `json:"trials"`
	// ChooseLambda lets each training of [BCD] begin with the choice of λ and λ_out among multiples of those of its
	// settings, as package lambda has it. The time of the choice counts.
	ChooseLambda bool `json:"choose_lambda,omitempty"`
	// Uncentred leaves the mean of the inputs in them. Else it is subtracted.
	Uncentred bool `json:"uncentred,omitempty"`
	// Target is the test error, a fraction; the report has the seconds until it was reached.
	Target float64 `json:"target"`
	// DataFlags are words of a command line that say how the samples were read, for the command in the report alone.
	DataFlags []string `json:"data_flags,omitempty"`
}

// DefaultPlan returns the whole comparison: the solvers that can be tuned ([Tuned]) on [Networks] and [DeepNetworks],
// with 5 seeds, 20 epochs and all settings. Those are looked for on one hidden layer and
// on ten, and on ten of the other initialization, which is another problem.
func DefaultPlan() Plan {
	return Plan{
		Solvers: Tuned(), Networks: slices.Concat(Networks(), DeepNetworks()),
		TuneOn: []string{"300", "10x100", "10x100_gaussian0.01"},
		Seeds:  5, Epochs: 20, Trials: Combinations, Target: 0.02,
	}
}

// QuickPlan returns a comparison that takes a second or two on the embedded digits: two
// small networks, one seed, two epochs and four settings. It shows how things work, not
// which solver is best.
func QuickPlan() Plan {
	p := DefaultPlan()
	p.TuneOn = nil
	p.Networks = []Network{
		{Hidden: []int{30}},
		{Hidden: []int{20, 20, 20}, Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}}},
	}
	p.Seeds, p.Epochs, p.Trials, p.Target = 1, 2, 4, 0.1
	return p
}

// LimitOf is how many training samples of a set the plan uses.
func (p *Plan) LimitOf(set *dataset.Set) int {
	if p.Limit == 0 {
		return set.Train.Len()
	}
	return min(p.Limit, set.Train.Len())
}

// TuningSamples is how many of them the settings are tuned on; the others judge these.
func (p *Plan) TuningSamples(set *dataset.Set) int {
	return tuningData(Data{Train: p.LimitOf(set)}).Train
}

// Numbers is how many numbers a training of a network takes at most, by any of the solvers ([train.Recipe.Numbers]).
// What is tuned makes no training take more than the defaults do.
func (p *Plan) Numbers(problem train.Problem, spec nn.Spec) int64 {
	most := int64(0)
	for _, name := range p.Solvers {
		m, err := train.Lookup(name)
		if err != nil {
			continue // the plan is not valid
		}
		problem.Loss = m.Loss
		if r, err := m.Configure(problem, nil); err == nil {
			most = max(most, r.Numbers(spec, problem.Samples))
		}
	}
	return most
}

// mostRepeats bounds seeds and epochs: a plan that was read from a file must not ask for all
// the memory there is.
const mostRepeats = 10_000

// mostRuns bounds all runs for the same reason.
const mostRuns = 200_000

// longestName is that of a network in a file name, of which 255 bytes are common.
const longestName = 120

// Validate returns a *[nn.OptionError] or a *[nn.SpecError] unless the plan can be
// carried out.
func (p *Plan) Validate() error {
	if len(p.Solvers) == 0 {
		return &nn.OptionError{Option: "solver", Reason: "none: want at least 1"}
	}
	if err := checkSolvers(p.Solvers); err != nil {
		return err
	}
	if len(p.Networks) == 0 {
		return &nn.OptionError{Option: "net", Reason: "none: want at least 1"}
	}
	if err := p.checkNetworks(); err != nil {
		return err
	}
	for _, c := range []struct {
		option string
		value  int
	}{{"seeds", p.Seeds}, {"epochs", p.Epochs}, {"trials", p.Trials}} {
		if c.value < 1 {
			return &nn.OptionError{Option: c.option, Reason: fmt.Sprintf("%d: want at least 1", c.value)}
		}
	}
	if p.Trials > MostTrials {
		return &nn.OptionError{Option: "trials",
			Reason: fmt.Sprintf("%d: there are %d settings of each solver", p.Trials, MostTrials)}
	}
	if p.Seeds > mostRepeats || p.Epochs > mostRepeats {
		return &nn.OptionError{Option: "seeds",
			Reason: fmt.Sprintf("%d, with %d epochs: want at most %d of either", p.Seeds, p.Epochs, mostRepeats)}
	}
	if !(p.Target > 0 && p.Target < 1) {
		return &nn.OptionError{Option: "target", Reason: fmt.Sprintf("%v: want a fraction between 0 and 1", p.Target)}
	}
	if p.Limit < 0 {
		return &nn.OptionError{Option: "limit", Reason: fmt.Sprintf("%d: want 0 or more", p.Limit)}
	}
	if n := len(p.Networks) * len(p.Solvers) * (p.Seeds + p.Trials); n > mostRuns {
		return &nn.OptionError{Option: "seeds",
			Reason: fmt.Sprintf("%d, with %d networks and %d solvers: want at most %d runs",
				p.Seeds, len(p.Networks), len(p.Solvers), mostRuns)}
	}
	return nil
}

func (p *Plan) checkNetworks() error {
	seen := map[string]bool{}
	for _, n := range p.Networks {
		if err := n.validate(); err != nil {
			return err
		}
		name := n.String()
		if seen[name] {
			return &nn.OptionError{Option: "net", Reason: name + " occurs twice"}
		}
		seen[name] = true
	}
	for i, name := range p.TuneOn {
		if !seen[name] {
			return &nn.OptionError{Option: "tune-on", Reason: fmt.Sprintf("%s is not one of the networks", name)}
		}
		if slices.Contains(p.TuneOn[:i], name) {
			return &nn.OptionError{Option: "tune-on", Reason: name + " occurs twice"}
		}
	}
	return nil
}

// Tuned returns the networks that settings are looked for on: those of TuneOn, or else of
// each initialization the one of the fewest and the one of the most layers.
func (p *Plan) Tuned() []Network {
	var tuned []Network
	if len(p.TuneOn) > 0 {
		for _, n := range p.Networks {
			if slices.Contains(p.TuneOn, n.String()) {
				tuned = append(tuned, n)
			}
		}
		return tuned
	}
	var inits []nn.Init
	for _, n := range p.Networks {
		if !slices.Contains(inits, n.Init) {
			inits = append(inits, n.Init)
			tuned = append(tuned, extremes(startingAs(n.Init, p.Networks))...)
		}
	}
	return tuned
}

// Sources returns the tuned networks that a network has its settings from. One that is
// tuned on has them from itself. Else they are carried over from those that begin with
// weights of the same kind, or from all if there are none: to a network deeper than these
// from the deepest of them, to one shallower from the shallowest, and to one between them
// from all of these ([Choice.Settings]).
func (p *Plan) Sources(n Network) []Network {
	tuned := p.Tuned()
	for i, t := range tuned {
		if t.String() == n.String() {
			return tuned[i : i+1]
		}
	}
	alike := startingAs(n.Init, tuned)
	if len(alike) == 0 {
		alike = tuned
	}
	byDepth := func(a, b Network) int { return len(a.Hidden) - len(b.Hidden) }
	deepest, shallowest := slices.MaxFunc(alike, byDepth), slices.MinFunc(alike, byDepth)
	switch {
	case byDepth(n, deepest) > 0:
		return []Network{deepest}
	case byDepth(n, shallowest) < 0:
		return []Network{shallowest}
	}
	return alike
}

// startingAs returns the networks of an initialization.
func startingAs(init nn.Init, networks []Network) []Network {
	var list []Network
	for _, n := range networks {
		if n.Init == init {
			list = append(list, n)
		}
	}
	return list
}

// extremes returns the network of the fewest and the one of the most layers, the first
// of each; the others lie between them. If there is only one depth it is the first
// network and, if there is one, the last.
func extremes(networks []Network) []Network {
	low, high := 0, 0
	for i, n := range networks {
		if len(n.Hidden) < len(networks[low].Hidden) {
			low = i
		}
		if len(n.Hidden) > len(networks[high].Hidden) {
			high = i
		}
	}
	if low == high {
		high = len(networks) - 1
	}
	if low == high {
		return networks[:1]
	}
	return []Network{networks[low], networks[high]}
}

// rung is a round of the tuning: how many settings of a solver run on a network, for
// how many epochs, and with how many seeds each.
type rung struct{ settings, epochs, seeds int }

// rungs returns the rounds: from each to the next half of the settings for twice the
// epochs. In the last one each runs with several seeds: what is left differs less than one
// seed from the next.
func (p *Plan) rungs() []rung {
	const last = 8 // the first runs take 1/last of the epochs
	var rungs []rung
	settings := p.Trials
	for part := last; part >= 1; part /= 2 {
		epochs := (p.Epochs + part - 1) / part
		if part > 1 && (p.Epochs+part/2-1)/(part/2) == epochs {
			continue // too few epochs for another round of as many
		}
		rungs = append(rungs, rung{settings, epochs, 1})
		settings = (settings + 1) / 2
	}
	rungs[len(rungs)-1].seeds = len(tuningSeeds)
	return rungs
}

// The stages of a comparison.
const (
	stageTune  = "tune"
	stageFinal = "final"
)

// tuningSeeds are those of the tuning, of which all rounds but the last one take the first alone.
// None of them is a seed of the final runs.
var tuningSeeds = [...]uint64{0, mostRepeats + 1, mostRepeats + 2}

// Run is one training.
type Run struct {
	Stage    string   `json:"stage"` // "tune" or "final"
	Settings Settings `json:"settings"`
	Network  Network  `json:"network"`
	Seed     uint64   `json:"seed"`
	Epochs   int      `json:"epochs"`
	// ChooseLambda says that the training begins with the choice of λ.
	ChooseLambda bool `json:"choose_lambda,omitempty"`
}

// String is the name of the run's file, without .json.
func (r Run) String() string {
	name := fmt.Sprintf("%s_%v_net-%v_seed%d_epochs%d", r.Stage, r.Settings, r.Network, r.Seed, r.Epochs)
	if r.ChooseLambda {
		name += "_chosen"
	}
	return name
}

// choosing is the solver whose trainings begin with the choice of λ.
func (p *Plan) choosing() string {
	if p.ChooseLambda {
		return BCD
	}
	return ""
}

// chooses reports whether the trainings of a solver begin with the choice of λ.
func (p *Plan) chooses(solver string) bool { return solver == p.choosing() }

// finals returns the runs of a solver on a network with the settings that were chosen.
func (p *Plan) finals(s Settings, n Network) []Run {
	var runs []Run
	for seed := 1; seed <= p.Seeds; seed++ {
		runs = append(runs, Run{stageFinal, s, n, uint64(seed), p.Epochs, p.chooses(s.Solver)})
	}
	return runs
}
