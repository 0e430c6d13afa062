package report

import (
	"io"
	"math"
)

// evaluationJSON is the JSON form of an Evaluation; its names are an interface, too.
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
