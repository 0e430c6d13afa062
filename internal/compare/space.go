package compare

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	_ "ridge/internal/methods" // finds methods by their names
)

// BCD is the name of block coordinate descent among the solvers.
const BCD = "bcd"

// Solvers returns the names of all methods that can be compared.
func Solvers() []string {
	var names []string
	for _, m := range train.Methods() {
		names = append(names, m.Name)
	}
	return names
}

// Tuned returns the names of the methods of which there are settings to try: those of the whole
// comparison.
func Tuned() []string {
	return slices.DeleteFunc(Solvers(), func(name string) bool { return len(space[name].axes) == 0 })
}

// axis is an option that is tuned, and the values to try.
type axis struct {
	option string // its name
	tag    string // its name in the names of runs
	words  string // how people are told, with %s for the value
	values []float64
	// times says that a value multiplies the default, which follows the number of samples and of
	// layers: that is how it carries from the samples of the tuning to all of them, and to other
	// networks.
	times bool
	also  []string // options that are multiplied by the same
	step  bool     // the longer, the sooner a training diverges
}

// key is what JSON calls the option.
func (a axis) key() string { return strings.ReplaceAll(a.option, "-", "_") }

// grid is what is tried of a solver: every combination. Each has as many as the others,
// [Combinations]. A solver that has no grid is run with its defaults.
type grid struct {
	losses []string
	axes   []axis // as names have them
	order  []int  // of the loops over the axes, the outermost first; nil: as they are
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
		losses: []string{"hinge"},
		axes: []axis{
			{option: "lambda", tag: "lambda", words: "λ ×%s", values: []float64{0.25, 0.5, 1, 2}, times: true, also: []string{"lambda-out"}},
			{option: "step", tag: "step", words: "η ×%s", values: []float64{0.4, 0.7, 1}, times: true, step: true},
			{option: "damping", tag: "damping", words: "δ %s", values: []float64{0.75, 1.5}},
		},
	},
	"sgd":      gradientGrid(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
	"nesterov": gradientGrid(0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
	"adagrad":  gradientGrid(2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1),
	"rmsprop":  gradientGrid(1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3),
	"adadelta": gradientGrid(0.2, 0.5, 1, 2, 5, 10),
	"adam":     gradientGrid(1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3),

	"adamw":        decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.2, 0.5, 1}),
	"schedulefree": decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.05, 0.2, 0.5}),
	"muon":         decoupledGrid([]float64{5e-3, 0.01, 0.02, 0.04}, []float64{0.1, 0.2, 0.5}),
	"soap":         decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.2, 0.5, 1}),
	"kfac":         curvatureGrid([]float64{0.2, 0.5, 1}, []float64{0.01, 0.1}),
	"foof":         curvatureGrid([]float64{0.1, 0.2, 0.5}, []float64{0.3, 1}),
}

func gradientGrid(rates ...float64) grid {
	return grid{
		losses: []string{"softmax", "hinge"},
		axes: []axis{
			{option: "rate", tag: "rate", words: "rate %s", values: rates, step: true},
			{option: "weight-decay", tag: "decay", words: "decay %s", values: []float64{0, 1e-4}},
		},
		order: []int{1, 0},
	}
}

// decoupledGrid is that of methods whose weight decay stands apart from the gradients. It takes more
// of it than the old methods' penalties do: what their recipes for images have is far too little here.
func decoupledGrid(rates, decays []float64) grid {
	return grid{
		losses: []string{"softmax", "hinge"},
		axes: []axis{
			{option: "rate", tag: "rate", words: "rate %s", values: rates, step: true},
			{option: "decay", tag: "decoupled", words: "decoupled decay %s", values: decays},
		},
		order: []int{1, 0},
	}
}

// curvatureGrid is that of methods that invert matrices of second moments.
func curvatureGrid(rates, dampings []float64) grid {
	g := decoupledGrid(rates, []float64{0.01, 0.1})
	g.axes = append(g.axes, axis{option: "damping", tag: "damping", words: "damping %s", values: dampings})
	g.order = []int{2, 1, 0}
	return g
}

// combine returns all settings of a solver.
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
		all = append(all, g.loop(Settings{Solver: solver, Loss: loss}, make([]float64, len(g.axes)), 0)...)
	}
	return all
}

// loop goes through the values of the axes from the depth-th loop on.
func (g grid) loop(s Settings, values []float64, depth int) []Settings {
	if depth == len(g.axes) {
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

// Space returns the first trials settings of a solver, of [Combinations], in an order
// that is random but always the same: fewer trials are a random search of the same
// space (Bergstra and Bengio, JMLR 13, 2012).
func Space(solver string, trials int) []Settings {
	all := space[solver].combine(solver)
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
