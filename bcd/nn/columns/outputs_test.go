package columns

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// A column without a name is called by its number in the file, where the targets have theirs, too.
func TestColumnsWithoutNamesHaveTheirNumbersInTheFile(t *testing.T) {
	for name, c := range map[string]struct {
		targets []int
		want    []string
	}{
		"no target in the file":   {nil, []string{"1", "named", "3"}},
		"the last column":         {[]int{3}, []string{"1", "named", "3"}},
		"the first column":        {[]int{0}, []string{"2", "named", "4"}},
		"several, in any order":   {[]int{4, 0, 2}, []string{"2", "named", "6"}},
		"several next to another": {[]int{1, 2}, []string{"1", "named", "5"}},
	} {
		d := Description{Inputs: Inputs{Columns: []Column{{}, {Name: "named"}, {}}}, Outputs: Outputs{At: c.targets}}
		assert.Equal(t, c.want, d.RawNames(), name)
	}
}
