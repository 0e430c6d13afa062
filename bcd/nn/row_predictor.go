package nn

import (
	"ridge/bcd/nn/columns"
	"ridge/mat"
)

// RowPredictor runs raw rows, as they stand in a file, through a network that knows its columns
// ([Network].Columns), without allocating. It is for one goroutine at a time; several of them may have
// row predictors of their own for the same network, whose weights and columns must not change meanwhile.
//
// A row has a field for each column of the training file without the targets, in the same order:
// Columns.Inputs.Columns. Fields are read as those of the training file: docs/data.md says what numbers look like and
// what stands for a missing value. A decimal comma is read if that file had such numbers. Else a field with a comma is
// a number only if it shows which mark separates thousands, as 1,549.34 and 1.549,34 do, or if the column of that file
// had such a mark. A text that training has not seen is not an error.
type RowPredictor[T mat.Float] struct {
	predictor *Predictor[T]
	columns   *columns.Description
	applier   *columns.Applier
	cells     []float32
	inputs    []float32
	x, scores mat.Dense[T] // of one sample
	numbers   []float64
}

// NewRowPredictor returns a predictor for raw rows. The error is a *[SpecError] if the network is not
// valid or does not know its columns.
func NewRowPredictor[T mat.Float](net *Network[T]) (*RowPredictor[T], error) {
	if net.Columns == nil {
		return nil, &SpecError{"nothing is known of the raw columns: it was saved without them"}
	}
	predictor, err := NewPredictor(net, 1)
	if err != nil {
		return nil, err
	}
	return &RowPredictor[T]{
		predictor: predictor,
		columns:   net.Columns,
		applier:   columns.NewApplier(&net.Columns.Inputs),
		cells:     make([]float32, len(net.Columns.Inputs.Columns)),
		inputs:    make([]float32, net.Inputs),
		x:         mat.NewDense[T](1, net.Inputs),
		scores:    mat.NewDense[T](1, net.V.Rows),
		numbers:   make([]float64, net.V.Rows),
	}, nil
}

const notMade = "nn: a RowPredictor that NewRowPredictor has not made"

// Scores returns the outputs for a row, which are valid until the next call. The error is a *[columns.RowError], or a
// *[DataError] if a number is so large that its input is not finite, or an *[OverflowError] if it is so large that an
// output is not.
func (p *RowPredictor[T]) Scores(row []string) ([]T, error) {
	if p.columns == nil {
		panic(notMade)
	}
	if err := p.columns.Inputs.ParseRow(p.cells, row); err != nil {
		return nil, err
	}
	return p.ScoresOfCells(p.cells)
}

// ScoresOfCells is [RowPredictor.Scores] of a row that was read already, as
// [columns.Inputs.Apply] takes it: numbers, NaN for those that are missing. It panics if there are not as many cells as
// columns.
func (p *RowPredictor[T]) ScoresOfCells(cells []float32) ([]T, error) {
	if p.columns == nil {
		panic(notMade)
	}
	p.applier.Apply(p.inputs, cells)
	for j, v := range p.inputs {
		p.x.Data[j] = T(v)
	}
	if err := p.predictor.Scores(p.scores, p.x); err != nil {
		return nil, err
	}
	return p.scores.Row(0), nil
}

// Predict returns the class of a row, an index into [Network].Classes. Errors are those of
// [RowPredictor.Scores]; for a regression it is a *[SpecError].
func (p *RowPredictor[T]) Predict(row []string) (class int, err error) {
	if p.columns != nil && p.columns.Outputs.Task == columns.Regression {
		return 0, &SpecError{"it is a regression, which has no classes: call Numbers"}
	}
	scores, err := p.Scores(row)
	if err != nil {
		return 0, err
	}
	return Argmax(scores), nil
}

// Numbers returns what a regression predicts for a row, in the units of the targets
// (Columns.Outputs.Targets). They are valid until the next call. Errors are those of
// [RowPredictor.Scores]; for classes it is a *[SpecError].
func (p *RowPredictor[T]) Numbers(row []string) ([]float64, error) {
	if p.columns != nil && p.columns.Outputs.Task != columns.Regression {
		return nil, &SpecError{"it predicts classes, not numbers: call Predict or Scores"}
	}
	scores, err := p.Scores(row)
	if err != nil {
		return nil, err
	}
	for k, v := range scores {
		p.numbers[k] = float64(v)
	}
	p.columns.Outputs.Restore(p.numbers)
	return p.numbers, nil
}
