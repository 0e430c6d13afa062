package cli

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"ridge/internal/dataset"
	"ridge/internal/dataset/table"
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
		return "balanced"
	}
	var list []string
	for _, c := range w.of {
		list = append(list, c.class+":"+strconv.FormatFloat(c.weight, 'g', -1, 64))
	}
	return strings.Join(list, ",")
}

// parseWeights parses --weight.
func parseWeights(text string) (weights, error) {
	if text == "balanced" {
		return weights{balanced: true}, nil
	}
	of, err := listOf(func(field string) (classWeight, error) {
		at := strings.LastIndexByte(field, ':')
		if at < 1 {
			return classWeight{}, want(field, "balanced, or CLASS:W such as yes:5")
		}
		v, err := strconv.ParseFloat(field[at+1:], 64)
		if err != nil || !(v > 0) || math.IsInf(v, 0) {
			return classWeight{}, want(field, "CLASS:W with a number W above 0")
		}
		return classWeight{field[:at], v}, nil
	})(text)
	return weights{of: of}, err
}

// perClass are the weights of the classes, of which the samples have these labels.
func (w weights) perClass(set *dataset.Set, labels []int) ([]float64, error) {
	of := slices.Repeat([]float64{1}, len(set.Classes))
	if w.balanced {
		counts := make([]int, len(set.Classes))
		for _, label := range labels {
			counts[label]++
		}
		for k, n := range counts {
			of[k] = 1 / float64(max(1, n))
		}
		return of, nil
	}
	const most = 20
	for i, c := range w.of {
		k := slices.Index(set.Classes, c.class)
		if k < 0 {
			return nil, usagef("--weight: %s has no class %q: it has %s", set.Name, c.class, table.List(set.Classes, most))
		}
		if slices.ContainsFunc(w.of[:i], func(o classWeight) bool { return o.class == c.class }) {
			return nil, usagef("--weight: the class %q is given twice", c.class)
		}
		of[k] = c.weight
	}
	return of, nil
}

// apply repeats the training samples in proportion to the weights of their classes, which is what
// weights in the loss mean, for every method. Samples of the smallest weight stay as they are; the
// first n samples of a class with c times that weight become c·n samples, rounded down.
func (w weights) apply(set *dataset.Set, p *parts) error {
	p.once = p.train
	if !w.given() {
		return nil
	}
	if p.train.Labels == nil {
		return usagef("--weight %v: %s has no classes: a regression has no weights", w, set.Name)
	}
	of, err := w.perClass(set, p.train.Labels)
	if err != nil {
		return err
	}
	seen, least := make([]float64, len(of)), math.Inf(1)
	for _, label := range p.train.Labels {
		least = min(least, of[label])
	}
	copies, all := make([]int, p.train.Len()), 0.
	for i, label := range p.train.Labels {
		c := of[label] / least
		n := math.Floor((seen[label]+1)*c+rounding) - math.Floor(seen[label]*c+rounding)
		seen[label]++
		all += n
		copies[i] = int(min(n, math.MaxInt32))
	}
	dim := int64(p.train.Dim)
	what := fmt.Sprintf("%s: the training samples, repeated %s times in all by --weight %v,", set.Name, words.Group(int64(min(all, 1e18))), w)
	if err := memory.Check(memory.Limit(), memory.Product(4*dim+8, int64(min(all, 1e18))), what); err != nil {
		return err
	}
	p.train, p.copies = p.once.Repeat(copies), copies
	return nil
}

// rounding is more than the error of a product of a count and a weight, so that integers stay exact.
const rounding = 1e-9
