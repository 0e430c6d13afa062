package delimited

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestColumnsWhoseNumbersAreEqualAsFloat32AreFound(t *testing.T) {
	long := func(first, last string) string { // of several blocks
		return first + ",p\n" + strings.Repeat("20000000,q\n", 3*blockSize/11) + last + ",p\n"
	}
	for name, c := range map[string]struct {
		text string
		want bool
	}{
		"integers above 2^24":          {"20000000,p\n20000001,q\n20000000,p\n", true},
		"integers up to 2^24":          {"16777215,p\n16777216,q\n", false},
		"fractions":                    {"0.1,p\n0.1000000001,q\n", true},
		"one number":                   {"0.1,p\n0.10,q\n1e-1,p\n", false},
		"two zeros":                    {"0,p\n-0,q\n", false},
		"next to gaps":                 {"?,p\n20000000,q\n,p\n20000001,q\n", true},
		"no numbers":                   {"?,p\n,q\n", false},
		"the last of several blocks":   {long("20000000", "20000001"), true},
		"the first of several blocks":  {long("20000001", "20000000"), true},
		"only in a row without target": {"20000000,p\n20000000,q\n20000001,?\n", false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := readText(t, "a,y\n"+c.text, table.Options{})
			require.NoError(t, err)
			assert.Equal(t, c.want, got.Inputs[0].Rounding.Rounded)
		})
	}
}
