package dataset

import (
	"encoding/binary"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

// dropTable has an identifier, and a remark in each row after the target.
func dropTable() string {
	var b strings.Builder
	b.WriteString("shop id,size,paid,kind,remark\n")
	for i := range 60 {
		fmt.Fprintf(&b, "%d,%d,%d,%c,r%d\n", 900-7*i, i%9, i%4, 'a'+i%2, i)
	}
	return b.String()
}

func TestColumnsAreLeftOutByNameAndNumber(t *testing.T) {
	path := file(t, "shops.csv", dropTable())
	whole, err := Load(t.Context(), Request{Data: path, Targets: []string{"kind"}, Seed: 1})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(whole.Notes, "\n"),
		`each row has another whole number in column 1 "shop id": if that only names the rows, leave it out (--drop 1)`)
	for _, drop := range [][]string{{"shop id", "remark"}, {"1", "5"}, {"remark", "1", "shop id"}} {
		set, err := Load(t.Context(), Request{Data: path, Drop: drop, Seed: 1})
		require.NoError(t, err)
		notes := strings.Join(set.Notes, "\n")
		assert.Contains(t, notes, `the target is the last column of those that are left, 4 "kind"`)
		assert.Contains(t, notes, `left out as asked: columns 1 "shop id", 5 "remark"`)
		assert.NotContains(t, notes, "only names the rows")
		assert.Equal(t, whole.Train.Labels, set.Train.Labels)
		assert.Equal(t, whole.Train.Dim-1, set.Train.Dim)
		for i := range set.Train.Len() { // the remarks are left out in any case
			assert.Equal(t, whole.Train.X[i*whole.Train.Dim+1:(i+1)*whole.Train.Dim],
				set.Train.X[i*set.Train.Dim:(i+1)*set.Train.Dim])
		}
		// A file with the names of the columns that the model uses need not have the others.
		rows, err := LoadLike(t.Context(), Request{Data: file(t, "new.csv", "paid,size\n3,8\n")},
			set.Description, false)
		require.NoError(t, err)
		assert.Equal(t, 1, rows.Train.Len())
		tested, err := Load(t.Context(),
			Request{Data: path, Drop: drop, Test: file(t, "test.csv", "size,kind,paid\n1,a,2\n")})
		require.NoError(t, err)
		assert.Equal(t, 1, tested.Test.Len())
	}
}

func TestThatMostColumnsAreLeftOutIsAWarningOfTheSet(t *testing.T) {
	var b strings.Builder
	for i := range 60 {
		fmt.Fprintf(&b, "n%d,7,%d,%c\n", i, i%9, 'a'+i%2)
	}
	path := file(t, "f.csv", b.String())
	set, err := Load(t.Context(), Request{Data: path})
	require.NoError(t, err)
	require.Len(t, set.Warnings, 1)
	assert.Contains(t, set.Warnings[0], "2 of 3 columns of inputs are left out")
	set, err = Load(t.Context(), Request{Data: path, Drop: []string{"1", "2"}})
	require.NoError(t, err)
	assert.Empty(t, set.Warnings)
}

// Nothing in a column that is left out can be wrong.
func TestWhatIsLeftOutIsNotRead(t *testing.T) {
	path := file(t, "f.csv", "a,b,y\n"+strings.Repeat("1,1,x\n2,7,y\n3,9,x\n", 30)+"oops,4,x\n")
	_, err := Load(t.Context(), Request{Data: path, Task: columns.Classes, Drop: nil})
	require.NoError(t, err, "a category")
	var b strings.Builder
	b.WriteString("a,b,y\n")
	for i := range 90 {
		fmt.Fprintf(&b, "%d,%d,%c\n", i*i, i%7, 'x'+i%2)
	}
	path = file(t, "f.csv", b.String()+"oops,4,x\n")
	_, err = Load(t.Context(), Request{Data: path})
	require.ErrorContains(t, err, `"oops" is not a number`)
	set, err := Load(t.Context(), Request{Data: path, Drop: []string{"a"}})
	require.NoError(t, err)
	assert.Equal(t, 1, set.Train.Dim)
}

func TestWhatCannotBeLeftOut(t *testing.T) {
	path := file(t, "shops.csv", dropTable())
	array := append([]byte("\x93NUMPY\x01\x00\x76\x00"),
		fmt.Sprintf("%-117s\n", "{'descr': '<f4', 'fortran_order': False, 'shape': (4, 3), }")...)
	for _, v := range []float32{1, 9, 0, 2, 8, 1, 3, 7, 0, 4, 6, 1} {
		array, _ = binary.Append(array, binary.LittleEndian, v)
	}
	numbers := file(t, "a.npy", string(array))
	for name, c := range map[string]struct {
		r    Request
		want string
	}{
		"the target": {Request{Data: path, Targets: []string{"kind"}, Drop: []string{"4"}},
			`shops.csv: column 4 "kind" is the target, and it can't be left out`},
		"no such column": {Request{Data: path, Drop: []string{"colour"}},
			`no column "colour": it has "shop id", size, paid, kind, remark; a number from 1 to 5 will do, too`},
		"everything": {Request{Data: path, Targets: []string{"kind"}, Drop: []string{"1", "2", "3", "5"}},
			"no column is left to learn from: left out as asked: column"},
		"all": {Request{Data: path, Drop: []string{"1", "2", "3", "4", "5"}},
			`column 1 "shop id" is the target`},
		"of a built-in set": {Request{Data: "digits", Drop: []string{"1"}},
			"digits: no part of a built-in data set can be left out"},
		"the target of an array": {Request{Data: numbers, Targets: []string{"2"}, Drop: []string{"2"}},
			"column 2 is the target"},
		"no such one of an array": {Request{Data: numbers, Drop: []string{"4"}},
			"its columns have the numbers 1 to 3 and no names"},
	} {
		_, err := Load(t.Context(), c.r)
		assert.ErrorContains(t, err, c.want, name)
	}
	set, err := Load(t.Context(), Request{Data: numbers, Drop: []string{"3", "1"}, Task: columns.Regression})
	assert.ErrorContains(t, err, "no column is left", "the target is the second one")
	require.Nil(t, set)
	set, err = Load(t.Context(), Request{Data: numbers, Drop: []string{"3"}, Task: columns.Regression})
	require.NoError(t, err)
	assert.Equal(t, []int{1}, set.Description.Outputs.At)
	assert.Equal(t, columns.Dropped, set.Description.Inputs.Columns[1].Kind)
	svm := file(t, "f.libsvm", "1 1:3 2:5 7:1\n2 1:4 2:6\n1 1:5 2:7\n2 1:5 2:9 7:2\n")
	set, err = Load(t.Context(), Request{Data: svm, Drop: []string{"2", "7"}})
	require.NoError(t, err)
	assert.Equal(t, 1, set.Train.Dim)
	_, err = Load(t.Context(), Request{Data: svm, Drop: []string{"8"}})
	assert.ErrorContains(t, err, `no column "8"`)
}
