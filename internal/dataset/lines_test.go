package dataset

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
)

// lined is a table whose numbers are those of their lines. A row in three has no target, and some lines are empty or
// within a field.
func lined(rows int) string {
	var b strings.Builder
	b.WriteString("n,s,y\n")
	for line := 2; line < rows+2; line++ {
		switch {
		case line%10 == 5:
			b.WriteString("\n")
		case line%10 == 7:
			fmt.Fprintf(&b, "%d,\"a\nb\",%c\n", line, 'u'+rune(line/10%2))
			line++
		case line%3 == 0:
			fmt.Fprintf(&b, "%d,c,\n", line)
		default:
			fmt.Fprintf(&b, "%d,c,%c\n", line, 'u'+rune(line/10%2))
		}
	}
	return b.String()
}

func TestSamplesKnowTheirLines(t *testing.T) {
	path := file(t, "lined.csv", lined(300))
	test := file(t, "test.csv", lined(50))
	r := Request{Data: path, Scale: columns.None, Split: split.Amount{Fraction: 0.2},
		Validation: split.Amount{Fraction: 0.1}, Shuffle: true}
	check := func(s Samples) {
		t.Helper()
		require.NotZero(t, s.Len())
		require.Len(t, s.Lines, s.Len())
		for i, line := range s.Lines {
			assert.EqualValues(t, s.X[i*s.Dim], line)
		}
	}
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	check(set.Train)
	check(set.Validation)
	check(set.Test)
	assert.False(t, slices.IsSorted(set.Test.Lines), "they are drawn")
	check(set.Train.Repeat(slices.Repeat([]int{1, 0, 3}, set.Train.Len())[:set.Train.Len()]))
	rest, held, err := set.Train.SplitFold(10, 2)
	require.NoError(t, err)
	check(rest)
	check(held)

	d, err := Read(t.Context(), r)
	require.NoError(t, err)
	parts, err := d.Divide()
	require.NoError(t, err)
	copied, err := d.Set(parts)
	require.NoError(t, err)
	check(copied.Train)
	check(copied.Test)

	r.Test = test
	set, err = Load(t.Context(), r)
	require.NoError(t, err)
	check(set.Test)

	like, err := LoadLike(t.Context(), Request{Data: test}, set.Description, true)
	require.NoError(t, err)
	check(like.Train)
}

func TestAnUnknownClassIsFoundByItsLine(t *testing.T) {
	set, err := Load(t.Context(), Request{Data: file(t, "lined.csv", lined(300))})
	require.NoError(t, err)
	_, err = LoadLike(t.Context(), Request{Data: file(t, "new.csv", "n,s,y\n1,c,\n\n2,c,u\n3,c,maybe\n")},
		set.Description, true)
	assert.ErrorContains(t, err, `the class "maybe" on line 5 is not in the training data`)
}
