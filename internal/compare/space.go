package compare

import (
	"fmt"
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

// TunedSolvers returns the names of the methods that have a grid of settings: those of the default comparison.
func TunedSolvers() []string {
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
	also  []string  // options that are multiplied by the same
	step  bool      // the longer, the sooner a training diverges
	wider []float64 // what the trials after the grid may have besides
	// late says that the trials of the grid leave the option as it usually is, which is the value
	// usual. Names and files have it only where it differs.
	late  bool
	usual float64
}

// key is what JSON calls the option.
func (a axis) key() string { return strings.ReplaceAll(a.option, "-", "_") }

// grid is what is tried for a solver: every combination of the values of the axes that are not late. Each has
// as many as the others, [Combinations]. A solver that has no grid is run with its defaults.
type grid struct {
	losses []string
	axes   []axis // as names have them
	order  []int  // of the loops over the axes, the outermost first; nil: as they are
}

// Combinations is the number of settings in the grid of each solver, and MostTrials that of all there are
// to try: after the grid come random ones from a wider space, with more options, which extends beyond all ends of the
// grid.
const (
	Combinations = 24
	MostTrials   = 2 * Combinations
)

// space is the table of what is tried. The axes are those that matter most, and the
// grids are meant to hold the optima of networks of one hidden layer and of ten: a choice
// at the end of a grid says that it is too short.
//
// Gradient solvers: the learning rate decides everything else; six of them, a factor of
// two or two and a half apart, around the default, and more below it than above, as
// deep networks want lower ones. Weight decay, none or 1e-4, which is what recipes for
// images of digits have. The cross-entropy, which is their usual loss, or the squared
// hinge, which is that of bcd: neither side should win because of its loss. The rate falls
// linearly to 0, as bcd's step does.
//
// bcd: the penalty λ, the step η and the damping δ decide how well it generalizes and
// whether deep networks train. The loss is the squared hinge, which is its default; it has
// no softmax. Multiples are around 1, the default; η = 1, which is that of the step, is
// the longest that [bcd.BatchOptions] allow.
//
// After the grid, in trials that plans ask for beyond it, everyone has the longer step of what reads the
// input, and other batches or, of bcd, the tie γ and the spectral steps between hidden layers (one hidden
// layer has none); the methods of the years before 2015 have decoupled decay.
var space = map[string]grid{
	BCD: {
		losses: []string{"hinge"},
		axes: []axis{
			{option: "lambda", tag: "lambda", words: "λ ×%s", values: []float64{0.25, 0.5, 1, 2}, times: true,
				also: []string{"lambda-out"}, wider: []float64{0.1, 4}},
			{option: "step", tag: "step", words: "η ×%s", values: []float64{0.4, 0.7, 1}, times: true, step: true},
			{option: "damping", tag: "damping", words: "δ %s", values: []float64{0.75, 1.5}, wider: []float64{0.4}},
			{option: "gamma", tag: "gamma", words: "γ %s", values: []float64{0.4, 0.7, 1, 2}, late: true, usual: 1},
			{option: "input-step", tag: "input", words: "input step ×%s", values: []float64{0.25, 0.5, 1, 1.5},
				times: true, late: true, usual: 1},
			{option: "spectral-step", tag: "spectral", words: "spectral step ×%s", values: []float64{0.5, 1, 2},
				times: true, late: true, usual: 1},
			{option: "spectral-decay", tag: "spectraldecay", words: "spectral decay ×%s",
				values: []float64{0.5, 1, 2, 4}, times: true, late: true, usual: 1},
		},
	},
	"sgd":      gradientGrid([]float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5}, 1e-3, 3e-3, 0.01, 0.03),
	"nesterov": gradientGrid([]float64{0.01, 0.02, 0.05, 0.1, 0.2, 0.5}, 1e-3, 3e-3, 0.01, 0.03),
	"adagrad":  gradientGrid([]float64{2e-3, 5e-3, 0.01, 0.02, 0.05, 0.1}, 3e-3, 0.01, 0.03, 0.1),
	"rmsprop":  gradientGrid([]float64{1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3}, 0.05, 0.2, 0.5, 1),
	"adadelta": gradientGrid([]float64{0.2, 0.5, 1, 2, 5, 10}, 3e-5, 1e-4, 3e-4, 1e-3),
	"adam":     gradientGrid([]float64{1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3}, 0.05, 0.2, 0.5, 1),

	"adamw":        decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.2, 0.5, 1}),
	"schedulefree": decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.05, 0.2, 0.5}),
	"muon":         decoupledGrid([]float64{5e-3, 0.01, 0.02, 0.04}, []float64{0.1, 0.2, 0.5}),
	"soap":         decoupledGrid([]float64{1e-3, 2e-3, 4e-3, 8e-3}, []float64{0.2, 0.5, 1}),
	"kfac":         curvatureGrid([]float64{0.2, 0.5, 1}, []float64{0.1, 1}),
	"foof":         curvatureGrid([]float64{0.1, 0.2, 0.5}, []float64{0.3, 1}),
}

