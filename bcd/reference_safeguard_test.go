package bcd_test

import "math"

// lossOfZeros is the loss of a sample whose outputs are all 0.
func (r *reference) lossOfZeros() float64 {
	if r.hinge {
		return float64(r.widths[r.layers()+1]) / 2
	}
	if r.soft {
		return 2 * math.Log(float64(r.widths[r.layers()+1]))
	}
	return 0.5
}

// lossUnit is what losses are measured by.
func (r *reference) lossUnit() float64 {
	if r.hinge {
		return min(r.lossOfZeros(), 5)
	}
	return r.lossOfZeros()
}

// chance is what a number of samples may lose.
func (r *reference) chance(samples float64) float64 { return r.lossUnit() * max(20/samples, 0.25) }

func (r *reference) mostLoss(size float64) float64 { return max(r.chance(size), 20*r.lowest) }

func (r *reference) rises(size float64) bool {
	return r.recent > max(r.chance(64*size), min(8*r.lowest, 2*r.lossOfZeros()))
}

// lossAt is the loss of a batch at other weights.
func (r *reference) lossAt(w []matrix, x, y matrix) float64 {
	at := *r
	at.w = w
	z, _ := at.forward(x)
	return at.loss(z, y)
}

func (r *reference) goBack() {
	r.w, r.before = clone(r.good), clone(r.good)
	r.recent = 2 * r.lowest
	r.halve()
	r.ceiling /= 2
}

func (r *reference) halve() {
	r.scale /= 2
	r.stats.halvings++
	r.halved++
}

// verify looks at the batch again, and shortens a step that raised its loss.
func (r *reference) verify(x, y matrix, before float64) {
	allowed := before + 0.1*r.stats.loss/float64(r.stats.samples)
	for k := 0; k < 7; k++ {
		z, _ := r.forward(x)
		if r.loss(z, y) <= allowed {
			if k == 0 {
				r.scale = min(r.ceiling, 1.25*r.scale)
			}
			return
		}
		r.halve()
		if k < 6 {
			blend(r.w, r.before, 0.5)
		} else {
			r.w = clone(r.before)
		}
	}
}

// matrix is one, by rows.
type matrix [][]float64

func zeros(rows, columns int) matrix {
	m := make(matrix, rows)
	for i := range m {
		m[i] = make([]float64, columns)
	}
	return m
}

func clone(list []matrix) []matrix {
	copies := make([]matrix, len(list))
	for n, m := range list {
		for _, row := range m {
			copies[n] = append(copies[n], append([]float64(nil), row...))
		}
	}
	return copies
}

// blend moves the part c of the way from each matrix to the other's.
func blend(list, to []matrix, c float64) {
	for n, m := range list {
		for i, row := range m {
			for j := range row {
				row[j] += c * (to[n][i][j] - row[j])
			}
		}
	}
}

func dot(a, b []float64) float64 {
	var sum float64
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

// times is m·v.
func times(m matrix, v []float64) []float64 {
	var product []float64
	for _, row := range m {
		product = append(product, dot(row, v))
	}
	return product
}

func positive(v []float64) []float64 {
	var p []float64
	for _, x := range v {
		p = append(p, max(0, x))
	}
	return p
}

func meanSquare(m matrix) float64 {
	var sum float64
	for _, row := range m {
		sum += dot(row, row)
	}
	return sum / float64(len(m)*len(m[0]))
}

// inverse is that of a symmetric positive definite matrix, by Gauss and Jordan: no pivots.
func inverse(a matrix) matrix {
	n := len(a)
	m := zeros(n, 2*n)
	for i := range n {
		copy(m[i], a[i])
		m[i][n+i] = 1
	}
	for k := range n {
		pivot := m[k][k]
		for j := range m[k] {
			m[k][j] /= pivot
		}
		for i := range n {
			if i == k {
				continue
			}
			factor := m[i][k]
			for j := range m[i] {
				m[i][j] -= factor * m[k][j]
			}
		}
	}
	for i := range m {
		m[i] = m[i][n:]
	}
	return m
}
