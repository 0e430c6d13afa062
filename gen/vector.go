package main

// The elementwise loops of linear algebra. MAX and MIN return their second source (Go's first
// operand) if the two are equal or one is NaN. As in the reference kernels, that operand is the
// value being clamped.

var _ = elementwise("Axpy", loop{
	scalars: []string{"alpha"}, in: []string{"x", "y"}, out: []string{"y"}, bound: "x", halves: true,
	body: func(m machine, s, v []vec) []vec {
		m.fma(v[0], s[0], v[1])
		return v[1:2]
	},
})

var _ = elementwise("Axpyf", loop{
	scalars: []string{"a0", "a1", "a2", "a3"}, in: []string{"x0", "x1", "x2", "x3", "y"}, out: []string{"y"},
	bound: "x0",
	body: func(m machine, s, v []vec) []vec {
		for q := range 4 {
			m.fma(v[q], s[q], v[4])
		}
		return v[4:5]
	},
})

var _ = elementwise("Scal", loop{
	scalars: []string{"alpha"}, in: []string{"x"}, out: []string{"x"}, bound: "x", halves: true,
	body: func(m machine, s, v []vec) []vec {
		m.mul(v[0], s[0], v[0])
		return v[:1]
	},
})

var _ = elementwise("Clamp", loop{
	in: []string{"x", "l", "u"}, out: []string{"x"}, bound: "x",
	body: func(m machine, _, v []vec) []vec {
		m.max(v[0], v[1], v[0])
		m.min(v[0], v[2], v[0])
		return v[:1]
	},
})
