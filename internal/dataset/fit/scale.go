package fit

import "ridge/bcd/nn/columns"

// The bounds by which columns look as if they shared a unit that matters.
const (
	sameLeast     = 0.9 // of the columns have the same smallest value
	halfRange     = 0.5 // of the common range is reached by …
	reachRange    = 0.5 // … this share of the columns, without the one that has the largest value
	unevenRatio   = 10  // times the smallest deviation is the largest one
	sameUnitRatio = 100 // times the range of most margins is at least the common one
)

// resolve chooses for Auto. Columns share a unit, like pixels, if all are numbers without gaps, nearly all have the
// same smallest value (what is measured begins somewhere), and most reach at least the middle of the range from there
// to the largest value of all, which is not made by outliers: a column without any reaches it, too, if there is one. If
// some of them vary ten times as much as others, dividing each one by its own deviation would amplify those that vary
// least, the margins of an image; otherwise that does no harm, and nothing depends on the units of the columns. Those
// that vary least must be so because they hardly ever do, as margins: one that takes turns between 0 and 1 beside
// counts of hundreds is in another unit, in which the range that the others share would make it vanish. So is one that
// is 1 in few rows only; most margins have larger values somewhere.
//
// span is the range that they share if it chooses Common.
func resolve(s columns.Scale, stats []stat, divisor float64) (chosen columns.Scale, span float64) {
	if s != columns.Auto {
		return s, 0
	}
	if divisor > 0 {
		return columns.None, 0
	}
	if span = commonRange(stats); span > 0 {
		return columns.Common, span
	}
	return columns.Standard, 0
}

// commonRange is the range that all columns that are not left out share, or 0. Constants do not count.
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
		span, plain := 0., 0.
		for _, s := range varying {
			span = max(span, s.most-least)
			if !s.isTailed() {
				plain = max(plain, s.most-least)
			}
		}
		if plain > 0 && plain < halfRange*span { // only outliers go as far
			continue
		}
		reached := 0
		for _, s := range varying {
			if s.most-least >= halfRange*span {
				reached++
			}
		}
		if float64(reached-1) >= reachRange*float64(len(varying)-1) && haveMargins(varying, span) {
			return span
		}
	}
	return 0
}

// haveMargins reports whether some columns vary far less than others, all of those because they hardly ever do, and
// most of them in a range that shows beside the common one.
func haveMargins(stats []stat, span float64) bool {
	largest, margins, shown := 0., 0, 0
	for _, s := range stats {
		largest = max(largest, s.deviation)
	}
	for _, s := range stats {
		if largest > unevenRatio*s.deviation {
			if !s.isTailed() {
				return false
			}
			margins++
			if sameUnitRatio*(s.most-s.least) >= span {
				shown++
			}
		}
	}
	return 2*shown > margins
}
