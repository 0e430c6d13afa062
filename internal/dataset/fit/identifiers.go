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
	var unique, named, rare suspects
	each := "each row has"
	for j, c := range in.Columns {
		if c.Kind != columns.Number {
			continue
		}
		different, whole := f.differentNumbers(j)
		switch {
		case !whole:
		case rows >= leastRows && f.nameRows(j, different):
			unique.add(f.table, j)
			if different < rows {
				each = "nearly each row has"
			}
		case !isIdentifierName(c.Name) || different <= 2:
		case f.wouldBeLevels(j):
			named.add(f.table, j)
		default:
			rare.add(f.table, j)
		}
	}
	if unique.labels != nil {
		notes = append(notes,
			fmt.Sprintf("%s another whole number in %s: if that only names the rows, leave it out (%s)",
				each, table.Columns(unique.labels, mostListed), unique.flag()))
	}
	if named.labels != nil {
		notes = append(notes, namedNote(&named)+
			", or write text (n17 for 17), which makes an input of each, or of the most frequent ones")
	}
	if rare.labels != nil {
		notes = append(notes, namedNote(&rare))
	}
	return notes
}

// namedNote is about columns that are called identifiers.
func namedNote(s *suspects) string {
	return fmt.Sprintf(
		"the numbers in %s are taken for quantities, though the name is one of an identifier: if they are names, "+
			"leave them out (%s)", table.Columns(s.labels, mostListed), s.flag())
}

// wouldBeLevels reports whether some numbers of a column were inputs if they were written as text.
func (f *fitter) wouldBeLevels(j int) bool {
	width, codes := len(f.table.Inputs), map[float32]int{}
	var s stat
	for _, i := range f.indices {
		x := f.table.Cells[i*width+j]
		if x != x {
			continue
		}
		code, seen := codes[x]
		if !seen {
			if code = len(codes); code == table.MaxLevels {
				return false
			}
			codes[x], s.counts = code, append(s.counts, 0)
		}
		s.counts[code]++
		s.present++
	}
	return f.hasInputs(&s)
}

// differentNumbers reports whether all numbers of a column of the training rows are whole, and counts the different
// ones. A column that is not called an identifier is read until a number is missing, which is as if it had few
// different ones, or more repeat than rounding may have made alike, which is soon in most of them; of one that is, all
// is read, though more than a few different ones are counted only as long as they may be those of each row.
func (f *fitter) differentNumbers(j int) (different int, whole bool) {
	const few = 3
	width, called := len(f.table.Inputs), isIdentifierName(f.table.Inputs[j].Name)
	most := f.mayRepeat(j)
	seen, repeats, gap := map[float32]bool{}, 0, false
	for _, i := range f.indices {
		x := f.table.Cells[i*width+j]
		switch {
		case x != x:
			gap = true
		case float64(x) != math.Trunc(float64(x)):
			return 0, false
		case seen[x]:
			repeats++
		case !gap && repeats <= most || len(seen) < few:
			seen[x] = true
		}
		if (gap || repeats > most) && !called {
			break
		}
	}
	if gap {
		return min(len(seen), few), true
	}
	return len(seen), true
}

// mayCollide is how many numbers of a column of different whole numbers may have become the same as others by rounding
// to float32: long ones that are close to each other do.
func (f *fitter) mayCollide(j int) int {
	if v := f.table.Inputs[j].Rounding.Inexact; v == 0 || v != math.Trunc(v) {
		return 0
	}
	return len(f.indices) / repeatsOf
}

// repeatsOf is of how many numbers in a column of different ones one may be the same as another.
const repeatsOf = 10

// mayRepeat is how many numbers of a column may be the same as others if they name the rows: also those of a column
// without a name, which could say that they are names, if things come again in the table.
func (f *fitter) mayRepeat(j int) int {
	if f.table.Inputs[j].Name == "" {
		return len(f.indices) / repeatsOf
	}
	return f.mayCollide(j)
}

// nameRows reports whether whole numbers in a column, so many of which are different, may be names of the rows.
func (f *fitter) nameRows(j, different int) bool {
	repeats := len(f.indices) - different
	return repeats <= f.mayCollide(j) || repeats <= f.mayRepeat(j) && f.comeAgain(j)
}

// comeAgain reports whether numbers of a column come again more than twice as often as by chance, which is, in
// quantities, half as often as there are others one step away from them, on either side. Names of things are far from
// each other. The step is the smallest distance of two numbers, and many around a number are counted.
func (f *fitter) comeAgain(j int) bool {
	const around, several = 10, 3
	numbers := slices.Sorted(f.numbersOf(j))
	again := 0
	for i := 1; i < len(numbers); i++ {
		if numbers[i] == numbers[i-1] && (i == 1 || numbers[i-2] != numbers[i]) {
			again++
		}
	}
	numbers = slices.Compact(numbers)
	step := math.Inf(1)
	for i := 1; i < len(numbers); i++ {
		step = min(step, numbers[i]-numbers[i-1])
	}
	near := 0
	for i, v := range numbers {
		for k := i + 1; k < len(numbers) && numbers[k]-v <= around*step; k++ {
			near++
		}
	}
	return again >= several && around*again > near
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
