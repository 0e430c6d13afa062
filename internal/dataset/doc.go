// Package dataset gives the trainer its samples, from the files that people have.
//
// [Load] turns a [Request] into a [Set]: it reads a file or a folder, holds out what is to be
// judged by, makes inputs of columns and labels of targets, and says what it has found out.
// [LoadLike] does the same to rows that a trained network is applied to. For a
// cross-validation [Read] keeps the raw table, and [Data.Set] makes a set of any parts of it.
// [Fetch] puts MNIST into the user's cache.
//
// # The way of the data
//
//   - source opens files, plain or compressed, folders and standard input;
//   - delimited (CSV and its relatives), libsvm, array (IDX, NPY, NPZ) and images read
//     them; the list of formats is in formats.go, and a new one is a package and a line there;
//   - table is what they make: a raw table, numbers and levels, with nothing done to it yet;
//   - split divides the rows, by a seed, and fairly where there are classes;
//   - fit decides by the training rows what is done to a raw row, and what the outputs stand for:
//     a Description (ridge/bcd/nn/columns), which is stored with the network.
//
// docs/data.md says the same for users.
//
// # Memory
//
// A table of numbers is held once: it is read into float32 as it comes, divided and scaled in
// place. What would exceed Request.Limit is refused, with an estimate, before it is taken; by
// default that is four fifths of what the machine, or the container, has left. Only inputs
// that are more than the columns they come from (levels of text) need memory beside the table.
//
// # What the files may do to us
//
// Data files come from anywhere. Whatever is in them, reading ends with a set or with an
// error that names the file, and line and column where there are some ([FormatError],
// [MissingError], [UnknownFormatError]); memory grows with the bytes that were really there,
// never with what a header merely claims. The files of MNIST in the cache are compared with
// their checksums as they are read.
package dataset
