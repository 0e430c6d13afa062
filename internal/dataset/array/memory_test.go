package array

import (
	"archive/zip"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/misuse"
)

// TestBytesThatLieInAFileTakeMemoryOnce, however many: the limit counts one copy of the elements, and a slice that
// grows has two at times.
func TestBytesThatLieInAFileTakeMemoryOnce(t *testing.T) {
	old := trust
	trust = chunk
	defer func() { trust = old }()
	const count = 40 * chunk
	array := npy("|u1", false, fmt.Sprintf("(%d, 16)", count/16), make([]byte, count))
	for name, c := range map[string]struct {
		file, content string
		once          bool
	}{
		"plain":                {"f.npy", string(array), true},
		"gzip":                 {"f.npy", string(packed(array)), false},
		"stored in an archive": {"f.npz", string(npz(zip.Store, "x", array)), true},
		"packed in an archive": {"f.npz", string(npz(zip.Deflate, "x", array)), false},
	} {
		before := misuse.Allocated()
		got, err := readBytes(t, c.file, []byte(c.content))
		require.NoError(t, err, name)
		taken := misuse.Allocated() - before
		assert.Len(t, got.Cells, count, name)
		assert.Equal(t, c.once, taken < 4*count*3/2, "%s: %d bytes", name, taken)
	}
}
