package delimited

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// Each line has as many commas as another, and no header: "5", "1;red;big;0" and "2" are more numbers than texts.
func TestADecimalCommaIsNoSeparator(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"in two columns": {"5,1;red;big;0,2\n6,3;blue;small;0,4\n",
			"1 2 3 → 1 / 5.1 red big → 0.2 / 6.3 blue small → 0.4"},
		"in one":        {"x;1,5\ny;2,5\n", "1 → 1 / x → 1.5 / y → 2.5"},
		"around a text": {"1,5;a;2,5\n3,5;b;4,5\n", "1 2 → 1 / 1.5 a → 2.5 / 3.5 b → 4.5"},
		"between tabs": {"5,1\tred\tbig\t0,2\n6,3\tblue\told\t0,4\n",
			"1 2 3 → 1 / 5.1 red big → 0.2 / 6.3 blue old → 0.4"},
		"semicolons in a text":   {"1,2,a;3\n4,5,b;6\n", "1 2 → 1 / 1 2 → a;3 / 4 5 → b;6"},
		"blanks after commas":    {"abcd, 1, 2\nefgh, 3, 4\n", "1 2 → 1 / abcd 1 → 2 / efgh 3 → 4"},
		"only texts, and gaps":   {"a;;b,c\na;;e,f\n", "1 2 → 1 / a ? → b,c / a ? → e,f"},
		"semicolons in each row": {"1,2;3\n4,5;6\n", "1 → 1 / 1.2 → 3 / 4.5 → 6"},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, shown(got))
		})
	}
}
