package datasettest

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
)

// ZeroArrays is a packed archive of two arrays of bytes that are zero but for the last one, so that there are two
// classes: samples x, and their labels y.
func ZeroArrays(rows, columns int) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, array := range []struct {
		name, shape string
		size        int
	}{
		{"x.npy", fmt.Sprintf("(%d, %d)", rows, columns), rows * columns}, {"y.npy", fmt.Sprintf("(%d,)", rows), rows},
	} {
		w, err := z.Create(array.name)
		if err == nil {
			_, err = w.Write(NPY("|u1", false, array.shape, nil))
		}
		if err == nil {
			_, err = io.CopyN(w, zeros{}, int64(array.size)-1)
		}
		if err == nil {
			_, err = w.Write([]byte{1})
		}
		if err != nil {
			panic(err)
		}
	}
	if err := z.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// zeros reads as zeros without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// Lying is an archive whose directory says that the samples x take so many bytes packed.
func Lying(archive []byte, size uint32) []byte {
	const packed = 20 // where an entry of the directory says it
	return claiming(archive, size, packed)
}

// LyingTwice is an archive whose directory says that the samples x take so many bytes packed, and unpacked, too.
func LyingTwice(archive []byte, size uint32) []byte {
	const unpacked = 24
	return claiming(Lying(archive, size), size, unpacked)
}

// claiming puts a size into the directory's entry of the samples x.
func claiming(archive []byte, size uint32, place int) []byte {
	const name = 46
	archive = bytes.Clone(archive)
	for at := range archive {
		entry := archive[at:]
		if bytes.HasPrefix(entry, []byte("PK\x01\x02")) && bytes.HasPrefix(entry[name:], []byte("x.npy")) {
			binary.LittleEndian.PutUint32(entry[place:], size)
		}
	}
	return archive
}
