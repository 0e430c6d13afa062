package dataset

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
)

// TestATestFileMayLackColumnsThatAreLeftOut: whether training leaves a column out is known after both files are read.
func TestATestFileMayLackColumnsThatAreLeftOut(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,size,name,same,kind\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%d,n%d,7,%c\n", i+1, i%9, i, 'a'+i%2)
	}
	train := file(t, "train.csv", b.String())
	set, err := Load(t.Context(), Request{Data: train, Test: file(t, "test.csv", "kind,size\nb,3\na,4\n")})
	require.NoError(t, err)
	assert.Equal(t, []int{1, 0}, set.Test.Labels)
	whole, err := Load(t.Context(),
		Request{Data: train, Test: file(t, "test.csv", "id,size,name,same,kind\n1,3,x,7,b\n2,4,y,8,a\n")})
	require.NoError(t, err)
	assert.Equal(t, whole.Test.X, set.Test.X)

	lacking := Request{Data: train, Test: file(t, "test.csv", "id,name,same,kind\n1,x,7,b\n2,y,7,a\n")}
	_, err = Load(t.Context(), lacking)
	require.ErrorContains(t, err, `test.csv: it has no column "size", which the training data has`)
	data, err := Read(t.Context(), lacking)
	require.NoError(t, err)
	parts, err := data.Divide()
	require.NoError(t, err)
	_, err = data.Set(parts)
	assert.ErrorContains(t, err, `test.csv: it has no column "size", which the training data has`)

	_, err = Load(t.Context(), Request{Data: train, Test: file(t, "test.csv", "3,b\n4,a\n"), Split: split.Amount{}})
	assert.ErrorContains(t, err, "test.csv: it has 2 columns, want 4, or 5 with the target")
}

// What is in a column that training leaves out does not matter, to eval and to the test part of a training alike.
func TestATestFileMayHaveAnythingInColumnsThatAreLeftOut(t *testing.T) {
	var b strings.Builder
	b.WriteString("id,notes,site,size,kind\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,,7,%d,%c\n", i+1, i%9, 'a'+i%2)
	}
	train := file(t, "train.csv", b.String())
	for name, c := range map[string]struct{ test, want string }{
		"text for numbers of rows": {"id,notes,site,size,kind\nt1,,7,3,b\nt2,,7,4,a\n", ""},
		"text for no values":       {"id,notes,site,size,kind\n1,seen twice,7,3,b\n2,,7,4,a\n", ""},
		"text for a constant":      {"id,notes,site,size,kind\n1,,north,3,b\n2,,7,4,a\n", ""},
		"text for what is used": {"id,notes,site,size,kind\n1,,7,big,b\n2,,7,4,a\n",
			`line 2, column 4 "size": "big" is not a number`},
	} {
		test := file(t, "test.csv", c.test)
		set, err := Load(t.Context(), Request{Data: train, Test: test})
		if c.want != "" {
			assert.ErrorContains(t, err, c.want, name)
			continue
		}
		require.NoError(t, err, name)
		text, err := json.Marshal(set.Description)
		require.NoError(t, err)
		d, err := columns.Decode(text)
		require.NoError(t, err)
		like, err := LoadLike(t.Context(), Request{Data: test}, d, true)
		require.NoError(t, err, name)
		assert.Equal(t, like.Train.X, set.Test.X, name)
		assert.Equal(t, like.Train.Labels, set.Test.Labels, name)
	}
}
