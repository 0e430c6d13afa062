package dataset

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

// TestClassesThatAreTakenForQuantitiesAreWarnedOf: a single sample of a class makes a regression of the table.
func TestClassesThatAreTakenForQuantitiesAreWarnedOf(t *testing.T) {
	const warning = "are to be predicted as quantities, a regression, as some, or all, are too rare"
	const note = ": a regression (--task"
	for name, c := range map[string]struct {
		target func(i int) float64
		task   columns.Task
		want   string
	}{
		"one class is rare": {func(i int) float64 { return float64(1 + min(i, 5)) }, columns.AutoTask, warning},
		"from 0":            {func(i int) float64 { return float64(min(i, 5)) }, columns.AutoTask, warning},
		"as many as may be": {func(i int) float64 { return float64(1 + min(i, 23)) }, columns.AutoTask, warning},
		"all are as rare":   {func(i int) float64 { return float64(i % 24) }, columns.AutoTask, warning},
		"ranks":             {func(i int) float64 { return float64(1 + i%100) }, columns.AutoTask, note},
		"more":              {func(i int) float64 { return float64(i % 101) }, columns.AutoTask, note},
		"from 2":            {func(i int) float64 { return float64(2 + min(i, 5)) }, columns.AutoTask, note},
		"a gap":             {func(i int) float64 { return float64(min(i, 5)*6/5 + 1) }, columns.AutoTask, note},
		"fractions":         {func(i int) float64 { return float64(i) / 2 }, columns.AutoTask, note},
		"as asked":          {func(i int) float64 { return float64(min(i, 5)) }, columns.Regression, ""},
	} {
		path := withTarget(t, 120, c.target)
		set, err := Load(t.Context(), Request{Data: path, Task: c.task})
		require.NoError(t, err, name)
		assert.Equal(t, c.want == warning, strings.Contains(strings.Join(set.Warnings, "\n"), warning), name)
		assert.Equal(t, c.want == note, strings.Contains(strings.Join(set.Notes, "\n"), note), name)
	}
}

// withTarget writes a CSV file of two columns and a target, and returns its path.
func withTarget(t *testing.T, rows int, target func(i int) float64) string {
	t.Helper()
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%d.5,%d,%g\n", i%7, i%3, target(i))
	}
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o600))
	return path
}

// A grid that was measured equally often at each point has no rare value.
func TestManyNumbersThatAreTakenForClassesAreWarnedOf(t *testing.T) {
	for name, c := range map[string]struct {
		target func(i int) float64
		task   columns.Task
		want   bool
	}{
		"a grid":              {func(i int) float64 { return 0.975 + float64(i%26)/1000 }, columns.AutoTask, true},
		"in another unit":     {func(i int) float64 { return 975 + float64(i%26) }, columns.AutoTask, true},
		"few":                 {func(i int) float64 { return float64(i%20) / 1000 }, columns.AutoTask, false},
		"numbered from 0":     {func(i int) float64 { return float64(i % 26) }, columns.AutoTask, false},
		"numbered from 1":     {func(i int) float64 { return float64(i%26 + 1) }, columns.AutoTask, false},
		"classes, as asked":   {func(i int) float64 { return float64(i % 26) }, columns.Classes, false},
		"quantities as asked": {func(i int) float64 { return float64(i % 26) }, columns.Regression, false},
	} {
		path := withTarget(t, 520, c.target)
		d, err := Read(t.Context(), Request{Data: path, Task: c.task})
		require.NoError(t, err, name)
		const said = "the numbers of the target are taken for 26 classes, without an order: if they are " +
			"quantities, say --task regression"
		assert.Equal(t, c.want, strings.Contains(strings.Join(d.Warnings, "\n"), said), name)
	}
}

// Labels of images are classes by their nature, unless they are floats, such as angles of steering.
func TestFloatsAreMeasuredWhateverTheyBelongTo(t *testing.T) {
	const n = 30
	floats, integers, few := make([]float32, n), make([]int32, n), make([]float64, n)
	for i := range n {
		floats[i], integers[i], few[i] = float32(i)/8-1, int32(i/2), float64(i%3)
	}
	for name, c := range map[string]struct {
		labels []byte
		want   columns.Task
		note   string
	}{
		"measured":                {npy("<f4", "(30,)", floats), columns.Regression, "30 different ones"},
		"whole numbers":           {npy("<i4", "(30,)", integers), columns.Classes, ""},
		"floats that are classes": {npy("<f8", "(30,)", few), columns.Classes, "are taken for 3 classes"},
	} {
		pixels := make([]byte, 4*n)
		for i := range pixels {
			pixels[i] = byte(7 * i)
		}
		archive := archived(t, map[string][]byte{"x": npy("|u1", "(30, 2, 2)", pixels), "y": c.labels})
		d, err := Read(t.Context(), Request{Data: file(t, "a.npz", archive), Targets: []string{"y"}})
		require.NoError(t, err, name)
		assert.Equal(t, c.want, d.Outputs.Task, name)
		if notes := fmt.Sprint(d.Notes); c.note == "" {
			assert.NotContains(t, notes, "--task", name)
		} else {
			assert.Contains(t, notes, c.note, name)
		}
	}
}
