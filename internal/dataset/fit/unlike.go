package fit

import (
	"fmt"
	"math"
	"strconv"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// unlikeInput is the input that a number becomes which is unlike those of the training data: at least five times as
// large as any of these.
const unlikeInput = 5 * farthestInput

// unlike is what a column of another table has that the training data had not.
type unlike struct {
	missing     int // values, where training had them all
	far         int // numbers far from the mean
	row         int // of the first of these
	known       int // numbers
	least, most float64
}

// UnlikeTraining are notes about columns of a table that lack values where the training data had all of them, or have
// numbers so far from its mean that they may be in another unit. The network answers all the same. The columns of the
// table must be those of in.
func UnlikeTraining(in *columns.Inputs, t *table.Table) (notes []string) {
	all := compare(in, t)
	if t.Shape != nil {
		return unlikeImages(in, t, all)
	}
	if note := shrunkenNote(in, all); note != "" {
		return []string{note}
	}
	more := 0
	for j, u := range all {
		for _, note := range []string{u.missingNote(in, t, j), u.farNote(in, t, j), u.awayNote(in, t, j)} {
			switch {
			case note == "":
			case len(notes) == mostListed:
				more++
			default:
				notes = append(notes, note)
			}
		}
	}
	if more > 0 {
		notes = append(notes, fmt.Sprintf(
			"%d more such notes: other columns have gaps that training had not, or numbers far from its mean", more))
	}
	return notes
}

// unlikeImages are notes about samples with a shape, of which a single column says little: about gaps where the
// training data had none, and about numbers far from it if these are more than a twentieth of all.
func unlikeImages(in *columns.Inputs, t *table.Table, all []unlike) (notes []string) {
	far, worst, missing, taken := 0, 0, 0, "0 takes"
	for j, u := range all {
		if far += u.far; u.far > all[worst].far {
			worst = j
		}
		if c := &in.Columns[j]; u.isNew(c) {
			missing += u.missing
			if c.Fill != 0 {
				taken = "the mean of their column takes"
			}
		}
	}
	if missing > 0 {
		notes = append(notes, fmt.Sprintf("%s of %s numbers are missing where the training data had all: %s "+
			"their place", words.Group(missing), words.Group(len(t.Cells)), taken))
	}
	if note := darkNote(in, t, all); note != "" {
		return append(notes, note)
	}
	if 20*far <= len(t.Cells) {
		return notes
	}
	c, u := &in.Columns[worst], all[worst]
	return append(notes, fmt.Sprintf("%s of %s numbers are unlike those of the training data, such as %s %s, where "+
		"these have a mean of %.4g: are they in the same unit?", words.Group(far), words.Group(len(t.Cells)),
		cellNumber(t.Cells[u.row*len(t.Inputs)+worst]), placeOf(t, u.row), c.Mean))
}

// compare goes over the cells row by row, as they lie in memory.
func compare(in *columns.Inputs, t *table.Table) []unlike {
	width := len(t.Inputs)
	all, bounds := make([]unlike, width), make([]interval, width)
	for j := range bounds {
		bounds[j] = likeTraining(in, &in.Columns[j])
	}
	for i := range t.Rows {
		for j, x := range t.Cells[i*width : (i+1)*width] {
			u := &all[j]
			switch v := float64(x); {
			case math.IsNaN(v):
				u.missing++
			case v < bounds[j].least || v > bounds[j].most:
				if u.far == 0 {
					u.row = i
				}
				u.far++
				fallthrough
			default:
				u.see(v)
			}
		}
	}
	return all
}

// see counts a number.
func (u *unlike) see(v float64) {
	if u.known++; u.known == 1 {
		u.least, u.most = v, v
	}
	u.least, u.most = min(u.least, v), max(u.most, v)
}

type interval struct{ least, most float64 }

// likeTraining are the numbers that are not far from those of the training data. The curve of a column with outliers
// has the smallest and the largest of them, which in models of older programs may be farther than the reach.
func likeTraining(in *columns.Inputs, c *columns.Column) interval {
	reach := reachOf(in, c)
	like := interval{c.Mean - reach, c.Mean + reach}
	if c.Curve != nil {
		like.least = min(like.least, c.Curve.At[0])
		like.most = max(like.most, c.Curve.At[len(c.Curve.At)-1])
	}
	return like
}

// reachOf is how far from the mean a number may be that is like those of the training data: several times as far as any
// of these.
func reachOf(in *columns.Inputs, c *columns.Column) float64 {
	switch {
	case c.Kind == columns.Number && in.Scale == columns.Standard:
		return unlikeInput * math.Abs(c.Divisor)
	case c.Kind == columns.Number && in.Scale == columns.Common:
		return 5 * math.Abs(c.Divisor) // the range of all columns
	}
	return math.Inf(1)
}

// isNew reports whether values are missing in a column in which the training data had all of them.
func (u unlike) isNew(c *columns.Column) bool {
	return u.missing > 0 && c.Missing == nil && c.Kind != columns.Dropped
}

func (u unlike) missingNote(in *columns.Inputs, t *table.Table, j int) string {
	c := &in.Columns[j]
	if !u.isNew(c) {
		return ""
	}
	return fmt.Sprintf("column %s: %s of %s values are missing, and none was in the training data: %s",
		nameOrNumber(t, j), words.Group(u.missing), words.Group(t.Rows), replacement(c))
}

// replacement says what missing values of a column are taken for. In models of images of older programs that is 0.
func replacement(c *columns.Column) string {
	switch {
	case c.Kind == columns.Levels:
		return "they count as a text that it did not have"
	case c.Fill == 0:
		return "0 takes their place"
	}
	return "its mean takes their place"
}

func (u unlike) farNote(in *columns.Inputs, t *table.Table, j int) string {
	if u.far == 0 {
		return ""
	}
	c := &in.Columns[j]
	return fmt.Sprintf(
		"column %s: %s of %s numbers are more than %.4g away from the mean of the training data, which is %.4g, such "+
			"as %s %s: are they in the same unit?",
		nameOrNumber(t, j), words.Group(u.far), words.Group(t.Rows-u.missing), reachOf(in, c), c.Mean,
		cellNumber(t.Cells[u.row*len(t.Inputs)+j]), placeOf(t, u.row))
}

// nameOrNumber is how a note calls an input of a table whose columns may be in another order than those of the training
// data: by its name, or by its number if it has none, as the order is the same then.
func nameOrNumber(t *table.Table, j int) string {
	if name := t.Inputs[j].Name; name != "" {
		return strconv.Quote(name)
	}
	return table.Label(t.Inputs[j].Field, "")
}

func cellNumber(x float32) string { return strconv.FormatFloat(float64(x), 'g', -1, 32) }
