package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

// The loops of the training of networks: the steps of gradient methods and those of hidden
// variables. The formulas are in asm.Training.

var _ = elementwise("Relu", loop{
	in: []string{"z"}, out: []string{"dst"}, bound: "dst", needsZero: true,
	body: func(m machine, s, v []vec) []vec {
		m.max(v[0], s[0], v[0])
		return v[:1]
	},
})

var _ = elementwise("ReluGrad", loop{
	in: []string{"g", "u"}, out: []string{"g"}, bound: "g", needsZero: true,
	body: func(m machine, s, v []vec) []vec {
		m.keepPositive(v[0], v[1], s[0])
		return v[:1]
	},
})

var _ = elementwise("Momentum", loop{
	scalars: []string{"rate", "momentum", "lambda"}, in: []string{"w", "g", "h"}, out: []string{"h", "w"}, bound: "w",
	body: func(m machine, s, v []vec) []vec {
		m.momentum(s, v)
		m.sub(v[2], v[0], v[0])
		return []vec{v[2], v[0]}
	},
})

var _ = elementwise("Nesterov", loop{
	scalars: []string{"rate", "momentum", "lambda"}, in: []string{"w", "g", "h"}, out: []string{"h", "w"}, bound: "w",
	body: func(m machine, s, v []vec) []vec {
		old := m.vec()
		m.mov(v[2], old)
		m.momentum(s, v)
		m.sub(old, v[2], old) // h − the old h
		m.sub(v[2], v[0], v[0])
		m.fnma(s[1], old, v[0])
		return []vec{v[2], v[0]}
	},
})

var _ = elementwise("RMSStep", loop{
	scalars: []string{"rate", "decay", "gain", "delta", "lambda"}, in: []string{"w", "g", "h"}, out: []string{"h", "w"},
	bound: "w",
	body: func(m machine, s, v []vec) []vec {
		w, g, h, square := v[0], v[1], v[2], m.vec()
		m.fma(s[4], w, g)
		m.mul(g, g, square)
		m.mul(s[1], h, h)
		m.fma(s[2], square, h)
		m.normalizedStep(w, g, h, s[0], s[3])
		return []vec{h, w}
	},
})

var _ = elementwise("AdaDelta", loop{
	scalars: []string{"rate", "gain", "delta", "lambda"}, in: []string{"w", "g", "h", "k"},
	out: []string{"h", "k", "w"}, bound: "w",
	body: func(m machine, s, v []vec) []vec {
		w, g, h, k, t, step := v[0], v[1], v[2], v[3], m.vec(), m.vec()
		m.fma(s[3], w, g)
		m.mul(g, g, t)
		m.towards(h, t, s[1])
		m.add(h, s[2], t)
		m.add(k, s[2], step)
		m.div(t, step, step)
		m.sqrt(step, step)
		m.mul(g, step, step)
		m.mul(step, step, t)
		m.towards(k, t, s[1])
		m.fnma(s[0], step, w)
		return []vec{h, k, w}
	},
})

var _ = elementwise("Adam", loop{
	scalars: []string{"rate", "gain1", "gain2", "delta", "lambda"}, in: []string{"w", "g", "m", "v"},
	out: []string{"m", "v", "w"}, bound: "w",
	body: func(m machine, s, v []vec) []vec {
		w, g, mean, squares, t := v[0], v[1], v[2], v[3], m.vec()
		m.fma(s[4], w, g)
		m.mul(g, g, t)
		m.towards(mean, g, s[1])
		m.towards(squares, t, s[2])
		m.normalizedStep(w, mean, squares, s[0], s[3])
		return []vec{mean, squares, w}
	},
})

var _ = elementwise("Accelerate", loop{
	scalars: []string{"gamma", "t", "beta"}, in: []string{"u", "s", "g", "z"}, out: []string{"u", "s"}, bound: "u",
	needsZero: true,
	body: func(m machine, s, v []vec) []vec {
		u, point, g, z, f, next := v[0], v[1], v[2], v[3], m.vec(), m.vec()
		m.max(z, s[3], f)
		m.sub(z, f, z)
		m.add(point, z, z) // s + f − z
		m.fma(s[0], z, g)
		m.fnma(s[1], g, point)
		m.sub(f, s[3], f) // −f
		m.max(point, f, next)
		m.sub(u, next, u) // next − last
		m.mov(next, point)
		m.fma(s[2], u, point)
		return []vec{next, point}
	},
})

var _ = elementwise("LiftSlope", loop{
	in: []string{"d", "z", "r"}, out: []string{"d"}, bound: "d", needsZero: true,
	body: func(m machine, s, v []vec) []vec {
		m.add(v[1], v[0], v[0])
		m.max(v[0], s[0], v[0])
		m.max(v[1], s[0], v[1])
		m.sub(v[1], v[0], v[0])
		m.sub(v[2], v[0], v[0])
		return v[:1]
	},
})

var _ = elementwise("ScaledDifference", loop{
	scalars: []string{"c"}, in: []string{"a", "b"}, out: []string{"dst"}, bound: "dst", fetched: "next",
	body: func(m machine, s, v []vec) []vec {
		m.sub(v[1], v[0], v[0])
		m.mul(s[0], v[0], v[0])
		return v[:1]
	},
})

