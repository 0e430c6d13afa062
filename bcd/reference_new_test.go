package bcd_test

import (
	"math"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest/plain"
)

// reference trains as docs/minibatch.md says in "A batch, step by step", with loops and nothing
// else, and shares no code with what it is the reference of but the order of the samples. Layers
// are numbered from 1, the output being L+1; samples are rows.
type reference struct {
	referenceTask
	referenceMemory
	referenceClock
	referenceGuard
	referenceSparsity

	w, average []matrix // weights of layer n, the biases last
	blocks     []*block
	stats      referenceStats
}

// referenceTask is what is given, and stays.
type referenceTask struct {
	o      bcd.BatchOptions
	hinge  bool
	soft   bool   // twice the cross-entropy
	x, y   matrix // centred samples, targets
	labels []int
	deal   *train.Batches
	reads  [][]int // layers that a layer reads, ascending
	widths []int
	gamma  []float64
	unit   float64 // root of the mean square of all inputs
	fresh  bool    // a network that began without biases
}

// referenceMemory are the Gram matrices.
type referenceMemory struct {
	gram    []matrix // S
	p       []matrix // (S + …)⁻¹
	damping []float64
	trace   []float64 // of S, without the ones
	freedom float64
	updates int
}

// referenceClock counts batches, and what is put off from one to the next.
type referenceClock struct {
	t, averaged, total int
	pending            float64
	spectralWay        float64 // of the steps since the last one in the spectral norm
	unsatisfied        float64 // mean share of samples with a slope
	flushed            int     // what has become zero because it was small
}

// referenceGuard is what the safeguard knows.
type referenceGuard struct {
	before, good   []matrix // weights
	scale, ceiling float64
	recent, lowest float64
	bestLoss       float64     // of an epoch
	best, ended    [2][]matrix // where that epoch began, and where the last one ended
	halved         int
	backs          int // batches before which the weights go back
	undone         int // epochs
	excused        int // suspect batches for which the weights are not to blame
}

// block is the part of a layer's weights by which it reads one other layer.
type block struct {
	to, from, column int
	v                []float64 // of the power steps
	norm2            float64
	spectral         bool   // moves by the spectral norm
	bias             int    // 1 if the biases are next
	momentum         matrix // of RᵀA/B
}

type referenceStats struct {
	loss, eta, errors float64
	stepSum           float64 // Σ η
	outputSum         float64 // Σ η·(the output's stepFactor)
	samples, halvings int
}

func newReference(net *nn.Network[float64], data train.Data[float64], o bcd.BatchOptions) *reference {
	_, hinge := net.Loss.(nn.Hinge[float64])
	_, soft := net.Loss.(nn.DoubleSoftmax[float64])
	r := &reference{
		referenceTask: referenceTask{
			o: o, hinge: hinge, soft: soft, labels: data.Labels, deal: train.NewBatches(data.X.Rows, o.Batch, o.Seed),
			widths: net.Widths(), gamma: []float64{0},
		},
		referenceGuard: referenceGuard{scale: 1, ceiling: 1, bestLoss: math.Inf(1)},
	}
	r.load(net, data)
	layers := len(net.Layers)
	r.reads, r.w = make([][]int, layers+2), make([]matrix, layers+2)
	for n := 1; n <= layers+1; n++ {
		r.reads[n] = net.Reads(n)
		r.gamma = append(r.gamma, o.Gamma[min(n, len(o.Gamma))-1])
		column := 0
		for _, m := range r.reads[n] {
			b := &block{to: n, from: m, column: column}
			for j := range r.widths[m] {
				b.v = append(b.v, 1+float64(j%7)/8)
			}
			b.spectral = n <= layers && (o.Metric == bcd.SpectralAllMetric || o.Metric == bcd.SpectralMetric && m > 0)
			if m == r.reads[n][len(r.reads[n])-1] {
				b.bias = 1
			}
			b.momentum = plain.Zeros(net.Weights(n).Rows, r.widths[m]+b.bias)
			r.blocks = append(r.blocks, b)
			column += r.widths[m]
		}
		for i := range net.Weights(n).Rows {
			r.w[n] = append(r.w[n], append([]float64(nil), net.Weights(n).Row(i)...))
		}
	}
	r.enterUnit()
	r.gamma[layers+1] = 1 // what the output's loss weighs
	r.total = o.Epochs * r.deal.PerEpoch()
	r.gram, r.p = make([]matrix, layers+1), make([]matrix, layers+1)
	r.damping, r.trace = make([]float64, layers+1), make([]float64, layers+1)
	r.ones = make([]float64, layers+1)
	for n := range r.gram {
		r.gram[n] = plain.Zeros(r.widths[n]+1, r.widths[n]+1)
	}
	r.gram[0] = r.outer(r.x)
	r.invert(0)
	r.drawBiases()
	r.begin()
	return r
}

// load centres the samples and makes their targets.
func (r *reference) load(net *nn.Network[float64], data train.Data[float64]) {
	outputs := net.V.Rows
	for i := range data.X.Rows {
		x, y := make([]float64, data.X.Cols), make([]float64, outputs)
		for j := range x {
			x[j] = data.X.At(i, j)
			if net.Mean != nil {
				x[j] -= net.Mean[j]
			}
		}
		for k := range y {
			if r.hinge {
				y[k] = -1
			}
		}
		y[data.Labels[i]] = 1
		r.x, r.y = append(r.x, x), append(r.y, y)
	}
}
