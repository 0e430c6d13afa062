package dataset

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/dataset/table"
	"ridge/internal/misuse"
)

// wideSamples is text in the format of LIBSVM, in gzip: a sample with a value in every fourth of the columns, and one
// more line.
func wideSamples(columns int) string {
	var b strings.Builder
	b.WriteString("1")
	for i := 4; i <= columns; i += 4 {
		fmt.Fprintf(&b, " %d:1", i)
	}
	return string(packed([]byte(b.String() + "\n2 1:1\n")))
}

func TestASmallFileDoesNotMakeALargeTable(t *testing.T) {
	// What is known of a column counts, so that few cells are enough.
	for name, content := range map[string]string{
		"wide.csv.gz": string(packed([]byte(strings.Repeat(strings.Repeat("0,", 1<<17-1)+"a\n", 5)))),
		"wide.svm.gz": wideSamples(280_000),
		"columns.npz": string(datasettest.ZeroArrays(3, 1<<19)),
		"rows.npz":    string(datasettest.ZeroArrays(1<<17, 1<<9)),
		"lying.npz":   string(datasettest.Lying(datasettest.ZeroArrays(1<<17, 1<<9), 3<<30)),
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, name, content)
			before, most := misuse.Allocated(), uint64(64<<20)
			if name == "wide.csv.gz" {
				most = 1 << 28 // two kilobytes for a column, as long as it is parsed
			}
			_, err := Load(t.Context(), Request{Data: path, Limit: 1 << 40, Workers: 2})
			require.Error(t, err)
			share, isShare := errors.AsType[*table.ShareError](err)
			bad, isBad := errors.AsType[*FormatError](err)
			require.True(t, isShare || isBad, "%v", err)
			assert.ErrorContains(t, err, name)
			assert.ErrorContains(t, err, "unpack it")
			if isShare {
				assert.LessOrEqual(t, share.Size, int64(len(content)))
				assert.Greater(t, share.Need, (table.Options{}).Share(share.Size))
			} else {
				assert.Contains(t, bad.Reason, "more than 150 times its size")
			}
			assert.Less(t, misuse.Allocated()-before, most, "bytes allocated in all, most of them freed again")
		})
	}
}

// Real tables with few values that are not zero, packed, are read.
func TestATableOfMostlyZerosIsNoBomb(t *testing.T) {
	r, b := rand.New(rand.NewPCG(1, 2)), strings.Builder{}
	for range 60_000 {
		row := bytes.Repeat([]byte("0.000,"), 100)
		row[6*r.IntN(100)] = '1'
		b.Write(row)
		b.WriteString([]string{"a\n", "b\n"}[r.IntN(2)])
	}
	content := packed([]byte(b.String()))
	require.Greater(t, b.Len(), 50*len(content), "it should be one that compresses well")
	set, err := Load(t.Context(), Request{Data: file(t, "zeros.csv.gz", string(content))})
	require.NoError(t, err)
	assert.Equal(t, 60_000, set.Train.Len()+set.Test.Len())
}