// gradientGrid takes the decoupled decays of the trials after the grid, which must suit the rates.
func gradientGrid(rates []float64, decays ...float64) grid {
	decay := axis{option: "decay", tag: "decoupled", words: "decoupled decay %s",
		values: append([]float64{0}, decays...), late: true}
	return grid{
		losses: []string{"softmax", "hinge"},
		axes: append([]axis{
			rateAxis(rates),
			{option: "weight-decay", tag: "decay", words: "decay %s", values: []float64{0, 1e-4},
				wider: []float64{1e-3}},
		}, append(lateAxes(), decay)...),
		order: []int{1, 0},
	}
}

// rateAxis may go twice as far at either end after the grid.
func rateAxis(rates []float64) axis {
	return axis{option: "rate", tag: "rate", words: "rate %s", values: rates, step: true,
		wider: []float64{rates[0] / 2, rates[len(rates)-1] * 2}}
}

// lateAxes are those of all gradient solvers.
func lateAxes() []axis {
	return []axis{
		{option: "batch", tag: "batch", words: "batches of %s", values: []float64{50, 100}, late: true, usual: 100},
		{option: "input-step", tag: "input", words: "input ×%s", values: []float64{1, 2, 4}, late: true, usual: 1},
	}
}

// decoupledGrid is that of methods whose weight decay stands apart from the gradients. These decays are larger than the
// old methods' penalties: those in the usual recipes for images are far too small here.
func decoupledGrid(rates, decays []float64) grid {
	return grid{
		losses: []string{"softmax", "hinge"},
		axes: append([]axis{
			rateAxis(rates),
			{option: "decay", tag: "decoupled", words: "decoupled decay %s", values: decays,
				wider: []float64{decays[0] / 4, decays[len(decays)-1] * 2}},
		}, lateAxes()...),
		order: []int{1, 0},
	}
}

// curvatureGrid is that of methods that invert matrices of second moments.
func curvatureGrid(rates, dampings []float64) grid {
	g := decoupledGrid(rates, []float64{0.01, 0.1})
	damping := axis{option: "damping", tag: "damping", words: "damping %s", values: dampings,
		wider: []float64{dampings[0] / 4, dampings[len(dampings)-1] * 2}}
	g.axes = slices.Insert(g.axes, 2, damping)
	g.order = []int{2, 1, 0}
	return g
}

// checkSolvers returns a *[nn.OptionError] unless all are solvers, each there once.
func checkSolvers(names []string) error {
	all := Solvers()
	for i, name := range names {
		if !slices.Contains(all, name) {
			return &nn.OptionError{Option: "solver",
				Reason: fmt.Sprintf("unknown %q: want %s", name, strings.Join(all, ", "))}
		}
		if slices.Contains(names[:i], name) {
			return &nn.OptionError{Option: "solver", Reason: name + " occurs twice"}
		}
	}
	return nil
}
