package bcd

// How many elements, of the precision of the weights, the trainings of this package take at most.

import (
	"ridge/bcd/internal/rows"
	"ridge/bcd/nn"
	"ridge/internal/memory"
)

// batchElements is what [MiniBatches] takes, as the comment there has it.
func batchElements(s nn.Spec, samples int, o *BatchOptions) int64 {
	const (
		bases  = 2  // that of the coordinates, and what it is made from
		copies = 18 // steps, means of them, packed copies, what to go back to, and the momentum with its polar factor
		grams  = 3  // of a layer: the Gram matrix, its inverse, and that packed
	)
	all, columns := int64(0), s.Inputs
	if s.Inputs = o.BatchInputs(columns, samples); s.Inputs < columns {
		all = memory.Product(bases, int64(samples), int64(columns))
	}
	largest := int64(0)
	for n := range len(s.Hidden) + 1 {
		order := int64(s.Width(n)) + 1
		last := n == len(s.Hidden) // which the output reads
		if n == 0 || last || !o.Metric.spectral(n) {
			all = memory.Sum(all, memory.Product(grams, order, order))
		}
		largest = max(largest, order)
	}
	if o.L1 > 0 {
		all = memory.Sum(all, memory.Product(2, s.Weights()), lassoElements(largest, s))
	}
	return memory.Sum(all, memory.Product(copies, s.Weights()), activationElements(s, min(o.Batch, samples)),
		memory.Product(int64(samples), int64(s.Inputs)+1))
}

// activationElements is what mini-batches of the given number of samples take: what the layers compute, of all samples
// and of those that count, what their corrections take, and the products of both with the inverses.
func activationElements(s nn.Spec, batch int) int64 {
	const ofInputs, ofLayer, ofWidest = 3, 9, 2
	all, widest := memory.Product(ofInputs, int64(s.Inputs)+1), int64(0)
	for n := 1; n <= len(s.Hidden)+1; n++ {
		all = memory.Sum(all, memory.Product(ofLayer, int64(s.Width(n))+1))
		widest = max(widest, int64(s.Width(n)))
	}
	return memory.Product(int64(batch), memory.Sum(all, memory.Product(ofWidest, widest)))
}

// fullElements is what [FullBatches] takes, as the comment there has it.
func fullElements(s nn.Spec, samples int, o *FullOptions) int64 {
	const (
		copies = 7 // of the first iterate, of the weights before a step, and for its gradients and directions
		grams  = 3 // one, its factor, and what the passes make of it
	)
	outputs := int64(s.Outputs)
	all, hidden, widest, reads := int64(s.Inputs), int64(0), outputs, int64(0)
	for n := 1; n <= len(s.Hidden)+1; n++ {
		widest, reads = max(widest, int64(s.Width(n))), max(reads, s.Columns(n))
		hidden = memory.Sum(hidden, int64(s.Width(n)))
	}
	all = memory.Product(int64(samples), memory.Sum(all, memory.Product(2, hidden), memory.Product(2, widest)))
	ofInputs := memory.Product(int64(s.Inputs)+1, int64(s.Inputs)+1)
	qps := stepElements(s, samples, o.Objective)
	if o.L1 > 0 {
		qps = max(qps, lassoElements(reads, s))
	}
	return memory.Sum(all, memory.Product(copies, s.Weights()), ofInputs, memory.Product(grams, reads, reads), qps)
}

// stepElements is what the QPs of the U step take, for any loss.
func stepElements(s nn.Spec, samples int, objective Objective) int64 {
	const batches = 4 // linear terms, both bounds, and solutions
	order, all := int64(0), int64(0)
	for n := 1; n <= len(s.Hidden); n++ {
		layer := int64(s.Width(n))
		all = memory.Sum(all, layer)
		for k := n + 1; k <= len(s.Hidden); k++ {
			for _, m := range s.Reads(k) {
				if m == n {
					layer = memory.Sum(layer, int64(s.Width(k)))
				}
			}
		}
		order = max(order, layer)
	}
	if objective == Tikhonov {
		order = all
	}
	order = memory.Sum(order, int64(s.Outputs))
	few := max(chunkElements, memory.Product(rows.Block, order))
	most := memory.Product(int64(samples/leastChunks), order) // whatever the number of workers
	chunk := min(memory.Product(int64(samples), order), max(few, most))
	return memory.Sum(qpElements(order), memory.Product(batches, chunk))
}

// lassoElements is what an ℓ1 penalty takes for weights that read the given number of columns, one of them that of the
// biases: a QP of twice the order, and the batch of the rows, each split in two.
func lassoElements(columns int64, s nn.Spec) int64 {
	const batches = 3 // linear terms, bounds, and changes
	return memory.Sum(qpElements(memory.Product(2, columns)), memory.Product(2*batches, s.Weights()))
}

// qpElements is what QPs of an order that share their Hessian take, in elements of 32 bits: the Hessian, copies in
// either precision, and the factors of one worker.
func qpElements(order int64) int64 {
	const matrices = 8
	return memory.Product(matrices, order, order)
}
