package compare

import (
	"math/rand/v2"
	"slices"

	"ridge/bcd/train"
)

// trialsOf returns the first n settings of a solver, of [MostTrials]. The first [Combinations] are those
// of its grid, in an order that is random but always the same: fewer trials are a random search of the
// same space (Bergstra and Bengio, JMLR 13, 2012).
func trialsOf(solver string, n int) []Settings {
	g := space[solver]
	all := g.combine(solver)
	rng := rand.New(rand.NewPCG(1, 0))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	for len(g.axes) > 0 && len(all) < n {
		if s := g.draw(solver, rng); !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	return all[:min(n, len(all))]
}

// combine returns all settings of the grid.
func (g grid) combine(solver string) []Settings {
	if len(g.axes) == 0 {
		m, err := train.Lookup(solver)
		if err != nil {
			return nil
		}
		return []Settings{{Solver: solver, Loss: m.Loss}}
	}
	var all []Settings
	for _, loss := range g.losses {
		all = append(all, g.loop(Settings{Solver: solver, Loss: loss}, make([]float64, g.early()), 0)...)
	}
	return all
}

// early is the number of axes that the grid has. The late ones come after them.
func (g grid) early() int {
	if i := slices.IndexFunc(g.axes, func(a axis) bool { return a.late }); i >= 0 {
		return i
	}
	return len(g.axes)
}

// loop goes through the values of the axes from the depth-th loop on.
func (g grid) loop(s Settings, values []float64, depth int) []Settings {
	if depth == len(values) {
		return []Settings{s.with(values)}
	}
	i := depth
	if g.order != nil {
		i = g.order[depth]
	}
	var all []Settings
	for _, v := range g.axes[i].values {
		values[i] = v
		all = append(all, g.loop(s, values, depth+1)...)
	}
	return all
}

// draw returns random settings of the wider space.
func (g grid) draw(solver string, rng *rand.Rand) Settings {
	s := Settings{Solver: solver, Loss: g.losses[rng.IntN(len(g.losses))]}
	var values []float64
	for _, a := range g.axes {
		all := slices.Concat(a.values, a.wider)
		values = append(values, all[rng.IntN(len(all))])
	}
	return s.with(values)
}
