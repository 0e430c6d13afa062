package report

import (
	"io"
	"math"
)

// evaluationJSON is the JSON form of an Evaluation; its names are an interface to other programs.
type evaluationJSON struct {
	Model   string `json:"model"`
	Network []int  `json:"network"`
	Dataset string `json:"dataset"`
	Part    string `json:"part"`
	Samples int    `json:"samples"`
	errorsJSON
	Others     []partJSON  `json:"other_parts"`
	GuessError JSONNumber  `json:"guess_error"` // of always guessing the largest class
	Balanced   JSONNumber  `json:"balanced_accuracy"`
	Classes    []string    `json:"classes"`
	Confusion  [][]int     `json:"confusion"`  // [true class][answer]; null if there are too many classes
	Confusions [][3]int    `json:"confusions"` // true class, answer, count: what occurred
	PerClass   []classJSON `json:"per_class"`  // if there are too many classes, those with samples or answers
}

type errorsJSON struct {
	TrainError JSONNumber `json:"train_error"` // null unless it is that of the part or of another one
	TestError  JSONNumber `json:"test_error"`
	Error      JSONNumber `json:"error"`
	Weighted   JSONNumber `json:"weighted_error"` // of validation samples with weights, else null
}

type partJSON struct {
	Part    string     `json:"part"`
	Samples int        `json:"samples"`
	Wrong   int        `json:"wrong"`
	Error   JSONNumber `json:"error"`
	// Weighted is the error with weights, null without.
	Weighted JSONNumber `json:"weighted_error"`
}

type classJSON struct {
	Class   string     `json:"class"`
	Samples int        `json:"samples"`
	Wrong   int        `json:"wrong"`
	Error   JSONNumber `json:"error"`

	Precision JSONNumber `json:"precision"`
	Recall    JSONNumber `json:"recall"`
}

// mostDense is the most classes for which JSON has the whole matrix, and those without samples and answers: a small
// model can have millions of them.
const mostDense = 256

// setError sets the error of a part, if there is a field for it.
func (e *errorsJSON) setError(part string, errorRate JSONNumber) {
	switch part {
	case "train":
		e.TrainError = errorRate
	case "test":
		e.TestError = errorRate
	}
}

// number is the error, NaN of none.
func (w *WeightedError) number() JSONNumber {
	if w == nil {
		return JSONNumber(math.NaN())
	}
	return JSONNumber(w.Error)
}

// WriteJSON writes the evaluation as one JSON object.
func (e *Evaluation) WriteJSON(w io.Writer) error {
	out := evaluationJSON{
		Model:   e.Model,
		Network: e.Network,
		Dataset: e.Dataset,
		Part:    e.Part,
		Samples: e.Samples(),
		errorsJSON: errorsJSON{
			JSONNumber(math.NaN()), JSONNumber(math.NaN()), JSONNumber(e.ErrorRate()), e.Weighted.number()},
		Classes:    e.Classes,
		Balanced:   JSONNumber(e.BalancedAccuracy()),
		Others:     []partJSON{},
		Confusions: make([][3]int, len(e.Confusion)),
		PerClass:   []classJSON{},
	}
	_, guessError := e.Guess()
	out.GuessError = JSONNumber(guessError)
	out.setError(e.Part, out.Error)
	for _, o := range e.Others {
		errorRate := JSONNumber(fraction(o.Wrong, o.Samples))
		out.Others = append(out.Others, partJSON{o.Part, o.Samples, o.Wrong, errorRate, o.Weighted.number()})
		out.setError(o.Part, errorRate)
	}
	if len(e.Classes) <= mostDense {
		out.Confusion = e.Confusion.Dense(len(e.Classes))
	}
	for i, c := range e.Confusion {
		out.Confusions[i] = [3]int{c.Class, c.Answer, c.Count}
	}
	for i, c := range e.Confusion.perClass(len(e.Classes)) {
		if len(e.Classes) > mostDense && c.samples+c.answered == 0 {
			continue
		}
		out.PerClass = append(out.PerClass, classJSON{
			e.Classes[i], c.samples, c.wrong(), JSONNumber(fraction(c.wrong(), c.samples)), JSONNumber(c.precision()),
			JSONNumber(c.recall()),
		})
	}
	return writeJSON(w, out)
}
