package cli

import (
	"fmt"
	"slices"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// solver is a method as --solver names it. Full batches are called bcd, too: --batch 0 chooses them.
type solver struct{ *train.Method }

// descent is block coordinate descent, in either form.
var descent = solver{bcd.MiniBatches.Method}

func (s solver) String() string { return s.Name }

// solvers returns all of them.
func solvers() []solver {
	var all []solver
	for _, m := range train.Methods() {
		if m != bcd.FullBatches.Method {
			all = append(all, solver{m})
		}
	}
	return all
}

// gradientSolver is one of those with stochastic gradients, for what they have in common.
func gradientSolver() solver { return solvers()[1] }

func parseSolver(text string) (solver, error) {
	all := solvers()
	for _, s := range all {
		if s.String() == text {
			return s, nil
		}
	}
	return solver{}, fmt.Errorf("unknown %q: want %s", text, alternatives(all))
}

// has reports whether the solver has an option.
func (s solver) has(option string) bool {
	_, ok := s.Option(option)
	if s == descent && !ok {
		_, ok = bcd.FullBatches.Option(option)
	}
	return ok
}

// parseLossName parses the name of a loss.
func parseLossName(text string) (string, error) {
	_, err := oneOf(nn.ParseLoss[float64])(text)
	return text, err
}

// losses are those that the solver can train for.
func (s solver) losses() []string {
	return slices.DeleteFunc(nn.LossNames(), func(name string) bool { return !s.Trains(name) })
}