var _ = elementwise("Blend", loop{
	scalars: []string{"c"}, in: []string{"dst", "src"}, out: []string{"dst"}, bound: "dst",
	body: func(m machine, s, v []vec) []vec {
		m.towards(v[0], v[1], s[0])
		return v[:1]
	},
})

var _ = elementwise("Flush", loop{
	scalars: []string{"smallest"}, in: []string{"x"}, out: []string{"x"}, bound: "x", needsZero: true,
	body: func(m machine, s, v []vec) []vec {
		size := m.vec()
		m.sub(v[0], s[1], size)
		m.max(size, v[0], size)
		m.keepUnlessLess(v[0], size, s[0])
		return v[:1]
	},
})

var _ = register("Widen", widen)

// widen writes the loop that converts 16-bit integers to the element type. The remainder after
// whole vectors is converted by a vector that ends with the last element and overlaps the previous
// one. If there are fewer elements than lanes, they are converted one by one.
func widen(m machine) {
	m.begin()
	dst, src, n, scale := slice("dst"), slice("src"), length("dst"), m.scalar("scale")
	i, whole := GP64(), GP64()
	XORQ(i, i)
	MOVQ(n, whole)
	SUBQ(imm(m.lanes()), whole)
	JL(LabelRef("few"))
	Label("vectors")
	m.widenVector(Mem{Base: src, Index: i, Scale: 2}, Mem{Base: dst, Index: i, Scale: uint8(m.size)}, scale)
	ADDQ(imm(m.lanes()), i)
	CMPQ(i, whole)
	JLE(LabelRef("vectors"))
	CMPQ(i, n)
	JEQ(LabelRef("done"))
	MOVQ(whole, i)
	JMP(LabelRef("vectors"))
	Label("few")
	CMPQ(i, n)
	JGE(LabelRef("done"))
	m.widenOne(Mem{Base: src, Index: i, Scale: 2}, Mem{Base: dst, Index: i, Scale: uint8(m.size)}, scale)
	INCQ(i)
	JMP(LabelRef("few"))
	Label("done")
	ret()
}

// widenVector converts a vector.
func (m machine) widenVector(from, to Mem, scale vec) {
	v := m.vec()
	switch {
	case m.size == 4:
		VPMOVSXWD(from, v)
		VCVTDQ2PS(v, v)
	case m.bits == 512:
		half := YMM()
		VPMOVSXWD(from, half)
		VCVTDQ2PD(half, v)
	default:
		half := XMM()
		VPMOVSXWD(from, half)
		VCVTDQ2PD(half, v)
	}
	m.mul(scale, v, v)
	m.mov(v, to)
}

// widenOne converts an element.
func (m machine) widenOne(from, to Mem, scale vec) {
	x, v := GP32(), XMM()
	MOVWLSX(from, x)
	VXORPS(v, v, v)
	if m.size == 4 {
		VCVTSI2SSL(x, v, v)
		VMULSS(scale.AsX(), v, v)
		VMOVSS(v, to)
		return
	}
	VCVTSI2SDL(x, v, v)
	VMULSD(scale.AsX(), v, v)
	VMOVSD(v, to)
}

// keepPositive zeroes the lanes of v where u is not above zero.
func (m machine) keepPositive(v, u, zero vec) {
	const greater = 0x1E // ordered, quiet: false for NaN
	m.keepWhere(greater, v, u, zero)
}

// keepUnlessLess zeroes the lanes of v where u is less than bound.
func (m machine) keepUnlessLess(v, u, bound vec) {
	const notLess = 0x15 // unordered, quiet: true for NaN
	m.keepWhere(notLess, v, u, bound)
}

// keepWhere zeroes the lanes of v where a comparison of u with bound is false. On AVX2 it
// overwrites u.
func (m machine) keepWhere(comparison uint8, v, u, bound vec) {
	switch {
	case m.bits == 512 && m.size == 4:
		k := K()
		VCMPPS(Imm(uint64(comparison)), bound, u, k)
		VMOVAPS_Z(v, k, v)
	case m.bits == 512:
		k := K()
		VCMPPD(Imm(uint64(comparison)), bound, u, k)
		VMOVAPD_Z(v, k, v)
	case m.size == 4:
		VCMPPS(Imm(uint64(comparison)), bound, u, u)
		VANDPS(u, v, v)
	default:
		VCMPPD(Imm(uint64(comparison)), bound, u, u)
		VANDPD(u, v, v)
	}
}

// momentum turns h = v[2] into momentum·h + rate·(g + lambda·w), and overwrites g = v[1].
func (m machine) momentum(s, v []vec) {
	m.fma(s[2], v[0], v[1])
	m.mul(s[1], v[2], v[2])
	m.fma(s[0], v[1], v[2])
}

// towards moves x towards y by the fraction gain. It overwrites y.
func (m machine) towards(x, y, gain vec) {
	m.sub(x, y, y)
	m.fma(gain, y, x)
}

// normalizedStep computes w := w − rate·g/(√h + delta).
func (m machine) normalizedStep(w, g, h, rate, delta vec) {
	root, step := m.vec(), m.vec()
	m.sqrt(h, root)
	m.add(root, delta, root)
	m.mul(rate, g, step)
	m.div(root, step, step)
	m.sub(step, w, w)
}
