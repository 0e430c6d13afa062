package bcd

import "ridge/mat"

// activeFirst computes R of the output, brings the samples of the batch for which it is
// not 0 to the front, and returns how many there are. For the others R_n is 0 in all
// layers: they take no part in the U and W steps, as in the active set methods for
// support vector machines with the squared hinge (Keerthi and DeCoste, A Modified Finite
// Newton Method, JMLR 6, 2005). Soon they are most of a batch.
func (m *minibatch[T]) activeFirst() int {
	out := m.layers() + 1
	active := 0
	for i := range m.samples {
		r := m.r[out].Row(i)
		m.net.Loss.Slope(r, m.z[out].Row(i), m.y.Row(i), -1)
		if mat.Asum(r) == 0 {
			continue
		}
		if i > active {
			m.swapSamples(i, active)
		}
		active++
	}
	return active
}

// swapSamples swaps two samples of the batch.
func (m *minibatch[T]) swapSamples(i, j int) {
	m.samples[i], m.samples[j] = m.samples[j], m.samples[i]
	swapRows(m.y, i, j)
	for n := range m.a {
		swapRows(m.a[n], i, j)
	}
	for n := range m.in[1:] {
		swapRows(m.z[n+1], i, j)
	}
	swapRows(m.r[m.layers()+1], i, j)
}

func swapRows[T mat.Float](x mat.Dense[T], i, j int) {
	a, b := x.Row(i), x.Row(j)
	for k, v := range a {
		a[k], b[k] = b[k], v
	}
}
