package compare

import (
	"cmp"
	"context"
	"math"
	"slices"

	"ridge/internal/dataset"
)

// heldOutOneIn is the reciprocal of the fraction of the training samples, the last ones, that the tuning judges by:
// 10,000 of the 60,000 of MNIST.
const heldOutOneIn = 6

// tuningSeeds are those of the tuning, of which all rounds but the last one take the first alone.
// None of them is a seed of the final runs.
var tuningSeeds = [...]uint64{0, mostRepeats + 1, mostRepeats + 2}

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

// tuningData returns the counts of the tuning's samples, given all training samples.
func tuningData(all DataFacts) DataFacts {
	d := all
	d.Validation = all.Train / heldOutOneIn
	d.Train = all.Train - d.Validation
	d.Test = 0
	return d
}

// of are the data of a stage, if d are those of the final runs.
func (d DataFacts) of(stage string) DataFacts {
	if stage == stageTune {
		return tuningData(d)
	}
	return d
}

// split returns the training samples to tune with, and those to judge by.
func split(train dataset.Samples) (fit, held dataset.Samples, err error) {
	return train.SplitTail(train.Len() / heldOutOneIn)
}

// tune finds the settings of each solver. It has only the training samples.
func (s *Study) tune(ctx context.Context, train dataset.Samples) (*Choice, error) {
	fit, held, err := split(s.plan.limited(train))
	if err != nil {
		return nil, err
	}
	on := s.samples(fit, held, dataset.Samples{Dim: train.Dim})
	halvings := s.halvings()
	for _, rung := range s.plan.rungs() {
		var runs []Run
		for _, h := range halvings {
			runs = append(runs, h.runs(rung)...)
		}
		if err := s.do(ctx, runs, on); err != nil {
			return nil, err
		}
		for _, h := range halvings {
			if err := h.judge(rung, s.store, on.data); err != nil {
				return nil, err
			}
		}
	}
	return s.choose(halvings), nil
}

// halving is the tuning of a solver on a network.
type halving struct {
	solver       string
	network      Network
	chooseLambda bool // in each run
	// ranking has the settings from the best on, as far as is known.
	ranking []Settings
	// best is the mean validation error of the first, after the last rung.
	best float64
}

// halvings returns one for each solver and each network that is tuned on.
func (s *Study) halvings() []*halving {
	var list []*halving
	for _, network := range s.plan.TunedNetworks() {
		for _, solver := range s.plan.Solvers {
			list = append(list,
				&halving{solver: solver, network: network, chooseLambda: s.plan.chooses(solver),
					ranking: trialsOf(solver, s.plan.Trials)})
		}
	}
	return list
}

// runs returns those of a rung.
func (h *halving) runs(r rung) []Run {
	var runs []Run
	for _, s := range h.ranking[:min(r.settings, len(h.ranking))] {
		for _, seed := range tuningSeeds[:r.seeds] {
			runs = append(runs, Run{stageTune, s, h.network, seed, r.epochs, h.chooseLambda})
		}
	}
	return runs
}

// judge sorts the settings of a rung, whose runs are all finished, by the mean validation
// error over the seeds. Equal ones stay in the order that the rung before put them in. Those that did
// not get to this rung stay behind.
func (h *halving) judge(r rung, results *store, d DataFacts) error {
	means := map[Settings]float64{}
	// The same in samples, which are whole numbers: rounding makes no difference.
	wrongSamples := map[Settings]float64{}
	for _, run := range h.runs(r) {
		result, err := results.load(run, d)
		if err != nil {
			return err
		}
		e := result.validationError()
		means[run.Settings] += e / float64(r.seeds)
		wrongSamples[run.Settings] += math.Round(e * float64(d.Validation))
	}
	slices.SortStableFunc(h.ranking[:len(wrongSamples)], func(a, b Settings) int {
		return cmp.Compare(wrongSamples[a], wrongSamples[b])
	})
	h.best = means[h.ranking[0]]
	return nil
}

// Choice holds the settings that the tuning chose.
type Choice struct {
	plan     Plan
	rankings map[group][]Settings // of the networks that were tuned on, from the best on
	errors   map[group]float64    // the validation errors of the best
}

// group is a solver on a network, by the names of both.
type group struct{ solver, network string }

// choose makes the choice for the solvers of the halvings.
func (s *Study) choose(halvings []*halving) *Choice {
	c := &Choice{s.plan, map[group][]Settings{}, map[group]float64{}}
	for _, h := range halvings {
		g := group{h.solver, h.network.String()}
		c.rankings[g], c.errors[g] = h.ranking, h.best
	}
	return c
}

// knows reports whether the settings of a solver are chosen.
func (c *Choice) knows(solver string) bool {
	return c.rankings[group{solver, c.plan.TunedNetworks()[0].String()}] != nil
}

// Settings returns those of a solver for a network: of the networks that they come from
// (sources) the best there, or those of the best mean rank over all of them; the
// better worst rank of those that have the same mean.
func (c *Choice) Settings(solver string, n Network) Settings {
	sources := c.plan.sources(n)
	ranks := map[Settings][]int{}
	for _, source := range sources {
		for rank, settings := range c.rankings[group{solver, source.String()}] {
			ranks[settings] = append(ranks[settings], rank)
		}
	}
	return slices.MinFunc(trialsOf(solver, c.plan.Trials), func(a, b Settings) int {
		if by := sum(ranks[a]) - sum(ranks[b]); by != 0 {
			return by
		}
		return slices.Max(ranks[a]) - slices.Max(ranks[b])
	})
}

func sum(list []int) int {
	total := 0
	for _, v := range list {
		total += v
	}
	return total
}
