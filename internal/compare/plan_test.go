package compare

import (
	"encoding/json"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

func TestNamesOfNetworks(t *testing.T) {
	for _, c := range []struct {
		network Network
		want    string
	}{
		{Network{Hidden: []int{300}}, "300"},
		{Network{Hidden: []int{500, 500}}, "2x500"},
		{Network{Hidden: slices.Repeat([]int{100}, 10)}, "10x100"},
		{Network{Hidden: []int{784, 100, 100, 784}}, "784-2x100-784"},
		{Network{Hidden: []int{300, 300, 300}, Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}}},
			"3x300_0to2_1to3"},
		{Network{Hidden: []int{9, 9}, Skips: []nn.Skip{{From: 0, To: 2}}, Init: nn.Init{Gaussian: 0.01}},
			"2x9_0to2_gaussian0.01"},
	} {
		assert.Equal(t, c.want, c.network.String())
	}
}

func TestWordsForNetworks(t *testing.T) {
	for want, n := range map[string]Network{
		"784-500-500-10": {Hidden: []int{500, 500}},
		"784-[100 × 10]-10, weights gaussian:0.01": {Hidden: slices.Repeat([]int{100}, 10),
			Init: nn.Init{Gaussian: 0.01}},
		"784-9-[7 × 4]-10, skips 0:2 1:3, weights gaussian:0.05": {Hidden: []int{9, 7, 7, 7, 7},
			Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}}, Init: nn.Init{Gaussian: 0.05}},
	} {
		assert.Equal(t, want, n.words(784, 10))
	}
}

func TestNetworksAreReadBackFromJSON(t *testing.T) {
	text, err := json.Marshal(DefaultPlan().Networks)
	require.NoError(t, err)
	assert.Contains(t, string(text), `{"hidden":[300]},`, "as before there was a choice of the first weights")
	assert.Contains(t, string(text), `"init":"gaussian:0.01"`)
	var again []Network
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, DefaultPlan().Networks, again)
	assert.Error(t, json.Unmarshal([]byte(`[{"hidden":[3],"init":"xavier"}]`), &again))
}

func TestNamesOfRunsHaveAllTheirSettings(t *testing.T) {
	n := Network{Hidden: []int{300}}
	for _, c := range []struct {
		run  Run
		want string
	}{
		{
			Run{stageTune, Settings{Solver: "adam", Loss: "softmax"}.with([]float64{2e-3, 1e-4}), n, 0, 3, false},
			"tune_adam_softmax_rate0.002_decay1e-4_net-300_seed0_epochs3",
		},
		{
			Run{stageFinal, Settings{Solver: BCD, Loss: "hinge"}.with([]float64{0.5, 1, 0.75}), n, 5, 20, false},
			"final_bcd_hinge_lambda0.5x_step1x_damping0.75_net-300_seed5_epochs20",
		},
		{
			Run{stageFinal, Settings{Solver: BCD, Loss: "hinge"}.with([]float64{0.5, 1, 0.75, 1, 0.5, 1, 4}), n, 5, 20,
				false},
			"final_bcd_hinge_lambda0.5x_step1x_damping0.75_input0.5x_spectraldecay4x_net-300_seed5_epochs20",
		},
	} {
		assert.Equal(t, c.want, c.run.String())
	}
}

func TestAllSolversHaveTheSameNumberOfTrials(t *testing.T) {
	for _, solver := range TunedSolvers() {
		all := trialsOf(solver, MostTrials)
		require.Len(t, all, MostTrials, solver)
		seen := map[string]bool{}
		for _, s := range all {
			seen[s.String()] = true
			assert.Equal(t, solver, s.Solver)
		}
		assert.Len(t, seen, MostTrials, "%s: settings that are there twice", solver)
		for _, trials := range []int{5, Combinations, Combinations + 3} {
			assert.Equal(t, all[:trials], trialsOf(solver, trials), "fewer trials are the first of all")
		}
		assert.ElementsMatch(t, space[solver].combine(solver), all[:Combinations], "the grid comes first")
	}
}

