// Package columns describes what is done to the raw columns of a table before a network sees them, and what its outputs
// stand for. A [Description] holds all of it as plain data and is stored with the network as JSON, so that a raw row
// gives the same inputs everywhere, bit for bit: in training, in prediction, and in any other program that follows this
// page.
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
// is rounded to float64, and the result to float32, each to the nearest, ties to even. The inputs come in the order of
// the columns; what a column adds depends on its kind:
//
//   - [Number]: one input. v is the cell, or Fill if it is missing; mean and divisor are
//     Mean and Divisor. If there is a Curve, one more input follows: v is To[k] + (x - At[k])/(At[k+1] -
//     At[k])·(To[k+1] - To[k]) of the cell x, each operation rounded, for At[k] ≤ x < At[k+1], the first of To for
//     smaller x and the last one for larger x, and the mean if the cell is missing; mean and divisor are those of
//     Curve. If there are Pieces, one more input follows for each of their Means: v of the k-th is 0 for x ≤
//     At[k], 1 for x ≥ At[k+1], and (x - At[k])/(At[k+1] - At[k]) in between, each operation rounded, and the mean
//     if the cell is missing; mean is the k-th of Means and divisor is that of Pieces. If there is a Missing, one
//     more input follows: v is 1 if the cell is missing and 0 otherwise; mean and divisor are those of Missing.
//   - [Levels]: one input for each of Levels, in their order, which is that of their bytes:
//     v is 1 if the cell is that text and 0 otherwise, mean the one of Means at its place,
//     divisor is Divisor. If there is a Missing, one more input follows as above. So a level
//     that is not among Levels, and a missing cell without a Missing, have v = 0 throughout. There may be no Levels:
//     then only Missing is an input.
//   - [Dropped]: none.
//
// If a column has Thousands, that mark is removed from its numbers, where it may stand only between groups of three
// digits, and the other one of point and comma is read as a point. In other columns, if DecimalComma is set, a comma in
// a number is read as a point, if there is just one and no point; and each number that can only have separators of
// thousands, such as 1.549,34, or 1.234.567 with two groups or more after one or two digits, is read as if its column
// had that mark ([ThousandsMark]).
//
// The text of a cell is first cleaned: white space around it is removed, and then one pair of single quotes.
// [IsMissing] says which texts stand for a missing value.
//
// For a regression the network learns (y - mean) / divisor of each target, in float64, and
// mean + divisor·output is the answer.
//
// How the program train fits a description to a table is in docs/data.md.
package columns
