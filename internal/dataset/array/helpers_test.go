package array

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// idx encodes an IDX file: an element type, dimensions and the elements as they are.
func idx(kind byte, dims []uint32, elements ...byte) []byte {
	file := []byte{0, 0, kind, byte(len(dims))}
	for _, d := range dims {
		file = binary.BigEndian.AppendUint32(file, d)
	}
	return append(file, elements...)
}

// idxImages encodes images of rows×cols whose pixels count up from 0.
func idxImages(count, rows, cols int) []byte {
	pixels := make([]byte, count*rows*cols)
	for i := range pixels {
		pixels[i] = byte(i)
	}
	return idx(8, []uint32{uint32(count), uint32(rows), uint32(cols)}, pixels...)
}

func idxLabels(labels ...byte) []byte { return idx(8, []uint32{uint32(len(labels))}, labels...) }

// npy encodes an array of NumPy's, version 1.
func npy(descr string, fortran bool, shape string, elements []byte) []byte {
	order := "False"
	if fortran {
		order = "True"
	}
	head := fmt.Sprintf("{'descr': '%s', 'fortran_order': %s, 'shape': %s, }", descr, order, shape)
	for (len(head)+11)%64 != 0 {
		head += " "
	}
	head += "\n"
	file := append([]byte(npyMagic), 1, 0)
	file = binary.LittleEndian.AppendUint16(file, uint16(len(head)))
	return append(append(file, head...), elements...)
}

// encoded are numbers of a Go type, least significant byte first.
func encoded(order binary.ByteOrder, v any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, order, v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// lying is an archive whose directory says that the samples x take size bytes, packed and unpacked.
func lying(archive []byte, size uint32) []byte {
	archive = bytes.Clone(archive)
	for at := range archive {
		if entry := archive[at:]; bytes.HasPrefix(entry, []byte("PK\x01\x02")) &&
			bytes.HasPrefix(entry[46:], []byte("x.npy")) {
			binary.LittleEndian.PutUint32(entry[20:], size)
			binary.LittleEndian.PutUint32(entry[24:], size)
		}
	}
	return archive
}

// npz encodes an archive of names and contents in turns.
func npz(method uint16, parts ...any) []byte {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for i := 0; i < len(parts); i += 2 {
		w, err := z.CreateHeader(&zip.FileHeader{Name: parts[i].(string) + ".npy", Method: method})
		if err == nil {
			_, err = w.Write(parts[i+1].([]byte))
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

func packed(content []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write(content); err != nil {
		panic(err)
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// flipped returns file with the byte at index i (from the end if negative) changed.
func flipped(file []byte, i int) []byte {
	file = bytes.Clone(file)
	file[(i+len(file))%len(file)] ^= 0xff
	return file
}

// folder writes files, by name, into a new folder.
func folder(t *testing.T, files map[string][]byte) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "some")
	require.NoError(t, os.Mkdir(dir, 0o755))
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), content, 0o644))
	}
	return dir
}

// readPath reads a file in the format that it matches.
func readPath(t *testing.T, path string, o table.Options) (*table.Table, error) {
	t.Helper()
	f, err := source.Open(t.Context(), path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	for _, format := range []table.Format{IDX, NPY, NPZ, IDXFolder} {
		if format.Match(f.Probe()) {
			return format.Read(f, o)
		}
	}
	return nil, source.Bad(path, "no format matches")
}

// readBytes reads a file in memory without labels.
func readBytes(t *testing.T, name string, content []byte) (*table.Table, error) {
	t.Helper()
	return readBytesBy(t, 0, name, content)
}

// readBytesBy is readBytes with this number of workers.
func readBytesBy(t *testing.T, workers int, name string, content []byte) (*table.Table, error) {
	t.Helper()
	f, err := source.OfBytes(t.Context(), name, content)
	if err != nil {
		return nil, err
	}
	format := IDX
	if strings.HasSuffix(name, ".npy") {
		format = NPY
	} else if strings.HasSuffix(name, ".npz") {
		format = NPZ
	}
	return format.Read(f, table.Options{Unlabelled: true, Limit: 1 << 30, Workers: workers})
}
