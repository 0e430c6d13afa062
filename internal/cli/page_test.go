package cli

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
)

// Pages of images and of numbers.
func TestPagesShowTrainingsAndEvaluations(t *testing.T) {
	dir := t.TempDir()
	file, model := filepath.Join(dir, "page.html"), filepath.Join(dir, "m")
	o := succeed(t, "--net", "9", "--limit", "300", "--epochs", "6",
		"--validation", "100", "--save", model, "--report", file)
	assert.Contains(t, o.stdout, file)
	text := string(read(t, file))
	for _, part := range []string{
		"<svg", "best: ", "Confusion of the test samples", "Lowest margins of the test samples",
		"Weights of the first layer", "SHA-256", "train --validation=100 --limit=300", "lambda",
	} {
		assert.Contains(t, text, part)
	}
	assert.Equal(t, 24+9, strings.Count(text, "<img"), "worst samples, and units")

	assert.Contains(t, string(read(t, file)), "is fitted to the 100 validation samples.")
	assert.Contains(t, string(read(t, file)), "Calibration, by the test samples")
	succeed(t, "eval", "--model", model, "--report", file)
	text = string(read(t, file))
	assert.Contains(t, text, "Confusion of the test samples")
	assert.Contains(t, text, "balanced accuracy")
	assert.Equal(t, 1, strings.Count(text, "<svg"), "no course, but a calibration")

	table := filepath.Join(dir, "numbers.csv")
	require.NoError(t,
		os.WriteFile(table, []byte("a,y\n"+strings.Repeat("1.5,2.25\n2,3.5\n3.25,4.125\n7,1\n", 10)), 0o644))
	succeed(t, "--data", table, "--task", "regression", "--net", "3",
		"--epochs", "2", "--save", model, "--report", file)
	text = string(read(t, file))
	assert.Contains(t, text, "<svg")
	assert.NotContains(t, text, "Confusion")
	assert.Contains(t, text, "<h2>Choice of λ</h2>\n<p>By samples that are held out: 3 divisions")
	assert.Regexp(t, `<td>(-|&#43;)[0-9.]+</td><td>[0-9.]+</td><td>[0-9.]+ %</td>`, text)
	assert.Equal(t, 1, strings.Count(text, "<td>chosen</td></tr>"))
	succeed(t, "eval", "--model", model, "--data", table, "--report", file)
	assert.Contains(t, string(read(t, file)), "RMSE")
}

// An array of three dimensions is an image only if the last one is red, green and blue.
func TestPagesOfArraysThatAreNoImages(t *testing.T) {
	const n = 40
	for shape, pictures := range map[string]bool{
		"(40, 2, 3)": true, "(40, 2, 1, 3)": true, "(40, 6, 1)": true, "(40, 2, 3, 1)": true, "(40, 3, 1, 2)": false,
		"(40, 1, 2, 1, 3)": false,
	} {
		x, y := make([]byte, 6*n), make([]byte, n)
		for i := range x {
			y[i/6] = byte(i / 6 % 2)
			x[i] = byte(i*i%50) + 100*y[i/6]
		}
		dir := datasettest.Folder(t, map[string][]byte{"X.npy": datasettest.NPY("|i1", false, shape, x),
			"y.npy": datasettest.NPY("|u1", false, "(40,)", y)})
		file := filepath.Join(dir, "page.html")
		succeed(t, "--data", filepath.Join(dir, "X.npy"), "--net", "3", "--epochs", "1", "--report", file)
		assert.Equal(t, pictures, strings.Contains(string(read(t, file)), "<img"), shape)
	}
}
