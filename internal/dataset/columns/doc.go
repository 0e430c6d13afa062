// Package columns says what is done to the raw columns of a table before a network sees
// them, and what its outputs stand for. All of it is a [Description], plain data that is
// stored with the network as JSON, so that a raw row gives the same inputs everywhere, bit
// by bit: in training, in prediction, and in another program that follows this page.
//
// # The arithmetic
//
// A raw row has a cell for each column. A cell of a column of numbers is a float32: the
// text is read as the nearest float64 and rounded to the nearest float32. Every input of
// the network is
//
//	z = float32((v - mean) / divisor)
//
// where v, mean and divisor are float64, the difference is rounded to float64, the quotient
// is rounded to float64, and the result to float32, each to the nearest, ties to even. The
// columns come in their order; what a column adds depends on its kind:
//
//   - [Number]: one input. v is the cell, or Fill if it is missing; mean and divisor are
//     Mean and Divisor. If there is a Missing, one more input follows: v is 1 if the cell is
//     missing and 0 otherwise; mean and divisor are those of Missing.
//   - [Levels]: one input for each of Levels, in their order, which is that of their bytes:
//     v is 1 if the cell is that text and 0 otherwise, mean the one of Means at its place,
//     divisor is Divisor. If there is a Missing, one more input follows as above. So a level
//     that is not among Levels, and a missing cell without a Missing, have v = 0 throughout.
//   - [Dropped]: none.
//
// # How it is fitted
//
// [Fit] looks at the training rows alone. n is their number, and only present cells count.
//
//   - Fill is the mean of a column. The mean and not the median: with a Missing beside it the
//     network learns what a missing value means from that input, whatever Fill is, and the
//     mean is the one Fill that makes z exactly 0 when columns are centred. A column has a
//     Missing if a training row lacks its value.
//   - Means and deviations are sums in float64 over the rows in their order: mean = (Σx)/n,
//     deviation = √((Σ(x-mean)²)/n), two passes.
//   - A level is told apart if it occurs in at least two rows and in at least one of a
//     thousand. Rarer ones are treated like levels that training has never seen, by which
//     the network learns what to do with those. There are hence at most 1000 inputs for a
//     column.
//   - Dropped are columns without a value, those that have the same one in all rows (but not
//     of images, whose shape would be lost), columns of text with more than two levels of
//     which there is, on average, not even two rows each (names, identifiers), and a first
//     column that numbers the rows of the file from 0 or 1 on and has no name or one like
//     "id" or "index": in a sorted file it tells the class.
//
// [Scale] says what mean and divisor are. Inputs that are 0 or 1 (levels, Missing) are
// centred at most, never divided: their size is what it is in every unit, and a rare level
// would become an outlier.
package columns
