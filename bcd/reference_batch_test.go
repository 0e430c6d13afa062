package bcd_test

import (
	"math"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
)

// reference trains as docs/minibatch.md says in "A batch, step by step", with loops and nothing
// else, and shares no code with what it is the reference of but the order of the samples. Layers
// are numbered from 1, the output being L+1; samples are rows.
type reference struct {
	o      bcd.BatchOptions
	hinge  bool
	x, y   matrix // centred samples, targets
	labels []int
	deal   *train.Batches
	reads  [][]int // layers that a layer reads, ascending
	widths []int
	gamma  []float64

	w, before, good, average []matrix // weights of layer n, the biases last
	blocks                   []*block

	gram    []matrix // S
	p       []matrix // (S + …)⁻¹
	damping []float64
	trace   []float64 // of S, without the ones
	freedom float64
	updates int

	t, averaged    int
	total          int
	unit           float64 // root of the mean square of all inputs
	scale, ceiling float64
	pending        float64
	spectralWay    float64 // of the steps since the last one in the spectral norm
	recent, lowest float64
	stats          referenceStats
	bestLoss       float64     // of an epoch
	best, ended    [2][]matrix // where that epoch began, and where the last one ended
	halved, backs  int
	undone         int // epochs
	flushed        int // what has become zero because it was small
	excused        int // suspect batches for which the weights are not to blame
}

// block is the part of a layer's weights by which it reads one other layer.
type block struct {
	to, from, column int
	v                []float64 // of the power steps
	norm2            float64
	spectral         bool   // between hidden layers, by the spectral norm
	bias             int    // 1 if the biases are next
	momentum         matrix // of RᵀA/B
}

type referenceStats struct {
	loss, eta, errors float64
	samples, halvings int
}

func newReference(net *nn.Network[float64], data train.Data[float64], o bcd.BatchOptions) *reference {
	_, hinge := net.Loss.(nn.Hinge[float64])
	r := &reference{
		o: o, hinge: hinge, labels: data.Labels, deal: train.NewBatches(data.X.Rows, o.Batch, o.Seed),
		widths: net.Widths(), scale: 1, ceiling: 1, gamma: []float64{0}, bestLoss: math.Inf(1),
	}
	outputs := net.V.Rows
	for i := range data.X.Rows {
		x, y := make([]float64, data.X.Cols), make([]float64, outputs)
		for j := range x {
			x[j] = data.X.At(i, j)
			if net.Mean != nil {
				x[j] -= net.Mean[j]
			}
		}
		for k := range y {
			if hinge {
				y[k] = -1
			}
		}
		y[data.Labels[i]] = 1
		r.x, r.y = append(r.x, x), append(r.y, y)
	}
	layers := len(net.Layers)
	r.reads, r.w = make([][]int, layers+2), make([]matrix, layers+2)
	for n := 1; n <= layers+1; n++ {
		r.reads[n] = net.Reads(n)
		r.gamma = append(r.gamma, o.Gamma[min(n, len(o.Gamma))-1])
		column := 0
		for _, m := range r.reads[n] {
			b := &block{to: n, from: m, column: column}
			for j := range r.widths[m] {
				b.v = append(b.v, 1+float64(j%7)/8)
			}
			b.spectral = o.Metric == bcd.SpectralMetric && m > 0 && n <= layers
			if m == r.reads[n][len(r.reads[n])-1] {
				b.bias = 1
			}
			b.momentum = zeros(net.Weights(n).Rows, r.widths[m]+b.bias)
			r.blocks = append(r.blocks, b)
			column += r.widths[m]
		}
		for i := range net.Weights(n).Rows {
			r.w[n] = append(r.w[n], append([]float64(nil), net.Weights(n).Row(i)...))
		}
	}
	r.enterUnit()
	r.gamma[layers+1] = 1 // what the output's loss weighs
	r.total = o.Epochs * r.deal.PerEpoch()
	r.gram, r.p = make([]matrix, layers+1), make([]matrix, layers+1)
	r.damping, r.trace = make([]float64, layers+1), make([]float64, layers+1)
	for n := range r.gram {
		r.gram[n] = zeros(r.widths[n]+1, r.widths[n]+1)
	}
	r.gram[0] = r.outer(r.x)
	r.invert(0)
	r.drawBiases()
	r.begin()
	return r
}

// begin makes the weights those to go back to.
func (r *reference) begin() {
	r.before, r.good, r.average, r.ended = clone(r.w), clone(r.w), clone(r.w), [2][]matrix{clone(r.w), clone(r.w)}
}

func (r *reference) layers() int { return len(r.widths) - 2 }

// epoch trains on all samples, and adds the last iterate to the average.
func (r *reference) epoch() referenceStats {
	r.stats = referenceStats{}
	for i := 1; ; i++ {
		samples := r.deal.Next()
		if samples == nil {
			break
		}
		r.batch(samples, i == r.deal.PerEpoch())
	}
	s := r.stats
	s.loss /= float64(s.samples)
	s.errors /= float64(s.samples)
	if s.loss > max(3*r.bestLoss, r.lossOfZeros()/4) {
		r.good, r.average = clone(r.best[0]), clone(r.best[1])
		r.bestLoss *= 2
		r.goBack()
		s.halvings++
		r.updates = 0
		r.undone++
	}
	if s.loss <= r.bestLoss {
		r.bestLoss, r.best = s.loss, r.ended
	}
	r.ended = [2][]matrix{clone(r.w), clone(r.average)}
	return s
}

