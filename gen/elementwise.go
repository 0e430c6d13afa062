package main

import (
	"fmt"
	"slices"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// loop describes an elementwise kernel, out[i] = f(in[i]…).
type loop struct {
	scalars   []string // floating-point parameters
	in, out   []string
	bound     string // the slice whose length is the number of elements
	fetched   string // a slice of which the same elements are prefetched, if any
	needsZero bool   // a zero vector follows the scalars
	halves    bool   // the remainder is made of smaller vectors instead of a masked one (AVX2)
	body      func(m machine, scalars, in []vec) (out []vec)
}

// elementwise registers a kernel that is a loop: four vectors at a time, then one vector, then a
// masked remainder.
func elementwise(name string, l loop) bool { return register(name, func(m machine) { m.loop(l) }) }

func (m machine) loop(l loop) {
	m.begin()
	bases := make(map[string]reg.GPVirtual)
	for _, name := range slices.Concat(l.in, l.out) {
		if bases[name] == nil {
			bases[name] = slice(name)
		}
	}
	if l.fetched != "" {
		bases[l.fetched] = slice(l.fetched)
	}
	n := length(l.bound)
	var scalars []vec
	for _, name := range l.scalars {
		scalars = append(scalars, m.scalar(name))
	}
	if l.needsZero {
		zero := m.vec()
		m.zero(zero)
		scalars = append(scalars, zero)
	}
	each := m.eachVector
	if l.halves && m.bits == 256 {
		each = m.eachVectorByHalves
	}
	each(n, func(offset Mem, load func(Mem, vec), store func(vec, Mem)) {
		at := func(name string) Mem {
			at := offset
			at.Base = bases[name]
			return at
		}
		if l.fetched != "" {
			PREFETCHT0(at(l.fetched))
		}
		in := m.vecs(len(l.in))
		for i, name := range l.in {
			load(at(name), in[i])
		}
		for i, v := range l.body(m, scalars, in) {
			store(v, at(l.out[i]))
		}
	})
	ret()
}

// prefetchDistance is how far ahead, in bytes, a slice that comes from memory is prefetched: beyond
// the end of its page, where the processor's own prefetchers stop.
const prefetchDistance = 8 << 10

// prefetchAhead prefetches the memory after a vector. It may lie beyond the slice: prefetching
// unreadable memory does no harm.
func (m machine) prefetchAhead(at Mem) { PREFETCHT0(at.Offset(prefetchDistance)) }

// step writes the code for one vector, whose address is given relative to the base of a slice.
type step = func(offset Mem, load func(Mem, vec), store func(vec, Mem))

// eachVector writes the loops over n elements.
func (m machine) eachVector(n reg.GPVirtual, do step) {
	i := m.wholeVectors(n, do)
	TESTQ(n, n)
	JEQ(LabelRef("end"))
	rest := m.firstLanes(n, 0)
	do(Mem{Index: i, Scale: 1}, rest.load, rest.store)
	Label("end")
}

// eachVectorByHalves is eachVector without masks: the remainder is half a vector, a quarter, and so on, as many of them
// as it has elements for. This suits short vectors in a body of few instructions: on some processors a masked store
// takes tens of them, and no load that follows can be served from it. The other lanes of the registers are zero.
func (m machine) eachVectorByHalves(n reg.GPVirtual, do step) {
	i := m.wholeVectors(n, do)
	for lanes := m.lanes() / 2; lanes > 0; lanes /= 2 {
		next, mov := fmt.Sprintf("after%dof%d", lanes, m.lanes()), m.movPart(lanes)
		TESTQ(imm(lanes), n)
		JEQ(LabelRef(next))
		do(Mem{Index: i, Scale: 1}, func(from Mem, to vec) { mov(from, to.AsX()) },
			func(from vec, to Mem) { mov(from.AsX(), to) })
		if lanes > 1 {
			ADDQ(imm(lanes*m.size), i)
		}
		Label(next)
	}
}

// movPart is a move of the first lanes of an AVX2 vector, at most half of it.
func (m machine) movPart(lanes int) instruction {
	switch lanes * m.size {
	case 16:
		return m.mov
	case 8:
		return VMOVSD
	}
	return VMOVSS
}

// wholeVectors writes the loops over all vectors that have n elements. Then n is the number of elements that are left,
// and i their offset.
func (m machine) wholeVectors(n reg.GPVirtual, do step) (i reg.GPVirtual) {
	i = GP64()
	XORQ(i, i)
	load := func(from Mem, to vec) { m.mov(from, to) }
	store := func(from vec, to Mem) { m.mov(from, to) }
	for _, count := range []int{4, 1} {
		label, next := fmt.Sprintf("by%d", count), fmt.Sprintf("after%d", count)
		elements := imm(count * m.lanes())
		CMPQ(n, elements)
		JLT(LabelRef(next))
		Label(label)
		for v := range count {
			do(Mem{Index: i, Scale: 1, Disp: v * m.bits / 8}, load, store)
		}
		ADDQ(imm(count*m.bits/8), i)
		SUBQ(elements, n)
		CMPQ(n, elements)
		JGE(LabelRef(label))
		Label(next)
	}
	return i
}
