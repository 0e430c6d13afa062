// Package split divides samples into those for training and those for validation or test. Everything
// is drawn from a seed: the same seed gives the same parts on every machine.
//
// Where there are classes, each part has each class in about the proportion that it has
// among all samples, however the file is sorted, and no class is held out whole.
package split

import (
	"cmp"
	"fmt"
	"math"
	"math/bits"
	"math/rand/v2"
	"slices"
	"strconv"
)

// Amount is how many samples to hold out: a count, or a fraction of all. The zero value
// is none.
type Amount struct {
	Count    int     // used if it is not 0
	Fraction float64 // in [0, 1)
}

// ParseAmount reads "1000", a count, or "0.2", a fraction. 0 is none.
func ParseAmount(text string) (Amount, error) {
	if n, err := strconv.Atoi(text); err == nil && n >= 0 {
		return Amount{Count: n}, nil
	}
	if f, err := strconv.ParseFloat(text, 64); err == nil && f >= 0 && f < 1 {
		return Amount{Fraction: f}, nil
	}
	return Amount{}, fmt.Errorf("%q is neither a number of samples, like 1000, nor a fraction of them, like 0.2", text)
}

// String is what ParseAmount reads.
func (a Amount) String() string {
	if a.Count == 0 && a.Fraction > 0 {
		return strconv.FormatFloat(a.Fraction, 'g', -1, 64)
	}
	return strconv.Itoa(a.Count)
}

// AmountError says that Held of Of samples can't be held out.
type AmountError struct{ Held, Of int }

// Error says how many can be held out.
func (e *AmountError) Error() string {
	return fmt.Sprintf("cannot hold out %d of %d samples: want 0 to %d", e.Held, e.Of, max(0, e.Of-1))
}

// Of is the number of samples to hold out of n. It is an *[AmountError] if it leaves none. A
// fraction is rounded to the nearest count, but is at least one sample.
func (a Amount) Of(n int) (int, error) {
	held := a.Count
	if held == 0 && a.Fraction > 0 {
		held = max(1, int(math.Round(a.Fraction*float64(n))))
	}
	if held < 0 || held >= n && held > 0 {
		return 0, &AmountError{held, n}
	}
	return held, nil
}

// HoldOut chooses held of n samples at random and returns the indices of the others and
// theirs, both in random order. labels are the classes of the samples, from 0, or nil if
// there are none. With classes, each part has its share of each, rounded; no class is held
// out whole, and each class of two samples or more is held out of if held is at least
// their number. It is an *[AmountError] unless 0 ≤ held < n.
func HoldOut(n int, labels []int, held int, seed uint64) (rest, out []int, err error) {
	if held < 0 || held >= n {
		return nil, nil, &AmountError{held, n}
	}
	r := newSource(seed)
	classes := byClass(n, labels)
	sizes := make([]int, len(classes))
	for k, members := range classes {
		sizes[k] = len(members)
	}
	for k, quota := range quotas(sizes, held) {
		shuffle(r, classes[k])
		out = append(out, classes[k][:quota]...)
		rest = append(rest, classes[k][quota:]...)
	}
	shuffle(r, rest)
	shuffle(r, out)
	return rest, out, nil
}

// Folds divides n samples into k parts whose sizes differ by at most one, at random, and
// returns their indices, each part in random order. With classes each part has its share
// of each: their numbers differ by at most one between parts. It is an error unless
// 2 ≤ k ≤ n.
func Folds(n int, labels []int, k int, seed uint64) ([][]int, error) {
	if k < 2 || k > n {
		return nil, fmt.Errorf("cannot make %d folds of %d samples: want 2 to %d", k, n, n)
	}
	r := newSource(seed)
	folds := make([][]int, k)
	// Dealt like cards, class after class: the next class begins where the last one ended.
	at := 0
	for _, members := range byClass(n, labels) {
		shuffle(r, members)
		for _, i := range members {
			folds[at] = append(folds[at], i)
			at = (at + 1) % k
		}
	}
	for _, fold := range folds {
		shuffle(r, fold)
	}
	return folds, nil
}

// Without returns the indices of all parts but one, in their order: the samples to train on when that part is held out.
func Without(parts [][]int, left int) []int {
	var rest []int
	for k, part := range parts {
		if k != left {
			rest = append(rest, part...)
		}
	}
	return rest
}

// byClass are the indices of the samples of each class, ascending; of all if there are no
// classes.
func byClass(n int, labels []int) [][]int {
	most := 0
	for _, k := range labels {
		most = max(most, k)
	}
	classes := make([][]int, most+1)
	for i := range n {
		k := 0
		if labels != nil {
			k = labels[i]
		}
		classes[k] = append(classes[k], i)
	}
	return classes
}

// quotas says how many samples of each class are held out, in proportion to their sizes,
// by the method of the largest remainder. A class keeps at least one sample, if held is
// less than all, and gives one if it has two and held suffices for all such classes.
func quotas(sizes []int, held int) []int {
	total, several := 0, 0
	for _, n := range sizes {
		total += n
		if n > 1 {
			several++
		}
	}
	quota := make([]int, len(sizes))
	remainder := make([]float64, len(sizes))
	left := held
	for k, n := range sizes {
		exact := float64(held) * float64(n) / float64(total)
		quota[k] = min(int(exact), max(0, n-1))
		if quota[k] == 0 && n > 1 && held >= several {
			quota[k] = 1
		}
		remainder[k] = exact - float64(quota[k])
		left -= quota[k]
	}
	order := make([]int, len(sizes))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(remainder[b], remainder[a]) })
	// What is left over goes to the largest remainders first, what is missing comes from
	// the smallest.
	for left > 0 && !exhausted(quota, sizes) {
		left = handOut(quota, sizes, order, left)
	}
	for k := len(order) - 1; left < 0; k = (k + len(order) - 1) % len(order) {
		if quota[order[k]] > 1 {
			quota[order[k]]--
			left++
		}
	}
	// Classes of one sample give theirs only when no other class can give one.
	for _, k := range order {
		if left > 0 && quota[k] < sizes[k] {
			quota[k]++
			left--
		}
	}
	return quota
}

// handOut adds one to the quota of each class in order, as long as some are left and the
// class keeps a sample. It returns what is left.
func handOut(quota, sizes, order []int, left int) int {
	for _, k := range order {
		if left > 0 && quota[k] < sizes[k]-1 {
			quota[k]++
			left--
		}
	}
	return left
}

// exhausted reports whether no class can give a sample and keep one.
func exhausted(quota, sizes []int) bool {
	for k, q := range quota {
		if q < sizes[k]-1 {
			return false
		}
	}
	return true
}

// newSource is a generator whose numbers are the same in every version of Go.
func newSource(seed uint64) *rand.PCG { return rand.NewPCG(seed, 0x9e3779b97f4a7c15) }

// shuffle is the algorithm of Fisher and Yates. The indices are drawn by multiplication,
// whose bias is below n/2⁶⁴.
func shuffle(r *rand.PCG, s []int) {
	for i := len(s) - 1; i > 0; i-- {
		j, _ := bits.Mul64(r.Uint64(), uint64(i+1))
		s[i], s[j] = s[j], s[i]
	}
}
