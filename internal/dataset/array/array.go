// Package array reads arrays of numbers: IDX files (the format of MNIST), folders of them,
// and NumPy's NPY and NPZ.
//
// The first dimension counts the samples. All others together are the columns of a sample, the last
// one varying fastest. The labels of samples are in another array, or, if a sample is a row of
// numbers, one of its columns. Bytes in two dimensions, or in three of which the last is red, green
// and blue, are pixels: the table says that 255 divides them.
//
// # The IDX format
//
// All numbers are big-endian. An IDX file is
//
//	offset  size  what
//	0       2     zero
//	2       1     element type: 0x08 unsigned bytes, 0x09 signed bytes, 0x0b 16-bit and
//	              0x0c 32-bit integers, 0x0d 32-bit and 0x0e 64-bit floats
//	3       1     number of dimensions k
//	4       4k    the dimensions
//	4+4k    ...   the elements, the last dimension fastest
//
// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
//
// NumPy's formats have their own reader here, because existing ones read an array unconverted, into memory of the size
// that its header claims. This one converts to float32 while it reads, and allocates as the data arrives.
package array

import (
	"bytes"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// The formats of arrays.
var (
	IDX = table.Format{Name: "IDX", Read: readFile,
		Match: func(p source.Probe) bool { return isIDX(p.Head) }}
	NPY = table.Format{Name: "NPY", Read: readFile,
		Match: func(p source.Probe) bool { return bytes.HasPrefix(p.Head, []byte(npyMagic)) }}
	NPZ = table.Format{Name: "NPZ", Read: readNPZ,
		Match: func(p source.Probe) bool {
			return bytes.HasPrefix(p.Head, []byte("PK\x03\x04")) &&
				(p.Ext == ".npz" || bytes.Contains(p.Head[:min(512, len(p.Head))], []byte(".npy")))
		}}
	IDXFolder = table.Format{Name: "a folder of IDX files", Read: readFolder, Match: matchFolder}
)
