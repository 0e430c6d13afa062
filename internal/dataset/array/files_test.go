package array

import (
	"archive/zip"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestColumnsOfAnArray(t *testing.T) {
	rows := npy("<f8", false, "(3, 3)", encoded(binary.LittleEndian, []float64{1, 2, 0, 3, 4, 1, 5, 6, math.NaN()}))
	path := filepath.Join(folder(t, map[string][]byte{"a.npy": rows}), "a.npy")
	got, err := readPath(t, path, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells)
	assert.Equal(t, []float64{0, 1}, got.Values)
	assert.Equal(t, []int{2}, got.At)
	assert.Equal(t, []string{path + ": 1 row without a value of the target is left out"}, got.Notes)

	got, err = readPath(t, path, table.Options{Targets: []string{"1", "2"}})
	require.NoError(t, err)
	assert.Equal(t, []float64{1, 2, 3, 4, 5, 6}, got.Values)
	assert.Equal(t, 1, got.Inputs[0].Missing)

	like := &table.Layout{Inputs: make([]table.LayoutColumn, 2), Targets: make([]table.LayoutColumn, 1), At: []int{0}}
	got, err = readPath(t, path, table.Options{Like: like, Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, []float32{2, 0, 4, 1}, got.Cells[:4])
	assert.Empty(t, got.Values)

	like = &table.Layout{Inputs: make([]table.LayoutColumn, 3), Targets: make([]table.LayoutColumn, 1), At: []int{0}}
	_, err = readPath(t, path, table.Options{Like: like})
	require.ErrorContains(t, err, "which are the inputs alone: the target is missing, which was column ")
	like.Inputs = like.Inputs[:1]
	_, err = readPath(t, path, table.Options{Like: like})
	require.ErrorContains(t, err, "it has 3 columns, want 1, or 2 with the target")
	_, err = readPath(t, path, table.Options{Targets: []string{"4"}})
	require.ErrorContains(t, err, `no column "4": its columns have the numbers 1 to 3`)
}

// What is predicted needs no labels, so it doesn't matter which ones are meant.
func TestLabelsThatAreNotReadMayHaveAlikeNames(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("<i8", false, "(2,)", encoded(binary.LittleEndian, []int64{7, 8}))
	archive := npz(zip.Store, "x", x, "y", y, "Y", y)
	path := filepath.Join(folder(t, map[string][]byte{"a.npz": archive}), "a.npz")
	got, err := readPath(t, path, table.Options{Unlabelled: true})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells)
	_, err = readPath(t, path, table.Options{})
	require.ErrorContains(t, err, "which of the arrays y, Y is meant")
}

func TestLabelsOfAnotherFile(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("<i8", false, "(2,)", encoded(binary.LittleEndian, []int64{7, 8}))
	names := npy("<U2", false, "(2, 1)", encoded(binary.LittleEndian, []rune{'ä', 0, 'b', 'c'}))
	for _, c := range []struct {
		files  map[string][]byte
		open   string
		target string
	}{
		{map[string][]byte{"X.npy": x, "y.npy": y}, "X.npy", ""},
		{map[string][]byte{"X_train.npy.gz": packed(x), "y_train.npy": y}, "X_train.npy.gz", ""},
		{map[string][]byte{"x.npy": x, "Y.npy.gz": packed(y)}, "x.npy", ""},
		{map[string][]byte{"a.npy": x, "b.npy": y}, "a.npy", "b.npy"},
		{
			map[string][]byte{"a-images-idx2-ubyte": idx(8, []uint32{2, 2}, 1, 2, 3, 4),
				"a-labels-idx1-ubyte": idxLabels(7, 8)}, "a-images-idx2-ubyte", "",
		},
		{
			map[string][]byte{"a-images-idx2-ubyte": idx(8, []uint32{2, 2}, 1, 2, 3, 4),
				"a-labels.idx1-ubyte": idxLabels(7, 8)}, "a-images-idx2-ubyte", "",
		},
		{map[string][]byte{"a": idx(8, []uint32{2, 2}, 1, 2, 3, 4), "b": y}, "a", "b"},
	} {
		dir := folder(t, c.files)
		o := table.Options{}
		if c.target != "" {
			o.Targets = []string{filepath.Join(dir, c.target)}
		}
		got, err := readPath(t, filepath.Join(dir, c.open), o)
		require.NoError(t, err)
		assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells)
		assert.Equal(t, []float64{7, 8}, got.Values)
		assert.Nil(t, got.At)
	}
	dir := folder(t, map[string][]byte{"x.npy": x, "y.npy": names})
	got, err := readPath(t, filepath.Join(dir, "x.npy"), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []table.Column{{Kind: table.Text, Levels: []string{"ä", "bc"}}}, got.Targets)

	for name, c := range map[string]struct {
		files map[string][]byte
		want  string
	}{
		"another number": {map[string][]byte{"x.npy": x, "y.npy": npy("|u1", false, "(3,)", []byte{1, 2, 3})},
			"3 labels for the 2 samples of "},
		"two of them": {map[string][]byte{"x.npy": x, "y.npy": y, "y.npy.gz": packed(y)},
			"there is also y.npy.gz: remove one of them"},
		"images": {map[string][]byte{"x.npy": npy("|u1", false, "(9, 2, 2)", nil)},
			"there is no file with its labels next to it"}, // known before they are read
		"labels alone": {map[string][]byte{"x.npy": y}, "is a label file"},
	} {
		_, err := readPath(t, filepath.Join(folder(t, c.files), "x.npy"), table.Options{})
		assert.ErrorContains(t, err, c.want, name)
	}
}

