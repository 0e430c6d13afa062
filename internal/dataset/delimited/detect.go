package delimited

import (
	"slices"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
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
		at, _ := table.FindTargets(p.file, p.o.Targets, header, fields, lastWithValues(records, fields, dropped))
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

// lastWithValues is the last field that is neither dropped nor always empty, as the field after a comma at the end of
// each line is.
func lastWithValues(records [][]string, fields int, dropped []int) int {
	for field := fields - 1; field > 0; field-- {
		hasValue := func(r []string) bool { return field < len(r) && r[field] != "" }
		if !slices.Contains(dropped, field) && slices.ContainsFunc(records, hasValue) {
			return field
		}
	}
	return 0
}
