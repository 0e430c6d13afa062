package cli

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset"
	"ridge/internal/memory"
	"ridge/internal/words"
)

// weights says how much the samples of each class count in the training. With the zero value all count the same.
type weights struct {
	balanced bool          // each class counts the same
	of       []classWeight // others have the weight 1
}

type classWeight struct {
	class  string
	weight float64
}

// given reports whether there are any.
func (w weights) given() bool { return w.balanced || w.of != nil }

// String is what parseWeights reads.
func (w weights) String() string {
	if w.balanced {
		return balanced
	}
	var list []string
	for _, c := range w.of {
		list = append(list, words.Quote(c.class)+":"+strconv.FormatFloat(c.weight, 'g', -1, 64))
	}
	return strings.Join(list, ",")
}

// classes are those of a set that have a weight of their own.
func (w weights) classes(all []string) (names []string) {
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

// parseWeights parses --weight.
func parseWeights(text string) (weights, error) {
	if text == balanced {
		return weights{balanced: true}, nil
	}
	fields, err := splitNames(text)
	if err != nil {
		return weights{}, err
	}
	var w weights
	for _, field := range fields {
		c, err := parseClassWeight(field, len(fields) > 1)
		if err != nil {
			return weights{}, err
		}
		w.of = append(w.of, c)
	}
	return w, nil
}

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
	name, ok := unquoteName(strings.TrimSpace(field[:at]))
	v, err := strconv.ParseFloat(strings.TrimSpace(field[at+1:]), 64)
	switch {
	case !ok || name == "":
		return classWeight{}, want(field, "CLASS:W such as yes:5"+quoted)
	case err != nil || !(v > 0) || math.IsInf(v, 0):
		return classWeight{}, want(field, "CLASS:W with a number W above 0")
	}
	return classWeight{name, v}, nil
}

// perClass are the weights of the classes, of which the samples have these labels.
func (w weights) perClass(set *dataset.Set, labels []int) ([]float64, error) {
	of := slices.Repeat([]float64{1}, len(set.Classes))
	if w.balanced {
		return balancedWeights(len(set.Classes), labels), nil
	}
	const most = 20
	given := make([]bool, len(set.Classes))
	for _, c := range w.of {
		k := classIndex(set.Classes, c.class)
		if k < 0 {
			return nil, usagef("--weight: %s has no class %q: it has %s",
				set.Name, c.class, words.Names(set.Classes, most))
		}
		if given[k] {
			return nil, usagef("--weight: the class %q is given twice", set.Classes[k])
		}
		of[k], given[k] = c.weight, true
	}
	return w.inRange(of)
}

// inRange divides weights whose sum over samples might be too large for a float64 by a power of two, which changes no
// ratio of them. A ratio that is too large is an error.
func (w weights) inRange(of []float64) ([]float64, error) {
	most := slices.Max(of)
	if math.IsInf(most/slices.Min(of), 0) {
		return nil, usagef("--weight %v: one weight is more than 1e308 times another", w)
	}
	const room = 64 // times any number of samples, it is far from the end of the range
	if _, exponent := math.Frexp(most); exponent > room {
		for k, v := range of {
			of[k] = math.Ldexp(v, room-exponent)
		}
	}
	return of, nil
}

