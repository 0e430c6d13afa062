package fit

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// leastRows is how many rows must have different numbers for that to be worth a note.
const leastRows = 20

// identifierNotes name columns of whole numbers that may stand for things, not quantities: those with a different
// number in each row, and those that are called an identifier. How to leave them out is said with the flag.
func (f *fitter) identifierNotes(in *columns.Inputs) (notes []string) {
	if f.images() {
		return nil
	}
	rows := len(f.indices)
	var unique, named suspects
	each := "each row has"
	for j, c := range in.Columns {
		if c.Kind != columns.Number {
			continue
		}
		different, whole := f.differentNumbers(j)
		switch {
		case !whole:
		case rows >= leastRows && different >= rows-f.mayCollide(j):
			unique.add(f.table, j)
			if different < rows {
				each = "nearly each row has"
			}
		case isIdentifierName(c.Name) && different > 2:
			named.add(f.table, j)
		}
	}
	if unique.labels != nil {
		notes = append(notes,
			fmt.Sprintf("%s another whole number in %s: if that only names the rows, leave it out (%s)",
				each, table.Columns(unique.labels, mostListed), unique.flag()))
	}
	if named.labels != nil {
		notes = append(notes,
			fmt.Sprintf(
				"the numbers in %s are taken for quantities, though the name is one of an identifier: if they are "+
					"names, leave them out (%s), or write text (n17 for 17), which makes an input of each, or of "+
					"the %s most frequent ones",
				table.Columns(named.labels, mostListed), named.flag(), words.Group(mostLevels)))
	}
	return notes
}

// differentNumbers reports whether all numbers of a column of the training rows are whole, and counts the different
// ones. A column that is not called an identifier is read until a number is missing, or more repeat than rounding may
// have made alike, which is soon in most of them; of one that is, a few different ones are enough, though all are read.
func (f *fitter) differentNumbers(j int) (different int, whole bool) {
	const few = 3
	width, called := len(f.table.Inputs), isIdentifierName(f.table.Inputs[j].Name)
	most := f.mayCollide(j)
	seen, repeats := map[float32]bool{}, 0
	for _, i := range f.indices {
		x := f.table.Cells[i*width+j]
		missing := x != x
		if !missing && float64(x) != math.Trunc(float64(x)) {
			return 0, false
		}
		switch {
		case missing:
			repeats += most + 1
		case seen[x]:
			repeats++
		}
		again := repeats > most
		if again && !called {
			break
		}
		if !missing && !(again && len(seen) >= few) {
			seen[x] = true
		}
	}
	return len(seen), true
}

// mayCollide is how many numbers of a column of different whole numbers may have become the same as others by rounding
// to float32: long ones that are close to each other do.
func (f *fitter) mayCollide(j int) int {
	const share = 10 // one in as many
	if v := f.table.Inputs[j].Rounding.Inexact; v == 0 || v != math.Trunc(v) {
		return 0
	}
	return len(f.indices) / share
}

// isIdentifierName reports whether a name is one of an identifier: id, shop_id, shopId, UUID.
func isIdentifierName(name string) bool { return identifier.MatchString(strings.TrimSpace(name)) }

var identifier = regexp.MustCompile(`^(?i:id|uuid|guid)$|[_ .-](?i:id|uuid|guid)$|[a-z](Id|ID)$`)

// suspects are columns, and what --drop calls them. Of many only as many have a label and a word as a note may show,
// and one more.
type suspects struct{ labels, words []string }

func (s *suspects) add(t *table.Table, j int) {
	if len(s.words) > mostListed {
		// No name is shown: there may be very many, and each would be compared with all columns.
		s.labels = append(s.labels, "")
		return
	}
	at, name := table.Position(j, t.At), t.Inputs[j].Name
	word := name
	twin := func(c table.Column) bool { return c.Name == name }
	shared := slices.ContainsFunc(t.Inputs[:j], twin) || slices.ContainsFunc(t.Inputs[j+1:], twin)
	if shared || !plainName.MatchString(name) {
		word = strconv.Itoa(at + 1)
	}
	s.labels, s.words = append(s.labels, table.Label(at, name)), append(s.words, word)
}

// plainName is a name that needs no quotes and is not a number.
var plainName = regexp.MustCompile(`^[\p{L}_][\p{L}\p{N}_.]*$`)

func (s *suspects) flag() string {
	if len(s.words) > mostListed {
		return "--drop"
	}
	return "--drop " + strings.Join(s.words, ",")
}
