package main

import (
	"fmt"
	"slices"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// elementwiseKernels writes the kernels out[i] = f(in[i]…). MAX and MIN return
// their second source, which is Go's first operand, if the two are equal or one is
// NaN: the value being clamped stands there, as in the twins.
func elementwiseKernels(m machine) {
	m.elementwise(loop{base: "axpy", scalars: []string{"alpha"}, in: []string{"x", "y"}, out: []string{"y"}, bound: "x",
		params: "alpha T, x, y []T", doc: "Axpy.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual {
			m.fma(v[0], s[0], v[1])
			return v[1:2]
		}})
	m.elementwise(loop{base: "axpyStream", scalars: []string{"alpha"}, in: []string{"x", "y"}, out: []string{"y"}, bound: "x", stream: "x",
		params: "alpha T, x, y []T", doc: "AxpyStream.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual {
			m.fma(v[0], s[0], v[1])
			return v[1:2]
		}})
	m.elementwise(loop{base: "axpyf", scalars: []string{"a0", "a1", "a2", "a3"}, in: []string{"x0", "x1", "x2", "x3", "y"}, out: []string{"y"}, bound: "x0",
		params: "a0, a1, a2, a3 T, x0, x1, x2, x3, y []T", doc: "Axpyf.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual {
			for q := range 4 {
				m.fma(v[q], s[q], v[4])
			}
			return v[4:5]
		}})
	m.elementwise(loop{base: "scal", scalars: []string{"alpha"}, in: []string{"x"}, out: []string{"x"}, bound: "x",
		params: "alpha T, x []T", doc: "Scal.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual {
			m.mul(v[0], s[0], v[0])
			return v[:1]
		}})
	m.elementwise(loop{base: "clamp", in: []string{"x", "l", "u"}, out: []string{"x"}, bound: "x",
		params: "x, l, u []T", doc: "Clamp.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual { return []reg.VecVirtual{m.clamp(v[0], v[1], v[2])} }})
	m.elementwise(loop{base: "relu", in: []string{"z"}, out: []string{"dst"}, bound: "dst", needsZero: true,
		params: "dst, z []T", doc: "Relu.",
		body: func(s, v []reg.VecVirtual) []reg.VecVirtual {
			m.max(v[0], s[0], v[0])
			return v[:1]
		}})
}

func (m machine) clamp(v, l, u reg.VecVirtual) reg.VecVirtual {
	m.max(v, l, v)
	m.min(v, u, v)
	return v
}

// loop describes a kernel that reads the same index of several slices.
type loop struct {
	base, params, doc string   // params with T for the element type
	scalars           []string // floating-point parameters
	in                []string
	out               []string
	bound             string // the slice whose length counts
	needsZero         bool   // a vector of zeros follows the scalars
	stream            string // the slice that is asked for ahead; empty: none
	body              func(scalars, in []reg.VecVirtual) (out []reg.VecVirtual)
}

// elementwise writes a loop by four vectors, one vector, and a masked rest.
func (m machine) elementwise(l loop) {
	m.function(l.base, "func("+strings.ReplaceAll(l.params, "T", m.goType)+")", l.doc)
	bases := make(map[string]reg.GPVirtual)
	for _, name := range slices.Concat(l.in, l.out) {
		if bases[name] == nil {
			bases[name] = slice(name)
		}
	}
	n := length(l.bound)
	var scalars []reg.VecVirtual
	for _, name := range l.scalars {
		scalars = append(scalars, m.scalar(name))
	}
	if l.needsZero {
		zero := m.vec()
		m.zero(zero)
		scalars = append(scalars, zero)
	}
	m.walk(n, func(offset Mem, load func(Mem, reg.VecVirtual), store func(reg.VecVirtual, Mem)) {
		at := func(name string) Mem {
			at := offset
			at.Base = bases[name]
			return at
		}
		in := m.vecs(len(l.in))
		for i, name := range l.in {
			load(at(name), in[i])
			if name == l.stream {
				m.askAhead(at(name))
			}
		}
		for i, v := range l.body(scalars, in) {
			store(v, at(l.out[i]))
		}
	})
	ret()
}

// streamAhead is how far ahead, in bytes, a slice that comes from memory is asked for: across
// the end of its page, where the processor's own prefetchers stop.
const streamAhead = 8 << 10

// askAhead asks for what follows a vector, which may be beyond the slice: there is no harm in
// asking for what can't be read.
func (m machine) askAhead(at Mem) { PREFETCHT0(at.Offset(streamAhead)) }

// walk writes the loops over n elements. step is asked for the code of one vector,
// whose place is given relative to the base of a slice.
func (m machine) walk(n reg.GPVirtual, step func(offset Mem, load func(Mem, reg.VecVirtual), store func(reg.VecVirtual, Mem))) {
	i := GP64()
	XORQ(i, i)
	load := func(from Mem, to reg.VecVirtual) { m.mov(from, to) }
	store := func(from reg.VecVirtual, to Mem) { m.mov(from, to) }
	vectors := func(count int) {
		label, next := fmt.Sprintf("by%d", count), fmt.Sprintf("after%d", count)
		elements := imm(count * m.lanes())
		CMPQ(n, elements)
		JLT(LabelRef(next))
		Label(label)
		for v := range count {
			step(Mem{Index: i, Scale: 1, Disp: v * m.bits / 8}, load, store)
		}
		ADDQ(imm(count*m.bits/8), i)
		SUBQ(elements, n)
		CMPQ(n, elements)
		JGE(LabelRef(label))
		Label(next)
	}
	vectors(4)
	vectors(1)
	TESTQ(n, n)
	JEQ(LabelRef("end"))
	rest := m.firstLanes(n, 0)
	step(Mem{Index: i, Scale: 1}, rest.load, rest.store)
	Label("end")
}
