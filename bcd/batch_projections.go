package bcd

import (
	"math"

	"ridge/bcd/internal/rows"
	"ridge/bcd/vec"
	"ridge/mat"
)

// projections holds [X, 1]·(S₀ + δI)⁻¹, a row for each sample. Where that takes much memory, in float32, an element is
// 16 bits of its row's largest one: what a step is rounded by is at most 2⁻¹⁶ of that, of another sign each time, and a
// batch of gradients varies by far more. In float64 nothing is rounded.
type projections[T mat.Float] struct {
	full   mat.Dense[T] // empty if they are short
	short  [][]int16    // bands of rows, made by the workers that fill them
	scales []T          // of the rows
	width  int
}

// muchMemory is the number of elements from which on projections are short: below, all of it takes less than a process
// needs anyway.
const muchMemory = 1 << 24

func newProjections[T mat.Float](samples, width int) projections[T] {
	if !mat.IsFloat32[T]() || samples*width < muchMemory {
		return projections[T]{full: mat.NewDense[T](samples, width), width: width}
	}
	return projections[T]{short: make([][]int16, rows.Bands(samples)), scales: make([]T, samples), width: width}
}

// set stores the rows of a from row lo on, where a band begins.
func (p *projections[T]) set(lo int, a mat.Dense[T], w mat.Workers) {
	if p.short == nil {
		mat.Copy(p.full.RowView(lo, a.Rows), a)
		return
	}
	single := any(a).(mat.Dense[float32]) // others are not short
	rows.EachBand(w, a.Rows, func(from, to int) {
		short := make([]int16, (to-from)*p.width)
		for i := from; i < to; i++ {
			p.scales[lo+i] = T(shorten(short[(i-from)*p.width:][:p.width], single.Row(i)))
		}
		p.short[(lo+from)/rows.Band] = short
	})
}

// shorten makes dst the nearest multiples of what it returns to the elements of row.
func shorten(dst []int16, row []float32) float32 {
	const steps = math.MaxInt16
	largest := mat.NormMax(mat.DenseOf(1, len(row), row))
	scale := largest / steps
	if !(scale > 0) {
		clear(dst)
		return 0
	}
	inverse := steps / largest
	dst = dst[:len(row)]
	for j, v := range row {
		dst[j] = int16(roundAway(v * inverse))
	}
	return scale
}

// roundAway rounds to the nearest integer, and halves away from zero, without a branch: the sign is hard to guess.
func roundAway(v float32) int32 {
	const sign, half = 1 << 31, 0x3f000000 // the bits of 0.5
	return int32(v + math.Float32frombits(math.Float32bits(v)&sign|half))
}

// get copies the row of a sample to dst.
func (p *projections[T]) get(dst []T, sample int) {
	if p.short == nil {
		copy(dst, p.full.Row(sample))
		return
	}
	vec.Widen(dst, p.short[sample/rows.Band][sample%rows.Band*p.width:][:p.width], p.scales[sample])
}
