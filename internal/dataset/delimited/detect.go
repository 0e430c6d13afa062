package delimited

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// withTargets are the first record, which may be a header, and those of the others that have a value of each target. A
// row without one is left out in the end, often because it is no sample: a line of totals, a remark. So the content of
// the columns is not judged by it.
func (p *plan) withTargets(records [][]string) [][]string {
	return slices.Concat(records[:1], withValues(records[1:], p.likelyTargets(records)))
}

// withValues are the records that have a value in each of these fields, but all of them if none has.
func withValues(records [][]string, at []int) [][]string {
	if len(at) == 0 {
		return records
	}
	var kept [][]string
	for _, r := range records {
		if !slices.ContainsFunc(at, func(field int) bool { return field >= len(r) || columns.IsMissing(r[field]) }) {
			kept = append(kept, r)
		}
	}
	if kept == nil {
		return records
	}
	return kept
}

// likelyTargets are the fields of the targets as far as they can be told before it is known whether there is a header:
// nil if they can't, or if none are wanted.
func (p *plan) likelyTargets(records [][]string) []int {
	if p.o.Unlabelled {
		return nil
	}
	fields, _ := commonLength(records)
	first := records[0]
	header := names(first, fields, max(0, min(1, fields-len(first))))
	if len(first) == fields-1 && endEmpty(records, fields) {
		header = names(first, fields, 0)
	}
	like := p.o.Like
	switch {
	case like == nil:
		dropped, _ := table.FindColumns(p.file, p.o.Drop, header, fields)
		at, _ := table.FindTargets(p.file, p.o.Targets, header, fields,
			lastWithValues(below(records), fields, dropped))
		return at
	case !p.knowsNames(records):
		at, _ := like.Fits(p.file, fields)
		return at
	}
	var at []int
	_, targets := fieldsByName(like, header)
	for _, field := range targets {
		if field >= 0 {
			at = append(at, field)
		}
	}
	return at
}

// below are the records below the first one, which may be a header; all, if there are no others.
func below(records [][]string) [][]string {
	if len(records) > 1 {
		return records[1:]
	}
	return records
}

// lastWithValues is the last field that is not dropped and has a value; that after a comma at the end of each line has
// none.
func lastWithValues(records [][]string, fields int, dropped []int) int {
	for field := fields - 1; field > 0; field-- {
		hasValue := func(r []string) bool { return field < len(r) && !columns.IsMissing(r[field]) }
		if !slices.Contains(dropped, field) && slices.ContainsFunc(records, hasValue) {
			return field
		}
	}
	return 0
}

// findTargets finds the fields of the targets, and of the columns that are left out.
func (p *plan) findTargets(records [][]string, header []string) (dropped []int, err error) {
	dropped, err = table.FindColumns(p.file, p.o.Drop, header, p.fields)
	if err != nil || p.o.Unlabelled {
		return dropped, err
	}
	if p.fields == 1 {
		return nil, p.undivided(records[0])
	}
	if p.header {
		records = below(records)
	}
	p.at, err = table.FindTargets(p.file, p.o.Targets, header, p.fields,
		lastWithValues(records, p.fields, dropped))
	if err == nil && len(p.o.Targets) == 0 {
		p.noteWithoutValues(records, header, dropped)
	}
	return dropped, err
}

// undivided is the error for a file of one column, which cannot be the target and what it is predicted from. Often it
// has a separator that is not known.
func (p *plan) undivided(first []string) error {
	const most = 60
	line := strings.Join(first, string(p.comma))
	shown := []rune(line[:min(len(line), most*utf8.UTFMax)])
	if len(shown) > most {
		shown = append(shown[:most], '…')
	}
	reason := "no commas, tabs, semicolons, bars or white space divide its lines into columns"
	if p.named {
		reason = fmt.Sprintf("the separator %q, which its line sep= names, does not divide its lines into columns",
			p.comma)
	}
	return source.Bad(p.file, "%s (the first is %q): the target is all that there is, and what it is predicted from "+
		"must be there, too", reason, string(shown))
}

// noteWithoutValues notes columns behind the target that would be it if these records had values of them. Of one that
// has no name, and nothing in it, there is nothing to say.
func (p *plan) noteWithoutValues(records [][]string, header []string, dropped []int) {
	var labels []string
	p.late = nil
	for field := p.at[0] + 1; field < p.fields; field++ {
		written := func(r []string) bool { return field < len(r) && r[field] != "" }
		switch {
		case slices.Contains(dropped, field):
		case header != nil && header[field] != "":
			labels = append(labels, table.Label(field, header[field]))
			p.late = append(p.late, field)
		case slices.ContainsFunc(records, written):
			labels = append(labels, table.Label(field, ""))
			p.late = append(p.late, field)
		}
	}
	if labels == nil {
		return
	}
	name := ""
	if header != nil {
		name = header[p.at[0]]
	}
	p.notes = append(p.notes, fmt.Sprintf("%s: %s: no value in the first %s, so the target is column %s", p.file,
		table.Columns(labels, mostLabels), words.Counted(len(records), "row"), table.Label(p.at[0], name)))
}

// sayUnlabelled notes that rows have no value of the target. If most rows have none, and nobody has named the target,
// it is a warning: what is rarely there, such as a remark, is hardly what to predict.
func (c *collector) sayUnlabelled(t *table.Table) {
	switch {
	case c.unlabelled == 0:
	case c.unlabelled > t.Rows && len(c.at) == 1 && len(c.o.Targets) == 0 && c.o.Like == nil:
		t.Warnings = append(t.Warnings, fmt.Sprintf(
			"%s: the target is column %s, as it is the last one with values, but only %s of %s rows have one, and "+
				"the others are left out: --target names another column",
			c.file, c.cols[c.inputs].label(), words.Group(t.Rows), words.Group(t.Rows+c.unlabelled)))
	default:
		t.Notes = append(t.Notes, table.UnlabelledNote(c.file, c.unlabelled))
	}
}

// lateError is the error for a column that would be the target if its values began earlier in the file: which one is
// meant is not to be guessed then.
func (c *collector) lateError() error {
	for k, col := range c.cols[:c.inputs] {
		if slices.Contains(c.late, col.field) && c.state[k].missing < c.builder.Rows() {
			return &source.FormatError{File: c.file, Column: col.label(), Reason: "it has values, but none at the " +
				"beginning of the file, where the target is looked for: name the target (--target)"}
		}
	}
	return nil
}
