package array

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"strings"
	"testing"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// The makers of files have short names here.
var (
	idx       = datasettest.IDX
	idxImages = datasettest.IDXImages
	idxLabels = datasettest.IDXLabels
	npy       = datasettest.NPY
	packed    = datasettest.Gzip[[]byte]
	folder    = datasettest.Folder
	lying     = datasettest.LyingTwice
)

// encoded are numbers of a Go type, least significant byte first.
func encoded(order binary.ByteOrder, v any) []byte {
	var b bytes.Buffer
	if err := binary.Write(&b, order, v); err != nil {
		panic(err)
	}
	return b.Bytes()
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

func joined(parts ...[]byte) []byte { return bytes.Join(parts, nil) }

// flipped returns file with the byte at index i (from the end if negative) changed.
func flipped(file []byte, i int) []byte {
	file = bytes.Clone(file)
	file[(i+len(file))%len(file)] ^= 0xff
	return file
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
