package columns

import (
	"fmt"
	"math"
	"slices"
)

// Scale says how columns of numbers are centred and divided. Where the format of the file
// says what the largest value is (255 for bytes that are pixels), d is that, else 1.
type Scale string

// The scales.
const (
	// Auto is None for pixels; it is Common if all columns look as if they shared a unit
	// but vary very differently, and Standard otherwise.
	Auto Scale = "auto"
	// Standard subtracts the mean of a column and divides by its standard deviation.
	Standard Scale = "standard"
	// Center subtracts the mean and divides by d.
	Center Scale = "center"
	// None subtracts nothing and divides by d.
	None Scale = "none"
	// Common subtracts the mean and divides all columns by the same number: the difference
	// between the largest and the smallest value of all. Only Auto chooses it.
	Common Scale = "common"
)

// ParseScale reads the name of a scale that can be asked for.
func ParseScale(name string) (Scale, error) {
	if s := Scale(name); slices.Contains([]Scale{Auto, Standard, Center, None}, s) {
		return s, nil
	}
	return "", fmt.Errorf("no scale %q: want auto, standard, center or none", name)
}

// The bounds by which columns look as if they shared a unit that matters.
const (
	sameLeast  = 0.9 // of the columns have the same smallest value
	halfRange  = 0.5 // of the common range is reached by …
	reachRange = 0.5 // … this share of the columns
	uneven     = 10  // times the smallest deviation is the largest one
)

// resolve chooses for Auto. Columns share a unit, like pixels, if all are numbers without
// gaps, nearly all have the same smallest value (what is measured begins somewhere), and most
// reach at least the middle of the range from there to the largest value of all. If some of
// them vary ten times as much as others, to divide each one by its own deviation would make
// the most of those that vary least, the margins of an image; if not, it does no harm, and
// leaves nothing to depend on what the units of the columns are.
//
// span is the range that they share if it chooses Common.
func (s Scale) resolve(stats []stat, divisor float64) (chosen Scale, span float64) {
	if s != Auto {
		return s, 0
	}
	if divisor > 0 {
		return None, 0
	}
	if span = commonRange(stats); span > 0 {
		return Common, span
	}
	return Standard, 0
}

// commonRange is the range that all columns share, or 0. Constants do not count.
func commonRange(stats []stat) float64 {
	var varying []stat
	count := map[float64]int{}
	for _, s := range stats {
		if s.text || s.missing > 0 {
			return 0
		}
		if s.least < s.most {
			varying = append(varying, s)
			count[s.least]++
		}
	}
	if len(varying) < 2 {
		return 0
	}
	for least, n := range count {
		if float64(n) < sameLeast*float64(len(varying)) {
			continue
		}
		span := 0.
		for _, s := range varying {
			span = max(span, s.most-least)
		}
		reached, smallest, largest := 0, math.Inf(1), 0.
		for _, s := range varying {
			if s.most-least >= halfRange*span {
				reached++
			}
			smallest, largest = min(smallest, s.deviation), max(largest, s.deviation)
		}
		if float64(reached) >= reachRange*float64(len(varying)) && largest > uneven*smallest {
			return span
		}
	}
	return 0
}
