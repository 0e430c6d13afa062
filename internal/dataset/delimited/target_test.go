package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestTheTargetIsTheLastColumnWithValues(t *testing.T) {
	for name, c := range map[string]struct{ text, want, note string }{
		"an empty column with a name": {"a,b,note\n1,2,\n3,4,\n", "a note → b / 1 ? → 2 / 3 ? → 4",
			`f.csv: column 3 "note": no value in the first 2 rows, so the target is column 2 "b"`},
		"signs for missing values": {"a,b,c,d\n1,2,NA,?\n3,4,?,\n", "a c d → b / 1 ? ? → 2 / 3 ? ? → 4",
			`f.csv: columns 3 "c", 4 "d": no value in the first 2 rows, so the target is column 2 "b"`},
		"… without a header": {"1,2,?\n3,4,?\n", "1 2 → 1 / 1 ? → 2 / 3 ? → 4",
			"f.csv: column 3: no value in the first 2 rows, so the target is column 2"},
		"some values":       {"a,b\n1,?\n3,4\n", "a → b / 3 → 4", ""},
		"commas at the end": {"a,b,\n1,2,\n3,4,\n", "a 2 → b / 1 ? → 2 / 3 ? → 4", ""},
		"rows without it do not make text of numbers": {"a,b,note\n1,2,\nsum,,\n3,4,\n",
			"a note → b / 1 ? → 2 / 3 ? → 4", `column 3 "note"`},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
			assertNoted(t, got, c.note, "so the target is")
		})
	}
}

// A target whose values begin beyond the part that the file is judged by is not replaced by another column.
func TestATargetWhoseValuesBeginLateHasToBeNamed(t *testing.T) {
	text := "a,b,label\n" + strings.Repeat("1,2,\n", 200_000) + "3,4,5\n"
	_, err := readText(t, text, table.Options{})
	assert.ErrorContains(t, err, `f.csv: column 3 "label": it has values, but none at the beginning of the file`)
	got, err := readText(t, text, table.Options{Targets: []string{"label"}})
	require.NoError(t, err)
	assert.Equal(t, 1, got.Rows)
}

// A column of remarks at the end is no target.
func TestADefaultTargetThatMostRowsLackIsAWarning(t *testing.T) {
	const warning = `f.csv: the target is column 3 "note", as it is the last one with values, but only 2 of 5 rows ` +
		"have one, and the others are left out: --target names another column"
	const rows = "a,b,note\n1,2,\n3,4,odd\n5,6,\n7,8,late\n"
	got, err := readText(t, rows+"9,1,\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{warning}, got.Warnings)
	assertNoted(t, got, "", "left out")
	for name, c := range map[string]struct {
		text    string
		targets []string
		note    string
	}{
		"it was named": {rows + "9,1,\n", []string{"note"},
			"f.csv: 3 rows without a value of the target are left out"},
		"as many have one": {rows, nil, "f.csv: 2 rows without a value of the target are left out"},
		"another target":   {rows, []string{"b"}, ""},
	} {
		got, err := readText(t, c.text, table.Options{Targets: c.targets})
		require.NoError(t, err)
		assert.Empty(t, got.Warnings, name)
		assertNoted(t, got, c.note, "left out")
	}
}
