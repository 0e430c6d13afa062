package compare

import "fmt"

// The stages of a comparison.
const (
	stageTune  = "tune"
	stageFinal = "final"
)

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

// finals returns the runs of a solver on a network with the settings that were chosen.
func (p *Plan) finals(s Settings, n Network) []Run {
	var runs []Run
	for seed := 1; seed <= p.Seeds; seed++ {
		runs = append(runs, Run{stageFinal, s, n, uint64(seed), p.Epochs, p.chooses(s.Solver)})
	}
	return runs
}
