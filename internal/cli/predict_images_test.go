package cli

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
)

// cards is a folder of grey images, light and dark ones, with a test part of which one has the name of a class that is
// not its own.
func cards(t *testing.T) string {
	t.Helper()
	files := map[string][]byte{}
	add := func(path string, light bool, i int) {
		img := image.NewGray(image.Rect(0, 0, 3, 2))
		for k := range img.Pix {
			img.Pix[k] = uint8(10*k + i)
			if light {
				img.Pix[k] = uint8(200 - 10*k - i)
			}
		}
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, img))
		files[path] = b.Bytes()
	}
	for i := range 20 {
		add(fmt.Sprintf("train/dark/%d.png", i), false, i)
		add(fmt.Sprintf("train/light/%d.png", i), true, i)
	}
	add("test/dark/1.png", false, 3)
	add("test/dark/10.png", true, 4)
	add("test/dark/2.png", false, 5)
	add("test/light/1.png", true, 6)
	return datasettest.Folder(t, files)
}

func TestPredictionsOfImagesNameTheirFiles(t *testing.T) {
	dir, model := cards(t), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", dir, "--net", "4", "--epochs", "10", "--save", model)
	predict := []string{"predict", "--model", model, "--data", dir}
	answers := func(rows [][]string) (of []string) {
		for _, row := range rows {
			of = append(of, strings.Join(row[:3], " "))
		}
		return of
	}
	want := []string{"index file class", "0 test/dark/1.png dark", "1 test/dark/10.png light",
		"2 test/dark/2.png dark", "3 test/light/1.png light"}
	assert.Equal(t, want, answers(parseCSV(t, succeed(t, predict...).stdout)))
	assert.Len(t, parseCSV(t, succeed(t, append(predict, "--part", "train")...).stdout), 41)

	require.NoError(t, os.WriteFile(filepath.Join(dir, "test", "dark", "3.webp"), nil, 0o644))
	o := succeed(t, "predict", "--model", model, "--data", filepath.Join(dir, "test"), "--json")
	var files []string
	for line := range strings.Lines(o.stdout) {
		var answer struct{ File string }
		require.NoError(t, json.Unmarshal([]byte(line), &answer))
		files = append(files, answer.File)
	}
	assert.Equal(t, []string{"dark/1.png", "dark/10.png", "dark/2.png", "light/1.png"}, files)
	assert.Contains(t, o.stderr, "1 file, such as "+filepath.Join(dir, "test", "dark", "3.webp"))
	assert.Contains(t, succeed(t, predict...).stderr, "1 file, such as", "of the part that is answered")
	require.NoError(t, os.Remove(filepath.Join(dir, "test", "dark", "3.webp")))

	page := filepath.Join(t.TempDir(), "page.html")
	succeed(t, "eval", "--model", model, "--data", dir, "--report", page)
	assert.Contains(t, string(read(t, page)), "test/dark/10.png: dark, answered light")
}
