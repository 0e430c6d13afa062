// Package dataset gives the trainer its labelled samples.
//
// [Open] turns the name a user types into a [Set]: "digits" is embedded in the
// program, "mnist" lies in the user's cache once [Fetch] has put it there, and
// anything else is a folder of four IDX files in the layout of MNIST:
//
//	train-images-idx3-ubyte   train-labels-idx1-ubyte
//	t10k-images-idx3-ubyte    t10k-labels-idx1-ubyte
//
// each plain or gzip-compressed (.gz), with "-idx" or ".idx" in the name. Whether
// a file is compressed is read off its content, not its name.
//
// # The IDX format
//
// All numbers are big-endian and unsigned. An IDX file of unsigned bytes is
//
//	offset  size  what
//	0       2     zero
//	2       1     element type, 0x08 for an unsigned byte
//	3       1     number of dimensions k: 3 for images, 1 for labels
//	4       4k    the dimensions: count, then rows and columns for images
//	4+4k    ...   the elements, the last dimension fastest
//
// (Y. LeCun, C. Cortes, C. Burges, "The MNIST database of handwritten digits").
//
// # What the files may do to us
//
// Data files come from anywhere. Whatever is in them, reading ends with a set or
// with an error that names the file ([FormatError], [MissingError]); memory grows
// with the bytes that were really there, never with what a header merely claims.
package dataset
