package compare

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
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
		{Network{Hidden: []int{300, 300, 300}, Skips: []bcd.Skip{{From: 0, To: 2}, {From: 1, To: 3}}}, "3x300_0to2_1to3"},
	} {
		assert.Equal(t, c.want, c.network.String())
	}
}

func TestNamesOfRuns(t *testing.T) {
	n := Network{Hidden: []int{300}}
	for _, c := range []struct {
		run  Run
		want string
	}{
		{
			Run{stageTune, Settings{Solver: "adam", Loss: "softmax", Rate: 2e-3, WeightDecay: 1e-4}, n, 0, 3},
			"tune_adam_softmax_rate0.002_decay1e-4_net-300_seed0_epochs3",
		},
		{
			Run{stageFinal, Settings{Solver: BCD, Loss: "hinge", Lambda: 0.5, Step: 1, Damping: 0.75}, n, 5, 20},
			"final_bcd_hinge_lambda0.5x_step1x_damping0.75_net-300_seed5_epochs20",
		},
	} {
		assert.Equal(t, c.want, c.run.String())
	}
}

func TestAllSolversHaveTheSameNumberOfTrials(t *testing.T) {
	for _, solver := range Solvers() {
		all := Space(solver, Combinations)
		require.Len(t, all, Combinations, solver)
		seen := map[string]bool{}
		for _, s := range all {
			seen[s.String()] = true
			assert.Equal(t, solver, s.Solver)
		}
		assert.Len(t, seen, Combinations, "%s: settings that are there twice", solver)
		assert.Equal(t, all[:5], Space(solver, 5), "fewer trials are the first of all")
	}
}

// TestAllSettingsCanBeUsed: on the shallowest and the deepest networks that are compared.
func TestAllSettingsCanBeUsed(t *testing.T) {
	for _, solver := range Solvers() {
		for _, s := range Space(solver, Combinations) {
			if solver == BCD {
				for _, layers := range []int{1, 10, 20} {
					o := s.batches(50000, layers)
					assert.True(t, o.Step > 0 && o.Step <= 1 && o.Damping > 0 && o.Lambda > 0, "%v", s)
				}
				continue
			}
			o, err := s.gradients()
			require.NoError(t, err)
			assert.Positive(t, o.LearningRate)
			assert.Equal(t, s.Loss == "softmax", o.Softmax)
		}
	}
}

func TestRungsHalveTheSettingsAndDoubleTheEpochs(t *testing.T) {
	for _, c := range []struct {
		epochs, trials int
		want           []rung
	}{
		{16, 24, []rung{{24, 2}, {12, 4}, {6, 8}, {3, 16}}},
		{20, 24, []rung{{24, 3}, {12, 5}, {6, 10}, {3, 20}}},
		{20, 5, []rung{{5, 3}, {3, 5}, {2, 10}, {1, 20}}},
		{20, 1, []rung{{1, 3}, {1, 5}, {1, 10}, {1, 20}}},
		{4, 8, []rung{{8, 1}, {4, 2}, {2, 4}}},
		{2, 4, []rung{{4, 1}, {2, 2}}},
		{1, 4, []rung{{4, 1}}},
	} {
		p := Plan{Epochs: c.epochs, Trials: c.trials}
		assert.Equal(t, c.want, p.rungs(), "%d epochs", c.epochs)
	}
}

func TestTheShallowestAndTheDeepestNetworkAreTunedOn(t *testing.T) {
	one, wide, two, ten := Network{Hidden: []int{300}}, Network{Hidden: []int{500}}, Network{Hidden: []int{9, 9}}, Network{Hidden: slices.Repeat([]int{100}, 10)}
	for _, c := range []struct{ networks, want []Network }{
		{[]Network{one}, []Network{one}},
		{[]Network{two, one}, []Network{one, two}},
		{[]Network{one, wide}, []Network{one, wide}},
		{[]Network{two, ten, one, wide}, []Network{one, ten}},
		{Networks(), []Network{one, ten}},
	} {
		p := Plan{Networks: c.networks}
		assert.Equal(t, c.want, p.Tuned())
	}
}

func TestPlansThatCannotBeCarriedOut(t *testing.T) {
	for _, p := range []Plan{DefaultPlan(), QuickPlan()} {
		require.NoError(t, p.Validate())
	}
	for name, change := range map[string]func(*Plan){
		"solver: none: want at least 1":   func(p *Plan) { p.Solvers = nil },
		`solver: unknown "lbfgs"`:         func(p *Plan) { p.Solvers = []string{"lbfgs"} },
		"solver: sgd is there twice":      func(p *Plan) { p.Solvers = []string{"sgd", "adam", "sgd"} },
		"net: none: want at least 1":      func(p *Plan) { p.Networks = nil },
		"net: 2x9 is there twice":         func(p *Plan) { p.Networks = []Network{{Hidden: []int{9, 9}}, {Hidden: []int{9, 9}}} },
		"no hidden layer":                 func(p *Plan) { p.Networks = []Network{{}} },
		"skip 0:4":                        func(p *Plan) { p.Networks = []Network{{[]int{9}, []bcd.Skip{{From: 0, To: 4}}}} },
		"a name too long for a file":      func(p *Plan) { p.Networks = []Network{{Hidden: slices.Repeat([]int{1234, 4321}, 20)}} },
		"seeds: 0: want at least 1":       func(p *Plan) { p.Seeds = 0 },
		"epochs: 0: want at least 1":      func(p *Plan) { p.Epochs = 0 },
		"trials: 0: want at least 1":      func(p *Plan) { p.Trials = 0 },
		"trials: 25: there are 24":        func(p *Plan) { p.Trials = 25 },
		"target: 1: want a fraction":      func(p *Plan) { p.Target = 1 },
		"target: 0: want a fraction betw": func(p *Plan) { p.Target = 0 },
	} {
		p := testPlan()
		change(&p)
		assert.ErrorContains(t, p.Validate(), name)
	}
}
