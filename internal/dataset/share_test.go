package dataset

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

// zeroArray is a packed archive with an array of bytes that are all zero.
func zeroArray(t *testing.T, rows, columns int) string {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for name, shape := range map[string][]int{"x": {rows, columns}, "y": {rows}} {
		w, err := z.Create(name + ".npy")
		require.NoError(t, err)
		dims := strings.Trim(strings.Join(strings.Fields(fmt.Sprint(shape)), ","), "[]")
		head := fmt.Sprintf("{'descr': '|u1', 'fortran_order': False, 'shape': (%s,), }\n", dims)
		_, err = fmt.Fprintf(w, "\x93NUMPY\x01\x00%c%c%s", len(head), 0, head)
		require.NoError(t, err)
		n := rows
		if name == "x" {
			n *= columns
		}
		_, err = w.Write(make([]byte, n))
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
}

// lying is an archive whose directory says that the samples x take size bytes before they are unpacked.
func lying(archive string, size uint32) string {
	b := []byte(archive)
	for at := range b {
		if entry := b[at:]; bytes.HasPrefix(entry, []byte("PK\x01\x02")) &&
			bytes.HasPrefix(entry[46:], []byte("x.npy")) {
			binary.LittleEndian.PutUint32(entry[20:], size)
		}
	}
	return string(b)
}

func TestASmallFileDoesNotMakeALargeTable(t *testing.T) {
	// What is known of a column counts, so that few cells are enough.
	for name, content := range map[string]string{
		"wide.csv.gz": string(packed([]byte(strings.Repeat(strings.Repeat("0,", 1<<17-1)+"a\n", 5)))),
		"wide.svm.gz": wideSamples(280_000),
		"columns.npz": zeroArray(t, 3, 1<<19),
		"rows.npz":    zeroArray(t, 1<<17, 1<<9),
		"lying.npz":   lying(zeroArray(t, 1<<17, 1<<9), 3<<30),
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
