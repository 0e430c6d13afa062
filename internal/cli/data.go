package cli

import (
	"fmt"

	"ridge/bcd/train"
	"ridge/internal/dataset"
	"ridge/mat"
)

// parts are the samples of a data set by what the trainer does with them.
type parts struct {
	train, validation, test dataset.Samples
}

// cut holds validation training samples out, the fold-th block of so many from the end, and
// keeps the first limit of the others, or all of them if limit is 0.
func cut(set *dataset.Set, validation, fold, limit int) (parts, error) {
	all := set.Train.Len()
	if validation >= all {
		return parts{}, usagef("--validation %d: %s has %d training samples: want at most %d", validation, set.Name, all, all-1)
	}
	if validation > 0 && fold > all/validation {
		return parts{}, usagef("--fold %d: %s has %d training samples and --validation %d: want at most %d", fold, set.Name, all, validation, all/validation)
	}
	fit, held, err := set.Train.SplitFold(validation, fold)
	if err != nil {
		return parts{}, err
	}
	if limit > fit.Len() {
		return parts{}, usagef("--limit %d: %s has %d training samples%s", limit, set.Name, all, heldOut(validation))
	}
	if limit > 0 {
		fit = fit.Head(limit)
	}
	return parts{fit, held, set.Test}, nil
}

// absent lists the classes of which there is no sample.
func absent(s dataset.Samples, classes []string) []string {
	seen := make([]bool, len(classes))
	for _, label := range s.Labels {
		seen[label] = true
	}
	var names []string
	for i, name := range classes {
		if !seen[i] {
			names = append(names, name)
		}
	}
	return names
}

func heldOut(n int) string {
	if n == 0 {
		return ""
	}
	return fmt.Sprintf(", of which --validation holds out %d", n)
}

// dense returns the samples as a matrix, which shares their memory if T is float32.
func dense[T mat.Float](s dataset.Samples) mat.Dense[T] {
	x := mat.DenseOf(s.Len(), s.Dim, s.X)
	if same, ok := any(x).(mat.Dense[T]); ok {
		return same
	}
	converted := mat.NewDense[T](x.Rows, x.Cols)
	mat.Convert(converted, x)
	return converted
}

// data returns the samples as the trainer takes them.
func data[T mat.Float](s dataset.Samples) train.Data[T] {
	return train.Data[T]{X: dense[T](s), Labels: s.Labels}
}
