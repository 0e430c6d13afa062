package delimited

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// badTable is a text that is no table with these options, and what is said of it.
type badTable struct {
	text string
	o    table.Options
	want string
}

func requireRefused(t *testing.T, cases map[string]badTable) {
	t.Helper()
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			_, err := readText(t, c.text, c.o)
			require.Error(t, err)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestTextsWithoutARowAreRefused(t *testing.T) {
	requireRefused(t, map[string]badTable{
		"empty":            {"", table.Options{}, "f.csv: is empty"},
		"only empty lines": {"\n\n  \n", table.Options{}, "f.csv: "},
		"only a header":    {"a,b\n", table.Options{Header: table.WithHeader}, "it has a header and no rows"},
		"one line of names": {"a,b\n", table.Options{},
			"line 1: it is the only line and has no numbers: a header without rows"},
	})
}

func TestTextsThatAreNoRectangleAreRefused(t *testing.T) {
	requireRefused(t, map[string]badTable{
		"more fields":          {"1,2\n3,4\n5,6,7\n", table.Options{}, "line 3: 3 fields, want 2"},
		"fewer fields":         {"1,2\n\n\"3\n3\",4\n5\n", table.Options{}, "line 5: 1 field, want 2"},
		"a bare quote":         {"1,2\n3,4\n5,6\"\n", table.Options{}, `line 3: a " inside of a field`},
		"an open quote":        {"1,2\n3,\"4\n5,6\n", table.Options{}, "line 2: a quoted field"},
		"an open quote, white": {"1 2\n3 \"4\n5 6\n", table.Options{}, "line 2: a quoted field"},
		"CR alone":             {"a,b\r1,2\r", table.Options{}, "its lines end in CR without LF"},
		"a title above": {"Sales of May\na,b,c\n1,2,3\n4,5,6\n", table.Options{},
			"line 1: 1 field, but most of the lines below have 3: if it is a title or a comment, take it away"},
		"a comment above": {"# a, b\na,b,c\n1,2,3\n4,5,6\n", table.Options{}, "line 1: 2 fields, want 3"},
		"the first line short": {"1,2\n3,4,5\n6,7,8\n", table.Options{Header: table.WithoutHeader},
			"line 1: 2 fields, want 3, as most of the first lines have"},
	})
}

func TestTargetsThatATableLacksAreRefused(t *testing.T) {
	wanted := func(names ...string) table.Options { return table.Options{Targets: names} }
	requireRefused(t, map[string]badTable{
		"no target anywhere": {"1,?\n2,\n", wanted("2"), "none of its 2 rows has a value of the target"},
		"a separator that is not there": {"sep=;\na,b\n1,2\n3,4\n", table.Options{}, "f.csv: the separator ';', " +
			`which its line sep= names, does not divide its lines into columns (the first is "a,b"): the target ` +
			"is all that there is, and what it is predicted from must be there, too"},
		"one column": {"1::2\n3::4\n", table.Options{}, "f.csv: no commas, tabs, semicolons, bars or white space " +
			`divide its lines into columns (the first is "1::2"): the target is all that there is`},
		"one long column": {strings.Repeat("^", 70) + "\n", table.Options{}, `(the first is "` +
			strings.Repeat("^", 60) + `…")`},
		"no such name": {"a,b\n1,2\n", wanted("c"),
			`no column "c": it has a, b; a number from 1 to 2 will do, too`},
		"… among odd names": {`a,"a, b",c d,,"q"""` + "\n1,2,3,4,5\n", wanted("c"),
			`no column "c": it has a, "a, b", "c d", "", "q\""; a number`},
		"no such number": {"1,2\n3,4\n", wanted("3"),
			`no column "3": its columns have the numbers 1 to 2 and no names`},
		"no number 0":     {"1,2\n3,4\n", wanted("0"), `no column "0"`},
		"a target twice":  {"a,b,c\n1,2,3\n", wanted("a", "1"), "is asked for twice"},
		"all are targets": {"a,b\n1,2\n", wanted("a", "b"), "the target is all that it has (columns: 2)"},
		"a name of two":   {"a,a,b\n1,2,3\n", wanted("a"), "columns 1 and 2 are both called"},
	})
}

// White space is no separator where a field has more words than a table may have columns.
func TestAFieldMayHaveManyWords(t *testing.T) {
	words := strings.Repeat("a ", MaxColumns+2)
	got, err := readText(t, "id,text,y\n1,"+words+",u\n2,b,v\n", table.Options{})
	require.NoError(t, err)
	assert.Len(t, got.Inputs, 2)
}

// countedRows are rows of two numbers, the first of which counts them.
func countedRows(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "%d,%d\n", i, i%2)
	}
	return b.String()
}

func TestNumbersBeyondFloat32AreRefused(t *testing.T) {
	const not = " is not among the numbers that are read"
	requireRefused(t, map[string]badTable{
		"in a late row": {strings.Repeat("1,2\n3,4\n", 30) + countedRows(30) + "-1e300,1\n", table.Options{},
			`line 91, column 1: "-1e300"` + not + ", which are finite and at most 3.4e38: write it in another unit"},
		"in a few rows": {"a,b\n1,2\n1e39,3\n4,5\n", table.Options{}, `line 3, column 1 "a": "1e39"` + not},
		"in every row":  {"a,b\n1e40,1\n2e40,2\n", table.Options{}, `line 2, column 1 "a": "1e40" is not among`},
		"infinite":      {countedRows(30) + "inf,1\n", table.Options{}, `"inf"` + not},
	})
}

func TestTablesThatAreTooLargeAreRefused(t *testing.T) {
	requireRefused(t, map[string]badTable{
		"columns": {strings.Repeat(",", MaxColumns+1) + "\n1\n", table.Options{},
			"line 1: more than 262,144 columns"},
		"… further down": {"1,2\n3,4\n" + strings.Repeat(",", MaxColumns+1), table.Options{},
			"more than 262,144 columns"},
		"columns, white": {strings.Repeat("1.234 ", MaxColumns+1) + "\n1\n", table.Options{},
			"line 1: more than 262,144 columns"},
		"… further down, white": {"1 2\n3 4\n" + strings.Repeat("1\t", MaxColumns+1), table.Options{},
			"more than 262,144 columns"},
		"rows": {strings.Repeat("1,2\n", 1000), table.Options{Limit: 10000},
			"the first 1,000 rows of 2 columns take 63.0 KB of memory, the limit is 10.0 KB"},
	})
}
