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
