package gradient

import (
	"ridge/mat"
)

// judge returns the sum of the losses of a batch and how many of its samples are
// misclassified, and overwrites the outputs o with the gradient of the mean loss.
func (t *trainer[T]) judge(o mat.Dense[T], batch []int) (sum float64, wrong int) {
	loss, scale := t.net.Loss, 1/t.current.total
	for i, sample := range batch {
		row := o.Row(i)
		if t.data.Wrong(row, sample) {
			wrong++
		}
		t.data.WriteTargets(t.targets, loss, sample)
		sum += loss.Value(row, t.targets)
		loss.Slope(row, row, t.targets, scale)
	}
	return sum, wrong
}
