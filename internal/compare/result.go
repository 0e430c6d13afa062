package compare

import (
	"errors"
	"fmt"
	"math"

	"ridge/bcd/train"
	"ridge/internal/report"
	"ridge/internal/sealed"
)

// Result is a finished run: what its file holds.
type Result struct {
	Run
	Data    DataFacts `json:"data"`
	Origin  RunOrigin `json:"origin,omitzero"`
	ISA     string    `json:"isa"`
	Workers int       `json:"workers"`
	// Jobs is how many runs there were at a time; 0 stands for 1.
	Jobs int `json:"jobs,omitempty"`
	// Failed says why the training broke off, in the words of its error; empty if it
	// did not. The trace then ends with the last finished epoch.
	Failed string `json:"failed,omitempty"`
	// Wall is what the run took, in seconds, with evaluations.
	Wall float64 `json:"wall_seconds"`
	// Choice is the λ that was chosen, if there was a choice.
	Choice *LambdaChoice `json:"lambda_choice,omitempty"`
	Trace  []Epoch       `json:"trace"`
}

// LambdaChoice is what a training chose, and the seconds of the choice, which are included in those of the epochs.
type LambdaChoice struct {
	Lambda    float64 `json:"lambda"`
	LambdaOut float64 `json:"lambda_out"`
	Seconds   float64 `json:"seconds"`
}

// DataFacts says which samples a run was trained on and measured with. Two comparisons
// whose DataFacts differ have nothing to do with each other.
type DataFacts struct {
	Name       string `json:"name"`
	Train      int    `json:"train"` // samples
	Validation int    `json:"validation"`
	Test       int    `json:"test"`
	Inputs     int    `json:"inputs"`
	Classes    int    `json:"classes"`
	// Hash is that of all samples of the comparison ([dataset.Set.Hash]), of the tuning's runs as
	// well. It is empty in files that are older than this.
	Hash string `json:"hash,omitempty"`
	// Uncentred is that of the plan ([Plan.Uncentred]).
	Uncentred bool `json:"uncentred,omitempty"`
}

// String says which samples they are.
func (d DataFacts) String() string {
	hash := ""
	if d.Hash != "" {
		hash = ", hash " + d.Hash[:min(12, len(d.Hash))]
	}
	if d.Uncentred {
		hash += ", whose mean is not subtracted"
	}
	return fmt.Sprintf("%.255q (%d training, %d validation, %d test samples, %d inputs, %d classes%s)",
		d.Name, d.Train, d.Validation, d.Test, d.Inputs, d.Classes, hash)
}

// fits returns an error unless the run was on samples of a comparison; all are those of its final runs.
func (r *Result) fits(all DataFacts) error {
	if want := all.of(r.Stage); r.Data != want {
		return otherData(r.Data, want)
	}
	return nil
}

// number is one of a file, null if it is missing.
type number = report.JSONNumber

// Epoch is an epoch of a training; what is missing is NaN, and null in the file.
type Epoch struct {
	Loss            number `json:"loss"`
	TrainError      number `json:"train_error"`
	ValidationError number `json:"validation_error"`
	TestError       number `json:"test_error"`
	// Seconds counts from the start, without evaluations.
	Seconds number `json:"seconds"`
}

// UnmarshalJSON implements json.Unmarshaler: an epoch has all its members.
func (e *Epoch) UnmarshalJSON(text []byte) error {
	type epoch Epoch // without this method
	missing := number(math.Inf(-1))
	read := epoch{missing, missing, missing, missing, missing}
	if err := sealed.DecodeKnown(text, &read); err != nil {
		return err
	}
	for _, v := range []number{read.Loss, read.TrainError, read.ValidationError, read.TestError, read.Seconds} {
		if v == missing {
			return errors.New("an epoch of the trace lacks a number")
		}
	}
	*e = Epoch(read)
	return nil
}

// epochs is the trace as a file has it; before is the time of the choice of λ that preceded the training, in seconds.
func epochs(trace train.Trace, before float64) []Epoch {
	list := make([]Epoch, len(trace))
	for i, e := range trace {
		list[i] = Epoch{number(e.Loss), number(e.TrainError), number(e.ValidationError), number(e.TestError),
			number(before + e.Seconds)}
	}
	return list
}

// last is the last epoch of a run that finished; a failed run has none.
func (r *Result) last() (Epoch, bool) {
	if r.Failed != "" || len(r.Trace) == 0 || len(r.Trace) != r.Epochs {
		return Epoch{}, false
	}
	return r.Trace[len(r.Trace)-1], true
}

// validationError is what a trial is judged by: the error of the last epoch or, if the run failed,
// a number above any error.
func (r *Result) validationError() float64 {
	last, ok := r.last()
	if !ok || math.IsNaN(float64(last.ValidationError)) {
		return math.Inf(1)
	}
	return float64(last.ValidationError)
}
