package columns

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
)

// Task is what a network learns to predict.
type Task string

// The tasks.
const (
	AutoTask   Task = "auto"
	Classes    Task = "classes"
	Regression Task = "regression"
)

// ParseTask reads the name of a task.
func ParseTask(name string) (Task, error) {
	if t := Task(name); slices.Contains([]Task{AutoTask, Classes, Regression}, t) {
		return t, nil
	}
	return "", fmt.Errorf("no task %q: want auto, classes or regression", name)
}

// Outputs is what the outputs of the network stand for.
type Outputs struct {
	// Task is Classes or Regression.
	Task Task `json:"task"`
	// Targets are the raw columns to predict: one for classes.
	Targets []Target `json:"targets"`
	// At are the positions of the targets among all columns of the training file, from 0; nil if the targets were not
	// columns of that file.
	At []int `json:"at,omitempty"`
	// Arrays say which array had the targets, if somebody chose one; nil otherwise. Only programs that read files need
	// it.
	Arrays *Arrays `json:"arrays,omitempty"`
	// Classes are the names of the classes, one for each output, in UTF-8: numbers first, ascending, and then text in
	// the order of its bytes.
	Classes []string `json:"classes,omitempty"`
	// Numeric is true if the names of the classes are numbers: "1.0" is then class "1", and "2139" is class "02139", as
	// codes keep the zeros that they begin with.
	Numeric bool `json:"numeric,omitempty"`
}

// Arrays are the names of an array of samples and of the one with their labels: of two files, without folders and .gz,
// or of two arrays of an archive.
type Arrays struct {
	Samples string `json:"samples"`
	Labels  string `json:"labels"`
}

// LabelsOf is what the labels of other samples are called: their name differs from that of their samples as in a. It is
// "" if that can't be told.
func (a *Arrays) LabelsOf(samples string) string {
	if samples == a.Samples {
		return a.Labels
	}
	from, to := a.Samples, a.Labels
	for from != "" && to != "" && from[0] == to[0] {
		from, to = from[1:], to[1:]
	}
	for from != "" && to != "" && from[len(from)-1] == to[len(to)-1] {
		from, to = from[:len(from)-1], to[:len(to)-1]
	}
	if from == "" || strings.Count(samples, from) != 1 {
		return ""
	}
	return strings.Replace(samples, from, to, 1)
}

// Target is a column to predict. For a regression the network learns (y - Mean) / Divisor,
// in float64, and Mean + Divisor·output is the answer.
type Target struct {
	Name    string  `json:"name,omitempty"` // from the header
	Mean    float64 `json:"mean,omitempty"`
	Divisor float64 `json:"divisor,omitempty"`
	// Thousands is that of a [Column].
	Thousands string `json:"thousands,omitempty"`
}

// Standardize returns (y - Mean) / Divisor of the targets of a table, Rows×len(Targets),
// row-major.
func (o *Outputs) Standardize(values []float64) []float64 {
	o.checkTargets(len(values))
	z := slices.Clone(values)
	for i := range z {
		t := o.Targets[i%len(o.Targets)]
		z[i] = (z[i] - t.Mean) / t.Divisor
	}
	return z
}

// checkTargets panics unless n numbers make up whole rows of targets.
func (o *Outputs) checkTargets(n int) {
	if targets := len(o.Targets); n > 0 && (targets == 0 || n%targets != 0) {
		panic(fmt.Sprintf("columns: %d numbers of %d targets", n, targets))
	}
}

// Restore turns outputs of a network into answers, in place: Mean + Divisor·output. It inverts Standardize, up to
// rounding.
func (o *Outputs) Restore(outputs []float64) {
	o.checkTargets(len(outputs))
	for i := range outputs {
		t := o.Targets[i%len(o.Targets)]
		outputs[i] = t.Mean + float64(t.Divisor*outputs[i])
	}
}

// Names returns a name for each output of the network: those of the classes, or of the targets of a
// regression, by the number of their column if they have none. Those that share a name have it with that number: no two
// are the same.
func (o *Outputs) Names() []string {
	if o.Task == Classes {
		return o.Classes
	}
	names := make([]string, len(o.Targets))
	for k, t := range o.Targets {
		names[k] = cmp.Or(t.Name, o.place(k))
	}
	for range names { // what is made of two names may be that of a third
		count := make(map[string]int, len(names))
		for _, name := range names {
			count[name]++
		}
		if len(count) == len(names) {
			break
		}
		for k, name := range names {
			if count[name] > 1 {
				names[k] = fmt.Sprintf("%s (%s)", name, o.place(k))
			}
		}
	}
	return names
}

// place is where target k is, for people.
func (o *Outputs) place(k int) string {
	switch {
	case k < len(o.At):
		return fmt.Sprintf("column %d", o.At[k]+1)
	case len(o.Targets) == 1:
		return "target"
	default:
		return fmt.Sprintf("target %d", k+1)
	}
}

// positions are where each of n input columns stands among all columns of the training file.
func (o *Outputs) positions(n int) []int {
	targets, at := slices.Sorted(slices.Values(o.At)), 0
	list := make([]int, n)
	for j := range list {
		for len(targets) > 0 && targets[0] == at {
			targets = targets[1:]
			at++
		}
		list[j] = at
		at++
	}
	return list
}
