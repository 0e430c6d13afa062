package cli

import (
	"fmt"

	"ridge/internal/dataset"
	"ridge/internal/report"
)

// validationWeights are how much the validation samples count that a training judged by.
type validationWeights struct {
	weight string    // of --weight
	of     []float64 // the weights of the classes; nil: all the same
}

// weightedBy is how the training judged its validation samples.
func weightedBy(weight string, q *question, used *dataset.Used) (validationWeights, error) {
	if weight == "" || q.labels == nil {
		return validationWeights{}, nil
	}
	w, err := parseWeights(weight)
	if err != nil {
		return validationWeights{}, fmt.Errorf("%s: the weights of its classes: %w", q.model, err)
	}
	of, err := w.perClass(&dataset.Set{Name: q.model, Classes: q.classes}, pick(q.labels, used.Train))
	return validationWeights{weight, of}, err
}

// errorOf is the error of validation samples with the weights of their classes; nil of other parts and without weights.
func (j validationWeights) errorOf(s usedRows, labels, answers []int) *report.WeightedError {
	if s.part != "validation" || j.of == nil {
		return nil
	}
	wrong, all := 0., 0.
	for _, i := range s.rows {
		all += j.of[labels[i]]
		if labels[i] != answers[i] {
			wrong += j.of[labels[i]]
		}
	}
	return &report.WeightedError{Weight: j.weight, Error: wrong / all}
}
