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
