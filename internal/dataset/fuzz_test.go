package dataset

import (
	"bytes"
	"io"
	"math"
	"testing"

	"github.com/stretchr/testify/require"
)

// fuzzReader holds a reader to what it promises for any input: an error or a value
// that encodes back to the input (unless that was compressed), in memory bounded by
// the input.
func fuzzReader[T any](f *testing.F, bad map[string]badFile, good []byte, read func(io.Reader, string) (T, error), encode func(T) []byte) {
	f.Add(good)
	f.Add(packed(good))
	for _, c := range bad {
		f.Add(c.file)
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		isGzip := bytes.HasPrefix(file, []byte("\x1f\x8b"))
		unpacked := uint64(len(file))
		if isGzip {
			unpacked *= deflateRatio
		}

		before := allocated()
		got, err := read(bytes.NewReader(file), "f")
		// Four bytes an element, twice that while a slice grows, and a constant
		// for the buffers and the decompressor.
		require.LessOrEqual(t, allocated()-before, 16*unpacked+1<<20)

		if err == nil && !isGzip {
			require.Equal(t, file, encode(got))
		}
	})
}

func FuzzImages(f *testing.F) {
	fuzzReader(f, badImages(), idxImages(3, 2, 2), ReadImages, func(m *Images) []byte {
		file := idx(magicImages, []uint32{uint32(m.Count), uint32(m.Rows), uint32(m.Cols)})
		for _, p := range m.Pixels {
			file = append(file, byte(math.Round(float64(p)*255)))
		}
		return file
	})
}

func FuzzLabels(f *testing.F) {
	fuzzReader(f, badLabels(), idxLabels(3, 1, 4, 1, 5), ReadLabels, func(labels []byte) []byte {
		return idxLabels(labels...)
	})
}