func TestAnArchiveWithoutLabelsNeedsAnotherArray(t *testing.T) {
	images := npz(zip.Store, "x_train", npy("|u1", false, "(2, 2, 2)", make([]byte, 8)))
	dir := folder(t, map[string][]byte{"a.npz": images})
	_, err := readPath(t, filepath.Join(dir, "a.npz"), table.Options{})
	assert.ErrorContains(t, err, "a.npz: it has no array with the labels of x_train: add one to it")
	_, err = readPath(t, filepath.Join(dir, "a.npz"), table.Options{Unlabelled: true})
	assert.NoError(t, err)
}

func TestArchivesHaveSamplesAndLabels(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("|u1", false, "(2,)", []byte{7, 8})
	other := npy("<f4", false, "(1, 2)", encoded(binary.LittleEndian, []float32{5, 6}))
	label := npy("|u1", false, "(1,)", []byte{7})
	for name, c := range map[string]struct {
		file    []byte
		targets []string
		test    bool
	}{
		"X and y":         {npz(zip.Deflate, "X", x, "y", y, "more", y), nil, false},
		"data and target": {npz(zip.Store, "data", x, "target", y), nil, false},
		"numbered":        {npz(zip.Store, "arr_0", x, "arr_1", y), nil, false},
		"with a test":     {npz(zip.Deflate, "x_test", other, "x_train", x, "y_train", y, "y_test", label), nil, true},
		"named":           {npz(zip.Store, "what", x, "ever", y), []string{"ever"}, false},
		"named in a pair": {npz(zip.Store, "images", other, "x", x, "y", y), []string{"y"}, false},
	} {
		path := filepath.Join(folder(t, map[string][]byte{"a.npz": c.file}), "a.npz")
		got, err := readPath(t, path, table.Options{Targets: c.targets})
		require.NoError(t, err, name)
		assert.Equal(t, []float32{1, 2, 3, 4}, got.Cells, name)
		assert.Equal(t, []float64{7, 8}, got.Values, name)
		require.Equal(t, c.test, got.Test != nil, name)
		if c.test {
			assert.Equal(t, []float32{5, 6}, got.Test.Cells)
		}
	}
	path := filepath.Join(folder(t, map[string][]byte{"a.npz": npz(zip.Deflate, "only", x)}), "a.npz")
	got, err := readPath(t, path, table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float32{1, 3}, got.Cells)
	assert.Equal(t, []float64{2, 4}, got.Values)

	for want, file := range map[string][]byte{
		"it has the arrays a, b: want X and y":      npz(zip.Store, "a", x, "b", y),
		"not an archive of arrays that can be read": npz(zip.Store, "x", x, "y", y)[:100],
		"3 labels for the 2 samples of ": npz(zip.Store, "x", x, "y",
			npy("|u1", false, "(3,)", []byte{1, 2, 3})),
		": y: header says 2 labels, file ends after 1": npz(zip.Store, "x", x, "y", y[:len(y)-1]),
		"samples of shape [1] and 1 targets, but those of": npz(zip.Store, "x_train", x, "y_train", y, "x_test",
			npy("|u1", false, "(1, 1)", []byte{1}), "y_test", label),
		": y: 2 labels for the 1000000000 samples of ": npz(zip.Deflate, "x",
			npy("<f4", false, "(1000000000, 2)", make([]byte, 64)), "y", y),
	} {
		path := filepath.Join(folder(t, map[string][]byte{"a.npz": file}), "a.npz")
		_, err := readPath(t, path, table.Options{})
		assert.ErrorContains(t, err, want)
	}
}

