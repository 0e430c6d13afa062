package bcd_test

import (
	"math"

	"ridge/bcd/train/traintest/plain"
)

// remember adds the batch to the Gram matrices.
func (r *reference) remember(u []matrix) {
	r.updates++
	keep := min(r.o.Memory, 1-1/float64(r.updates))
	for n := 1; n <= r.layers(); n++ {
		s := r.outer(u[n])
		for i := range s {
			for j := range s[i] {
				r.gram[n][i][j] = keep*r.gram[n][i][j] + (1-keep)*s[i][j]
			}
		}
	}
}

// outer is [U, 1]ᵀ[U, 1]/B.
func (r *reference) outer(u matrix) matrix {
	s := plain.Zeros(len(u[0])+1, len(u[0])+1)
	for _, row := range u {
		a := append(append([]float64(nil), row...), 1)
		for i := range a {
			for j := range a {
				s[i][j] += a[i] * a[j] / float64(len(u))
			}
		}
	}
	return s
}

// invert computes P of layer n, and the degrees of freedom if it is the last.
func (r *reference) invert(n int) {
	width := r.widths[n]
	relative := r.o.Damping
	r.trace[n] = 0
	squares := 0.
	for i := range width {
		r.trace[n] += r.gram[n][i][i]
		for j := range width {
			squares += r.gram[n][i][j] * r.gram[n][i][j]
		}
	}
	mean := r.trace[n] / float64(width)
	r.flush(r.gram[n], 0x1p-60*mean)
	if n == 0 {
		relative *= 0.04
		mean = squares / r.trace[n]
	}
	delta := relative * mean
	if delta == 0 {
		delta = relative
	}
	reader := r.readers(n)[0]
	r.damping[n] = delta + r.lambda(reader)
	if n == 0 {
		r.damping[n] = delta + r.o.InputStep*r.lambda(reader)
	}
	s := clone([]matrix{r.gram[n]})[0]
	for j := range width {
		s[j][j] += r.damping[n]
	}
	ones := min(delta, relative)
	s[width][width] += ones
	r.ones[n] = ones
	r.p[n] = s.Inverse()
	if n == r.layers() {
		r.freedom = 1 - ones*r.p[n][width][width]
		for j := range width {
			r.freedom += 1 - r.damping[n]*r.p[n][j][j]
		}
	}
}

// readers returns the blocks by which others read layer n.
func (r *reference) readers(n int) []*block {
	var list []*block
	for _, b := range r.blocks {
		if b.from == n {
			list = append(list, b)
		}
	}
	return list
}

// lambda is λ'.
func (r *reference) lambda(b *block) float64 {
	relative := r.o.Lambda
	if b.to == r.layers()+1 {
		relative = r.o.LambdaOut
	}
	return relative * r.trace[b.from] / float64(len(r.x))
}

// flush makes what is below a size zero.
func (r *reference) flush(m matrix, smallest float64) {
	for _, row := range m {
		for j, v := range row {
			if math.Abs(v) < smallest {
				row[j] = 0
				r.flushed++
			}
		}
	}
}

// estimateNorms makes three power steps for each block.
func (r *reference) estimateNorms() {
	for _, b := range r.blocks {
		for range 3 {
			norm := math.Sqrt(dot(b.v, b.v))
			for j := range b.v {
				b.v[j] /= norm
			}
			image := make([]float64, len(r.w[b.to]))
			for i := range image {
				image[i] = dot(r.row(b, i), b.v)
			}
			b.norm2 = dot(image, image)
			clear(b.v)
			for i, c := range image {
				for j, w := range r.row(b, i) {
					b.v[j] += c * w
				}
			}
		}
		b.norm2 *= 1.1
	}
}

// row is row i of a block, which is part of the weights.
func (r *reference) row(b *block, i int) []float64 {
	return r.w[b.to][i][b.column : b.column+r.widths[b.from]]
}

// corrections are R_n.
func (r *reference) corrections(z, u []matrix, y matrix) []matrix {
	out := r.layers() + 1
	c := make([]matrix, out+1)
	for i, o := range z[out] {
		d := r.slope(o, y[i])
		for k := range d {
			d[k] = -d[k]
		}
		c[out] = append(c[out], d)
	}
	relative := 0.
	for n := out - 1; n >= 1; n-- {
		for i := range y {
			c[n] = append(c[n], r.uStep(n, i, z, u, c, y[i]))
		}
		size := 0.
		if all := meanSquare(u[n]); all > 0 {
			size = math.Sqrt(meanSquare(c[n]) / all)
		}
		if n == out-1 {
			relative = size
		} else if size > 0 {
			for _, row := range c[n] {
				for j := range row {
					row[j] *= relative / size
				}
			}
		}
	}
	return c
}

