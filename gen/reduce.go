package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var dot = fold{
	in: []string{"x", "y"}, combine: machine.addTo,
	body: func(m machine, acc, _ vec, v []vec) { m.fma(v[0], v[1], acc) },
}

var _ = reduction("Dot", dot)

var _ = reduction("DotStream", fold{in: dot.in, combine: dot.combine, body: dot.body, stream: "x"})

var _ = reduction("Asum", fold{
	in: []string{"x"}, combine: machine.addTo, needsAbs: true,
	body: func(m machine, acc, abs vec, v []vec) {
		m.and(v[0], abs, v[0])
		m.addTo(v[0], acc)
	},
})

var _ = reduction("AbsMax", fold{
	in: []string{"x"}, combine: machine.maxBits, needsAbs: true,
	body: func(m machine, acc, abs vec, v []vec) {
		m.and(v[0], abs, v[0])
		m.maxBits(v[0], acc)
	},
})

var _ = register("Dotxf", machine.dotxf)

// addTo adds x to acc.
func (m machine) addTo(x, acc vec) { m.add(x, acc, acc) }

// dotxf writes the dot products of four vectors with a fifth, which is read once. Two partial
// results for each make enough independent chains to hide the latency of the multiply-adds.
func (m machine) dotxf() {
	const rows = 4
	m.begin()
	var bases []reg.GPVirtual
	for q := range rows {
		bases = append(bases, slice(fmt.Sprintf("x%d", q)))
	}
	y, n := slice("y"), length("x0")
	acc := m.zeros(2 * rows)
	m.eachVector(n, func(offset Mem, load func(Mem, vec), _ func(vec, Mem)) {
		x, yv := m.vec(), m.vec()
		at := offset
		at.Base = y
		load(at, yv)
		for q, base := range bases {
			at.Base = base
			load(at, x)
			m.fma(x, yv, acc[offset.Disp*8/m.bits%2*rows+q])
		}
	})
	for q := range rows {
		m.addTo(acc[rows+q], acc[q])
		m.storeResult(q, m.foldLanes(acc[q], machine.addTo))
	}
	ret()
}

// maxBits keeps the larger of two vectors without signs. It compares them as integers. That orders
// numbers by their values and NaN above Inf, so that NaN stays.
func (m machine) maxBits(x, acc vec) {
	switch {
	case m.size == 4:
		VPMAXSD(x, acc, acc)
	case m.bits == 512:
		VPMAXSQ(x, acc, acc)
	default:
		larger := m.like(x)
		VPCMPGTQ(acc, x, larger)
		VBLENDVPD(larger, x, acc, acc)
	}
}

// like allocates a register of the width of v.
func (m machine) like(v vec) vec {
	if v.Size() == 16 {
		return XMM()
	}
	return YMM()
}

// fold describes a kernel that reduces slices to a number. It keeps several partial results, so
// that the latency of one addition does not limit the loop. body adds the vectors of one index to
// acc; combine adds one partial result to another.
type fold struct {
	in       []string
	needsAbs bool   // body gets a mask without sign bits
	stream   string // the slice that is prefetched; empty: none
	body     func(m machine, acc, abs vec, in []vec)
	combine  func(m machine, x, acc vec)
}

// reduction registers a fold.
func reduction(name string, f fold) bool { return register(name, func(m machine) { m.fold(f) }) }

// partials is the number of partial results: two loads per cycle feed at most two multiply-adds,
// whose latency is four cycles.
const partials = 4

func (m machine) fold(f fold) {
	m.begin()
	bases := make([]reg.GPVirtual, len(f.in))
	for i, name := range f.in {
		bases[i] = slice(name)
	}
	n := length(f.in[0])
	var abs vec
	if f.needsAbs {
		abs = m.vec()
		m.absMask(abs)
	}
	acc := m.zeros(partials)
	m.eachVector(n, func(offset Mem, load func(Mem, vec), _ func(vec, Mem)) {
		in := m.vecs(len(bases))
		for i, base := range bases {
			at := offset
			at.Base = base
			load(at, in[i])
			if f.in[i] == f.stream {
				m.prefetchAhead(at)
			}
		}
		f.body(m, acc[offset.Disp*8/m.bits%partials], abs, in)
	})
	f.combine(m, acc[2], acc[0])
	f.combine(m, acc[3], acc[1])
	f.combine(m, acc[1], acc[0])
	m.storeResult(0, m.foldLanes(acc[0], f.combine))
	ret()
}

// absMask sets v to all ones except for the sign bits.
func (m machine) absMask(v vec) {
	bits := GP64()
	if m.size == 4 {
		MOVL(U32(1<<31-1), bits.As32())
		VMOVD(bits.As32(), v.AsX())
		VPBROADCASTD(v.AsX(), v)
	} else {
		MOVQ(U64(1<<63-1), bits)
		VMOVQ(bits, v.AsX())
		VPBROADCASTQ(v.AsX(), v)
	}
}

// foldLanes combines the lanes of v into the first one, halving the vector repeatedly.
func (m machine) foldLanes(v vec, combine func(m machine, x, acc vec)) vec {
	if m.bits == 512 {
		upper, lower := YMM(), YMM()
		VEXTRACTF64X4(Imm(1), v, upper)
		VEXTRACTF64X4(Imm(0), v, lower)
		combine(m, upper, lower)
		v = lower
	}
	upper, lower := XMM(), XMM()
	VEXTRACTF128(Imm(1), v, upper)
	VEXTRACTF128(Imm(0), v, lower)
	combine(m, upper, lower)
	swapped := XMM()
	VPERMILPD(Imm(1), lower, swapped)
	combine(m, swapped, lower)
	if m.size == 4 {
		VPERMILPS(Imm(0xB1), lower, swapped)
		combine(m, swapped, lower)
	}
	return lower
}

// storeResult returns the first lane of v as result number i.
func (m machine) storeResult(i int, v vec) {
	if m.size == 4 {
		VMOVSS(v, address(ReturnIndex(i)))
	} else {
		VMOVSD(v, address(ReturnIndex(i)))
	}
}
