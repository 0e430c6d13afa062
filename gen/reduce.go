package main

import (
	"fmt"
	"strings"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// reductions writes the kernels that fold slices to a number. Each keeps several
// partial results, so that the latency of one addition does not bound the loop.
func reductions(m machine) {
	add := func(x, acc reg.VecVirtual) { m.add(x, acc, acc) }
	m.reduce(fold{base: "dot", params: "x, y []T", in: []string{"x", "y"}, doc: "Dot.", combine: add,
		body: func(acc reg.VecVirtual, _ reg.VecVirtual, v []reg.VecVirtual) { m.fma(v[0], v[1], acc) }})
	m.reduce(fold{base: "dotStream", params: "x, y []T", in: []string{"x", "y"}, doc: "DotStream.", combine: add, stream: "x",
		body: func(acc reg.VecVirtual, _ reg.VecVirtual, v []reg.VecVirtual) { m.fma(v[0], v[1], acc) }})
	m.dotxf()
	m.reduce(fold{base: "asum", params: "x []T", in: []string{"x"}, doc: "Asum.", combine: add, needsAbs: true,
		body: func(acc, abs reg.VecVirtual, v []reg.VecVirtual) {
			m.and(v[0], abs, v[0])
			add(v[0], acc)
		}})
	m.reduce(fold{base: "absMax", params: "x []T", in: []string{"x"}, doc: "AbsMax.", combine: m.maxBits, needsAbs: true,
		body: func(acc, abs reg.VecVirtual, v []reg.VecVirtual) {
			m.and(v[0], abs, v[0])
			m.maxBits(v[0], acc)
		}})
}

// dotxf writes the dot products of four vectors with one, which is read once. Two
// partial results each are as many chains as the multiply-adds' latency asks for.
func (m machine) dotxf() {
	const rows = 4
	m.function("dotxf", fmt.Sprintf("func(x0, x1, x2, x3, y []%[1]s) (s0, s1, s2, s3 %[1]s)", m.goType), "Dotxf.")
	var bases []reg.GPVirtual
	for q := range rows {
		bases = append(bases, slice(fmt.Sprintf("x%d", q)))
	}
	y, n := slice("y"), length("x0")
	acc := m.vecs(2 * rows)
	for _, v := range acc {
		m.zero(v)
	}
	m.walk(n, func(offset Mem, load func(Mem, reg.VecVirtual), _ func(reg.VecVirtual, Mem)) {
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
	add := func(x, acc reg.VecVirtual) { m.add(x, acc, acc) }
	for q := range rows {
		add(acc[rows+q], acc[q])
		m.storeResult(q, m.foldLanes(acc[q], add))
	}
	ret()
}

// maxBits keeps the larger of two vectors without signs, compared as integers:
// that orders numbers as their values do, and NaN above Inf, so that it stays.
func (m machine) maxBits(x, acc reg.VecVirtual) {
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

// like allocates a register as wide as v is used.
func (m machine) like(v reg.VecVirtual) reg.VecVirtual {
	if v.Size() == 16 {
		return XMM()
	}
	return YMM()
}

// fold describes a reduction. body adds the vectors of one index to acc; combine
// adds one partial result to another.
type fold struct {
	base, params, doc string
	in                []string
	needsAbs          bool   // body gets a mask without sign bits
	stream            string // the slice that is asked for ahead; empty: none
	body              func(acc, abs reg.VecVirtual, in []reg.VecVirtual)
	combine           func(x, acc reg.VecVirtual)
}

// partials is the number of partial results: two loads a cycle feed at most two
// multiply-adds of latency four.
const partials = 4

func (m machine) reduce(f fold) {
	m.function(f.base, "func("+strings.ReplaceAll(f.params, "T", m.goType)+") "+m.goType, f.doc)
	bases := make([]reg.GPVirtual, len(f.in))
	for i, name := range f.in {
		bases[i] = slice(name)
	}
	n := length(f.in[0])
	var abs reg.VecVirtual
	if f.needsAbs {
		abs = m.vec()
		m.absMask(abs)
	}
	acc := m.vecs(partials)
	for _, v := range acc {
		m.zero(v)
	}
	m.walk(n, func(offset Mem, load func(Mem, reg.VecVirtual), _ func(reg.VecVirtual, Mem)) {
		in := m.vecs(len(bases))
		for i, base := range bases {
			at := offset
			at.Base = base
			load(at, in[i])
			if f.in[i] == f.stream {
				m.askAhead(at)
			}
		}
		f.body(acc[offset.Disp*8/m.bits%partials], abs, in)
	})
	f.combine(acc[2], acc[0])
	f.combine(acc[3], acc[1])
	f.combine(acc[1], acc[0])
	m.storeResult(0, m.foldLanes(acc[0], f.combine))
	ret()
}

// absMask sets v to all ones but the sign bits.
func (m machine) absMask(v reg.VecVirtual) {
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

// foldLanes combines the lanes of v into the first one, halving again and again.
func (m machine) foldLanes(v reg.VecVirtual, combine func(x, acc reg.VecVirtual)) reg.VecVirtual {
	if m.bits == 512 {
		upper, lower := YMM(), YMM()
		VEXTRACTF64X4(Imm(1), v, upper)
		VEXTRACTF64X4(Imm(0), v, lower)
		combine(upper, lower)
		v = lower
	}
	upper, lower := XMM(), XMM()
	VEXTRACTF128(Imm(1), v, upper)
	VEXTRACTF128(Imm(0), v, lower)
	combine(upper, lower)
	swapped := XMM()
	VPERMILPD(Imm(1), lower, swapped)
	combine(swapped, lower)
	if m.size == 4 {
		VPERMILPS(Imm(0xB1), lower, swapped)
		combine(swapped, lower)
	}
	return lower
}

// storeResult returns the first lane of v as result number i.
func (m machine) storeResult(i int, v reg.VecVirtual) {
	if m.size == 4 {
		VMOVSS(v, address(ReturnIndex(i)))
	} else {
		VMOVSD(v, address(ReturnIndex(i)))
	}
}
