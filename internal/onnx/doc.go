// Package onnx writes networks as ONNX models, which other programs run.
//
// The graph begins with raw cells. Their whole preparation ([columns.Inputs]) is in it, in the arithmetic of that
// package: float64, rounded to float32. Only curves ([columns.Curve]) may differ, by a unit in the last place of
// float64. Where all columns are numbers it has one input "x", N×C, of the columns that are not dropped, in their
// order; NaN stands for a missing number. Where some are texts each column is an input of its own, N×1, under its name,
// and an empty text is a missing one. A network without a description takes its inputs as "x".
//
// The metadata has the names of the columns that are used, as a JSON list under "columns".
//
// The outputs are "scores", N×K; "class", the name of the largest one, if the classes have names,
// and "index", its number; "probabilities" if there is a temperature; for a regression only "values", in the unit of
// the targets.
//
// The operators are those of opset 17, or 19 where there are texts, which older ones can't compare.
// Weights that are zero are written as zeros.
package onnx
