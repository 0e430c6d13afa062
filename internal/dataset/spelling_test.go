package dataset

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/table"
)

// A fetch changes nothing where both are right, so it is no advice.
func TestTheCacheSaysWhichFileIsThereTwice(t *testing.T) {
	for _, second := range []string{trainImages + ".gz", array.OtherSpelling(trainImages)} {
		files := smallSet()
		known := sums(files)
		files[second] = files[trainImages]
		_, err := readCached(t.Context(), folder(t, files), known, table.Options{Limit: 1 << 30, Workers: 1})
		require.ErrorContains(t, err, "there is also ")
		require.ErrorContains(t, err, second)
		require.NotContains(t, err.Error(), "MNIST in the cache is damaged")
	}
}

func TestTheCacheIsReadInTheOtherSpelling(t *testing.T) {
	known := sums(smallSet())
	other := map[string][]byte{}
	for name, content := range smallSet() {
		other[array.OtherSpelling(name)] = content
	}
	_, err := readCached(t.Context(), folder(t, other), known, table.Options{Limit: 1 << 30, Workers: 1})
	require.NoError(t, err, "the other spelling")
	other[array.OtherSpelling(trainImages)][20] ^= 8
	_, err = readCached(t.Context(), folder(t, other), known, table.Options{Limit: 1 << 30, Workers: 1})
	require.ErrorContains(t, err, "SHA-256 of the unpacked content is ")
}
