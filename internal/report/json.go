package report

import (
	"encoding/json"
	"io"
	"math"

	"ridge/bcd"
	"ridge/internal/gradient"
)

// number is a float64 that is null in JSON, which has no NaN or infinity, if it is
// not finite.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// runJSON is the JSON form of a Run. Its field names are an interface to other
// programs: add, but don't rename.
type runJSON struct {
	Solver          string          `json:"solver"`
	ObjectiveKind   *string         `json:"objective_kind"`
	Loss            string          `json:"loss"`
	Network         []int           `json:"network"`
	Init            string          `json:"init"`
	Dataset         string          `json:"dataset"`
	Fold            *int            `json:"fold"` // null: no sample was held out
	Seed            uint64          `json:"seed"`
	ISA             string          `json:"isa"`
	Workers         int             `json:"workers"`
	Precision       int             `json:"precision"`
	Batch           int             `json:"batch"` // 0: full batches
	Step            number          `json:"step"`  // this and the next two: null but of bcd in mini-batches
	InputStep       number          `json:"input_step"`
	Damping         number          `json:"damping"`
	Iterations      int             `json:"iterations"` // epochs, in mini-batches
	Seconds         number          `json:"seconds"`
	TrainError      number          `json:"train_error"`
	ValidationError number          `json:"validation_error"`
	TestError       number          `json:"test_error"`
	Objective       number          `json:"objective"`
	Stationarity    number          `json:"stationarity"`
	L1              number          `json:"l1"`            // 0: a dense network; null: a gradient solver
	Nonzero         number          `json:"nonzero"`       // share of the weights, of sparse networks
	LearningRate    number          `json:"learning_rate"` // this and what follows: of gradient solvers
	RatePolicy      *string         `json:"rate_policy"`
	Momentum        number          `json:"momentum"`
	Momentum2       number          `json:"momentum2"`
	RMSDecay        number          `json:"rms_decay"`
	Delta           number          `json:"delta"`
	WeightDecay     number          `json:"weight_decay"`
	Trace           []iterationJSON `json:"trace"`
}

type iterationJSON struct {
	Iteration       int    `json:"iteration"`
	Objective       number `json:"objective"` // before the U step
	ObjectiveAfterU number `json:"objective_after_u"`
	ObjectiveAfterV number `json:"objective_after_v"`
	ObjectiveAfterW number `json:"objective_after_w"`
	Stationarity    number `json:"stationarity"`
	Distance        number `json:"distance"` // of the weights from those after iteration 1, relative
	TrainError      number `json:"train_error"`
	ValidationError number `json:"validation_error"`
	TestError       number `json:"test_error"`
	Seconds         number `json:"seconds"`
	ForwardLoss     number `json:"forward_loss"` // this and what follows: of mini-batches
	Eta             number `json:"eta"`
	Halvings        number `json:"halvings"`
	LearningRate    number `json:"learning_rate"` // of gradient solvers
	Nonzero         number `json:"nonzero"`       // share of the weights, of sparse networks
}

