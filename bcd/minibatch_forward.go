package bcd

import (
	"ridge/bcd/nn"
	"ridge/bcd/vec"
	"ridge/mat"
)

// gather copies the samples i to the batch, centred.
func (m *minibatch[T]) gather(i []int) {
	m.samples = append(m.samples[:0], i...)
	for row, sample := range i {
		x := m.a[0].Row(row)[:m.widths[0]]
		copy(x, m.train.X.Row(sample))
		if m.net.Mean != nil {
			mat.Axpy(-1, m.net.Mean, x)
		}
		m.net.Loss.Targets(m.y.Row(row), m.train.Labels[sample])
	}
}

// forward computes the activations and pre-activations of the batch's rows.
func (m *minibatch[T]) forward(rows int) {
	for n := 1; n <= m.layers()+1; n++ {
		m.forwardLayer(n, rows)
	}
}

// forwardLayer computes those of layer n.
func (m *minibatch[T]) forwardLayer(n, rows int) {
	z := m.z[n].RowView(0, rows)
	beta := T(0)
	for _, e := range m.in[n] {
		a, w := m.activations(e.from, rows), e.w
		if e.withBias.Cols > 0 {
			a, w = m.a[e.from].RowView(0, rows), e.withBias
		}
		mat.Gemm(mat.NoTrans, mat.Trans, 1, a, w, beta, z, m.w)
		beta = 1
	}
	if n > m.layers() {
		return
	}
	for i := range rows {
		vec.Relu(m.a[n].Row(i)[:z.Cols], z.Row(i))
	}
}

// activations returns those of layer n, without the column of ones.
func (m *minibatch[T]) activations(n, rows int) mat.Dense[T] {
	return m.a[n].View(0, 0, rows, m.widths[n])
}

// loss is the mean of ℓ over the batch.
func (m *minibatch[T]) loss(rows int) float64 {
	z := m.z[m.layers()+1].RowView(0, rows)
	var sum float64
	for i := range rows {
		sum += m.net.Loss.Value(z.Row(i), m.y.Row(i))
	}
	return sum / float64(rows)
}

// count adds the batch to what is known of the epoch.
func (m *minibatch[T]) count(rows int, loss float64, activity bool) {
	s, o := &m.stats, m.z[m.layers()+1]
	s.loss += loss * float64(rows)
	s.samples += rows
	for i := range rows {
		y := m.y.Row(i)
		if !(y[nn.Argmax(o.Row(i))] > 0) {
			s.wrong++
		}
	}
	if !activity {
		return
	}
	s.checked += rows
	for n := range s.active {
		for i := range rows {
			s.active[n] += nn.CountPositive(m.z[n+1].Row(i))
		}
	}
}
