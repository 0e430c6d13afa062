package compare

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"

	"github.com/google/renameio/v2/maybe"

	"ridge/bcd/train"
)

// Result is a finished run: what its file holds.
type Result struct {
	Run
	Data    Data   `json:"data"`
	Origin  Origin `json:"origin,omitzero"`
	ISA     string `json:"isa"`
	Workers int    `json:"workers"`
	// Jobs is how many runs there were at a time; 0 stands for 1.
	Jobs int `json:"jobs,omitempty"`
	// Failed says why the training broke off, in the words of its error; empty if it
	// did not. The trace then ends with the last finished epoch.
	Failed string `json:"failed,omitempty"`
	// Wall is what the run took, in seconds, with evaluations.
	Wall  float64 `json:"wall_seconds"`
	Trace []Epoch `json:"trace"`
}

// Data says which samples a run was trained on and measured with. Two comparisons
// whose Data differ have nothing to do with each other.
type Data struct {
	Name       string `json:"name"`
	Train      int    `json:"train"` // samples
	Validation int    `json:"validation"`
	Test       int    `json:"test"`
	Inputs     int    `json:"inputs"`
	Classes    int    `json:"classes"`
}

// Epoch is an epoch of a training; what there is not is NaN, and null in the file.
type Epoch struct {
	Loss            number `json:"loss"`
	TrainError      number `json:"train_error"`
	ValidationError number `json:"validation_error"`
	TestError       number `json:"test_error"`
	// Seconds counts from the start, without evaluations.
	Seconds number `json:"seconds"`
}

// number is a float64 whose JSON form for what is not finite is null.
type number float64

// MarshalJSON implements json.Marshaler.
func (n number) MarshalJSON() ([]byte, error) {
	if v := float64(n); !math.IsNaN(v) && !math.IsInf(v, 0) {
		return json.Marshal(v)
	}
	return []byte("null"), nil
}

// UnmarshalJSON implements json.Unmarshaler.
func (n *number) UnmarshalJSON(text []byte) error {
	if string(text) == "null" {
		*n = number(math.NaN())
		return nil
	}
	return json.Unmarshal(text, (*float64)(n))
}

// epochs is the trace as a file has it.
func epochs(trace train.Trace) []Epoch {
	list := make([]Epoch, len(trace))
	for i, s := range trace {
		list[i] = Epoch{number(s.Loss), number(s.TrainError), number(s.ValidationError), number(s.TestError), number(s.Seconds)}
	}
	return list
}

// last is the last epoch of a run that came to its end; a failed one has no such.
func (r *Result) last() (Epoch, bool) {
	if r.Failed != "" || len(r.Trace) == 0 || len(r.Trace) != r.Epochs {
		return Epoch{}, false
	}
	return r.Trace[len(r.Trace)-1], true
}

// validationError is what a trial is judged by: that of the last epoch, and more than
// any error of a run that failed.
func (r *Result) validationError() float64 {
	last, ok := r.last()
	if !ok || math.IsNaN(float64(last.ValidationError)) {
		return math.Inf(1)
	}
	return float64(last.ValidationError)
}

// FileError says that a file of a comparison is not what it should be, and what to do.
type FileError struct {
	Path   string
	Reason string
}

func (e *FileError) Error() string { return e.Path + ": " + e.Reason }

// store is where the results are: the files of a folder, and what has been read of them.
type store struct {
	dir    string             // empty if there is nothing but what has been read
	loaded map[string]*Result // those that were asked for, by name

	archived map[string]*Result // those of an archive
}

func newStore(dir string) *store {
	return &store{dir: dir, loaded: map[string]*Result{}, archived: map[string]*Result{}}
}

const suffix = ".json"

// resultLimit is the size in bytes above which a file is refused: that of more than
// 100,000 epochs.
const resultLimit = 32 << 20

// load returns the result of a run on the data, or nil if it is not finished.
func (s *store) load(r Run, d Data) (*Result, error) {
	name := r.String()
	path := filepath.Join(s.dir, name+suffix)
	if result := cmp.Or(s.loaded[name], s.archived[name]); result != nil {
		if err := result.check(d, path); err != nil {
			return nil, err
		}
		s.loaded[name] = result
		return result, nil
	}
	if s.dir == "" {
		return nil, nil
	}
	text, err := readLimited(path, resultLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	result := new(Result)
	if err := json.Unmarshal(text, result); err != nil {
		return nil, &FileError{path, fmt.Sprintf("not the result of a run (%v): remove it, and the run is repeated", err)}
	}
	if result.Run.String() != name {
		return nil, &FileError{path, "holds the run " + result.Run.String() + ": rename or remove it"}
	}
	if err := result.check(d, path); err != nil {
		return nil, err
	}
	s.loaded[name] = result
	return result, nil
}

// check returns a *[FileError] unless the run was one on the samples d.
func (r *Result) check(d Data, path string) error {
	if r.Data != d {
		return &FileError{path, fmt.Sprintf("is a run on %v, not on %v: results of other samples need another folder", r.Data, d)}
	}
	return nil
}

// String says which samples they are.
func (d Data) String() string {
	return fmt.Sprintf("%s (%d training, %d validation, %d test samples, %d inputs, %d classes)",
		d.Name, d.Train, d.Validation, d.Test, d.Inputs, d.Classes)
}

func readLimited(path string, limit int64) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Size() > limit {
		return nil, &FileError{path, fmt.Sprintf("larger than %d MiB, which no such file is", limit>>20)}
	}
	return os.ReadFile(path)
}

// save writes the file of a result: complete, or not at all.
func (s *store) save(r *Result) error {
	if err := s.write(r.Run.String()+suffix, r); err != nil {
		return err
	}
	s.loaded[r.Run.String()] = r
	return nil
}

const planName = "plan" + suffix

// savedPlan is what plan.json holds.
type savedPlan struct {
	Plan Plan `json:"plan"`
	Data Data `json:"data"` // of the final runs
}

func (s *store) savePlan(p Plan, d Data) error { return s.write(planName, savedPlan{p, d}) }

func (s *store) loadPlan() (savedPlan, error) {
	var saved savedPlan
	path := filepath.Join(s.dir, planName)
	text, err := readLimited(path, resultLimit)
	if errors.Is(err, fs.ErrNotExist) {
		return saved, &FileError{path, "does not exist: there is no comparison in that folder"}
	}
	if err != nil {
		return saved, err
	}
	err = json.Unmarshal(text, &saved)
	if err == nil {
		err = saved.Plan.Validate()
	}
	if err != nil {
		return saved, &FileError{path, fmt.Sprintf("not the plan of a comparison: %v", err)}
	}
	return saved, nil
}

func (s *store) write(name string, v any) error {
	text, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.MkdirAll(s.dir, 0o755); err != nil {
		return err
	}
	return maybe.WriteFile(filepath.Join(s.dir, name), append(text, '\n'), 0o644)
}
