package nn

import "fmt"

// SpecError says why a [Spec] or a [Network] is not valid.
type SpecError struct{ Reason string }

// Error returns the reason, and says that it is about the network.
func (e *SpecError) Error() string { return "network: " + e.Reason }

// OptionError says why an option can't be used. Option is the name that users know it by, without
// the dashes of the command line: "init", "loss", "lambda-out".
type OptionError struct {
	Option string
	Reason string
}

// Error begins with the name of the option.
func (e *OptionError) Error() string { return e.Option + ": " + e.Reason }

// DataError says why samples don't fit a network. Part is "train", "validation" or "test", or empty
// where there is only one part.
type DataError struct {
	Part   string
	Reason string
}

// Error begins with the part, if there is one.
func (e *DataError) Error() string {
	if e.Part == "" {
		return e.Reason
	}
	return e.Part + " data: " + e.Reason
}

// OverflowError says that an output of a sample is NaN or infinite, and so tells nothing: the features of the sample,
// or the weights, are so large that sums of their products overflow.
type OverflowError struct {
	Sample, Output int // from 0
	Value          float64
}

// Error names the output.
func (e *OverflowError) Error() string {
	return fmt.Sprintf("output %d of sample %d is %v: its features or the weights are too large",
		e.Output, e.Sample, e.Value)
}

// FormatError says what is wrong with a model file.
type FormatError struct {
	File   string // as it was named to [Load] or [Decode]
	Reason string
}

// Error begins with the name of the file.
func (e *FormatError) Error() string { return e.File + ": " + e.Reason }
