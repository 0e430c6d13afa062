package dataset

import (
	"bytes"

	"ridge/internal/dataset/array"
	"ridge/internal/dataset/datasettest"
	_ "ridge/internal/testgc"
)

// The files of a folder in the layout of MNIST.
var (
	trainImages, trainLabels = array.Layout[0], array.Layout[1]
	testImages, testLabels   = array.Layout[2], array.Layout[3]
)

// The makers of files have short names here.
var (
	idxImages = datasettest.IDXImages
	idxLabels = datasettest.IDXLabels
	packed    = datasettest.Gzip[[]byte]
	folder    = datasettest.Folder
)

// flipped returns file with the byte at index i (from the end if negative) changed.
func flipped(file []byte, i int) []byte {
	file = bytes.Clone(file)
	file[(i+len(file))%len(file)] ^= 0xff
	return file
}
