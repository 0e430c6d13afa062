package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"ridge/bcd/nn"
	"ridge/internal/gradient"
	"ridge/internal/report"
)

// BCD is the name of block coordinate descent among the solvers.
const BCD = "bcd"

// Solvers returns the names of all solvers: bcd, and those of package gradient.
func Solvers() []string {
	names := []string{BCD}
	for _, m := range gradient.Methods() {
		names = append(names, m.Name)
	}
	return names
}

// Settings are what is tuned of a solver. What it does not have is 0; all else is as
// the methods' defaults have it.
type Settings struct {
	Solver string `json:"solver"`
	Loss   string `json:"loss"` // "hinge" or "softmax"

	// Of gradient solvers:
	Rate        float64 `json:"rate,omitempty"`
	WeightDecay float64 `json:"weight_decay,omitempty"`

	// Of bcd. Lambda (of the hidden layers and the output) and Step are multiples of
	// the defaults, which follow the number of samples and of layers: that is how they
	// carry from the samples of the tuning to all of them, and to other networks.
	Lambda  float64 `json:"lambda,omitempty"`
	Step    float64 `json:"step,omitempty"`
	Damping float64 `json:"damping,omitempty"`
}

// String names the settings in a way that file names can hold:
// "adam_softmax_rate0.002_decay1e-4", "bcd_hinge_lambda1x_step1x_damping0.75".
func (s Settings) String() string {
	if s.Solver == BCD {
		return fmt.Sprintf("%s_%s_lambda%sx_step%sx_damping%s", s.Solver, s.Loss, report.Number(s.Lambda), report.Number(s.Step), report.Number(s.Damping))
	}
	return fmt.Sprintf("%s_%s_rate%s_decay%s", s.Solver, s.Loss, report.Number(s.Rate), report.Number(s.WeightDecay))
}

// words says the same to people.
func (s Settings) words() string {
	if s.Solver == BCD {
		return fmt.Sprintf("%s, λ ×%s, η ×%s, δ %s", s.Loss, report.Number(s.Lambda), report.Number(s.Step), report.Number(s.Damping))
	}
	return fmt.Sprintf("%s, rate %s, decay %s", s.Loss, report.Number(s.Rate), report.Number(s.WeightDecay))
}

// grid is what is tried of a solver: every combination. Each has as many as the others,
// [Combinations].
type grid struct {
	losses        []string
	rates, decays []float64 // of gradient solvers
	lambdas       []float64 // of bcd: these three
	steps         []float64
	dampings      []float64
}

// Combinations is the number of settings there are to try of each solver.
const Combinations = 24

// space is the table of what is tried. The axes are those that matter most, and the
// grids are meant to hold the optima of networks of one hidden layer and of ten: a choice
// at the end of a grid says that it is too short.
//
// Gradient solvers: the learning rate decides everything else; six of them, a factor of
// two or two and a half apart, around the default, and more below it than above, as
// deep networks want lower ones. Weight decay, none or 1e-4, which is what recipes for
// images of digits have. The cross-entropy, which is their usual loss, or the squared
// hinge, which is that of bcd: neither side shall owe its place to a loss. The rate falls
// linearly to 0, as bcd's step does.
//
// bcd: the penalty λ, the step η and the damping δ decide how well it generalizes and
// whether deep networks train. The loss is the squared hinge, which is its default; it has
// no softmax. Multiples are around 1, the default; η = 1, which is that of the step, is
// the longest that [bcd.BatchOptions] allow. The longer step of what reads the input is left
// at its default, and no gradient solver has its like.
var space = map[string]grid{
	BCD: {
		losses:   []string{"hinge"},
		lambdas:  []float64{0.25, 0.5, 1, 2},
		steps:    []float64{0.4, 0.7, 1},
		dampings: []float64{0.75, 1.5},
	},
	"sgd":      gradientGrid(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
	"nesterov": gradientGrid(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
	"adagrad":  gradientGrid(2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1),
	"rmsprop":  gradientGrid(1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3),
	"adadelta": gradientGrid(0.2, 0.5, 1, 2, 5, 10),
	"adam":     gradientGrid(1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3),
}

func gradientGrid(rates ...float64) grid {
	return grid{losses: []string{"softmax", "hinge"}, rates: rates, decays: []float64{0, 1e-4}}
}

// Space returns the first trials settings of a solver, of [Combinations], in an order
// that is random but always the same: fewer trials are a random search of the same
// space (Bergstra and Bengio, JMLR 13, 2012).
func Space(solver string, trials int) []Settings {
	g := space[solver]
	var all []Settings
	for _, loss := range g.losses {
		for _, decay := range g.decays {
			for _, rate := range g.rates {
				all = append(all, Settings{Solver: solver, Loss: loss, Rate: rate, WeightDecay: decay})
			}
		}
		for _, lambda := range g.lambdas {
			for _, step := range g.steps {
				for _, damping := range g.dampings {
					all = append(all, Settings{Solver: solver, Loss: loss, Lambda: lambda, Step: step, Damping: damping})
				}
			}
		}
	}
	rng := rand.New(rand.NewPCG(1, 0))
	rng.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(trials, len(all))]
}

// checkSolvers returns a *[nn.OptionError] unless all are solvers, each there once.
func checkSolvers(names []string) error {
	all := Solvers()
	for i, name := range names {
		if !slices.Contains(all, name) {
			return &nn.OptionError{Option: "solver", Reason: fmt.Sprintf("unknown %q: want %s", name, strings.Join(all, ", "))}
		}
		if slices.Contains(names[:i], name) {
			return &nn.OptionError{Option: "solver", Reason: name + " is there twice"}
		}
	}
	return nil
}
