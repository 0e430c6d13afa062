package bcd_test

import "math"

// referenceSparsity is what an ℓ1 penalty needs.
type referenceSparsity struct {
	epochs int       // that are over
	ones   []float64 // what P has in addition to S at the ones
	zeros  []matrix  // the weights whose zeros stay
	result []matrix  // the average with those zeros
}

// sparsify ends an epoch, as docs/sparse.md says in "Mini-batches".
func (r *reference) sparsify(steps referenceStats) {
	r.result = clone(r.average)
	r.epochs++
	if r.o.L1 == 0 {
		return
	}
	if epoch, all := float64(r.epochs), float64(r.o.Epochs); epoch-1 < all/2 {
		r.shrink(steps, min(1, epoch/(0.4*all)))
		r.zeros = clone(r.w)
	} else {
		r.project(r.w)
	}
	r.project(r.result)
}

// shrink makes the proximal Newton steps, with the part ramp of λ₁.
func (r *reference) shrink(steps referenceStats, ramp float64) {
	for _, b := range r.blocks {
		var sum, count float64
		for k := range r.w[b.to] {
			for _, w := range r.row(b, k) {
				if w != 0 {
					sum, count = sum+math.Abs(w), count+1
				}
			}
		}
		if count == 0 {
			continue
		}
		tau := steps.stepSum
		switch {
		case b.to == r.layers()+1:
			tau = steps.outputSum
		case b.from == 0:
			tau *= r.o.InputStep
		}
		penalty := tau * ramp * r.o.L1 / r.gamma[b.to]
		for k, row := range r.w[b.to] {
			var lambda []float64
			for _, w := range r.row(b, k) {
				lambda = append(lambda, penalty/(1+10*math.Abs(w)/(sum/count)))
			}
			r.descend(b, row, lambda)
		}
	}
}

// project moves weights to the nearest ones that have the zeros.
func (r *reference) project(w []matrix) {
	for _, b := range r.blocks {
		for k, row := range w[b.to] {
			lambda := make([]float64, r.widths[b.from])
			for j := range lambda {
				if r.zeros[b.to][k][b.column+j] == 0 {
					lambda[j] = math.Inf(1)
				}
			}
			r.descend(b, row, lambda)
		}
	}
}

// descend minimizes ½(w−w̃)M(w−w̃)ᵀ + Σ λ_j|w_j|, one element after the other, until none moves. w is what a row has of
// a block, with the bias, which has no λ; M is what P is the inverse of, with the present S.
func (r *reference) descend(b *block, row, lambda []float64) {
	width := r.widths[b.from]
	m := clone([]matrix{r.gram[b.from]})[0]
	for j := range width {
		m[j][j] += r.damping[b.from]
	}
	m[width][width] += r.ones[b.from]
	weights := row[b.column : b.column+width]
	start := append(append([]float64(nil), weights...), row[len(row)-1])
	w, way, largest := append([]float64(nil), start...), make([]float64, width+1), 0.
	for _, v := range start {
		largest = max(largest, math.Abs(v))
	}
	lambda = append(lambda, 0)
	for moved := math.Inf(1); moved > 1e-15*largest; {
		moved = 0
		for j := range w {
			at := w[j] - dot(m[j], way)/m[j][j]
			at = math.Copysign(max(0, math.Abs(at)-lambda[j]/m[j][j]), at)
			moved = max(moved, math.Abs(at-w[j]))
			w[j], way[j] = at, at-start[j]
		}
	}
	copy(weights, w)
	row[len(row)-1] = w[width]
}

// nonzero is the share of the result's weights that are not 0, biases apart.
func (r *reference) nonzero() float64 {
	var nonzero, all float64
	for _, b := range r.blocks {
		for _, row := range r.result[b.to] {
			for _, w := range row[b.column : b.column+r.widths[b.from]] {
				all++
				if w != 0 {
					nonzero++
				}
			}
		}
	}
	return nonzero / all
}
