package fit

import (
	"fmt"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

const (
	// unknownExamples is how many of the texts that training does not know are shown.
	unknownExamples = 3
	// exampleLength is the most letters that are shown of such a text.
	exampleLength = 40
)

// UnknownTexts are notes about the columns of a table with texts that in has no input for: they were not in the
// training data, or in too few of its rows, which the description does not tell apart. The columns of the table must be
// those of in.
func UnknownTexts(in *columns.Inputs, t *table.Table) (notes []string) {
	more := 0
	for j := range in.Columns {
		if in.Columns[j].Kind != columns.Levels || hasOnlyGaps(&in.Columns[j]) {
			continue
		}
		switch note := unknownNote(&in.Columns[j], t, j); {
		case note == "":
		case len(notes) == mostListed:
			more++
		default:
			notes = append(notes, note)
		}
	}
	if more > 0 {
		notes = append(notes,
			fmt.Sprintf("%d more columns have texts that were not in the training data, or in too few of its rows",
				more))
	}
	return notes
}

// unknownNote is the note about one column, "" if all of its texts are known.
func unknownNote(c *columns.Column, t *table.Table, j int) string {
	have := &t.Inputs[j]
	counts := make([]int, len(have.Levels))
	texts, unknown := 0, 0
	for i := j; i < len(t.Cells); i += len(t.Inputs) {
		switch x := t.Cells[i]; {
		case x >= 0:
			texts++
			counts[int(x)]++
		case x < 0: // one of too many to be told apart
			texts++
			unknown++
		}
	}
	var examples []string
	for code, n := range counts {
		if n > 0 && c.Level(have.Levels[code]) < 0 {
			unknown += n
			examples = append(examples, have.Levels[code])
		}
	}
	if unknown == 0 {
		return ""
	}
	note := fmt.Sprintf("column %s: %s of %s texts were not in the training data, or in too few of its rows",
		table.Label(have.Field, have.Name), words.Group(unknown), words.Group(texts))
	if examples == nil {
		return note
	}
	like := looksLike(c.Levels, examples)
	for i := range examples[:min(len(examples), unknownExamples)] {
		examples[i] = shortened(examples[i], table.InCapitals)
	}
	return note + ": " + words.List(examples, unknownExamples) + like
}

// looksLike names the first of some texts that looks like a level, as True does like TRUE; "" if there is none.
func looksLike(levels, texts []string) string {
	as := make(map[string]string, len(levels))
	for _, level := range levels {
		as[table.AlikeKey(level)] = level
	}
	for _, text := range texts {
		if level, ok := as[table.AlikeKey(text)]; ok {
			d := table.DifferenceOf(text, level)
			return fmt.Sprintf("; %s differs only %v from %s, which was: write them alike", shortened(text, d), d,
				shortened(level, d))
		}
	}
	return ""
}

// shortened is the beginning of a text, in quotes that show such a difference.
func shortened(text string, d table.Difference) string {
	if utf8.RuneCountInString(text) > exampleLength {
		text = string([]rune(text)[:exampleLength]) + "…"
	}
	return d.Quote(text)
}
