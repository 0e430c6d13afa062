package nn

import (
	"fmt"

	"ridge/bcd/internal/rows"
	"ridge/bcd/vec"
	"ridge/mat"
)

// Predictor runs samples through a network again and again without allocating: it has memory for
// the activations of so many samples. It is for one goroutine at a time; several of them may have
// predictors of their own for the same network, whose weights must not change meanwhile.
type Predictor[T mat.Float] struct {
	net    *Network[T]
	u      []mat.Dense[T] // U₀ … U_L
	scores mat.Dense[T]   // of Predict
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
	p := &Predictor[T]{net: net, scores: mat.NewDense[T](size, net.V.Rows)}
	for n := range len(net.Layers) + 1 {
		p.u = append(p.u, mat.NewDense[T](size, net.Width(n)))
	}
	return p, nil
}

// Scores writes the outputs for the samples x, a row for each, to dst, N×K, which must not overlap x.
// N is at most the predictor's size. The error is a *[DataError] if a shape does not fit or a feature
// is no finite number; dst is not changed then. Without an error nothing is allocated, except that package
// mat replaces its scratch memory where the garbage collector took it from a predictor that was idle.
func (p *Predictor[T]) Scores(dst, x mat.Dense[T]) error {
	if err := p.check(dst.Rows, dst.Cols, x); err != nil {
		return err
	}
	u := p.u[0].RowView(0, x.Rows)
	rows.Subtract(u, x, 0, x.Rows, p.net.Mean)
	for n, layer := range p.net.Layers {
		z := p.u[n+1].RowView(0, x.Rows)
		fillBias(z, layer.W)
		col := 0
		for _, m := range layer.From {
			part := p.u[m].RowView(0, x.Rows)
			mat.Gemm(mat.NoTrans, mat.Trans, 1, part, layer.W.ColView(col, part.Cols), 1, z, 1)
			col += part.Cols
		}
		vec.Relu(z.Data, z.Data)
	}
	fillBias(dst, p.net.V)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, p.u[len(p.u)-1].RowView(0, x.Rows), p.net.OutputBlock(), 1, dst, 1)
	return nil
}

// Predict writes the class of each sample, that of its largest output, to classes. Otherwise it is
// as [Predictor.Scores].
func (p *Predictor[T]) Predict(classes []int, x mat.Dense[T]) error {
	if x.Rows > p.scores.Rows || len(classes) != x.Rows {
		return &DataError{Reason: fmt.Sprintf("%d samples, and room for %d classes: want as many, and at most %d", x.Rows, len(classes), p.scores.Rows)}
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
	if err := p.net.checkSamples(x); err != nil {
		return err
	}
	if x.Rows > p.scores.Rows || dstRows != x.Rows || dstCols != p.scores.Cols {
		return &DataError{Reason: fmt.Sprintf("%d samples, and room for %d×%d outputs: want %d outputs for each, and at most %d samples", x.Rows, dstRows, dstCols, p.scores.Cols, p.scores.Rows)}
	}
	return nil
}

// fillBias sets every row of z to the biases of w, as [FillBias], without memory of its own.
func fillBias[T mat.Float](z, w mat.Dense[T]) {
	for i := range z.Rows {
		row := z.Row(i)
		for j := range row {
			row[j] = w.At(j, w.Cols-1)
		}
	}
}
