package nn

import (
	"fmt"

	"ridge/mat"
)

// Predictor runs samples through a network again and again without allocating: it has memory for
// the activations of a fixed number of samples. It is for one goroutine at a time; several of them
// may have predictors of their own for the same network, whose weights must not change meanwhile.
type Predictor[T mat.Float] struct {
	inference *inference[T]
	scores    mat.Dense[T] // of Predict
}

// NewPredictor returns a predictor for up to size samples at a time. The error is a *[SpecError] if
// the network is not valid. It panics if size < 1.
func NewPredictor[T mat.Float](net *Network[T], size int) (*Predictor[T], error) {
	if size < 1 {
		panic("nn: NewPredictor: want room for at least 1 sample")
	}
	if err := net.Validate(); err != nil {
		return nil, err
	}
	dense := net.linears(0) // a sparse product allocates
	return newPredictor(net, dense, size), nil
}

func newPredictor[T mat.Float](net *Network[T], linears []linear[T], size int) *Predictor[T] {
	return &Predictor[T]{inference: newInference(net, linears, size), scores: mat.NewDense[T](size, net.V.Rows)}
}

// Scores writes the outputs for the samples x, a row for each, to dst, N×K, which must not overlap x.
// N is at most the predictor's size. The error is a *[DataError] if a shape does not fit or a feature is not finite;
// dst is not changed then. It is an *[OverflowError] if an output is not finite. Without an error nothing is allocated,
// except that package mat replaces its scratch memory where the garbage collector took it from a predictor that was
// idle.
func (p *Predictor[T]) Scores(dst, x mat.Dense[T]) error {
	if err := p.check(dst.Rows, dst.Cols, x); err != nil {
		return err
	}
	p.inference.run(dst, x, 1)
	return checkOutputs(dst, 1)
}

// Predict writes the class of each sample, that of its largest output, to classes, which is not changed if there is an
// error. Otherwise it is like [Predictor.Scores].
func (p *Predictor[T]) Predict(classes []int, x mat.Dense[T]) error {
	if x.Rows > p.scores.Rows || len(classes) != x.Rows {
		return &DataError{Reason: fmt.Sprintf("%d samples, and room for %d classes: want as many, and at most %d",
			x.Rows, len(classes), p.scores.Rows)}
	}
	scores := p.scores.RowView(0, x.Rows)
	if err := p.Scores(scores, x); err != nil {
		return err
	}
	for i := range classes {
		classes[i] = Argmax(scores.Row(i))
	}
	return nil
}

func (p *Predictor[T]) check(dstRows, dstCols int, x mat.Dense[T]) error {
	if p.inference == nil {
		panic("nn: a Predictor that NewPredictor has not made")
	}
	if err := p.inference.net.checkSamples(x, 1); err != nil {
		return err
	}
	if x.Rows > p.scores.Rows || dstRows != x.Rows || dstCols != p.scores.Cols {
		return &DataError{Reason: fmt.Sprintf(
			"%d samples, and room for %d×%d outputs: want %d outputs for each, and at most %d samples",
			x.Rows, dstRows, dstCols, p.scores.Cols, p.scores.Rows)}
	}
	return nil
}
