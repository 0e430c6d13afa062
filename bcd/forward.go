package bcd

import (
	"fmt"

	"ridge/mat"
)

// Forward returns the outputs O of the network, N×K, for the samples x, N×d₀. Mean
// is subtracted on the way. It takes 2N flops for each weight, and memory for the
// activations of a few hundred samples for each worker. Of a layer with few weights
// that are not zero, only those take part. The error is a *[DataError]
// if x has another width than the network.
func (n *Network[T]) Forward(x mat.Dense[T], w mat.Workers) (mat.Dense[T], error) {
	if err := n.checkInputs(x); err != nil {
		return mat.Dense[T]{}, err
	}
	out := mat.NewDense[T](x.Rows, n.V.Rows)
	n.forward(x, n.Mean, w, func(lo, _ int, _ []mat.Dense[T], o mat.Dense[T]) {
		mat.Copy(out.RowView(lo, o.Rows), o)
	})
	return out, nil
}

// Error returns the fraction of the samples whose largest output is not that of
// their label: NaN if there are none. The error is a *[DataError] if x or a label
// does not fit the network.
func (n *Network[T]) Error(x mat.Dense[T], labels []int, w mat.Workers) (float64, error) {
	if err := n.checkData(Data[T]{x, labels}); err != nil {
		return 0, err
	}
	return n.evaluate(x, n.Mean, labels, w).error, nil
}

// Argmax returns the index of the largest element of an output, the first of equal
// ones: the class that the network predicts. It returns −1 for no elements.
func Argmax[T mat.Float](o []T) int {
	best := -1
	for k, v := range o {
		if best < 0 || v > o[best] {
			best = k
		}
	}
	return best
}

// forward runs blocks of samples through the network and hands each block's
// activations U₁ … U_L and outputs to body, which must be ready to be called by
// several goroutines at once. A nil mean stands for zeros.
func (n *Network[T]) forward(x mat.Dense[T], mean []T, w mat.Workers, body func(lo, hi int, u []mat.Dense[T], o mat.Dense[T])) {
	linears := n.linears(x.Rows)
	forRows(w, 0, x.Rows, func(lo, hi int) {
		u := []mat.Dense[T]{x.RowView(lo, hi-lo)}
		if mean != nil {
			u[0] = mat.NewDense[T](hi-lo, x.Cols)
			subtractRow(u[0], x, lo, hi, mean)
		}
		for k, layer := range n.Layers {
			var parts []mat.Dense[T]
			for _, m := range layer.From {
				parts = append(parts, u[m])
			}
			un := mat.NewDense[T](hi-lo, layer.W.Rows)
			linears[k].apply(un, parts)
			mat.Relu(un.Data, un.Data)
			u = append(u, un)
		}
		o := mat.NewDense[T](hi-lo, n.V.Rows)
		linears[len(n.Layers)].apply(o, u[len(u)-1:])
		body(lo, hi, u[1:], o)
	})
}

// evaluation is what a forward pass tells.
type evaluation struct {
	error  float64   // fraction of wrong classes, NaN without samples
	active []float64 // fraction of strictly positive activations, per hidden layer
}

// evaluate runs labelled samples through the network.
func (n *Network[T]) evaluate(x mat.Dense[T], mean []T, labels []int, w mat.Workers) evaluation {
	layers := len(n.Layers)
	counts := make([][]int, (x.Rows+rowBlock-1)/rowBlock) // per block: wrong, and active per layer
	n.forward(x, mean, w, func(lo, hi int, u []mat.Dense[T], o mat.Dense[T]) {
		c := make([]int, 1+layers)
		for i := lo; i < hi; i++ {
			if Argmax(o.Row(i-lo)) != labels[i] {
				c[0]++
			}
		}
		for k, uk := range u {
			c[1+k] = countPositive(uk.Data)
		}
		counts[lo/rowBlock] = c
	})
	total := make([]int, 1+layers)
	for _, c := range counts {
		for k, v := range c {
			total[k] += v
		}
	}
	e := evaluation{error: float64(total[0]) / float64(x.Rows), active: make([]float64, layers)}
	for k := range e.active {
		e.active[k] = float64(total[1+k]) / (float64(x.Rows) * float64(n.width(k+1)))
	}
	return e
}

func countPositive[T mat.Float](x []T) int {
	count := 0
	for _, v := range x {
		if v > 0 {
			count++
		}
	}
	return count
}

func (n *Network[T]) checkInputs(x mat.Dense[T]) error {
	if x.Cols != n.Inputs {
		return &DataError{Reason: fmt.Sprintf("samples have %d features, the network takes %d", x.Cols, n.Inputs)}
	}
	return nil
}

// checkData returns a *[DataError] unless the samples fit the network.
func (n *Network[T]) checkData(d Data[T]) error {
	if err := n.checkInputs(d.X); err != nil {
		return err
	}
	if d.X.Rows != len(d.Labels) {
		return &DataError{Reason: fmt.Sprintf("%d labels for %d samples", len(d.Labels), d.X.Rows)}
	}
	for i, label := range d.Labels {
		if label < 0 || label >= n.V.Rows {
			return &DataError{Reason: fmt.Sprintf("label of sample %d is %d: want 0 to %d, one of the network's classes", i, label, n.V.Rows-1)}
		}
	}
	return nil
}