// What lies in the working folder is no target if there is a column of that number. A file that is usually the labels
// is not looked for if another one is asked for.
func TestATargetIsAColumnOrAFile(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("|u1", false, "(2,)", []byte{7, 8})
	dir := folder(t, map[string][]byte{"X.npy": x, "y.npy": y, "y.npy.gz": packed(y), "1": y, "5": y, "b.npy": y})
	t.Chdir(dir)
	require.NoError(t, os.Mkdir("4", 0o755))
	for target, want := range map[string][]float64{
		"1": {1, 3}, "2": {2, 4}, "5": {7, 8}, "./1": {7, 8}, "b.npy": {7, 8}, "4": nil, "3": nil,
	} {
		got, err := readPath(t, "X.npy", table.Options{Targets: []string{target}})
		if want == nil {
			assert.ErrorContains(t, err, `X.npy: no column "`+target+`": its columns have the numbers 1 to 2`)
			continue
		}
		require.NoError(t, err, target)
		assert.Equal(t, want, got.Values, target)
	}
}

// Strings that stand for missing values are no classes, as in tables.
func TestLabelsMayBeMissingStrings(t *testing.T) {
	x := npy("<f4", false, "(4, 1)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("|S3", false, "(4,)", []byte("nan\x00\x00\x00b\x00\x00a\x00\x00"))
	got, err := readPath(t, filepath.Join(folder(t, map[string][]byte{"X.npy": x, "y.npy": y}), "X.npy"),
		table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []string{"b", "a"}, got.Targets[0].Levels)
	assert.Equal(t, []float32{3, 4}, got.Cells)
	assert.Equal(t, []float64{0, 1}, got.Values)
	require.Len(t, got.Notes, 1)
	assert.Contains(t, got.Notes[0], "2 rows without a value of the target are left out")
}

// TestTheTargetOfAnArchive is one of its arrays, and not another one that is usually it.
func TestTheTargetOfAnArchive(t *testing.T) {
	x := npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{1, 2, 3, 4}))
	y := npy("|u1", false, "(2,)", []byte{7, 8})
	z := npy("|u1", false, "(2,)", []byte{5, 6})
	usual := npz(zip.Store, "data", x, "target", y, "labels", z)
	twice := npz(zip.Store, "X", x, "y", y, "Y", z, "w", y, "W", z)
	for name, c := range map[string]struct {
		file    []byte
		targets []string
		want    []float64
		err     string
	}{
		"another one":           {usual, []string{"labels"}, []float64{5, 6}, ""},
		"no array":              {usual, []string{"label"}, nil, `data, target, labels, and none is called "label"`},
		"a number":              {usual, []string{"3"}, nil, `none is called "3"`},
		"two of them":           {usual, []string{"target", "labels"}, nil, `none is called "target,labels"`},
		"exactly so":            {twice, []string{"Y"}, []float64{5, 6}, ""},
		"or so":                 {twice, []string{"y"}, []float64{7, 8}, ""},
		"not told":              {twice, nil, nil, "which of the arrays y, Y is meant can't be told"},
		"in the same way":       {npz(zip.Store, "x", x, "y", y, "y", z), []string{"y"}, nil, "of the arrays y, y"},
		"others do not matter":  {npz(zip.Store, "X", x, "Y", z, "w", y, "W", z), nil, []float64{5, 6}, ""},
		"only of one and again": {npz(zip.Store, "x", x, "x", x), nil, nil, "it has the arrays x, x: want X and y"},
	} {
		path := filepath.Join(folder(t, map[string][]byte{"a.npz": c.file}), "a.npz")
		got, err := readPath(t, path, table.Options{Targets: c.targets})
		if c.err != "" {
			require.ErrorContains(t, err, c.err, name)
			continue
		}
		require.NoError(t, err, name)
		assert.Equal(t, c.want, got.Values, name)
	}
}

