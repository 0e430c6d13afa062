package bcd_test

import (
	"math"
	"math/rand/v2"
)

// enterUnit divides the inputs by their unit. Weights that are not those of a new network stay the
// same function.
func (r *reference) enterUnit() {
	r.unit = math.Sqrt(meanSquare(r.x))
	for _, row := range r.x {
		for j := range row {
			row[j] /= r.unit
		}
	}
	biases := 0.
	for _, m := range r.w {
		for _, row := range m {
			biases += math.Abs(row[len(row)-1])
		}
	}
	if biases > 0 {
		r.scaleReaders(r.w, r.unit)
	}
}

// scaleReaders multiplies the weights that read the inputs.
func (r *reference) scaleReaders(w []matrix, c float64) {
	for _, b := range r.blocks {
		for i := range w[b.to] {
			for j := range r.widths[b.from] {
				if b.from == 0 {
					w[b.to][i][b.column+j] *= c
				}
			}
		}
	}
}

// network is the result of an epoch for inputs as they were given.
func (r *reference) network() []matrix {
	w := clone(r.result)
	r.scaleReaders(w, 1/r.unit)
	return w
}

// drawBiases draws those of the first layer, if there are none.
func (r *reference) drawBiases() {
	biases, trace, squares := 0., 0., 0.
	for _, m := range r.w {
		for _, row := range m {
			biases += math.Abs(row[len(row)-1])
		}
	}
	if r.fresh = biases == 0; !r.fresh {
		return
	}
	s := r.gram[0]
	for j := range r.widths[0] {
		trace += s[j][j]
		for k := range r.widths[0] {
			squares += s[j][k] * s[j][k]
		}
	}
	rng := rand.New(rand.NewPCG(r.o.Seed, 2))
	for _, row := range r.w[1] {
		variance := 0.
		for j := range r.widths[0] {
			for k := range r.widths[0] {
				variance += row[j] * s[j][k] * row[k]
			}
		}
		row[r.widths[0]] = rng.NormFloat64() * math.Sqrt(variance*squares/(trace*trace))
	}
}
