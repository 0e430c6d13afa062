package dataset

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/split"
)

func TestAFolderWithoutDataNamesAFileInIt(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "a"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, ".hidden"), nil, 0o644))
	const looked = ": the folder has neither images (.png, .jpg, .jpeg), in a folder for each class (cats/1.png, " +
		"dogs/1.png), nor IDX files (train-images-idx3-ubyte, "
	const none = "no other file that can be read was found in it"
	for _, c := range []struct{ file, content, want string }{
		{"", "", none},
		{"README.txt", "This is about the data.\n", none},
		{"a.bin", "\x00\x01\x02\xff", none},
		{"a.mat", "MATLAB 5.0 MAT-file\x00", none},
		{"a/b.csv", "1,2\n", `to read "a/b.csv", name that file`},
		{"licenses.csv", "1,2\n", `to read "licenses.csv", name that file`},
		{"c.csv", "1,2\n", `to read "c.csv", name that file`},
	} {
		if c.file != "" {
			require.NoError(t, os.WriteFile(filepath.Join(dir, c.file), []byte(c.content), 0o644))
		}
		_, err := Load(t.Context(), Request{Data: dir})
		assert.ErrorContains(t, err, dir+looked)
		assert.ErrorContains(t, err, "): "+c.want)
	}
}

// A folder may have very many files in which no image is found.
func TestTheSearchInAFolderEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	f, err := source.Open(ctx, t.TempDir())
	require.NoError(t, err)
	defer f.Close()
	cancel()
	_, err = readFile(f, formats, Request{}.withDefaults().options())
	assert.ErrorIs(t, err, context.Canceled)
}

func TestASetThatIsSortedByClassIsHeldOutLikeATable(t *testing.T) {
	files := smallSet()
	sorted := slices.Concat(slices.Repeat([]byte{2}, 60), slices.Repeat([]byte{10}, 60))
	files[trainImages], files[trainLabels] = idxImages(120, 2, 2), idxLabels(sorted...)
	set, err := Load(t.Context(), Request{Data: folder(t, files), Validation: split.Amount{Count: 20}})
	require.NoError(t, err)
	assert.False(t, set.Random)
	assert.True(t, set.LikeMNIST, "what suits such sets does not depend on their order")
	assert.Nil(t, set.Origin(1, 100))
	assert.Equal(t, 2, set.Test.Len())
	ones := 0
	for _, label := range set.Validation.Labels {
		ones += label
	}
	assert.Equal(t, []int{20, 10}, []int{set.Validation.Len(), ones})
}

// The first pixel of an image is its number, and so is the name of its file.
func TestImagesKnowTheirFiles(t *testing.T) {
	dir := t.TempDir()
	for i := range 60 {
		picture := image.NewGray(image.Rect(0, 0, 2, 1))
		picture.Pix[0], picture.Pix[1] = uint8(i), uint8(200*(i%2))
		path := filepath.Join(dir, []string{"even", "odd"}[i%2], fmt.Sprintf("%02d.png", i))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, picture))
		require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	}
	check := func(s Samples) {
		t.Helper()
		require.NotZero(t, s.Len())
		require.Len(t, s.Files, s.Len())
		for i, file := range s.Files {
			assert.Equal(t, fmt.Sprintf("%s/%02.0f.png", []string{"even", "odd"}[s.Labels[i]], 255*s.X[i*s.Dim]), file)
		}
	}
	r := Request{Data: dir, Scale: columns.None, Split: split.Amount{Fraction: 0.2},
		Validation: split.Amount{Fraction: 0.2}, Shuffle: true}
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	check(set.Train)
	check(set.Validation)
	check(set.Test)
	check(set.Train.Repeat(slices.Repeat([]int{2}, set.Train.Len())))
	rest, held, err := set.Train.SplitFold(10, 2)
	require.NoError(t, err)
	check(rest)
	check(held)
	r.Test = dir
	set, err = Load(t.Context(), r)
	require.NoError(t, err)
	check(set.Test)
}
