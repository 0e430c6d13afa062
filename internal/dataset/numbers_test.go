package dataset

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/datasettest"
)

// npy encodes an array of NumPy's.
func npy(descr, shape string, elements any) []byte {
	b, err := binary.Append(nil, binary.LittleEndian, elements)
	if err != nil {
		panic(err)
	}
	return datasettest.NPY(descr, false, shape, b)
}

// strings3 is an array of four strings of up to three bytes.
func strings3(a, b, c, d string) []byte {
	return npy("|S3", "(4,)", fmt.Appendf(nil, "%s%s%s%s", pad3(a), pad3(b), pad3(c), pad3(d)))
}

func pad3(s string) string { return (s + "\x00\x00\x00")[:3] }

// TestARegressionTakesNoTextForNumbers: the text of a target is known by codes, which must not pass for its numbers.
func TestARegressionTakesNoTextForNumbers(t *testing.T) {
	x := npy("<f8", "(4, 1)", []float64{1, 2, 3, 5})
	numbers := npy("<f8", "(4,)", []float64{1.5, 4, 2, 8})
	train := filepath.Join(folder(t, map[string][]byte{"X.npy": x, "y.npy": numbers}), "X.npy")
	regression := Request{Data: train, Task: columns.Regression}
	model, err := Load(t.Context(), regression)
	require.NoError(t, err)
	for name, c := range map[string]struct {
		labels []byte
		want   string // the error
	}{
		"strings that are numbers": {strings3("7", "6.5", "7", "-1"), ""},
		"other strings":            {strings3("7", "old", "7", "new"), `predicts numbers, and "old" is none`},
		"two numbers":              {npy("<f8", "(4, 2)", make([]float64, 8)), "targets"},
	} {
		samples := filepath.Join(folder(t, map[string][]byte{"X.npy": x, "y.npy": c.labels}), "X.npy")
		archive := archived(t, map[string][]byte{"x_train": x, "y_train": numbers, "x_test": x, "y_test": c.labels})
		for how, read := range map[string]func() (*Set, error){
			"a trained network": func() (*Set, error) {
				set, err := LoadLike(t.Context(), Request{Data: samples}, model.Description, true)
				if err == nil {
					set.Test = set.Train
				}
				return set, err
			},
			"a file to test by": func() (*Set, error) {
				r := regression
				r.Test = samples
				return Load(t.Context(), r)
			},
			"a test part": func() (*Set, error) {
				return Load(t.Context(), Request{Data: file(t, "f.npz", archive), Task: columns.Regression})
			},
		} {
			set, err := read()
			if c.want != "" {
				assert.ErrorContains(t, err, c.want, "%s: %s", name, how)
				continue
			}
			require.NoError(t, err, "%s: %s", name, how)
			assert.Equal(t, []float64{7, 6.5, 7, -1}, set.Test.Targets, "%s: %s", name, how)
		}
	}
}

// archived is an archive of arrays, by their names.
func archived(t *testing.T, of map[string][]byte) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, content := range of {
		w, err := z.Create(name + ".npy")
		require.NoError(t, err)
		_, err = w.Write(content)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

// faces is a folder of images of 2×1, an image in each folder of these names.
func faces(t *testing.T, names ...string) string {
	t.Helper()
	dir := t.TempDir()
	for i, name := range names {
		img := image.NewGray(image.Rect(0, 0, 2, 1))
		img.Pix[0], img.Pix[1] = uint8(40*i), uint8(7*i*i)
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, img))
		require.NoError(t, os.Mkdir(filepath.Join(dir, name), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name, "1.png"), b.Bytes(), 0o644))
	}
	return dir
}

func TestImagesInFoldersThatAreNumbersCanBeRegressed(t *testing.T) {
	set, err := Load(t.Context(), Request{Data: faces(t, "25", "26", "31.5"), Task: columns.Regression})
	require.NoError(t, err)
	assert.Equal(t, []float64{25, 26, 31.5}, set.Train.Targets)
	like, err := LoadLike(t.Context(), Request{Data: faces(t, "26", "9")}, set.Description, true)
	require.NoError(t, err)
	assert.Equal(t, []float64{26, 9}, like.Train.Targets)
	_, err = LoadLike(t.Context(), Request{Data: faces(t, "26", "old")}, set.Description, true)
	assert.ErrorContains(t, err, `a regression predicts numbers, and "old" is none`)
	_, err = Load(t.Context(), Request{Data: faces(t, "25", "old"), Task: columns.Regression})
	assert.ErrorContains(t, err, `a regression predicts numbers, and "old" is none`)
}
