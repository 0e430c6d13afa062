package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
)

// rowsOf writes rows of a number and a class.
func rowsOf(row func(i int) (number, class int)) string {
	var b strings.Builder
	for i := range 200 {
		number, class := row(i)
		fmt.Fprintf(&b, "%d,%s\n", number, []string{"u", "v"}[class])
	}
	return b.String()
}

func TestTestSamplesThatTrainingSamplesRepeatAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		noted bool
	}{
		"each row four times":   {rowsOf(func(i int) (int, int) { return i / 4 * 7 % 50, i / 4 % 2 }), true},
		"each row once":         {rowsOf(func(i int) (int, int) { return i, i % 2 }), false},
		"other classes":         {rowsOf(func(i int) (int, int) { return i / 2, i % 2 }), false},
		"a few rows twice":      {rowsOf(func(i int) (int, int) { return max(i, 10), 1 - min(1, i/190) }), false},
		"alike by chance":       {rowsOf(func(i int) (int, int) { return i % 20, i % 2 }), false},
		"as many, and one more": {rowsOf(func(i int) (int, int) { return i % 21, i % 21 % 2 }), true},
	} {
		r := Request{Data: file(t, "t.csv", c.text), Split: split.Amount{Count: 50}, Seed: 1}
		set, err := Load(t.Context(), r)
		require.NoError(t, err)
		note := set.RepeatedNote()
		assert.Equal(t, c.noted, note != "", "%s: %s", name, note)
		if c.noted {
			assert.Contains(t, note, " of 50 test samples are the same as training samples in all columns: ")
			set.Random = true
			assert.Empty(t, set.RepeatedNote())
		}
	}
	r := Request{Data: file(t, "t.csv", rowsOf(func(i int) (int, int) { return i, i % 2 }))}
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	assert.Empty(t, set.RepeatedNote(), "there are no test samples")
	r.Test = r.Data
	set, err = Load(t.Context(), r)
	require.NoError(t, err)
	assert.Contains(t, set.RepeatedNote(), "200 of 200 test samples")
}
