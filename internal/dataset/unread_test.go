package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Without names nothing but the number of columns says which is the target.
func TestAColumnThatIsTakenForTheTargetIsNoted(t *testing.T) {
	row := func(i int) string { return fmt.Sprintf("%d.5,%d,%d", i%7, i%5, 3+i%2) }
	var plain, counted, named strings.Builder
	named.WriteString("a,b,y\n")
	for i := range 60 {
		fmt.Fprintln(&plain, row(i))
		fmt.Fprintln(&named, row(i))
		fmt.Fprintf(&counted, "%d,%s\n", i, row(i)[:strings.LastIndexByte(row(i), ',')])
	}
	var cells []float64
	for i := range 60 {
		cells = append(cells, float64(i%7), float64(i%5), float64(3+i%2))
	}
	array := string(npy("<f8", "(60, 3)", cells))
	const note = ": column 3 is taken for the target, and not read"
	for name, c := range map[string]struct {
		train, file, content string
		noted, warned        bool
	}{
		"with the target":       {plain.String(), "new.csv", plain.String(), true, false},
		"rows are counted":      {plain.String(), "new.csv", counted.String(), true, true},
		"a header of the names": {named.String(), "new.csv", named.String(), false, false},
		"names, and no header":  {named.String(), "new.csv", counted.String(), true, true},
		"an array":              {plain.String(), "new.npy", array, true, false},
	} {
		t.Run(name, func(t *testing.T) {
			trained, err := Load(t.Context(), Request{Data: file(t, "train.csv", c.train)})
			require.NoError(t, err)
			path := file(t, c.file, c.content)
			set, err := LoadLike(t.Context(), Request{Data: path}, trained.Description, false)
			require.NoError(t, err)
			if c.noted {
				assert.Contains(t, set.Notes, path+note)
			} else {
				assert.NotContains(t, fmt.Sprint(set.Notes), "taken for the target")
			}
			warned := strings.Contains(fmt.Sprint(set.Warnings), "column 1 counts the rows")
			assert.Equal(t, c.warned, warned, set.Warnings)
		})
	}
}
