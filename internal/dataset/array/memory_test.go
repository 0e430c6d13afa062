package array

import (
	"archive/zip"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
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

// In one dimension there is one order.
func TestLabelsInFortranOrderAreNotCopied(t *testing.T) {
	const count = 40 * chunk
	f, err := source.OfBytes(t.Context(), "y.npy", npy("|u1", true, fmt.Sprintf("(%d,)", count), make([]byte, count)))
	require.NoError(t, err)
	s, err := open(f)
	require.NoError(t, err)
	before := misuse.Allocated()
	values, err := numbers[float32](s, table.Options{Limit: 1 << 30, Workers: 1})
	require.NoError(t, err)
	assert.Len(t, values, count)
	assert.Less(t, misuse.Allocated()-before, uint64(4*count*3/2))
}
