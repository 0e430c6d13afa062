package nn

import (
	"fmt"
	"maps"
	"math"
	"slices"

	"ridge/internal/words"
	"ridge/mat"
)

const (
	outputWeight = "output.weight"
	outputBias   = "output.bias"
	inputMean    = "input.mean"
)

func layerWeight(n int) string { return fmt.Sprintf("layers.%d.weight", n) }
func layerBias(n int) string   { return fmt.Sprintf("layers.%d.bias", n) }

// tensors lists the network's weights under their names. Indices come last: numbers of 64
// bits begin at a multiple of 8.
func (n *Network[T]) tensors() []namedTensor[T] {
	var ts, indices []namedTensor[T]
	add := func(weightName, biasName string, w mat.Dense[T]) {
		in := w.Cols - 1
		if s, sparse := storedSparse(w); sparse {
			k := len(s.values)
			ts = append(ts,
				namedTensor[T]{name: sparseValues(weightName), shape: []int64{int64(k)},
					m: mat.DenseOf(1, k, s.values)})
			indices = append(indices,
				namedTensor[T]{name: sparseColumns(weightName), shape: []int64{int64(k)}, indices: s.columns},
				namedTensor[T]{name: sparseStarts(weightName), shape: []int64{int64(w.Rows) + 1}, indices: s.starts})
		} else {
			ts = append(ts,
				namedTensor[T]{name: weightName, shape: []int64{int64(w.Rows), int64(in)}, m: w.ColView(0, in)})
		}
		ts = append(ts, namedTensor[T]{name: biasName, shape: []int64{int64(w.Rows)}, m: w.ColView(in, 1)})
	}
	for i, l := range n.Layers {
		add(layerWeight(i+1), layerBias(i+1), l.W)
	}
	add(outputWeight, outputBias, n.V)
	if n.Mean != nil {
		ts = append(ts,
			namedTensor[T]{name: inputMean, shape: []int64{int64(n.Inputs)}, m: mat.DenseOf(1, n.Inputs, n.Mean)})
	}
	return append(ts, indices...)
}

// wanted lists the tensors that the file of a network of the description has.
func (c *container) wanted(d *description) (map[string]wanted, error) {
	want := map[string]wanted{}
	add := func(weightName, biasName string, rows int, in int64) error {
		want[biasName] = wanted{shape: []int64{int64(rows)}}
		return c.wantWeights(want, weightName, rows, in)
	}
	for i, from := range d.from {
		var in int64
		for _, m := range from {
			in += int64(d.widths[m])
		}
		if err := add(layerWeight(i+1), layerBias(i+1), d.widths[i+1], in); err != nil {
			return nil, err
		}
	}
	if c.tensors[inputMean] != nil {
		want[inputMean] = wanted{shape: []int64{int64(d.widths[0])}}
	}
	last := len(d.widths) - 1
	return want, add(outputWeight, outputBias, d.widths[last], int64(d.widths[last-1]))
}

// checkTensors makes sure that the file has the tensors of the network and no others.
func (c *container) checkTensors(d *description) error {
	// Metadata can declare a layer in a few bytes. Memory for names and shapes is only worth it if the tensors, which
	// take more bytes, are there.
	if least := 2 * (len(d.from) + 1); len(c.tensors) < least {
		return malformedf("%d tensors: want at least %d, the weights and biases of %d hidden layers and the output",
			len(c.tensors), least, len(d.from))
	}
	want, err := c.wanted(d)
	if err != nil {
		return err
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		t := c.tensors[name]
		if t == nil {
			return malformedf("tensor %q is missing", name)
		}
		if !slices.Equal(t.Shape, want[name].shape) {
			return malformedf("tensor %q has shape %v: want %v", name, words.Short[int64](t.Shape), want[name].shape)
		}
		if err := want[name].checkType(t); err != nil {
			return err
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.tensors)) {
		if _, known := want[name]; !known {
			return malformedf("tensor %.60q does not belong to the network", name)
		}
	}
	return nil
}

// build makes a network of tensors that were checked and read.
func build[T mat.Float](c *container, d *description) (*Network[T], error) {
	net := &Network[T]{Inputs: d.widths[0], Classes: d.classes, Columns: d.columns, Temperature: d.temperature,
		Metadata: d.others}
	var err error
	if net.Loss, err = ParseLoss[T](d.loss); err != nil {
		return nil, err
	}
	for i, from := range d.from {
		in := fanIn(d.widths, from)
		w, err := buildWeights[T](c, layerWeight(i+1), layerBias(i+1), d.widths[i+1], in)
		if err != nil {
			return nil, err
		}
		net.Layers = append(net.Layers, Layer[T]{from, w})
	}
	last := len(d.widths) - 1
	if net.V, err = buildWeights[T](c, outputWeight, outputBias, d.widths[last], d.widths[last-1]); err != nil {
		return nil, err
	}
	if t := c.tensors[inputMean]; t != nil {
		net.Mean = make([]T, net.Inputs)
		if err := copyTensor(mat.DenseOf(1, net.Inputs, net.Mean), t); err != nil {
			return nil, err
		}
	}
	if err := net.Validate(); err != nil {
		return nil, malformed(err.Error())
	}
	return net, nil
}

// buildWeights joins weights and biases. A small file may have sparse weights for which addresses of 32 bits are too
// few.
func buildWeights[T mat.Float](c *container, weightName, biasName string, rows, in int) (mat.Dense[T], error) {
	if in < 0 || in >= math.MaxInt/8/max(1, rows) {
		return mat.Dense[T]{}, malformedf("%d×%d weights %q: more than there are addresses for", rows, in, weightName)
	}
	w := mat.NewDense[T](rows, in+1)
	if err := fillWeights(w.ColView(0, in), c, weightName); err != nil {
		return w, err
	}
	return w, copyTensor(w.ColView(in, 1), c.tensors[biasName])
}
