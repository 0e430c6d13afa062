// Package datasettest makes the files of data sets, for tests: IDX, NPY, gzip, and folders of them.
package datasettest

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// Gzip packs content.
func Gzip[T string | []byte](content T) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(content)); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// IDX encodes an IDX file: an element type, dimensions and the elements as they are.
func IDX(kind byte, dims []uint32, elements ...byte) []byte {
	file := []byte{0, 0, kind, byte(len(dims))}
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, d)
	}
	return append(file, elements...)
}

// IDXImages encodes images of rows×cols whose pixels count up from 0.
func IDXImages(count, rows, cols int) []byte {
	pixels := make([]byte, count*rows*cols)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	return IDX(8, []uint32{uint32(count), uint32(rows), uint32(cols)}, pixels...)
}

// IDXLabels encodes labels, a byte each.
func IDXLabels(labels ...byte) []byte { return IDX(8, []uint32{uint32(len(labels))}, labels...) }

// NPY encodes an array of NumPy's, version 1: a type such as <f8, a shape as Python writes it, and the elements as they
// are.
func NPY(descr string, fortran bool, shape string, elements []byte) []byte {
	order := "False"
	if fortran {
		order = "True"
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
	for (len(head)+11)%64 != 0 {
		head += " "
	}
	head += "\n"
	file := append([]byte("\x93NUMPY"), 1, 0)
	file = binary.LittleEndian.AppendUint16(file, uint16(len(head)))
	return append(append(file, head...), elements...)
}

// Folder writes files, by names or paths with slashes, into a new folder called "some", and returns its path.
func Folder(t testing.TB, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "some")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for name, content := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o644))
	}
	return dir
}
