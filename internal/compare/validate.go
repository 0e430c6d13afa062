package compare

import (
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"

	"ridge/bcd/nn"
)

// What a file of a run says is checked before it is believed: each number for its range, and all
// of them for agreeing with each other.

var (
	hexadecimal = regexp.MustCompile(`^[0-9a-f]*$`)
	plainName   = regexp.MustCompile(`^[a-z0-9]{1,16}$`)
)

const (
	longestText = 4 << 10 // bytes of a text, such as an error message
	mostCount   = 1 << 40 // of samples and the like
	mostSeconds = 1e9     // thirty years
	hashDigits  = 64
)

// validate tells what is wrong with a result, whatever comparison it belongs to.
func (r *Result) validate() error {
	if err := r.Run.validate(); err != nil {
		return err
	}
	if err := r.Data.validate(); err != nil {
		return err
	}
	if err := r.validateStage(); err != nil {
		return err
	}
	if err := r.Origin.validate(); err != nil {
		return err
	}
	switch {
	case (r.Choice != nil) != r.ChooseLambda:
		return errors.New("lambda_choice is there, or the run has none")
	case r.Choice != nil && !r.Choice.isSane(r.Wall):
		return fmt.Errorf("lambda_choice is %v", *r.Choice)
	case !plainName.MatchString(r.ISA):
		return fmt.Errorf("isa %.40q", r.ISA)
	case r.Workers < 1 || int64(r.Workers) > mostCount || r.Jobs < 0 || int64(r.Jobs) > mostCount:
		return fmt.Errorf("%d workers, %d jobs", r.Workers, r.Jobs)
	case !(r.Wall >= 0 && r.Wall <= mostSeconds):
		return fmt.Errorf("wall_seconds is %v", r.Wall)
	case len(r.Failed) > longestText:
		return fmt.Errorf("failed has %d bytes", len(r.Failed))
	case r.Failed == "" && len(r.Trace) != r.Epochs:
		return fmt.Errorf("trace has %d of %d epochs, and the run did not fail", len(r.Trace), r.Epochs)
	case r.Failed != "" && len(r.Trace) >= r.Epochs:
		return fmt.Errorf("trace has %d of %d epochs, and the run failed", len(r.Trace), r.Epochs)
	}
	return r.validateTrace()
}

// isSane reports whether it can be the choice of a run that took wall seconds.
func (c *LambdaChoice) isSane(wall float64) bool {
	const most = math.MaxFloat64
	return c.Lambda >= 0 && c.Lambda <= most && c.LambdaOut >= 0 && c.LambdaOut <= most && c.Seconds >= 0 &&
		c.Seconds <= wall
}

// validate tells what is wrong with what was run.
func (r *Run) validate() error {
	if !slices.Contains(Solvers(), r.Settings.Solver) {
		return fmt.Errorf("unknown solver %.40q", r.Settings.Solver)
	}
	if _, err := nn.ParseLoss[float32](r.Settings.Loss); err != nil {
		return err
	}
	if err := r.Network.validate(); err != nil {
		return err
	}
	switch {
	case r.ChooseLambda && r.Settings.Solver != BCD:
		return fmt.Errorf("chooses a λ of %s", r.Settings.Solver)
	case r.Stage != stageTune && r.Stage != stageFinal:
		return fmt.Errorf("is of the stage %.40q: want %s or %s", r.Stage, stageTune, stageFinal)
	case r.Epochs < 1 || r.Epochs > mostRepeats:
		return fmt.Errorf("has %d epochs: want 1 to %d", r.Epochs, mostRepeats)
	case r.Seed > slices.Max(tuningSeeds[:]):
		return fmt.Errorf("has the seed %d: want 0 to %d", r.Seed, slices.Max(tuningSeeds[:]))
	}
	return nil
}

// validate tells what is wrong with the counts of samples.
func (d *DataFacts) validate() error {
	for _, n := range []int{d.Train, d.Validation, d.Test, d.Inputs, d.Classes} {
		if n < 0 || int64(n) > mostCount {
			return fmt.Errorf("data: %d is not a count", n)
		}
	}
	switch {
	case d.Name == "" || len(d.Name) > longestText:
		return fmt.Errorf("data: name of %d bytes", len(d.Name))
	case d.Train < 1 || d.Inputs < 1 || d.Classes < 1:
		return fmt.Errorf("data: %v", d)
	case d.Hash != "" && (len(d.Hash) != hashDigits || !hexadecimal.MatchString(d.Hash)):
		return fmt.Errorf("data: hash %.80q", d.Hash)
	}
	return nil
}

// validateStage makes sure that the tuning had no test samples, and the final runs had some.
func (r *Result) validateStage() error {
	if r.Stage == stageTune && (r.Data.Test != 0 || r.Data.Validation == 0) {
		return fmt.Errorf("a run of the tuning on %v", r.Data)
	}
	if r.Stage == stageFinal && (r.Data.Test == 0 || r.Data.Validation != 0) {
		return fmt.Errorf("a final run on %v", r.Data)
	}
	return nil
}

// validate tells what is wrong with what is said of the program.
func (o *RunOrigin) validate() error {
	switch {
	case len(o.Commit) > hashDigits || !hexadecimal.MatchString(o.Commit):
		return fmt.Errorf("origin: commit %.80q", o.Commit)
	case len(o.Version) > longestText || len(o.CPU) > longestText:
		return errors.New("origin: text too long")
	case !o.Date.IsZero() && !isKnown(o.Date):
		return fmt.Errorf("origin: date %v", o.Date)
	}
	return nil
}

// validateTrace goes through the epochs.
func (r *Result) validateTrace() error {
	before := 0.0
	for i, e := range r.Trace {
		seconds := float64(e.Seconds)
		if !(seconds >= before && seconds <= r.Wall) {
			return fmt.Errorf("epoch %d: seconds is %v, after %v and of %v", i+1, seconds, before, r.Wall)
		}
		before = seconds
		if loss := float64(e.Loss); loss < 0 {
			return fmt.Errorf("epoch %d: loss is %v", i+1, loss)
		}
		if v := float64(e.TrainError); v < 0 || v > 1 {
			return fmt.Errorf("epoch %d: train_error is %v", i+1, v)
		}
		for _, c := range []struct {
			name  string
			error number
			of    int
		}{{"validation_error", e.ValidationError, r.Data.Validation}, {"test_error", e.TestError, r.Data.Test}} {
			if err := checkError(float64(c.error), c.of); err != nil {
				return fmt.Errorf("epoch %d: %s is %w", i+1, c.name, err)
			}
		}
	}
	return nil
}

// checkError returns an error unless v is an error rate of the given number of samples: a multiple
// of its reciprocal, or NaN if there are no samples.
func checkError(v float64, samples int) error {
	const rounding = 1e-6 // of a sample
	if samples == 0 {
		if !math.IsNaN(v) {
			return fmt.Errorf("%v of no samples", v)
		}
		return nil
	}
	wrong := v * float64(samples)
	if !(v >= 0 && v <= 1) || math.Abs(wrong-math.Round(wrong)) > rounding {
		return fmt.Errorf("%v of %d samples", v, samples)
	}
	return nil
}