// TestAllSettingsCanBeUsed: on the shallowest and the deepest networks that are compared.
func TestAllSettingsCanBeUsed(t *testing.T) {
	for _, solver := range Solvers() {
		for _, s := range trialsOf(solver, MostTrials) {
			for _, layers := range []int{1, 10, 20} {
				p := train.Problem{Samples: 50000, Layers: layers, Bits: 32}
				recipe, err := Run{Settings: s, Epochs: 1}.recipe(p, nil)
				require.NoError(t, err)
				assert.NoError(t, recipe.Check(p), "%v", s)
				assert.Equal(t, solver, recipe.Method().Name)
				assert.True(t, recipe.Method().Trains(s.Loss), "%v", s)
			}
		}
	}
}

// TestLateOptionsReachTheTraining: they multiply or replace the default, in the training and in its file.
func TestLateOptionsReachTheTraining(t *testing.T) {
	s := Settings{Solver: BCD, Loss: "hinge"}.with([]float64{0.5, 1, 0.75, 0.4, 0.5, 0.5, 4})
	p := train.Problem{Samples: 50000, Layers: 2, Bits: 32}
	recipe, err := Run{Settings: s, Epochs: 1}.recipe(p, nil)
	require.NoError(t, err)
	o, usual := recipe.Options().(*bcd.BatchOptions), bcd.DefaultBatchOptions(p)
	assert.Equal(t, []float64{0.4}, o.Gamma)
	assert.Equal(t, usual.InputStep/2, o.InputStep)
	assert.InDelta(t, usual.SpectralStep/2, o.SpectralStep, 1e-12)
	assert.InDelta(t, usual.SpectralDecay*4, o.SpectralDecay, 1e-12)
	text, err := json.Marshal(s)
	require.NoError(t, err)
	var again Settings
	require.NoError(t, json.Unmarshal(text, &again))
	assert.Equal(t, s, again)

	early := Settings{Solver: BCD, Loss: "hinge"}.with([]float64{0.5, 1, 0.75})
	require.NoError(t,
		json.Unmarshal([]byte(`{"solver":"bcd","loss":"hinge","lambda":0.5,"step":1,"damping":0.75}`), &again))
	assert.Equal(t, early, again, "a file from before there were late options")
}

// TestSettingsCarryToNetworksOfAnotherMetric: deep networks have another metric by default, and with it another step of
// what reads the input, of which settings are multiples.
func TestSettingsCarryToNetworksOfAnotherMetric(t *testing.T) {
	for multiple, want := range map[float64][2]float64{1: {4, 1}, 0.5: {2, 0.5}, 1.5: {6, 1.5}} {
		s := Settings{Solver: BCD, Loss: "hinge"}.with([]float64{1, 1, 0.75, 1, multiple})
		for i, layers := range []int{1, 10} {
			recipe, err := Run{Settings: s, Epochs: 1}.recipe(train.Problem{Samples: 50000, Inputs: 784, Layers: layers,
				Bits: 32, Loss: "hinge"}, nil)
			require.NoError(t, err)
			assert.Equal(t, want[i], recipe.Options().(*bcd.BatchOptions).InputStep, "×%v, %d layers", multiple, layers)
		}
	}
}

func TestRungsHalveTheSettingsAndDoubleTheEpochs(t *testing.T) {
	for _, c := range []struct {
		epochs, trials int
		want           []rung
	}{
		{16, 24, []rung{{24, 2, 1}, {12, 4, 1}, {6, 8, 1}, {3, 16, 3}}},
		{20, 24, []rung{{24, 3, 1}, {12, 5, 1}, {6, 10, 1}, {3, 20, 3}}},
		{20, 5, []rung{{5, 3, 1}, {3, 5, 1}, {2, 10, 1}, {1, 20, 3}}},
		{20, 1, []rung{{1, 3, 1}, {1, 5, 1}, {1, 10, 1}, {1, 20, 3}}},
		{4, 8, []rung{{8, 1, 1}, {4, 2, 1}, {2, 4, 3}}},
		{2, 4, []rung{{4, 1, 1}, {2, 2, 3}}},
		{1, 4, []rung{{4, 1, 3}}},
	} {
		p := Plan{Epochs: c.epochs, Trials: c.trials}
		assert.Equal(t, c.want, p.rungs(), "%d epochs", c.epochs)
	}
}

