// Package weights is about how much the samples of each class count, and how often each is repeated so that they do.
package weights

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/words"
)

// Weights say how much the samples of each class count. With the zero value all count the same.
type Weights struct {
	balanced bool          // each class counts the same
	of       []classWeight // others have the weight 1
}

type classWeight struct {
	class  string
	weight float64
}

// Given reports whether there are any.
func (w Weights) Given() bool { return w.balanced || w.of != nil }

// String is what Parse reads.
func (w Weights) String() string {
	if w.balanced {
		return balanced
	}
	var list []string
	for _, c := range w.of {
		list = append(list, words.Quote(c.class)+":"+strconv.FormatFloat(c.weight, 'g', -1, 64))
	}
	return strings.Join(list, ",")
}

// Classes are those of all that have a weight of their own.
func (w Weights) Classes(all []string) (names []string) {
	for _, c := range w.of {
		if k := classIndex(all, c.class); k >= 0 {
			names = append(names, all[k])
		}
	}
	return names
}

// classIndex is the index of the class with a name, or else of the only one that is the same number, as 02139 is for
// 2139; -1 if there is none.
func classIndex(classes []string, name string) int {
	if k := slices.Index(classes, name); k >= 0 {
		return k
	}
	v, isNumber := columns.ParseNumber(name)
	if !isNumber {
		return -1
	}
	found := -1
	for k, class := range classes {
		if number, ok := columns.ParseNumber(class); ok && number == v {
			if found >= 0 {
				return -1
			}
			found = k
		}
	}
	return found
}

// balanced gives all classes the same weight.
const balanced = "balanced"

// Parse parses "balanced", or a weight for each of some classes: "yes:5,no:2".
func Parse(text string) (Weights, error) {
	if text == balanced {
		return Weights{balanced: true}, nil
	}
	fields, err := words.SplitNames(text)
	if err != nil {
		return Weights{}, err
	}
	var w Weights
	for _, field := range fields {
		c, err := parseClassWeight(field, len(fields) > 1)
		if err != nil {
			return Weights{}, err
		}
		w.of = append(w.of, c)
	}
	return w, nil
}

// want is the error for a text that is no weight.
func want(text, what string) error { return fmt.Errorf("%q: want %s", text, what) }

// parseClassWeight parses CLASS:W, one of several or not.
func parseClassWeight(field string, several bool) (classWeight, error) {
	const quoted = `; a name with a comma has quotes: '"a,b":5'`
	at := strings.LastIndexByte(field, ':')
	switch {
	case field == balanced:
		return classWeight{}, errors.New(
			"balanced sets the weights of all classes, and so stands alone: want balanced, or a weight for each " +
				"class that does not count once, such as yes:5")
	case at < 1 && several:
		return classWeight{}, want(field, "CLASS:W such as yes:5"+quoted)
	case at < 1:
		return classWeight{}, want(field, "balanced, or CLASS:W such as yes:5"+quoted)
	}
	name, ok := words.Unquote(strings.TrimSpace(field[:at]))
	v, err := strconv.ParseFloat(strings.TrimSpace(field[at+1:]), 64)
	switch {
	case !ok || name == "":
		return classWeight{}, want(field, "CLASS:W such as yes:5"+quoted)
	case err != nil || !(v > 0) || math.IsInf(v, 0):
		return classWeight{}, want(field, "CLASS:W with a number W above 0")
	}
	return classWeight{name, v}, nil
}

// Of are the weights of the classes of a set, of which the samples have these labels. A *[RangeError] says that they
// differ too much.
func (w Weights) Of(set string, classes []string, labels []int) ([]float64, error) {
	of := slices.Repeat([]float64{1}, len(classes))
	if w.balanced {
		return balance(len(classes), labels), nil
	}
	const most = 20
	given := make([]bool, len(classes))
	for _, c := range w.of {
		k := classIndex(classes, c.class)
		if k < 0 {
			return nil, fmt.Errorf("%s has no class %q: it has %s", set, c.class, words.Names(classes, most))
		}
		if given[k] {
			return nil, fmt.Errorf("the class %q is given twice", classes[k])
		}
		of[k], given[k] = c.weight, true
	}
	return inRange(of)
}

// RangeError is the error of weights whose ratios no number holds.
type RangeError struct{}

// Error implements error.
func (*RangeError) Error() string { return "one weight is more than 1e308 times another" }

// inRange divides weights whose sum over samples might be too large for a float64 by a power of two, which changes no
// ratio of them. A ratio that is too large is an error.
func inRange(of []float64) ([]float64, error) {
	most := slices.Max(of)
	if math.IsInf(most/slices.Min(of), 0) {
		return nil, new(RangeError)
	}
	const room = 64 // times any number of samples, it is far from the end of the range
	if _, exponent := math.Frexp(most); exponent > room {
		for k, v := range of {
			of[k] = math.Ldexp(v, room-exponent)
		}
	}
	return of, nil
}

// balance gives each class of which there are samples the same total. Of a class without any, which no network
// can learn, each sample that judges counts as the average sample does, which is its part without weights: with more it
// would hide what was learnt of the others.
func balance(classes int, labels []int) []float64 {
	counts, some := make([]int, classes), 0
	for _, label := range labels {
		if counts[label]++; counts[label] == 1 {
			some++
		}
	}
	of := make([]float64, classes)
	for k, n := range counts {
		if n > 0 {
			of[k] = 1 / float64(n)
		} else {
			of[k] = float64(some) / float64(max(1, len(labels)))
		}
	}
	return of
}