// The directory of an archive says how many bytes its members take. It is believed as far as there are as many.
func TestAMemberTakesNoMoreThanItsArchive(t *testing.T) {
	const columns = 1 << 19
	x := npy("|u1", false, fmt.Sprintf("(3, %d)", columns), make([]byte, 3*columns))
	y := npy("|u1", false, "(3,)", []byte{0, 1, 0})
	honest := npz(zip.Deflate, "x", x, "y", y, "other", noise(1<<16))
	for name, c := range map[string]struct {
		archive     []byte
		least, most int
	}{
		"honest": {honest, 1000, 10_000},
		"lying":  {lying(honest, 3<<30), len(honest), len(honest)},
	} {
		_, err := readPath(t, filepath.Join(folder(t, map[string][]byte{"a.npz": c.archive}), "a.npz"),
			table.Options{Limit: 1 << 40})
		share, ok := errors.AsType[*table.ShareError](err)
		require.True(t, ok, "%s: %v", name, err)
		assert.GreaterOrEqual(t, share.Size, int64(c.least), name)
		assert.LessOrEqual(t, share.Size, int64(c.most), name)
	}
	claim := npz(zip.Deflate, "x", npy("<f4", false, "(1000000000, 2)", make([]byte, 64)), "y", y)
	_, err := readPath(t, filepath.Join(folder(t, map[string][]byte{"a.npz": lying(claim, 3<<30)}), "a.npz"),
		table.Options{Limit: 1 << 40})
	assert.ErrorContains(t, err, "x: the compressed data is cut off", "what can't be there is not counted")
}

func TestAFolderOfIDXFiles(t *testing.T) {
	files := func() map[string][]byte {
		return map[string][]byte{
			"e-train-images-idx3-ubyte.gz": packed(idxImages(3, 2, 2)),
			"e-train-labels-idx1-ubyte":    idxLabels(10, 2, 10),
			"e-test-images-idx3-ubyte":     idxImages(2, 2, 2),
			"e-test-labels-idx1-ubyte.gz":  packed(idxLabels(2, 10)),
			"readme.txt":                   nil,
		}
	}
	got, err := readPath(t, folder(t, files()), table.Options{})
	require.NoError(t, err)
	assert.Equal(t, []float64{10, 2, 10}, got.Values)
	assert.Equal(t, []float64{2, 10}, got.Test.Values)
	assert.Equal(t, got.Cells[:8], got.Test.Cells)

	for want, spoil := range map[string]func(map[string][]byte){
		"no e-train-labels-idx1-ubyte": func(f map[string][]byte) {
			delete(f,
				"e-train-labels-idx1-ubyte")
		},
		"no train-images-idx3-ubyte": func(f map[string][]byte) {
			delete(f,
				"e-train-images-idx3-ubyte.gz")
		},
		"there is also e-train-images-idx3-ubyte.gz": func(f map[string][]byte) {
			f["e-train-images-idx3-ubyte"] = idxImages(1, 1, 1)
		},
		"it has several sets of images": func(f map[string][]byte) {
			f["other-images-idx3-ubyte"] = idxImages(1, 1, 1)
		},
		"samples of shape [3 2] and 1 targets, but those of": func(f map[string][]byte) {
			f["e-test-images-idx3-ubyte"] = idxImages(2, 3, 2)
		},
	} {
		f := files()
		spoil(f)
		_, err := readPath(t, folder(t, f), table.Options{})
		assert.ErrorContains(t, err, want)
	}
	assert.True(t, slices.Contains(Layout[:], "t10k-images-idx3-ubyte"))

	alone := files() // to judge a network by
	delete(alone, "e-train-images-idx3-ubyte.gz")
	like := &table.Layout{Inputs: make([]table.LayoutColumn, 4)}
	got, err = readPath(t, folder(t, alone), table.Options{Like: like})
	require.NoError(t, err)
	assert.Equal(t, []float64{2, 10}, got.Values)
}

func TestTheTestPartIsAWordOfTheName(t *testing.T) {
	for name, want := range map[string]bool{
		"test-images-idx3-ubyte": true, "e-test-images-idx3-ubyte": true, "my_testing-images-idx3": true,
		"testimages.idx3": true, "t10k-images-idx3-ubyte": true, "mnist2test-images-idx3": true,
		"latest-images-idx3-ubyte": false, "my.contest-images-idx3": false, "train-images-idx3-ubyte": false,
	} {
		assert.Equal(t, want, isTest(name), name)
	}
}
