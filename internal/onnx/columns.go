package onnx

import (
	"slices"
	"strings"

	"ridge/bcd/nn/columns"
)

// columns adds the inputs of the graph and their preparation. It returns the inputs of the network.
func (g *graph) columns(d *columns.Description, inputs int) string {
	if d == nil {
		return g.input("x", float32Type, inputs)
	}
	p := preparation{graph: g, names: distinct(d.RawNames()), texts: hasTexts(d)}
	if p.texts {
		g.opset = 19
	}
	for j, c := range d.Inputs.Columns {
		p.column(j, c)
	}
	return p.join()
}

// hasTexts reports whether some columns are texts: then each column is an input of its own.
func hasTexts(d *columns.Description) bool {
	return slices.ContainsFunc(d.Inputs.Columns, func(c columns.Column) bool { return c.Kind == columns.Levels })
}

// distinct makes names that differ from each other and from all others of the graph.
func distinct(names []string) []string {
	taken := map[string]bool{"scores": true, "index": true, "class": true, "probabilities": true, "values": true}
	list := make([]string, len(names))
	for i, name := range names {
		for taken[name] || strings.HasPrefix(name, own) {
			name = "_" + name
		}
		taken[name], list[i] = true, name
	}
	return list
}

// affineMap is (v − mean)/divisor of some columns.
type affineMap struct{ means, divisors []float64 }

func (a *affineMap) add(mean, divisor float64) {
	a.means, a.divisors = append(a.means, mean), append(a.divisors, divisor)
}

// preparation collects the preparation of raw columns: numbers all at once, texts one by one.
type preparation struct {
	*graph
	names []string // of the raw columns
	texts bool     // some columns are

	numbers  []string // inputs of the graph, if each column is one
	fills    []float64
	scaled   affineMap
	missing  []int // which of the numbers tell that they are missing
	absent   affineMap
	curved   []int // which of the numbers a curve is of; each piece is one, too
	curves   []*columns.Curve
	ranked   affineMap // of the curves
	levels   []string  // the parts of texts
	order    []place
	position int // among the columns of levels
}

// place is where an input of the network is made.
type place struct {
	part  int // 0: numbers, 1: missing numbers, 2: curves, 3: levels
	index int
}

func (p *preparation) column(j int, c columns.Column) {
	switch c.Kind {
	case columns.Number:
		p.order = append(p.order, place{0, len(p.fills)})
		if c.Curve != nil {
			p.curve(c.Curve)
		}
		if c.Pieces != nil {
			for k, mean := range c.Pieces.Means {
				p.curve(&columns.Curve{At: c.Pieces.At[k : k+2], To: []float64{0, 1}, Mean: mean,
					Divisor: c.Pieces.Divisor})
			}
		}
		if c.Missing != nil {
			p.order = append(p.order, place{1, len(p.missing)})
			p.missing = append(p.missing, len(p.fills))
			p.absent.add(c.Missing.Mean, c.Missing.Divisor)
		}
		p.fills = append(p.fills, c.Fill)
		p.scaled.add(c.Mean, c.Divisor)
		if p.texts {
			p.numbers = append(p.numbers, p.input(p.names[j], float32Type, 1))
		}
	case columns.Levels:
		p.text(p.names[j], c)
	}
}

// curve is one of the next column of numbers.
func (p *preparation) curve(c *columns.Curve) {
	p.order = append(p.order, place{2, len(p.curved)})
	p.curved, p.curves = append(p.curved, len(p.fills)), append(p.curves, c)
	p.ranked.add(c.Mean, c.Divisor)
}

// text is a column of texts: it computes which of the levels a cell is, and whether it is missing.
func (p *preparation) text(name string, c columns.Column) {
	x := p.input(name, stringType, 1)
	var scaled affineMap
	known := append([]string{}, c.Levels...)
	for i := range c.Levels {
		scaled.add(c.Means[i], c.Divisor)
	}
	if c.Missing != nil {
		known = append(known, "")
		scaled.add(c.Missing.Mean, c.Missing.Divisor)
	}
	label := name + " levels"
	same := p.add("Equal", []string{x, p.constant(label, texts(label, known, 1, len(known)))})
	p.levels = append(p.levels, p.scale(label, p.cast(same, doubleType), scaled))
	for range known {
		p.order = append(p.order, place{3, p.position})
		p.position++
	}
}

// scale adds (v − mean)/divisor, in float64.
func (p *preparation) scale(name, x string, a affineMap) string {
	means, divisors := name+" means", name+" divisors"
	centred := p.add("Sub", []string{x, p.constant(means, list(means, a.means))})
	return p.add("Div", []string{centred, p.constant(divisors, list(divisors, a.divisors))})
}

// join brings the inputs of the network into their order, rounded to float32.
func (p *preparation) join() string {
	var parts []string
	starts := [4]int{0, len(p.fills), len(p.fills) + len(p.missing), len(p.fills) + len(p.missing) + len(p.curved)}
	if len(p.fills) > 0 {
		x := ""
		if p.texts {
			x = p.graph.join(p.numbers)
		} else {
			x = p.input("x", float32Type, len(p.fills))
		}
		gone := p.add("IsNaN", []string{x})
		filled := p.add("Where", []string{gone, p.constant("fills", list("fills", p.fills)), p.cast(x, doubleType)})
		parts = append(parts, p.scale("numbers", filled, p.scaled))
		if len(p.missing) > 0 {
			told := p.pick(p.cast(gone, doubleType), "missing", p.missing)
			parts = append(parts, p.scale("missing", told, p.absent))
		}
		if len(p.curved) > 0 {
			parts = append(parts,
				p.scale("curves", p.follow(p.pick(filled, "curved", p.curved), p.pick(gone, "curved gone", p.curved)),
					p.ranked))
		}
	}
	all := p.graph.join(append(parts, p.levels...))
	order, sorted := make([]int, len(p.order)), true
	for i, at := range p.order {
		order[i] = starts[at.part] + at.index
		sorted = sorted && order[i] == i
	}
	if !sorted {
		all = p.pick(all, "order", order)
	}
	return p.cast(all, float32Type)
}