// uStep returns how far the projected gradient steps take the activations of layer n for the
// sample i. They are zero for one that loses nothing. All is relative to where it begins, so that small
// corrections keep their digits.
func (r *reference) uStep(n, i int, z, u, c []matrix, y []float64) []float64 {
	out := r.layers() + 1
	start := u[n][i]
	correction := make([]float64, len(start))
	if dot(c[out][i], c[out][i]) == 0 {
		return correction
	}
	lipschitz := r.gamma[n]
	for _, b := range r.readers(n) {
		lipschitz += r.gamma[b.to] * b.norm2
	}
	root := math.Sqrt(r.gamma[n] / lipschitz)
	beta := (1 - root) / (1 + root)
	steps := r.o.Inner
	if n == r.layers() {
		steps = r.o.InnerLast
	}
	point := make([]float64, len(start))
	for range steps {
		g := make([]float64, len(start))
		for j := range g {
			g[j] = r.gamma[n] * (point[j] + (start[j] - z[n][i][j]))
		}
		for _, b := range r.readers(n) {
			moved := append([]float64(nil), z[b.to][i]...)
			for k := range moved {
				for j, w := range r.row(b, k) {
					moved[k] += w * point[j]
				}
			}
			slope := positive(moved)
			if b.to == out {
				slope = r.slope(moved, y)
			} else {
				for k := range slope {
					slope[k] = slope[k] - u[b.to][i][k] - c[b.to][i][k]
				}
			}
			for k, s := range slope {
				for j, w := range r.row(b, k) {
					g[j] += r.gamma[b.to] * s * w
				}
			}
		}
		for j := range correction {
			next := max(-start[j], point[j]-g[j]/lipschitz)
			point[j] = next + beta*(next-correction[j])
			correction[j] = next
		}
	}
	return correction
}

// stepFactor is what η is multiplied by for a block, in a batch of that size.
func (r *reference) stepFactor(b *block, size float64) float64 {
	switch {
	case b.to == r.layers()+1:
		return r.outputStepFactor(size)
	case b.from == 0:
		return r.o.InputStep
	}
	return 1
}

// outputStepFactor is that of the output.
func (r *reference) outputStepFactor(size float64) float64 { return min(0.3, size/8/r.freedom) }

// step moves the weights.
func (r *reference) step(c, u []matrix, eta float64) {
	r.pending += eta
	size := float64(len(u[0]))
	for _, b := range r.blocks {
		if b.spectral {
			continue
		}
		g := plain.Zeros(len(r.w[b.to]), r.widths[b.from]+1)
		for i := range u[0] {
			a := append(append([]float64(nil), u[b.from][i]...), 1)
			for k, v := range c[b.to][i] {
				for j := range a {
					g[k][j] += v * a[j]
				}
			}
		}
		r.add(b, eta*r.stepFactor(b, size)/size, g)
	}
}

// add adds factor·G·P to a block and its biases.
func (r *reference) add(b *block, factor float64, g matrix) {
	width := r.widths[b.from]
	for k, row := range g {
		d := times(r.p[b.from], row) // P is symmetric
		for j := range width {
			r.w[b.to][k][b.column+j] += factor * d[j]
		}
		r.w[b.to][k][len(r.w[b.to][k])-1] += factor * d[width]
	}
}

// ridged reports whether a block has a ridge in the metric of the Gram matrix.
func (b *block) ridged() bool { return !b.spectral || b.from == 0 }

// decay brings what the penalties have been due since the last time.
func (r *reference) decay(size float64) {
	for _, b := range r.blocks {
		if !b.ridged() {
			continue
		}
		var g matrix
		for k := range r.w[b.to] {
			g = append(g, append(append([]float64(nil), r.row(b, k)...), 0))
		}
		r.add(b, -r.pending*r.stepFactor(b, size)*r.lambda(b), g)
	}
	r.pending = 0
	for _, b := range r.blocks {
		for k := range r.w[b.to] {
			r.flush(matrix{r.row(b, k)}, 0x1p-50)
		}
	}
}

func (r *reference) decayIsDue(size float64) bool {
	for _, b := range r.blocks {
		if b.ridged() && r.pending*r.stepFactor(b, size)*r.lambda(b) > r.damping[b.from]/2 {
			return true
		}
	}
	return false
}

// addToAverage adds the iterate as the k-th, with the weight 9/(k+8).
func (r *reference) addToAverage() {
	r.averaged++
	blend(r.average, r.w, 9/(float64(r.averaged)+8))
}
