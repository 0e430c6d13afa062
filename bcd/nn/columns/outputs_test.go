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

// Files have the predictions of a regression by these names.
func TestTargetsHaveNamesOfTheirOwn(t *testing.T) {
	for name, c := range map[string]struct {
		targets, want []string
		at            []int
	}{
		"different": {[]string{"a", "b"}, []string{"a", "b"}, []int{4, 5}},
		"alike": {
			[]string{"y", "a", "y"}, []string{"y (column 2)", "a", "y (column 4)"}, []int{1, 2, 3},
		},
		"alike, from elsewhere": {[]string{"y", "y"}, []string{"y (target 1)", "y (target 2)"}, nil},
		"none":                  {[]string{"", ""}, []string{"column 3", "column 2"}, []int{2, 1}},
		"none, but one has a number": {[]string{"", "column 3"},
			[]string{"column 3 (column 3)", "column 3 (column 1)"}, []int{2, 0}},
		"alike, and like the result": {[]string{"y", "y", "y (column 2)"},
			[]string{"y (column 1)", "y (column 2) (column 2)", "y (column 2) (column 3)"}, []int{0, 1, 2}},
	} {
		o := Outputs{Task: Regression, At: c.at}
		for _, target := range c.targets {
			o.Targets = append(o.Targets, Target{Name: target})
		}
		assert.Equal(t, c.want, o.Names(), name)
	}
}

func TestLabelsAreCalledByTheNameOfTheirSamples(t *testing.T) {
	for _, c := range []struct{ samples, labels, of, want string }{
		{"X.npy", "y2.npy", "X.npy", "y2.npy"},
		{"X_train.npy", "y2_train.npy", "X_test.npy", "y2_test.npy"},
		{"features.npy", "labels.npy", "features-1.npy", "labels-1.npy"},
		{"train-images-idx3-ubyte", "train-ages-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-ages-idx1-ubyte"},
		{"a.npy", "b.npy", "data.npy", ""},
		{"a.npy", "b.npy", "c.npy", ""},
		{"a.npy", "a_of.npy", "a.npy", "a_of.npy"},
		{"a.npy", "a_of.npy", "c.npy", ""},
	} {
		arrays := Arrays{Samples: c.samples, Labels: c.labels}
		assert.Equal(t, c.want, arrays.LabelsOf(c.of), c)
	}
}
