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
	mat.Parallel(w, rows.Bands(a.Rows), func(band int) {
		from, to := rows.InBand(band, a.Rows)
		short := make([]int16, (to-from)*p.width)
		for i := from; i < to; i++ {
			p.scales[lo+i] = shorten(short[(i-from)*p.width:][:p.width], a.Row(i))
		}
		p.short[lo/rows.Band+band] = short
	})
}

// shorten makes dst the nearest multiples of what it returns to the elements of row.
func shorten[T mat.Float](dst []int16, row []T) T {
	const steps = math.MaxInt16
	largest := mat.NormMax(mat.DenseOf(1, len(row), row))
	scale := largest / steps
	if !(scale > 0) {
		clear(dst)
		return 0
	}
	inverse := steps / largest
	for j, v := range row {
		// Processors guess half of the branches wrong that depend on the sign.
		half := T(math.Copysign(0.5, float64(v)))
		dst[j] = int16(v*inverse + half)
	}
	return scale
}

// get copies the row of a sample to dst.
func (p *projections[T]) get(dst []T, sample int) {
	if p.short == nil {
		copy(dst, p.full.Row(sample))
		return
	}
	vec.Widen(dst, p.short[sample/rows.Band][sample%rows.Band*p.width:][:p.width], p.scales[sample])
}
