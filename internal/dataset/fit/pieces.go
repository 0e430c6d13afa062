package fit

import (
	"ridge/bcd/nn/columns"
)

// octiles are where the pieces of a column end.
var octiles = []float64{0, 1. / 8, 2. / 8, 3. / 8, 4. / 8, 5. / 8, 6. / 8, 7. / 8, 1}

// pieceDivisor is the largest standard deviation that a number between 0 and 1 can have. Divided by that of each,
// pieces that hardly vary would be amplified.
const pieceDivisor = 0.5

// piecesOf are those of some numbers, from octile to octile; nil if fewer than three octiles differ: with two, there is
// nothing between the ends that the number itself does not say.
func piecesOf(values []float32) *columns.Pieces {
	ends := quantilesOf(values, octiles)
	if len(ends) < 3 {
		return nil
	}
	p := &columns.Pieces{Divisor: pieceDivisor, Means: make([]float64, len(ends)-1)}
	for _, end := range ends {
		p.At = append(p.At, float64(end.value))
	}
	for k := range p.Means {
		for _, x := range values {
			p.Means[k] += p.Share(k, float64(x))
		}
		p.Means[k] /= float64(len(values))
	}
	return p
}
