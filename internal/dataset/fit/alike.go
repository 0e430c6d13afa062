package fit

import (
	"fmt"
	"strings"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
	"ridge/internal/words"
)

// AlikeNote is a note about classes that look alike, which are often one; "" if there are none.
func AlikeNote(o *columns.Outputs) string {
	groups := alike(o.Classes)
	if len(groups) == 0 || o.Numeric {
		return ""
	}
	lists := make([]string, len(groups))
	var d table.Difference
	for _, group := range groups {
		for _, name := range group[1:] {
			d = max(d, table.DifferenceOf(group[0], name))
		}
	}
	for i, group := range groups {
		for k, name := range group {
			group[k] = d.Quote(name)
		}
		lists[i] = words.And(group, mostListed)
	}
	more := ""
	if n := len(lists) - mostListed; n > 0 {
		more = fmt.Sprintf(", and those of %s", words.Counted(n, "more name"))
		lists = lists[:mostListed]
	}
	return fmt.Sprintf("the classes %s%s differ only %v: if they are one, write them alike",
		strings.Join(lists, ", and "), more, d)
}

// alike are different names that look alike, those that do in a list of their own.
func alike(names []string) (groups [][]string) {
	as, at := map[string]string{}, map[string]int{}
	for _, name := range names {
		key := table.AlikeKey(name)
		first, again := as[key]
		switch group, known := at[key]; {
		case !again:
			as[key] = name
		case known:
			groups[group] = append(groups[group], name)
		default:
			at[key] = len(groups)
			groups = append(groups, []string{first, name})
		}
	}
	return groups
}
