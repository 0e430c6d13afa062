package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
)

// numbered is a table of three columns of numbers and a class.
func numbered(rows int) string {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d.5,%d,%s\n", i*i%101, i%7, i, []string{"k", "l", "m"}[i%3])
	}
	return b.String()
}

// keeping reads, divides and takes or keeps a table; it returns what the number of inputs was, too.
func keeping(t *testing.T, r Request, keep bool) (d *Raw, set *Set, kept *Parts, inputs int) {
	t.Helper()
	d, err := Read(t.Context(), r)
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	set, kept, err = d.TakeOrKeep(p, func(n int) bool {
		inputs = n
		return keep
	})
	require.NoError(t, err)
	return d, set, kept, inputs
}

func TestATableMayBeKeptForAnotherSet(t *testing.T) {
	for name, c := range map[string]struct {
		text   string
		inputs int
	}{"more inputs than columns": {people(300), 6}, "as many": {numbered(300), 3}} {
		t.Run(name, func(t *testing.T) {
			r := Request{Data: file(t, "t.csv", c.text), Split: split.Amount{Fraction: 0.2},
				Validation: split.Amount{Count: 60}, Seed: 5}
			want, err := Load(t.Context(), r)
			require.NoError(t, err)
			for _, keep := range []bool{false, true} {
				d, set, kept, inputs := keeping(t, r, keep)
				assert.Equal(t, c.inputs, inputs)
				assert.Equal(t, keep, kept != nil)
				assert.Equal(t, want.Hash(), set.Hash())
				assert.Equal(t, want.Train.Lines, set.Train.Lines)
				assert.Equal(t, want.Description, set.Description)
				assert.Equal(t, want.Notes, set.Notes)
				if kept == nil || c.inputs == 3 {
					assert.Equal(t, want.Left, set.Left)
					assert.Equal(t, want.Taken, set.Taken)
				}
				if kept != nil {
					again, err := d.Set(*kept)
					require.NoError(t, err)
					assert.Equal(t, want.Hash(), again.Hash())
					assert.Equal(t, want.Test.Lines, again.Test.Lines)
					assert.LessOrEqual(t, again.Left, want.Left)
				}
			}
		})
	}
}

// Memory that has no room for both is given to the inputs.
func TestATableIsNotKeptWithoutRoomForIt(t *testing.T) {
	r := Request{Data: file(t, "t.csv", numbered(300))}
	want, err := Load(t.Context(), r)
	require.NoError(t, err)
	for memory, room := range map[int64]bool{want.Taken + want.Bytes() - 1: false, want.Taken + want.Bytes(): true} {
		r.Memory = memory
		_, set, kept, _ := keeping(t, r, true)
		assert.Equal(t, room, kept != nil)
		assert.Equal(t, want.Hash(), set.Hash())
		assert.Equal(t, want.Taken, set.Taken)
		assert.Equal(t, memory-want.Taken, set.Left)
	}
}

func TestSetsThatAreTooWideAreNotMade(t *testing.T) {
	d, err := Read(t.Context(), Request{Data: file(t, "p.csv", people(300))})
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	_, err = d.Learning(p, 6)
	require.NoError(t, err)
	_, err = d.Learning(p, 5)
	assert.Equal(t, &WideError{"p.csv", 6, 5}, err)
	assert.False(t, TooLarge(err))
	assert.EqualError(t, err, "p.csv: its columns make 6 inputs, want at most 5")
}
