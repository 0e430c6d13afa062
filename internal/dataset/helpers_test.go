package dataset

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"

	"ridge/internal/dataset/array"
	_ "ridge/internal/testgc"
)

// The files of a folder in the layout of MNIST.
var (
	trainImages, trainLabels = array.Layout[0], array.Layout[1]
	testImages, testLabels   = array.Layout[2], array.Layout[3]
)

// idxImages encodes an IDX file of images of rows×cols whose pixels count up from 0.
func idxImages(count, rows, cols int) []byte {
	file := []byte{0, 0, 8, 3}
	for _, d := range []int{count, rows, cols} {
		file = binary.BigEndian.AppendUint32(file, uint32(d))
	}
	for i := range count * rows * cols {
		file = append(file, byte(i))
	}
	return file
}

func idxLabels(labels ...byte) []byte {
	return append(binary.BigEndian.AppendUint32([]byte{0, 0, 8, 1}, uint32(len(labels))), labels...)
}

func packed(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestSpeed)
	if err == nil {
		_, err = w.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		panic(err)
	}
	return b.Bytes()
}

// flipped returns file with the byte at index i (from the end if negative) changed.
func flipped(file []byte, i int) []byte {
	file = bytes.Clone(file)
	file[(i+len(file))%len(file)] ^= 0xff
	return file
}
