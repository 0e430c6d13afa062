package qp

import "math"

// reduction leaves out of a problem what is no work: rows with at most one element, variables
// without room, and such that no other one depends on.
type reduction struct {
	single []int // the variable of a row with one element; none, or several
	value  []float64
	p      program
}

const (
	noElement       = -1
	severalElements = -2
)

func (r *reduction) prepare(p *program) {
	m := p.m()
	r.single, r.value = make([]int, m), make([]float64, m)
	for i := range r.single {
		r.single[i] = noElement
		p.a.each(i, func(j int, v float64) {
			switch r.single[i] {
			case noElement:
				r.single[i], r.value[i] = j, v
			default:
				r.single[i] = severalElements
			}
		})
	}
}

// of returns the problem that is left.
func (r *reduction) of(p *program) *program {
	n := p.n()
	r.p = *p
	r.p.lower, r.p.upper = append([]float64(nil), p.lower...), append([]float64(nil), p.upper...)
	r.p.free, r.p.rows = nil, nil
	for i, j := range r.single {
		switch j {
		case noElement:
		case severalElements:
			r.p.rows = append(r.p.rows, i)
		default:
			l, u := p.lower[n+i]/r.value[i], p.upper[n+i]/r.value[i]
			if l > u {
				l, u = u, l
			}
			r.p.lower[j], r.p.upper[j] = math.Max(r.p.lower[j], l), math.Min(r.p.upper[j], u)
			r.p.lower[n+i], r.p.upper[n+i] = math.Inf(-1), math.Inf(1)
		}
	}
	for j := range n {
		if r.p.lower[j] != r.p.upper[j] {
			r.p.free = append(r.p.free, j)
		}
	}
	return &r.p
}
