package onnx

import (
	"fmt"
	"slices"
)

// follow computes the curves, of all columns that have one at once: from knot to knot, each adds the share of its rise
// that the number has behind it. Curves with fewer knots than others rise by 0 in the end. Numbers that are gone have
// the mean.
func (p *preparation) follow(x, gone string) string {
	knots := 0
	for _, c := range p.curves {
		knots = max(knots, len(c.At))
	}
	y, n := "", len(p.curves)
	for k := range knots - 1 {
		from, length, first, rise := make([]float64, n), slices.Repeat([]float64{1}, n), make([]float64,
			n), make([]float64, n)
		for i, c := range p.curves {
			first[i] = c.To[0]
			if k+1 < len(c.At) {
				from[i], length[i], rise[i] = c.At[k], c.At[k+1]-c.At[k], c.To[k+1]-c.To[k]
			}
		}
		constant := func(what string, values []float64) string {
			name := fmt.Sprintf("curves %s %d", what, k)
			return p.constant(name, list(name, values))
		}
		if k == 0 {
			y = constant("first", first)
		}
		way := p.add("Div", []string{p.add("Sub", []string{x, constant("from", from)}), constant("length", length)})
		way = p.add("Min",
			[]string{p.add("Max", []string{way, constant("none", make([]float64, n))}),
				constant("all", slices.Repeat([]float64{1}, n))})
		y = p.add("Add", []string{y, p.add("Mul", []string{way, constant("rise", rise)})})
	}
	return p.add("Where", []string{gone, p.constant("curves mean", list("curves mean", p.ranked.means)), y})
}
