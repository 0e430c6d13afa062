package dataset

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestATargetThatNobodyHasNamedMayBeAnother(t *testing.T) {
	path := file(t, "t.csv", "size,class,weight\n1,a,2.5\n2,b,3\n3,a,4\n")
	note := `column 2 "class" is taken for an input: if it is what to predict, say so (--target class)`
	d, err := Read(t.Context(), Request{Data: path})
	require.NoError(t, err)
	assert.Contains(t, d.Notes, note)
	for _, target := range []string{"weight", "class"} {
		d, err = Read(t.Context(), Request{Data: path, Targets: []string{target}})
		require.NoError(t, err)
		assert.NotContains(t, d.Notes, note)
	}
}

func TestTargetsThatLookLikeClassesAreNoted(t *testing.T) {
	note := func(text string) bool {
		d, err := Read(t.Context(), Request{Data: file(t, "t.csv", text), Targets: []string{"a", "b"}})
		require.NoError(t, err)
		return slices.Contains(d.Notes,
			"one of the 2 targets is 1 and the others are 0 in each row: if that stands for classes, put their names "+
				"or numbers into one column, as 2 numbers are predicted here")
	}
	assert.True(t, note("x,a,b\n1,0,1\n2,1,0\n3,0,1\n"))
	assert.False(t, note("x,a,b\n1,0,1\n2,1,1\n3,0,0\n"))
}
