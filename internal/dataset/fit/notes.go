package fit

import (
	"fmt"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// mostListed is how many columns a note lists, and how many notes of a kind there are.
const mostListed = 5

// notes say which columns are dropped, which of them but for their gaps, which are text, where values are missing, and
// which columns have a rank.
// What markedNotes say of a column is not said again.
func notes(in *columns.Inputs, at []int, stats []stat, marked map[int]string) []string {
	var notes, asked, gaps, missing, ranked []string
	dropped := 0
	for j, c := range in.Columns {
		label := table.Label(table.Position(j, at), c.Name)
		if c.Kind == columns.Dropped {
			if c.Why == asAsked {
				asked = append(asked, label)
				continue
			}
			if marked[j] != "" {
				continue
			}
			if dropped++; dropped <= mostListed {
				notes = append(notes, fmt.Sprintf("column %s is left out: %s", label, c.Why))
			}
		}
		if c.Curve != nil {
			ranked = append(ranked, label)
		}
		switch {
		case hasOnlyGaps(&c) && marked[j] != "":
		case hasOnlyGaps(&c):
			gaps = append(gaps, fmt.Sprintf("%s (%s)", label, c.Why))
		case c.Missing != nil:
			missing = append(missing, label)
		}
	}
	if dropped > mostListed {
		notes = append(notes, fmt.Sprintf("%d more columns are left out", dropped-mostListed))
	}
	if asked != nil {
		notes = append(notes, "left out as asked: "+table.Columns(asked, mostListed))
	}
	if gaps != nil {
		notes = append(notes,
			"of these columns only whether they have a value is an input: "+words.List(gaps, mostListed))
	}
	notes = append(notes, textNotes(in, at, stats)...)
	if missing != nil {
		notes = append(notes,
			fmt.Sprintf(
				"columns with missing values: %s: a mean takes the place of a missing number, and one more input "+
					"tells the network", words.List(missing, mostListed)))
	}
	if ranked != nil {
		notes = append(notes,
			fmt.Sprintf("columns with outliers or heavy tails: %s: one more input has the rank of each number",
				words.List(ranked, mostListed)))
	}
	return notes
}

// textNotes say which columns are text, how many of their values are inputs, and which of them look like dates.
func textNotes(in *columns.Inputs, at []int, stats []stat) (notes []string) {
	var texts, dates []string
	rare := ""
	for j, c := range in.Columns {
		if c.Kind != columns.Levels || hasOnlyGaps(&c) {
			continue
		}
		label, inputs := table.Label(table.Position(j, at), c.Name), words.Group(len(c.Levels))
		if different := stats[j].different(); different > len(c.Levels) {
			inputs += " of " + words.Group(different)
			rare = "; the others are no more frequent, and are treated like values that training has not seen"
		}
		texts = append(texts, fmt.Sprintf("%s (%s)", label, inputs))
		if areDates(c.Levels) {
			dates = append(dates, label)
		}
	}
	if texts != nil {
		notes = append(notes,
			fmt.Sprintf("columns of text, with the number of their values, each of which is an input: %s%s",
				words.List(texts, mostListed), rare))
	}
	if dates != nil {
		notes = append(notes,
			fmt.Sprintf("the texts in %s look like dates or times: each is an input, and another one says nothing; %s",
				table.Columns(dates, mostListed), datesAsNumbers))
	}
	return notes
}

// DroppedWarning warns that more than half of the columns are left out, not counting those that the user asked for; ""
// if there are fewer.
func DroppedWarning(in *columns.Inputs) string {
	dropped, all := 0, 0
	for _, c := range in.Columns {
		if c.Why == asAsked {
			continue
		}
		if all++; c.Kind == columns.Dropped || hasOnlyGaps(&c) {
			dropped++
		}
	}
	if 2*dropped <= all {
		return ""
	}
	return fmt.Sprintf(
		"%s of %s columns of inputs are left out, so little may be left to learn from: the notes say why, and how to "+
			"make them numbers",
		words.Group(dropped), words.Group(all))
}
