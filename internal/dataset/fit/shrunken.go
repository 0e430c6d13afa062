package fit

import (
	"fmt"
	"math"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// Numbers in a larger unit than those of the training data, such as metres for millimetres, are small and near to each
// other, so that none is far from the mean.
const (
	fewUnlike    = 20      // numbers from which on they say anything
	awayFromMean = 5       // deviations that all numbers of a column are away from the mean
	shrunken     = 1. / 5  // of a deviation, in which all numbers of each column are
	dark         = 1. / 50 // of the largest mean of a pixel, which no pixel reaches
)

// awayNote is about a column of which all numbers are away from the mean, and on one side of it.
func (u unlike) awayNote(in *columns.Inputs, t *table.Table, j int) string {
	c := &in.Columns[j]
	by := awayFromMean * math.Abs(c.Divisor)
	if u.known < fewUnlike || u.far > 0 || c.Kind != columns.Number || in.Scale != columns.Standard || c.Curve != nil ||
		!(u.most < c.Mean-by || u.least > c.Mean+by) {
		return ""
	}
	return fmt.Sprintf("column %s: all %s numbers, from %.4g to %.4g, are more than %.4g away from the mean of the "+
		"training data, which is %.4g: are they in the same unit?",
		nameOrNumber(t, j), words.Group(u.known), u.least, u.most, by, c.Mean)
}

// shrunkenNote is about a table in which the numbers of each column are nearly the same, though some differ.
func shrunkenNote(in *columns.Inputs, all []unlike) string {
	numbers, different := 0, false
	for j, u := range all {
		c := &in.Columns[j]
		if c.Kind != columns.Number {
			continue
		}
		if u.known < fewUnlike || in.Scale != columns.Standard || !(u.most-u.least <= shrunken*math.Abs(c.Divisor)) {
			return ""
		}
		numbers++
		different = different || u.most > u.least
	}
	if numbers < 2 || !different {
		return ""
	}
	return fmt.Sprintf("in each of the %d columns of numbers all are within a fifth of the deviation that the "+
		"training data has: are they in the same unit?", numbers)
}

// darkNote is about samples with a shape that are all far smaller than those of the training data are in the mean.
func darkNote(in *columns.Inputs, t *table.Table, all []unlike) string {
	largest, mean := 0.0, 0.0
	for j, u := range all {
		mean = max(mean, math.Abs(in.Columns[j].Fill)) // also where no mean is subtracted
		if u.known > 0 {
			largest = max(largest, math.Abs(u.least), math.Abs(u.most))
		}
	}
	if t.Rows < fewUnlike || largest == 0 || !(largest < dark*mean) {
		return ""
	}
	return fmt.Sprintf("no number is above %.4g, and those of the training data have means of up to %.4g: are they in "+
		"the same unit?", largest, mean)
}
