package dataset

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/table"
	"ridge/internal/misuse"
)

// smallSet is a folder of three training and two test images of 2×2.
func smallSet() map[string][]byte {
	return map[string][]byte{
		trainImages: idxImages(3, 2, 2),
		trainLabels: idxLabels(10, 2, 10),
		testImages:  idxImages(2, 2, 2),
		testLabels:  idxLabels(2, 10),
	}
}

func requireSmallSet(t *testing.T, set *Set) {
	t.Helper()
	require.Equal(t, []string{"2", "10"}, set.Classes, "ascending as numbers")
	require.Equal(t, 4, set.Train.Dim)
	require.Equal(t, 4, set.Test.Dim)
	require.Equal(t, []int{1, 0, 1}, set.Train.Labels)
	require.Equal(t, []int{0, 1}, set.Test.Labels)
	require.Equal(t, []float32{0, 1. / 255, 2. / 255, 3. / 255, 4. / 255, 5. / 255, 6. / 255, 7. / 255}, set.Test.X)
	require.Equal(t, set.Test.X, set.Train.X[:8])
	require.Len(t, set.Train.X, 12)
}

func TestOpenReadsEverySpelling(t *testing.T) {
	dotted := map[string]string{
		trainImages: "train-images.idx3-ubyte",
		trainLabels: "train-labels.idx1-ubyte",
		testImages:  "t10k-images.idx3-ubyte",
		testLabels:  "t10k-labels.idx1-ubyte",
	}
	rewrite := func(name func(string) string, content func([]byte) []byte) map[string][]byte {
		files := map[string][]byte{}
		for old, plain := range smallSet() {
			files[name(old)] = content(plain)
		}
		return files
	}
	same := func(s string) string { return s }
	keep := func(b []byte) []byte { return b }
	mixed := smallSet()
	mixed[dotted[testLabels]+".gz"] = packed(mixed[testLabels])
	delete(mixed, testLabels)

	for name, files := range map[string]map[string][]byte{
		"plain":                   smallSet(),
		"gzip":                    rewrite(func(s string) string { return s + ".gz" }, packed),
		"dotted":                  rewrite(func(s string) string { return dotted[s] }, keep),
		"dotted gzip":             rewrite(func(s string) string { return dotted[s] + ".gz" }, packed),
		"gzip without the ending": rewrite(same, packed),
		"plain with .gz":          rewrite(func(s string) string { return s + ".gz" }, keep),
		"mixed":                   mixed,
	} {
		t.Run(name, func(t *testing.T) {
			set, err := Open(t.Context(), folder(t, files))
			require.NoError(t, err)
			assert.Equal(t, "some", set.Name)
			requireSmallSet(t, set)
		})
	}
}

func TestOpenNamesTheSetAfterTheFolder(t *testing.T) {
	t.Chdir(folder(t, smallSet()))
	for _, dir := range []string{".", "../some/", "./../some"} {
		set, err := Open(t.Context(), dir)
		require.NoError(t, err)
		assert.Equal(t, "some", set.Name)
	}
}

func TestOpenSkipsFoldersThatLookLikeFiles(t *testing.T) {
	dir := folder(t, smallSet())
	require.NoError(t, os.Mkdir(filepath.Join(dir, trainImages+".gz"), 0o755))
	set, err := Open(t.Context(), dir)
	require.NoError(t, err)
	requireSmallSet(t, set)
}

func TestOpenReadsTheEmbeddedDigits(t *testing.T) {
	set, err := Open(t.Context(), "digits")
	require.NoError(t, err)
	assert.Equal(t, 1438, set.Train.Len())
}