// balancedWeights give each class of which there are samples the same total. Of a class without any, which no network
// can learn, each sample that judges counts as the average sample does, which is its part without weights: with more it
// would hide what was learnt of the others.
func balancedWeights(classes int, labels []int) []float64 {
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

// apply repeats the training samples in proportion to the weights of their classes, which is what
// weights in the loss mean, for every method. Samples of the smallest weight stay as they are; the
// first n samples of a class with c times that weight become c·n samples, rounded down.
// Validation samples are not repeated, but their weights are noted. check gets the number of training samples before
// there are copies, and its error is returned.
func (w weights) apply(set *dataset.Set, p *parts, check func(samples int) error) error {
	p.once = p.train
	if !w.given() {
		return nil
	}
	of, copies, err := w.repeated(set, p.train, check)
	if err != nil {
		return err
	}
	p.train, p.copies = p.once.Repeat(copies), copies
	for _, label := range p.validation.Labels {
		p.judged = append(p.judged, of[label])
	}
	return nil
}

// refuseRegression is the error for weights where there are no classes.
func (w weights) refuseRegression(name string) error {
	return usagef("--weight %v: %s has no classes: a regression has no weights", w, name)
}

// repeated is how much each class of a set counts, and how often each of the training samples occurs, if there is
// memory for the copies and for a training with them, which check says.
func (w weights) repeated(set *dataset.Set, train dataset.Samples,
	check func(samples int) error) (of []float64, copies []int, err error) {
	if train.Labels == nil {
		return nil, nil, w.refuseRegression(set.Name)
	}
	if of, err = w.perClass(set, train.Labels); err != nil {
		return nil, nil, err
	}
	copies, all := copiesOf(of, train.Labels)
	fit := func(samples float64) error {
		what := words.Group(sampleCount(samples)) + " training samples"
		limit := min(memory.Limit(), math.MaxInt64-1) // what takes more bytes than can be counted does not fit
		if err := memory.Check(limit, memory.Product(4*int64(train.Dim)+8, sampleCount(samples)),
			what); err != nil {
			return err
		}
		return check(int(min(sampleCount(samples), math.MaxInt)))
	}
	if err := fit(all); err != nil {
		err = w.refuse(set, of, train.Labels, all, err, func(samples float64) bool { return fit(samples) == nil })
		return nil, nil, err
	}
	return of, copies, nil
}

// counted is how many samples those with these labels are with their copies.
func (w weights) counted(set *dataset.Set, labels []int) (int, error) {
	if !w.given() {
		return len(labels), nil
	}
	of, err := w.perClass(set, labels)
	if err != nil {
		return 0, err
	}
	_, all := copiesOf(of, labels)
	return int(min(sampleCount(all), math.MaxInt)), nil
}

// copiesOf are how often each of the samples with these labels occurs, and how many they are then in all.
func copiesOf(of []float64, labels []int) (copies []int, all float64) {
	least := math.Inf(1)
	for _, label := range labels {
		least = min(least, of[label])
	}
	seen, copies := make([]float64, len(of)), make([]int, len(labels))
	for i, label := range labels {
		c := of[label] / least
		n := roundedDown(float64((seen[label]+1)*c)) - roundedDown(float64(seen[label]*c))
		seen[label]++
		all += n
		copies[i] = int(min(sampleCount(n), math.MaxInt))
	}
	return copies, all
}

// sampleCount is a number of samples that may be larger than any memory.
func sampleCount(samples float64) int64 { return int64(min(samples, 1e18)) }

// refuse says which weights can be trained with, if the samples with their copies, so many in all, are too many: those
// with which there are so few samples that they fit. of are the weights of the classes, labels the classes of the
// samples without copies. An error that has another reason is returned as it is.
func (w weights) refuse(set *dataset.Set, of []float64, labels []int, all float64, err error,
	fit func(samples float64) bool) error {
	e, ok := errors.AsType[*memory.LimitError](err)
	if !ok {
		return err
	}
	ratio := mostRatio(of, labels, fit)
	if ratio == 0 { // not even without copies
		return err
	}
	remedy := fmt.Sprintf("no weight more than %s times another one", words.Group(int64(ratio)))
	if e.Limit == set.Left {
		remedy += "; " + allowing(e.Need, set) + ", too"
	}
	return usagef("--weight %v: it repeats the %s training samples, so that there are %s. %w: want %s",
		w, words.Group(len(labels)), words.Group(sampleCount(all)), e, remedy)
}

// mostRatio is how many times the smallest weight the others may be so that the samples with their copies fit: a whole
// number with at most two digits that are not 0, or 0 if none will do.
func mostRatio(of []float64, labels []int, fit func(samples float64) bool) float64 {
	samples, least := make([]float64, len(of)), math.Inf(1)
	for _, label := range labels {
		samples[label]++
		least = min(least, of[label])
	}
	fits := func(ratio float64) bool {
		all := 0.
		for class, n := range samples {
			all += n * min(of[class]/least, ratio)
		}
		return fit(all)
	}
	largest := 0.
	for decade := 1.; decade < 1e18 && fits(decade); decade *= 10 {
		largest = decade
	}
	tooMany := sort.Search(90, func(i int) bool { return !fits(largest * float64(10+i) / 10) })
	return math.Floor(largest * float64(9+tooMany) / 10)
}

// roundedDown is the integer below a product of a count and a ratio of weights, or the one above if the product is only
// below it by rounding. Two weights, which may be reciprocals, their ratio and the product are each rounded: that is an
// error of up to 4·2⁻⁵³ times the product, or a little more.
func roundedDown(product float64) float64 {
	return math.Floor(product + max(1e-9, 0x1p-50*product))
}