// Networks of so many hidden layers.
var (
	oneLayer  = Network{Hidden: []int{300}}
	twoLayers = Network{Hidden: []int{9, 9}}
	tenLayers = Network{Hidden: slices.Repeat([]int{100}, 10)}
)

func TestTheShallowestAndTheDeepestNetworkAreTunedOn(t *testing.T) {
	wide := Network{Hidden: []int{500}}
	for _, c := range []struct{ networks, want []Network }{
		{[]Network{oneLayer}, []Network{oneLayer}},
		{[]Network{twoLayers, oneLayer}, []Network{oneLayer, twoLayers}},
		{[]Network{oneLayer, wide}, []Network{oneLayer, wide}},
		{[]Network{twoLayers, tenLayers, oneLayer, wide}, []Network{oneLayer, tenLayers}},
		{Networks(), []Network{oneLayer, tenLayers}},
	} {
		p := Plan{Networks: c.networks}
		assert.Equal(t, c.want, p.TunedNetworks())
	}
}

func TestEachInitializationIsTunedOn(t *testing.T) {
	gaussian := func(n Network) Network { n.Init = nn.Init{Gaussian: 0.01}; return n }
	p := Plan{Networks: []Network{
		twoLayers, gaussian(tenLayers), oneLayer, tenLayers, gaussian(twoLayers), gaussian(oneLayer),
	}}
	assert.Equal(t, []Network{oneLayer, tenLayers, gaussian(oneLayer), gaussian(tenLayers)}, p.TunedNetworks())
	p.TuneOn = []string{"10x100", "2x9_gaussian0.01"}
	assert.Equal(t, []Network{tenLayers, gaussian(twoLayers)}, p.TunedNetworks(),
		"those that are named, in the order of the networks")
}

// TestSourcesOfSettings has the rules by which settings are carried over.
func TestSourcesOfSettings(t *testing.T) {
	p := DefaultPlan()
	sources := func(n Network) []string {
		var names []string
		for _, source := range p.sources(n) {
			names = append(names, source.String())
		}
		return names
	}
	for network, want := range map[string][]string{
		"300":                  {"300"},
		"2x500":                {"300", "10x100"},
		"3x784":                {"300", "10x100"},
		"10x100":               {"10x100"},
		"3x300_0to2_0to3_1to3": {"300", "10x100"},
		"10x100_gaussian0.01":  {"10x100_gaussian0.01"},
		"20x100":               {"10x100"},
		"20x100_gaussian0.01":  {"10x100_gaussian0.01"},
	} {
		i := slices.IndexFunc(p.Networks, func(n Network) bool { return n.String() == network })
		require.GreaterOrEqual(t, i, 0, network)
		assert.Equal(t, want, sources(p.Networks[i]), network)
	}
	p.TuneOn = []string{"2x500", "10x100"}
	assert.Equal(t, []string{"2x500"}, sources(p.Networks[0]), "one that is shallower")
	assert.Equal(t, []string{"2x500", "10x100"}, sources(Network{Hidden: []int{9, 9, 9}, Init: nn.Init{Gaussian: 1}}),
		"no other begins like it")
}