func TestOpenRejectsBadFolders(t *testing.T) {
	type files = map[string][]byte
	for name, c := range map[string]struct {
		spoil func(files)
		file  string
		want  string
	}{
		"training images": {func(f files) { f[trainImages] = f[trainImages][:16+9] },
			trainImages, "header says 3 images, file ends after 2"},
		"training labels": {func(f files) { f[trainLabels] = nil },
			trainLabels, "is empty"},
		"test images": {func(f files) { f[testImages] = f[testImages][:7] },
			testImages, "ends inside the header"},
		"test labels": {func(f files) { f[testLabels] = append(f[testLabels], 1) },
			testLabels, "more data follows"},
		"images and labels swapped": {func(f files) { f[trainImages], f[trainLabels] = f[trainLabels], f[trainImages] },
			trainImages, "is a label file"},
		"fewer training labels": {func(f files) { f[trainLabels] = idxLabels(10, 2) },
			trainLabels, "2 labels for the 3 images of "},
		"more test labels": {func(f files) { f[testLabels] = idxLabels(10, 2, 2) },
			testLabels, "3 labels for the 2 images of "},
		"a label that training never had": {func(f files) { f[testLabels] = idxLabels(10, 3) },
			testLabels, `the class "3" of sample 2 is not in the training data, which has 2, 10`},
		"test images of another size": {func(f files) { f[testImages] = idxImages(2, 3, 2) },
			testImages, "samples of shape [3 2] and 1 targets, but those of "},
		"test images turned": {func(f files) { f[trainImages], f[testImages] = idxImages(3, 4, 1), idxImages(2, 1, 4) },
			testImages, "samples of shape [1 4] and 1 targets, but those of "},
	} {
		t.Run(name, func(t *testing.T) {
			files := smallSet()
			c.spoil(files)
			dir := folder(t, files)
			_, err := Open(t.Context(), dir)
			bad, ok := errors.AsType[*FormatError](err)
			require.True(t, ok, "%v", err)
			assert.Equal(t, filepath.Join(dir, c.file), bad.File)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestOpenNamesMissingAndExpectedFiles(t *testing.T) {
	for _, absent := range array.Layout[:2] {
		files := smallSet()
		delete(files, absent)
		dir := folder(t, files)
		_, err := Open(t.Context(), dir)
		missing, ok := errors.AsType[*MissingError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, &MissingError{Dir: dir, Missing: []string{absent}}, missing)
		require.ErrorIs(t, err, fs.ErrNotExist)
		for _, name := range array.Layout {
			assert.ErrorContains(t, err, name)
		}
	}
	files := smallSet()
	delete(files, testImages)
	_, err := Open(t.Context(), folder(t, files))
	assert.ErrorContains(t, err, "has no test part")
}

func TestOpenDoesNotChooseBetweenTwoFiles(t *testing.T) {
	files := smallSet()
	files[trainImages+".gz"] = packed(files[trainImages])
	_, err := Open(t.Context(), folder(t, files))
	assert.ErrorContains(t, err, "there is also train-images-idx3-ubyte.gz: remove one of them")
}

func TestOpenSaysWhatANameMayBe(t *testing.T) {
	file := filepath.Join(folder(t, smallSet()), trainImages)
	for name, c := range map[string]struct{ name, want string }{
		"unknown": {"fashion", `no data set or folder "fashion": want digits, mnist or a folder`},
		"nothing": {"", `no data set or folder ""`},
		"a file":  {file, "is not a folder: want the one that holds its data"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Open(t.Context(), c.name)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestOpenReportsAFileThatCannotBeOpened(t *testing.T) {
	files := smallSet()
	delete(files, trainImages)
	dir := folder(t, files)
	loop := filepath.Join(dir, trainImages)
	require.NoError(t, os.Symlink(loop, loop))
	_, err := Open(t.Context(), dir)
	require.ErrorContains(t, err, loop)
	_, isMissing := errors.AsType[*MissingError](err)
	assert.False(t, isMissing, "%v", err)
}

func TestOpenEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Open(ctx, folder(t, smallSet()))
	assert.ErrorIs(t, err, context.Canceled)
}

// sums are files with the checksums of these contents.
func sums(files map[string][]byte) (known []FetchedFile) {
	for name, content := range files {
		known = append(known, fileOf(name, content))
	}
	return known
}

func TestTheCacheIsVerifiedWhenItIsRead(t *testing.T) {
	files := smallSet()
	known := sums(files)
	for _, pack := range []bool{false, true} {
		if pack {
			for name, content := range files {
				delete(files, name)
				files[name+".gz"] = packed(content)
			}
		}
		dir := folder(t, files)
		read, err := readCached(t.Context(), dir, known, table.Options{Limit: 1 << 30, Workers: 1})
		require.NoError(t, err)
		set, err := load(read, Request{Data: "mnist"}.withDefaults())
		require.NoError(t, err)
		assert.Equal(t, "mnist", set.Name)
		requireSmallSet(t, set)
	}
	for name := range smallSet() {
		spoiled := smallSet()
		spoiled[name] = bytes.Clone(spoiled[name])
		spoiled[name][len(spoiled[name])-1] ^= 8
		dir := folder(t, spoiled)
		_, err := readCached(t.Context(), dir, known, table.Options{Limit: 1 << 30, Workers: 1})
		require.ErrorContains(t, err, "MNIST in the cache is damaged: run `train fetch mnist`")
		require.ErrorContains(t, err, filepath.Join(dir, name)+": SHA-256 of the unpacked content is ")
	}
}

func TestOpenMNISTReadsTheCache(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("RIDGE_CACHE", cache)
	require.NoError(t, os.Rename(folder(t, smallSet()), filepath.Join(cache, "mnist")))
	_, err := Open(t.Context(), "mnist")
	const ofMNIST = "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"
	require.ErrorContains(t, err, "want "+ofMNIST, "these are not the files of MNIST")
}

func TestOpenMNISTSaysHowToGetIt(t *testing.T) {
	cache := t.TempDir()
	t.Setenv("RIDGE_CACHE", cache)
	for _, absent := range []string{"all", testLabels, trainImages} {
		dir := filepath.Join(cache, "mnist")
		if absent != "all" {
			files := smallSet()
			delete(files, absent)
			require.NoError(t, os.RemoveAll(dir))
			require.NoError(t, os.Rename(folder(t, files), dir))
		}
		_, err := Open(t.Context(), "mnist")
		require.ErrorIs(t, err, fs.ErrNotExist)
		assert.ErrorContains(t, err, "train fetch mnist")
		assert.ErrorContains(t, err, dir)
		for _, name := range array.Layout {
			assert.ErrorContains(t, err, name)
		}
	}
}

func TestABuiltInNameGoesBeforeAFolder(t *testing.T) {
	dir := folder(t, smallSet())
	t.Chdir(filepath.Dir(dir))
	require.NoError(t, os.Rename("some", "digits"))
	set, err := Load(t.Context(), Request{Data: "digits"})
	require.NoError(t, err)
	assert.Equal(t, 1438, set.Train.Len())
	assert.Equal(t, []string{"digits is the built-in data set; what lies here under that name is ./digits"}, set.Notes)
	set, err = Load(t.Context(), Request{Data: "./digits"})
	require.NoError(t, err)
	assert.Equal(t, "digits", set.Name)
	requireSmallSet(t, set)
}

func TestCacheDirIsTheUsersOwn(t *testing.T) {
	t.Setenv("RIDGE_CACHE", "")
	user, err := os.UserCacheDir()
	if err != nil {
		t.Skip("no user cache folder on this machine")
	}
	dir, err := CacheDir()
	require.NoError(t, err)
	assert.Equal(t, filepath.Join(user, "ridge", "mnist"), dir)
}

func TestTheFourFilesOfMNISTAreReadAndHeldOnce(t *testing.T) {
	dir := os.Getenv("RIDGE_MNIST")
	if dir == "" {
		t.Skip("RIDGE_MNIST does not name a folder with the files of MNIST")
	}
	before := misuse.Allocated()
	set, err := Open(t.Context(), dir)
	require.NoError(t, err)
	pixels := uint64(4 * 70000 * 784)
	assert.Less(t, misuse.Allocated()-before, pixels+8<<20, "the pixels should be held once")

	assert.Len(t, set.Classes, 10)
	assert.Equal(t, 60000, set.Train.Len())
	assert.Equal(t, 10000, set.Test.Len())
	assert.Equal(t, []int{5, 0, 4, 1, 9}, set.Train.Head(5).Labels)
	assert.Equal(t, []int{7, 2, 1, 0, 4}, set.Test.Head(5).Labels)
	assert.EqualValues(t, 0, slices.Min(set.Train.X))
	assert.EqualValues(t, 1, slices.Max(set.Train.X))

	// The mean and deviation of the training pixels that everyone normalizes with.
	var sum, squares float64
	for _, x := range set.Train.X {
		sum += float64(x)
		squares += float64(x) * float64(x)
	}
	n := float64(len(set.Train.X))
	mean := sum / n
	assert.InDelta(t, 0.1307, mean, 1e-4)
	assert.InDelta(t, 0.3081, math.Sqrt(squares/n-mean*mean), 1e-4)
}

func TestRealMNISTHasTheChecksumsThatFetchWants(t *testing.T) {
	dir := os.Getenv("RIDGE_MNIST")
	if dir == "" {
		t.Skip("RIDGE_MNIST does not name a folder with the files of MNIST")
	}
	for _, file := range mnistFiles {
		paths := located(dir, file.Name)
		require.NotEmpty(t, paths, file.Name)
		assert.NoError(t, file.verify(paths[0]))
	}
}
