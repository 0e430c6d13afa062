// Package dataset reads samples for training from the kinds of files that people have.
//
// [Load] turns a [Request] into a [Set]: it reads a file or a folder, holds out samples for validation and test, turns
// columns into inputs and targets into labels, and says what it has detected. [LoadLike] does the same to rows that a
// trained network is applied to. For a cross-validation [Read] keeps the raw table, and [Raw.Set] makes a set of any
// parts of it. [Fetch] puts MNIST into the user's cache.
//
// # The way of the data
//
//   - source opens files, plain or compressed, folders and standard input;
//   - delimited (CSV and its relatives), libsvm, array (IDX, NPY, NPZ) and images read
//     them; the list of formats is in formats.go, and a new one is a package and a line there;
//   - ordered has several workers parse the pieces of a file, in whose order the results come;
//   - table is what they produce: a raw table of numbers and levels, not yet prepared;
//   - split divides the rows, by a seed and, where there are classes, in proportion to them;
//   - fit decides by the training rows what is done to a raw row, and what the outputs stand for:
//     a Description (ridge/bcd/nn/columns), which is stored with the network.
//
// docs/data.md explains this to users.
//
// # Memory
//
// A table of numbers is held once: it is read into float32 as it comes, divided and scaled in
// place. What would exceed Request.Limit is refused, with an estimate, before it is taken; by
// default that is four fifths of what the machine, or the container, has left. Only inputs that are
// more than the columns they come from (levels of text) need memory besides the table.
//
// # What the files may do to us
//
// Data files come from anywhere. Whatever they contain, reading ends with a set or with an error that names the file,
// and line and column where there are any ([FormatError], [MissingError], [UnknownFormatError]). Memory grows with the
// bytes that were really there, never with what a header merely claims. The files of MNIST in the cache are checked
// against their checksums as they are read.
package dataset
