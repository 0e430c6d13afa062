package dataset

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
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

// bomb is a text, and then another one so many times, in gzip.
func bomb(t *testing.T, first, again string, times int) string {
	t.Helper()
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	chunk := []byte(strings.Repeat(again, times/64))
	_, err := z.Write([]byte(first))
	require.NoError(t, err)
	for range 64 {
		_, err := z.Write(chunk)
		require.NoError(t, err)
	}
	require.NoError(t, z.Close())
	return b.String()
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

func TestASmallFileDoesNotMakeALargeTable(t *testing.T) {
	zeros, none := strings.Repeat("0,", 99), strings.Repeat(",", 99)
	for name, content := range map[string]string{
		"empty.csv.gz": bomb(t, zeros+"b\n", none+"a\n", 3<<17),
		"blank.csv.gz": bomb(t, "1,a\n2,b\n", "\n\n\n\n\n\n\n\n", 5<<20),
		"lines.svm.gz": bomb(t, "1 1:1\n2 2:1\n", "1 1:1\n", 6<<20),
		"columns.npz":  zeroArray(t, 3, 1<<19),
		"rows.npz":     zeroArray(t, 1<<17, 1<<9),
	} {
		t.Run(name, func(t *testing.T) {
			path := file(t, name, content)
			before := misuse.Allocated()
			_, err := Load(t.Context(), Request{Data: path, Limit: 1 << 40, Workers: 2})
			require.Error(t, err)
			share, isShare := errors.AsType[*table.ShareError](err)
			bad, isBad := errors.AsType[*FormatError](err)
			require.True(t, isShare || isBad, "%v", err)
			assert.ErrorContains(t, err, name)
			assert.ErrorContains(t, err, "unpack it")
			if isShare {
				assert.LessOrEqual(t, share.Size, int64(len(content)))
				assert.Greater(t, share.Need, table.Share(share.Size))
			} else {
				assert.Contains(t, bad.Reason, "more than 400 times its size")
			}
			assert.Less(t, misuse.Allocated()-before, uint64(1<<30), "bytes allocated in all, most of them freed again")
		})
	}
}

// Real tables with few values that are not zero, packed, are read.
func TestATableOfMostlyZerosIsNoBomb(t *testing.T) {
	r, b := rand.New(rand.NewPCG(1, 2)), strings.Builder{}
	for range 60_000 {
		row := bytes.Repeat([]byte("0,"), 300)
		row[2*r.IntN(300)] = '1'
		b.Write(row)
		b.WriteString([]string{"a\n", "b\n"}[r.IntN(2)])
	}
	packed := bomb(t, b.String(), "", 0)
	require.Greater(t, b.Len(), 50*len(packed), "it should be one that compresses well")
	set, err := Load(t.Context(), Request{Data: file(t, "zeros.csv.gz", packed)})
	require.NoError(t, err)
	assert.Equal(t, 60_000, set.Train.Len()+set.Test.Len())
}
