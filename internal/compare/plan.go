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
	// see [Plan.TunedNetworks].
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

// DefaultPlan returns the whole comparison: the solvers that can be tuned ([TunedSolvers]) on [Networks] and
// some of ten hidden layers, with 5 seeds, 20 epochs and all settings. Those are looked for on one hidden layer and on
// ten, and on ten of the other initialization, which is another problem.
func DefaultPlan() Plan {
	return Plan{
		Solvers: TunedSolvers(), Networks: slices.Concat(Networks(), deepNetworks()),
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

// limited returns those of the training samples that the plan uses.
func (p *Plan) limited(train dataset.Samples) dataset.Samples {
	if p.Limit == 0 {
		return train
	}
	return train.Head(p.Limit)
}

// dataOf identifies the samples of the final runs of a plan.
func dataOf(p *Plan, set *dataset.Set) DataFacts {
	used := *set
	used.Train = p.limited(set.Train)
	return DataFacts{set.Name, used.Train.Len(), 0, set.Test.Len(), set.Train.Dim, len(set.Classes), used.Hash(),
		p.Uncentred}
}

// LimitOf is how many training samples of a set the plan uses.
func (p *Plan) LimitOf(set *dataset.Set) int {
	return p.limited(set.Train).Len()
}

// TuningSamples is how many of them the settings are tuned on; the others judge these.
func (p *Plan) TuningSamples(set *dataset.Set) int {
	return tuningData(DataFacts{Train: p.LimitOf(set)}).Train
}

// Numbers is how many numbers a training of a network takes at most, by any of the solvers ([train.Recipe.Elements]).
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
			most = max(most, r.Elements(spec, problem.Samples))
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
		option      string
		value, most int
		tooMany     string
	}{
		{"seeds", p.Seeds, mostRepeats, "want at most %d"},
		{"epochs", p.Epochs, mostRepeats, "want at most %d"},
		{"trials", p.Trials, MostTrials, "there are %d settings of each solver"},
	} {
		switch {
		case c.value < 1:
			return &nn.OptionError{Option: c.option, Reason: fmt.Sprintf("%d: want at least 1", c.value)}
		case c.value > c.most:
			return &nn.OptionError{Option: c.option, Reason: fmt.Sprintf("%d: "+c.tooMany, c.value, c.most)}
		}
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

// TunedNetworks returns the networks that settings are looked for on: those of TuneOn, or else of
// each initialization the one of the fewest and the one of the most layers.
func (p *Plan) TunedNetworks() []Network {
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

// sources returns the tuned networks that a network has its settings from. One that is
// tuned on has them from itself. Else they are carried over from those that begin with
// weights of the same kind, or from all if there are none: to a network deeper than these
// from the deepest of them, to one shallower from the shallowest, and to one between them
// from all of these ([Choice.Settings]).
func (p *Plan) sources(n Network) []Network {
	tuned := p.TunedNetworks()
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

// choosing is the solver whose trainings begin with the choice of λ.
func (p *Plan) choosing() string {
	if p.ChooseLambda {
		return BCD
	}
	return ""
}

// chooses reports whether the trainings of a solver begin with the choice of λ.
func (p *Plan) chooses(solver string) bool { return solver == p.choosing() }
