package dataset

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"ridge/internal/dataset/array"
)

// mirrors are the public copies of MNIST, in the order they are tried.
var mirrors = []string{
	"https://ossci-datasets.s3.amazonaws.com/mnist/",
	"https://storage.googleapis.com/cvdf-datasets/mnist/",
}

// mnistFiles are the files of MNIST, unpacked.
var mnistFiles = []FetchedFile{
	{Name: array.Layout[0], Size: 16 + 60000*28*28,
		SHA256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db"},
	{Name: array.Layout[1], Size: 8 + 60000,
		SHA256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5"},
	{Name: array.Layout[2], Size: 16 + 10000*28*28,
		SHA256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7"},
	{Name: array.Layout[3], Size: 8 + 10000,
		SHA256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2"},
}

// CacheDir is where the files of MNIST are kept: ridge/mnist in the user's cache
// folder (os.UserCacheDir), or mnist in the folder that the environment variable
// RIDGE_CACHE names. It need not exist.
func CacheDir() (string, error) {
	if dir := os.Getenv("RIDGE_CACHE"); dir != "" {
		return filepath.Join(dir, "mnist"), nil
	}
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("no cache folder (RIDGE_CACHE can name one): %w", err)
	}
	return filepath.Join(dir, "ridge", "mnist"), nil
}

// located are the files of a folder that a file of the layout is in, in any of its spellings. The one that Fetch writes
// comes first. A file that cannot be examined counts as found: opening it will say why.
func located(dir, name string) (paths []string) {
	spellings := []string{name + ".gz", name}
	if other := array.OtherSpelling(name); other != name {
		spellings = append(spellings, other+".gz", other)
	}
	for _, spelling := range spellings {
		path := filepath.Join(dir, spelling)
		info, err := os.Stat(path)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !info.Mode().IsRegular() {
			continue
		}
		paths = append(paths, path)
	}
	return paths
}
