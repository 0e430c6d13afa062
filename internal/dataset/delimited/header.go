package delimited

import (
	"slices"
	"strconv"
	"strings"

	"ridge/bcd/nn/columns"
)

// findHeader reports whether the first of the records has the names of the columns.
//
// It does if it is 0, 1, 2 … or 1, 2, 3 …, as programs number columns without names.
// Otherwise it does if none of its fields is a number or a sign for a missing value, and
// either some column has numbers only below it, or all columns are text and the fields of
// the first record are different from each other and do not occur again below.
func (d dialect) findHeader(records [][]string) bool {
	if len(records) < 2 {
		return false
	}
	first, rest := records[0], records[1:]
	if countsUp(first) {
		return !slices.ContainsFunc(rest, func(r []string) bool { return slices.Equal(r, first) })
	}
	for _, f := range first {
		_, number := columns.ParseNumber(d.point(f))
		if number || f != "" && columns.IsMissing(f) {
			return false
		}
	}
	again := hasDuplicates(first)
	for j, f := range first {
		numbers, texts := 0, 0
		for _, r := range rest {
			if j >= len(r) || columns.IsMissing(r[j]) {
				continue
			}
			if _, ok := columns.ParseNumber(d.point(r[j])); ok {
				numbers++
			} else {
				texts++
			}
			again = again || r[j] == f
		}
		if numbers > 0 && texts == 0 && f != "" {
			return true
		}
	}
	return !again
}

// countsUp reports whether the fields are consecutive integers from 0 or 1 on, but for one
// at either end that is text or empty, and at least three.
func countsUp(fields []string) bool {
	if n := len(fields); n > 0 && !isInteger(fields[0]) {
		fields = fields[1:]
	} else if n > 0 && !isInteger(fields[n-1]) {
		fields = fields[:n-1]
	}
	if len(fields) < 3 || fields[0] != "0" && fields[0] != "1" {
		return false
	}
	from, _ := strconv.Atoi(fields[0])
	for i, f := range fields {
		if f != strconv.Itoa(from+i) {
			return false
		}
	}
	return true
}

func isInteger(field string) bool {
	_, err := strconv.Atoi(field)
	return err == nil
}

func hasDuplicates(fields []string) bool {
	sorted := slices.Sorted(slices.Values(fields))
	return len(slices.Compact(sorted)) < len(fields)
}

// names are the fields of a header as they are known from then on.
func names(header []string, count int) []string {
	names := make([]string, count)
	for j, f := range header {
		// R writes no name for the column with the names of the rows, the first.
		names[j+count-len(header)] = columns.UTF8(strings.TrimSpace(f))
	}
	return names
}