func TestPlansThatCannotBeCarriedOut(t *testing.T) {
	for _, p := range []Plan{DefaultPlan(), QuickPlan()} {
		require.NoError(t, p.Validate())
	}
	for name, change := range map[string]func(*Plan){
		"solver: none: want at least 1": func(p *Plan) { p.Solvers = nil },
		`solver: unknown "lbfgs"`:       func(p *Plan) { p.Solvers = []string{"lbfgs"} },
		"solver: sgd occurs twice":      func(p *Plan) { p.Solvers = []string{"sgd", "adam", "sgd"} },
		"net: none: want at least 1":    func(p *Plan) { p.Networks = nil },
		"net: 2x9 occurs twice": func(p *Plan) {
			p.Networks = []Network{{Hidden: []int{9, 9}},
				{Hidden: []int{9, 9}}}
		},
		"no hidden layer": func(p *Plan) { p.Networks = []Network{{}} },
		"skip 0:4": func(p *Plan) {
			p.Networks = []Network{{Hidden: []int{9},
				Skips: []nn.Skip{{From: 0, To: 4}}}}
		},
		"a name too long for a file": func(p *Plan) {
			p.Networks = []Network{{Hidden: slices.Repeat([]int{1234,
				4321}, 20)}}
		},
		"seeds: 0: want at least 1":         func(p *Plan) { p.Seeds = 0 },
		"epochs: 10001: want at most 10000": func(p *Plan) { p.Epochs = 10001 },
		"seeds: 10001: want at most 10000":  func(p *Plan) { p.Seeds = 10001 },
		"epochs: 0: want at least 1":        func(p *Plan) { p.Epochs = 0 },
		"trials: 0: want at least 1":        func(p *Plan) { p.Trials = 0 },
		"trials: 49: there are 48":          func(p *Plan) { p.Trials = 49 },
		"target: 1: want a fraction":        func(p *Plan) { p.Target = 1 },
		"target: 0: want a fraction betw":   func(p *Plan) { p.Target = 0 },
		"limit: -1: want 0 or more":         func(p *Plan) { p.Limit = -1 },
		"tune-on: 7 is not one of":          func(p *Plan) { p.TuneOn = []string{"5", "7"} },
		"tune-on: 5 occurs twice":           func(p *Plan) { p.TuneOn = []string{"5", "5"} },
		"init: standard deviation -1":       func(p *Plan) { p.Networks[0].Init.Gaussian = -1 },
	} {
		p := testPlan()
		change(&p)
		assert.ErrorContains(t, p.Validate(), name)
	}
}

// A comparison takes what that solver takes which takes most. The networks of the whole comparison, by whatever solver,
// fit on MNIST into four fifths of what the samples leave of 4 GB.
func TestAComparisonTakesTheMemoryOfItsSolvers(t *testing.T) {
	const bytes, enough = 4, (4_000_000_000 - 70_000*784*4) / 5 * 4
	p := DefaultPlan()
	problem := train.Problem{Samples: 60_000, Inputs: 784, Bits: 8 * bytes}
	for _, n := range p.Networks {
		problem.Layers, problem.Width = len(n.Hidden), n.Hidden[len(n.Hidden)-1]
		p.Solvers = Solvers()
		all := p.Numbers(problem, n.spec(784, 10))
		assert.Less(t, bytes*all, int64(enough), "%v", n)
		var most int64
		for _, name := range Solvers() {
			p.Solvers = []string{name}
			most = max(most, p.Numbers(problem, n.spec(784, 10)))
		}
		assert.Equal(t, most, all, "%v", n)
	}
	wide := nn.Spec{Inputs: 50_000, Hidden: []int{10}, Outputs: 2}
	problem = train.Problem{Samples: 50, Inputs: 50_000, Layers: 1, Width: 10, Bits: 8 * bytes}
	p.Solvers = []string{"bcd", "sgd"}
	assert.Less(t, p.Numbers(problem, wide), int64(50_000*50_000))
	p.Solvers = []string{"bcd", "kfac"}
	assert.Greater(t, p.Numbers(problem, wide), int64(3*50_000*50_000))
}
