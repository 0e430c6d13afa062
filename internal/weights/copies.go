package weights

import (
	"math"
	"sort"

	"ridge/internal/words"
)

// Copies are how often each of the samples with these labels occurs, and how many they are then in all.
func Copies(of []float64, labels []int) (copies []int, all float64) {
	least := math.Inf(1)
	for _, label := range labels {
		least = min(least, of[label])
	}
	seen, copies := make([]float64, len(of)), make([]int, len(labels))
	for i, label := range labels {
		c := of[label] / least
		before, now := roundedDown(float64(seen[label]*c)), roundedDown(float64((seen[label]+1)*c))
		n := now - before
		if now > tooMany { // both may be infinite
			n = tooMany
		}
		seen[label]++
		all += n
		copies[i] = int(min(Count(n), math.MaxInt))
	}
	return copies, all
}

// tooMany samples are more than any memory holds.
const tooMany = 1e18

// Count is a number of samples that may be larger than any memory.
func Count(samples float64) int64 { return int64(min(samples, tooMany)) }

// Counted writes such a number for people: beyond what [Count] says, there are more than that.
func Counted(samples float64) string {
	text := words.Group(Count(samples))
	if samples >= tooMany {
		text = "more than " + text
	}
	return text
}

// MostRatio is how many times the smallest weight the others may be so that the samples with their copies fit: a whole
// number with at most two digits that are not 0, or 0 if none will do.
func MostRatio(of []float64, labels []int, fit func(samples float64) bool) float64 {
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
	first := sort.Search(90, func(i int) bool { return !fits(largest * float64(10+i) / 10) }) // that does not fit
	return math.Floor(largest * float64(9+first) / 10)
}

// roundedDown is the integer below a product of a count and a ratio of weights, or the one above if the product is only
// below it by rounding. Two weights, which may be reciprocals, their ratio and the product are each rounded: that is an
// error of up to 4·2⁻⁵³ times the product, or a little more.
func roundedDown(product float64) float64 {
	return math.Floor(product + max(1e-9, 0x1p-50*product))
}
