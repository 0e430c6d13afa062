// Package table is what every reader makes of a file: a [Table] of raw values, before
// anything is done to them, and the contract that a reader fulfils, [Format].
//
// A column is of numbers or of text. All cells of the inputs lie in one row-major block
// of float32, where a cell of text is the index of its level, and NaN is a missing value.
// Numbers are read as float64 and rounded to float32, which keeps 24 bits: an integer is
// exact up to 16,777,216. Targets are float64.
package table
