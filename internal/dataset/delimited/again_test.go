package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// TestTheHeaderIsLeftOutWhereItComesAgain: as in files that were joined.
func TestTheHeaderIsLeftOutWhereItComesAgain(t *testing.T) {
	many := strings.Repeat("1,u\n2,v\n", 50_000) // several blocks
	for name, c := range map[string]struct {
		text string
		want string // the table, unless it is long
		note string
	}{
		"numbers": {"a,y\n1,2.5\n3,4.5\na,y\n5,6.5\n", "a → y / 1 → 2.5 / 3 → 4.5 / 5 → 6.5",
			"line 4 is the header again, and left out"},
		"few numbers, which could be text": {"a,y\n1,u\n2,v\na,y\n1,u\n", "a → y / 1 → u / 2 → v / 1 → u",
			"line 4 is the header again, and left out"},
		"twice, with spaces": {"a,y\n1,u\n a , y\n2,v\n'a',y\n", "a → y / 1 → u / 2 → v",
			"2 lines are the header again, the first of them line 3, and left out"},
		"at once": {"a,y\na,y\n1,u\n2,v\n", "a → y / 1 → u / 2 → v",
			"line 2 is the header again, and left out"},
		"late": {"a,y\n" + many + "a,y\n" + many, "",
			"line 100002 is the header again, and left out"},
		"with names of rows": {"p,x,y\na,22,0.5,u\nb,23,0.25,v\np,x,y\na,22,0.5,u\n",
			"1 p x → y / a 22 0.5 → u / b 23 0.25 → v / a 22 0.5 → u", "line 4 is the header again"},
		"lines that end in commas": {"p,x,y\n22,0.5,u,\n23,0.25,v,\np,x,y\n22,0.5,u,\n",
			"p x 3 → y / 22 0.5 ? → u / 23 0.25 ? → v / 22 0.5 ? → u", "line 4 is the header again"},
		"it ends in a comma": {"a,y,\n1,u\n2,v\na,y,\n1,u\n", "a → y / 1 → u / 2 → v / 1 → u",
			"line 4 is the header again"},
		"with a byte order mark": {"\ufeffa;y\n1;u\n2;v\n\ufeffa;y\n1;u\n", "a → y / 1 → u / 2 → v / 1 → u",
			"line 4 is the header again"},
		"with a mark and quotes": {"a,y\n1,u\n2,v\n\ufeff\"a\",\"y\"\n1,u\n", "a → y / 1 → u / 2 → v / 1 → u",
			"line 4 is the header again"},
		"late, with a mark": {"a,y\n" + many + "\ufeffa,y\n" + many, "",
			"line 100002 is the header again, and left out"},
		"only a byte order mark": {"1,u\n2,v\n\ufeff3,u\n", "1 → 1 / 1 → u / 2 → v / 3 → u", ""},
		"a part of it":           {"a,b,y\n1,u,v\n2,u,y\n", "a b → y / 1 u → v / 2 u → y", ""},
		"text, without one":      {"a,y\nb,z\na,y\nb,z\n", "1 → 1 / a → y / b → z / a → y / b → z", ""},
		"a header of numbers": {"2019,2020,2021,2022\n1,5,2,9\n2019,2020,2021,2022\n3,1,8,2\n",
			"1 2 3 → 1 / 2019 2020 2021 → 2022 / 1 5 2 → 9 / 2019 2020 2021 → 2022 / 3 1 8 → 2", ""},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			notes := strings.Join(got.Notes, "\n")
			if c.note == "" {
				assert.NotContains(t, notes, "again")
			} else {
				assert.Contains(t, notes, ": "+c.note)
			}
			if c.want == "" {
				assert.Equal(t, 200_000, got.Rows)
				return
			}
			assert.Equal(t, c.want, shown(got))
		})
	}
}

func TestAHeaderOfNumbersThatIsAskedForMayBeARow(t *testing.T) {
	got, err := readText(t, "2019,2020\n1,5\n2019,2020\n", table.Options{Header: table.WithHeader})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Rows)
}
