package bcd_test

import (
	"math"
	"slices"

	"ridge/bcd"
)

// spectralStep moves the weights between hidden layers, every eighth batch, in the spectral norm, and those that read
// the input if that is the metric.
func (r *reference) spectralStep(c, u []matrix) {
	t := float64(r.t - 1) // batches before
	r.spectralWay += r.o.SpectralStep * r.scale * min(1, (t+1)/(0.02*float64(r.total))) * (1 - t/float64(r.total))
	due := (r.t-1)%8 == 0
	slopes := 0.
	for _, row := range c[len(c)-1] {
		if slices.ContainsFunc(row, func(v float64) bool { return v != 0 }) {
			slopes++
		}
	}
	r.unsatisfied += (slopes/float64(len(u[0])) - r.unsatisfied) / 64
	decay := r.o.SpectralDecay
	if r.o.Metric == bcd.SpectralAllMetric {
		decay *= (1 - r.unsatisfied) * (1 - r.unsatisfied)
	}
	for _, b := range r.blocks {
		if !b.spectral {
			continue
		}
		for k, row := range b.momentum {
			for j := range row {
				row[j] *= 0.95
				for i := range u[0] {
					a := append(append([]float64(nil), u[b.from][i]...), 1)
					row[j] += c[b.to][i][k] * a[j] / float64(len(u[0]))
				}
			}
		}
		if !due {
			continue
		}
		direction := polarIteration(b.momentum)
		length := r.spectralWay * math.Sqrt(max(1, float64(len(b.momentum))/float64(r.widths[b.from])))
		for k, row := range r.w[b.to] {
			for j := range r.widths[b.from] {
				row[b.column+j] = max(0, 1-r.spectralWay*decay)*row[b.column+j] + length*direction[k][j]
			}
			if b.bias == 1 {
				row[len(row)-1] += length * direction[k][r.widths[b.from]]
			}
		}
	}
	if due {
		r.spectralWay = 0
	}
}

// polarIteration is X ← 3.4445X − 4.7750XXᵀX + 2.0315(XXᵀ)²X three times, from G/‖(GGᵀ)²‖^¼ on.
func polarIteration(g matrix) matrix {
	gram := g.Times(g.Transposed())
	var squares float64
	for _, row := range gram.Times(gram) {
		for _, v := range row {
			squares += v * v
		}
	}
	x := clone([]matrix{g})[0]
	if squares == 0 {
		return x
	}
	for _, row := range x {
		for j := range row {
			row[j] /= math.Pow(squares, 1./8)
		}
	}
	for range 3 {
		gram := x.Times(x.Transposed())
		cubic := gram.Times(x)
		quintic := gram.Times(cubic)
		for i, row := range x {
			for j := range row {
				row[j] = 3.4445*row[j] - 4.7750*cubic[i][j] + 2.0315*quintic[i][j]
			}
		}
	}
	return x
}
