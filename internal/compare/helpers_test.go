package compare

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/dataset"
	_ "ridge/internal/testgc"
)

// digits is a part of the embedded data set.
func digits(t *testing.T) *dataset.Set {
	t.Helper()
	set, err := dataset.Digits()
	require.NoError(t, err)
	set.Train, set.Test = set.Train.Head(240), set.Test.Head(100)
	return set
}

// testPlan is small enough for many tests.
func testPlan() Plan {
	return Plan{
		Solvers:  []string{BCD, "adam"},
		Networks: []Network{{Hidden: []int{6}}, {Hidden: []int{5}}, {Hidden: []int{4, 4}}},
		Seeds:    2, Epochs: 2, Trials: 2, Target: 0.5,
	}
}

func testStudy(t *testing.T, dir string) (*Study, *dataset.Set) {
	t.Helper()
	set := digits(t)
	s, err := NewStudy(testPlan(), set, dir)
	require.NoError(t, err)
	return s, set
}

// contents are the names and contents of what is in a folder.
func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	list, err := os.ReadDir(dir)
	require.NoError(t, err)
	content := map[string]string{}
	for _, e := range list {
		text, err := os.ReadFile(filepath.Join(dir, e.Name()))
		require.NoError(t, err)
		content[e.Name()] = string(text)
	}
	return content
}

// withoutTimes removes the lines of results that depend on the machine.
func withoutTimes(content map[string]string) map[string]string {
	for name, text := range content {
		var kept []string
		for line := range strings.Lines(text) {
			if !strings.Contains(line, "seconds\"") && !strings.Contains(line, "\"workers\"") &&
				!strings.Contains(line, "\"jobs\"") && !strings.Contains(line, "\"date\"") &&
				!strings.Contains(line, "\"checksum\"") {
				kept = append(kept, line)
			}
		}
		content[name] = strings.Join(kept, "")
	}
	return content
}
