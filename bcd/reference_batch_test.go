package bcd_test

import (
	"math"

	"ridge/bcd/train/traintest/plain"
)

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
	if s.loss > max(3*r.bestLoss, r.lossUnit()/4) {
		r.good, r.average = clone(r.best[0]), clone(r.best[1])
		r.bestLoss *= 2
		r.goBack()
		s.halvings++
		r.updates, r.spectralWay = 0, 0
		for _, b := range r.blocks {
			b.momentum = plain.Zeros(len(b.momentum), r.widths[b.from]+b.bias)
		}
		r.undone++
	}
	r.sparsify(s)
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
	r.t++
	if !r.admit(x, y, before) {
		return
	}
	r.count(samples, z, before)
	if r.t%8 == 0 {
		r.addToAverage()
	}
	if r.t <= 8 || r.t%2 == 0 || r.updates == 0 {
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
	r.stats.stepSum += r.stats.eta
	r.stats.outputSum += r.stats.eta * r.outputStepFactor(size)
}

// admit watches the losses. A batch of too high a loss is trained on only if its samples are to blame, which the
// weights to go back to show; else these take the place of the weights.
func (r *reference) admit(x, y matrix, before float64) bool {
	size := float64(len(x))
	if r.t == 1 {
		r.recent = max(before, r.lossOfZeros())
		r.lowest = r.recent
	}
	counted := before
	if most, rises := r.mostLoss(size), r.rises(size); rises || !(before <= most) { // NaN is not
		if !(r.lossAt(r.good, x, y) >= before/2) {
			r.goBack()
			r.backs++
			return false
		}
		if rises {
			r.lowest = r.recent / 2
		}
		counted = min(before, r.mostLoss(size))
		r.excused++
	}
	r.recent += (counted - r.recent) / 64
	r.lowest = min(r.lowest, r.recent)
	return true
}

// rescale brings hidden activations to the scale of the input.
func (r *reference) rescale(x matrix) {
	fits := true
	_, u := r.forward(x)
	for n := 1; n <= r.layers(); n++ {
		size := meanSquare(u[n])
		fits = fits && 0.1*min(1, meanSquare(x)) < size && size < 10*max(1, meanSquare(x))
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
		goal := meanSquare(x)
		if goal < 0.1 {
			goal = 1
		}
		factor := math.Sqrt(goal / meanSquare(u[n]))
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
	output := 1 / c[r.layers()]
	if usual := r.toUsual(); r.fresh && !(usual/1000 < output && output < usual*1000) {
		output = usual
	}
	for _, row := range r.w[r.layers()+1] {
		for j := range row[:len(row)-1] {
			row[j] *= output
		}
	}
	r.begin()
}

// toUsual gives the weights of the output the deviation 0.1/√d.
func (r *reference) toUsual() float64 {
	var sum float64
	v := r.w[r.layers()+1]
	for _, row := range v {
		for _, w := range row[:len(row)-1] {
			sum += w * w
		}
	}
	units := float64(len(v[0]) - 1)
	return math.Sqrt(0.01 / units / (sum / (units * float64(len(v)))))
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
		if r.soft {
			for k, p := range softmax(o) {
				sum -= 2 * y[i][k] * math.Log(p)
			}
			continue
		}
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

// softmax is e^o over its sum.
func softmax(o []float64) []float64 {
	p, sum := make([]float64, len(o)), 0.
	for k, v := range o {
		p[k] = math.Exp(v)
		sum += p[k]
	}
	for k := range p {
		p[k] /= sum
	}
	return p
}

// slope is ∂ℓ/∂o.
func (r *reference) slope(o, y []float64) []float64 {
	d := make([]float64, len(o))
	if r.soft {
		for k, p := range softmax(o) {
			d[k] = 2 * (p - y[k])
		}
		return d
	}
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
