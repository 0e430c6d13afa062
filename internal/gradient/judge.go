package gradient

import (
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/vec"
	"ridge/mat"
)

// judge takes the losses of batches, a block of samples on each worker.
type judge[T mat.Float] struct {
	data    train.Data[T]
	loss    nn.Loss[T]
	block   int          // samples
	targets mat.Dense[T] // of one sample for each block
	losses  []float64    // by samples of the batch
	wrong   []bool       // as well
	outputs mat.Dense[T] // of the batch under way
	batch   batch
	loop    *vec.Loop // over blocks of its samples
}

// init makes room for batches of up to size samples.
func (j *judge[T]) init(data train.Data[T], net *nn.Network[T], size int) {
	const elements = 1 << 10 // fewer than in other loops, as some losses take exponential functions of them
	j.data, j.loss, j.block = data, net.Loss, max(1, elements/net.V.Rows)
	j.targets = mat.NewDense[T](ceilDiv(size, j.block), net.V.Rows)
	j.losses, j.wrong = make([]float64, size), make([]bool, size)
	j.loop = vec.NewLoop(j.samples)
}

// run returns the sum of the losses of a batch and how many of its samples are
// misclassified, and overwrites the outputs o with the gradient of the mean loss.
func (j *judge[T]) run(o mat.Dense[T], b batch, w mat.Workers) (sum float64, wrong int) {
	j.outputs, j.batch = o, b
	j.loop.Run(len(b.samples), j.block, w)
	for i := range b.samples {
		sum += j.losses[i]
		if j.wrong[i] {
			wrong++
		}
	}
	return sum, wrong
}

// samples judges those of a block.
func (j *judge[T]) samples(from, to int) {
	targets, scale := j.targets.Row(from/j.block), 1/j.batch.total
	for i := from; i < to; i++ {
		row, sample := j.outputs.Row(i), j.batch.samples[i]
		j.wrong[i] = j.data.Wrong(row, sample)
		j.data.WriteTargets(targets, j.loss, sample)
		j.losses[i] = j.loss.Value(row, targets)
		j.loss.Slope(row, row, targets, scale)
	}
}