// batch is one batch, the last one of its epoch or not.
func (r *reference) batch(samples []int, last bool) {
	var x, y matrix
	for _, i := range samples {
		x, y = append(x, r.x[i]), append(y, r.y[i])
	}
	if r.t == 0 {
		r.rescale(x)
	}
	z, u := r.forward(x)
	before := r.loss(z, y)
	size := float64(len(samples))
	done, total := float64(r.t), float64(r.total)
	eta := r.o.Step * min(1, (done+1)/(0.05*total), 2*(1-done/total)) * size / float64(min(r.o.Batch, len(r.x)))
	check := r.t%32 == 0 || last
	if r.t == 0 {
		r.recent = max(before, r.lossOfZeros())
		r.lowest = r.recent
	}
	r.t++
	counted := before
	if most, rises := r.mostLoss(size), r.rises(size); rises || !(before <= most) { // NaN is not
		if !(r.lossAt(r.good, x, y) >= before/2) {
			r.goBack()
			return
		}
		if rises {
			r.lowest = r.recent / 2
		}
		counted = min(before, r.mostLoss(size))
		r.excused++
	}
	r.recent += (counted - r.recent) / 64
	r.lowest = min(r.lowest, r.recent)
	r.count(samples, z, before)
	if r.t%8 == 0 {
		r.addToAverage()
	}
	if r.t <= 8 || r.t%2 == 0 {
		r.remember(u)
	}
	if r.t%32 == 0 || r.t == 1 || r.t == 2 || r.t == 4 || r.t == 8 || r.t == 16 || r.updates == 1 {
		for n := 1; n <= r.layers(); n++ {
			r.invert(n)
		}
		r.estimateNorms()
	}
	if check {
		r.before = clone(r.w)
		if r.recent <= 2*r.lowest {
			r.good = clone(r.w)
		}
	}
	c := r.corrections(z, u, y)
	r.step(c, u, eta*r.scale)
	r.spectralStep(c, u)
	if check {
		r.verify(x, y, before)
	}
	if last || r.t%96 == 0 || r.decayIsDue(size) {
		r.decay(size)
	}
	if last {
		r.addToAverage()
	}
	r.stats.eta = eta * r.scale
}

// rescale brings hidden activations to the scale of the input.
func (r *reference) rescale(x matrix) {
	fits := true
	_, u := r.forward(x)
	for n := 1; n <= r.layers(); n++ {
		size := meanSquare(u[n]) / meanSquare(x)
		fits = fits && 0.1 < size && size < 10
	}
	if fits {
		return
	}
	c := []float64{1} // C_n
	for n := 1; n <= r.layers(); n++ {
		for _, b := range r.blocks {
			for i := range r.w[n] {
				for j := range r.widths[b.from] {
					if b.to == n {
						r.w[n][i][b.column+j] *= c[n-1] / c[b.from]
					}
				}
			}
		}
		for _, row := range r.w[n] {
			row[len(row)-1] *= c[n-1]
		}
		_, u := r.forward(x)
		factor := math.Sqrt(meanSquare(x) / meanSquare(u[n]))
		if math.IsInf(factor, 1) {
			factor = 1
		}
		for _, row := range r.w[n] {
			for j := range row {
				row[j] *= factor
			}
		}
		c = append(c, c[n-1]*factor)
	}
	for _, row := range r.w[r.layers()+1] {
		for j := range row[:len(row)-1] {
			row[j] /= c[r.layers()]
		}
	}
	r.begin()
}

// forward returns pre-activations and activations of all layers, the activations of 0 being x.
func (r *reference) forward(x matrix) (z, u []matrix) {
	z, u = make([]matrix, len(r.w)), make([]matrix, len(r.w))
	u[0] = x
	for n := 1; n < len(r.w); n++ {
		for i := range x {
			var a []float64
			for _, m := range r.reads[n] {
				a = append(a, u[m][i]...)
			}
			a = append(a, 1)
			z[n] = append(z[n], times(r.w[n], a))
			u[n] = append(u[n], positive(z[n][i]))
		}
	}
	return z, u
}

// loss is the mean loss of the outputs z[L+1].
func (r *reference) loss(z []matrix, y matrix) float64 {
	var sum float64
	for i, o := range z[r.layers()+1] {
		for k, v := range o {
			d := v - y[i][k]
			if r.hinge {
				d = max(0, 1-y[i][k]*v)
			}
			sum += d * d / 2
		}
	}
	return sum / float64(len(y))
}

// slope is ∂ℓ/∂o.
func (r *reference) slope(o, y []float64) []float64 {
	d := make([]float64, len(o))
	for k, v := range o {
		d[k] = v - y[k]
		if r.hinge {
			d[k] = -y[k] * max(0, 1-y[k]*v)
		}
	}
	return d
}

func (r *reference) count(samples []int, z []matrix, loss float64) {
	r.stats.loss += loss * float64(len(samples))
	r.stats.samples += len(samples)
	for i, sample := range samples {
		best := 0
		for k, v := range z[r.layers()+1][i] {
			if v > z[r.layers()+1][i][best] {
				best = k
			}
		}
		if best != r.labels[sample] {
			r.stats.errors++
		}
	}
}
