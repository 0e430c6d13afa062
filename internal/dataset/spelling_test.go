package dataset

import (
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestTheCacheIsReadInTheOtherSpelling(t *testing.T) {
	known := sums(smallSet())
	other := map[string][]byte{}
	for name, content := range smallSet() {
		other[dotted(name)] = content
	}
	_, err := readCached(t.Context(), folder(t, other), known, table.Options{Limit: 1 << 30, Workers: 1})
	require.NoError(t, err, "the other spelling")
	other[dotted(trainImages)][20] ^= 8
	_, err = readCached(t.Context(), folder(t, other), known, table.Options{Limit: 1 << 30, Workers: 1})
	require.ErrorContains(t, err, "SHA-256 of the unpacked content is ")
}