// WriteJSON writes the run as one JSON object. Its objective and errors are those
// after the last iteration or epoch.
func (r *Run) WriteJSON(w io.Writer) error {
	last, nan := r.last(), math.NaN()
	objective, g := r.Objective, Gradient{Rate: nan, Momentum: nan, Momentum2: nan, RMSDecay: nan, Delta: nan, WeightDecay: nan}
	objectiveKind, ratePolicy, l1 := &objective, (*string)(nil), r.L1
	var fold *int
	if r.Validation > 0 {
		fold = &r.Fold
	}
	step, inputStep, damping := number(nan), number(nan), number(nan)
	if r.Batch > 0 && r.Gradient == nil {
		step, inputStep, damping = number(r.Step), number(r.InputStep), number(r.Damping)
	}
	if r.Gradient != nil {
		g = *r.Gradient
		objectiveKind, ratePolicy, l1 = nil, &g.Policy, nan
	}
	out := runJSON{
		Solver:          r.Solver,
		ObjectiveKind:   objectiveKind,
		Loss:            r.Loss,
		Network:         r.Network,
		Init:            r.Init.String(),
		Dataset:         r.Dataset,
		Fold:            fold,
		Seed:            r.Seed,
		ISA:             r.ISA,
		Workers:         r.Workers,
		Precision:       r.Precision,
		Batch:           r.Batch,
		Step:            step,
		InputStep:       inputStep,
		Damping:         damping,
		Iterations:      len(r.Trace),
		Seconds:         number(r.Seconds),
		TrainError:      number(last.TrainError),
		ValidationError: number(last.ValidationError),
		TestError:       number(last.TestError),
		Objective:       number(last.Value(bcd.ObjectiveAfterW)),
		Stationarity:    number(last.Value(bcd.Stationarity)),
		L1:              number(l1),
		Nonzero:         number(last.Value(bcd.Nonzero)),
		LearningRate:    number(g.Rate),
		RatePolicy:      ratePolicy,
		Momentum:        number(g.Momentum),
		Momentum2:       number(g.Momentum2),
		RMSDecay:        number(g.RMSDecay),
		Delta:           number(g.Delta),
		WeightDecay:     number(g.WeightDecay),
		Trace:           make([]iterationJSON, len(r.Trace)),
	}
	for i, s := range r.Trace {
		out.Trace[i] = iterationJSON{
			Iteration:       s.Epoch,
			Objective:       number(s.Value(bcd.ObjectiveBefore)),
			ObjectiveAfterU: number(s.Value(bcd.ObjectiveAfterU)),
			ObjectiveAfterV: number(s.Value(bcd.ObjectiveAfterV)),
			ObjectiveAfterW: number(s.Value(bcd.ObjectiveAfterW)),
			Stationarity:    number(s.Value(bcd.Stationarity)),
			Distance:        number(s.Value(bcd.Distance)),
			TrainError:      number(s.TrainError),
			ValidationError: number(s.ValidationError),
			TestError:       number(s.TestError),
			Seconds:         number(s.Seconds),
			ForwardLoss:     number(s.Loss),
			Eta:             number(s.Value(bcd.Eta)),
			Halvings:        number(s.Value(bcd.Halvings)),
			LearningRate:    number(s.Value(gradient.LearningRate)),
			Nonzero:         number(s.Value(bcd.Nonzero)),
		}
	}
	return writeJSON(w, out)
}

// evaluationJSON is the JSON form of an Evaluation; see runJSON.
type evaluationJSON struct {
	Model      string      `json:"model"`
	Network    []int       `json:"network"`
	Dataset    string      `json:"dataset"`
	Part       string      `json:"part"`
	Samples    int         `json:"samples"`
	TrainError number      `json:"train_error"` // one of the two is null: that of the other part
	TestError  number      `json:"test_error"`
	Classes    []string    `json:"classes"`
	Confusion  [][]int     `json:"confusion"` // [true class][answer]
	PerClass   []classJSON `json:"per_class"`
}

type classJSON struct {
	Class   string `json:"class"`
	Samples int    `json:"samples"`
	Wrong   int    `json:"wrong"`
	Error   number `json:"error"`
}

// WriteJSON writes the evaluation as one JSON object.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	out := evaluationJSON{
		Model:      e.Model,
		Network:    e.Network,
		Dataset:    e.Dataset,
		Part:       e.Part,
		Samples:    e.Samples(),
		TrainError: number(math.NaN()),
		TestError:  number(math.NaN()),
		Classes:    e.Classes,
		Confusion:  e.Confusion,
		PerClass:   make([]classJSON, len(e.Classes)),
	}
	if e.Part == "train" {
		out.TrainError = number(e.Error())
	} else {
		out.TestError = number(e.Error())
	}
	for i, class := range e.Classes {
		samples, wrong := e.class(i)
		out.PerClass[i] = classJSON{class, samples, wrong, number(fraction(wrong, samples))}
	}
	return writeJSON(w, out)
}

func writeJSON(w io.Writer, v any) error {
	enc := json.NewEncoder(w)
	enc.SetIndent("", "  ")
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}
