// Package report writes down what the trainer found: tables for people, JSON and
// CSV for programs.
//
// A [Run] is one training run, an [Evaluation] one trained network measured on
// labelled samples; a [PredictionWriter] writes its answers to samples one by one. A [Comparison] is
// several solvers on several networks, a [Plan] the runs that it takes. Errors are fractions of the
// samples everywhere but in tables, which show percent. A number that does not exist, such as the
// validation error of a run without validation samples, is NaN in Go, null in JSON, an empty field in
// CSV and a dash in a table.
//
// Tables fit a terminal of 80 columns; they carry colour only if asked for it.
package report
