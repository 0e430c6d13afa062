package cli

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"html"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
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

// Arrays of images have several layouts. One that no picture can be made of gets none.
func TestPagesShowTheImagesOfArrays(t *testing.T) {
	for _, c := range []struct {
		name, shape string
		samples     int // values of each
		drawn       bool
	}{
		{"grey", "6, 5", 30, true},
		{"colours", "6, 5, 3", 90, true},
		{"one channel, last", "6, 5, 1", 30, true},
		{"one channel, first", "1, 6, 5", 30, true},
		{"two channels", "6, 5, 2", 60, false},
		{"colours first", "3, 6, 5", 90, false},
		{"colours and opacity", "6, 5, 4", 120, false},
		{"volumes", "2, 3, 6, 5", 180, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			const n = 60
			values, labels := make([]byte, n*c.samples), make([]byte, n)
			for i := range values {
				values[i] = byte(i * i * 7 >> 3)
			}
			for i := range labels {
				labels[i] = byte(i % 2)
			}
			dir := datasettest.Folder(t, map[string][]byte{
				"X_train.npy": datasettest.NPY("|u1", false, fmt.Sprintf("(%d, %s)", n, c.shape), values),
				"y_train.npy": datasettest.NPY("|u1", false, fmt.Sprintf("(%d,)", n), labels),
			})
			data, file := filepath.Join(dir, "X_train.npy"), filepath.Join(dir, "page.html")
			succeed(t, "--data", data, "--net", "3", "--epochs", "1", "--choose-lambda", "no", "--report", file)
			pictures := regexp.MustCompile(`data:image/png;base64,([^"]*)`).FindAllSubmatch(read(t, file), -1)
			if !c.drawn {
				assert.Empty(t, pictures)
				return
			}
			assert.Len(t, pictures, 12+3, "test samples, and units")
			for _, picture := range pictures {
				content, err := base64.StdEncoding.DecodeString(html.UnescapeString(string(picture[1])))
				require.NoError(t, err)
				config, err := png.DecodeConfig(bytes.NewReader(content))
				require.NoError(t, err)
				assert.Equal(t, []int{6, 5}, []int{config.Height, config.Width})
			}
		})
	}
}

// The samples of a file that the training divided are known by their places in the file.
func TestPagesNumberTheSamplesOfAFile(t *testing.T) {
	const n = 60
	values, labels := make([]byte, 5*n), make([]byte, n)
	for i := range values {
		values[i] = byte(i * i * 7 >> 3)
	}
	for i := range labels {
		labels[i] = byte(i % 2)
	}
	dir := datasettest.Folder(t, map[string][]byte{
		"X.npy": datasettest.NPY("|u1", false, "(60, 5)", values),
		"y.npy": datasettest.NPY("|u1", false, "(60,)", labels),
	})
	data, model, page := filepath.Join(dir, "X.npy"), filepath.Join(dir, "m"), filepath.Join(dir, "page.html")
	succeed(t, "--data", data, "--net", "3", "--epochs", "1", "--choose-lambda", "no", "--save", model)
	succeed(t, "eval", "--model", model, "--data", data, "--report", page)
	shown := regexp.MustCompile(`no\. (\d+): (\d)`).FindAllStringSubmatch(string(read(t, page)), -1)
	require.Len(t, shown, 12)
	for _, sample := range shown {
		i, err := strconv.Atoi(sample[1])
		require.NoError(t, err)
		assert.Equal(t, strconv.Itoa(i%2), sample[2], "sample %d", i)
	}
}
