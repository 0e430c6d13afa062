package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// target is an instruction set: its vector registers and the register tile of the
// micro-kernel, in rows and in vectors of columns.
type target struct {
	name      string // as it appears in the kernels' names
	bits      int    // of a vector register
	registers int    // how many there are
	mr, nv    int    // rows and vectors of the register tile
}

// The tiles are the largest whose accumulators leave room for nv vectors of B and
// two broadcast elements of A. A wide row of C suits row-major storage.
var targets = map[string]target{
	"avx2":   {name: "AVX2", bits: 256, registers: 16, mr: 6, nv: 2},
	"avx512": {name: "AVX512", bits: 512, registers: 32, mr: 14, nv: 2},
}

// instruction is an avo instruction; operands stand in Go's order, destination last.
type instruction = func(ops ...Op)

// elem is an element type with its instructions.
type elem struct {
	goType, name                                  string
	size                                          int
	mov, broadcast, fma, fnma, mul, add, sub, max instruction
	min, and, div, sqrt                           instruction
}

var f32 = elem{
	goType: "float32", name: "F32", size: 4,
	mov: VMOVUPS, broadcast: VBROADCASTSS, fma: VFMADD231PS, fnma: VFNMADD231PS,
	mul: VMULPS, add: VADDPS, sub: VSUBPS, max: VMAXPS, min: VMINPS, and: VANDPS,
	div: VDIVPS, sqrt: VSQRTPS,
}

var f64 = elem{
	goType: "float64", name: "F64", size: 8,
	mov: VMOVUPD, broadcast: VBROADCASTSD, fma: VFMADD231PD, fnma: VFNMADD231PD,
	mul: VMULPD, add: VADDPD, sub: VSUBPD, max: VMAXPD, min: VMINPD, and: VANDPD,
	div: VDIVPD, sqrt: VSQRTPD,
}

// machine is what a kernel is written for.
type machine struct {
	*elem
	target
}

func (m machine) lanes() int { return m.bits / 8 / m.size }
func (m machine) nr() int    { return m.nv * m.lanes() }

// vec allocates a vector register.
func (m machine) vec() reg.VecVirtual {
	if m.bits == 512 {
		return ZMM()
	}
	return YMM()
}

func (m machine) vecs(n int) []reg.VecVirtual {
	v := make([]reg.VecVirtual, n)
	for i := range v {
		v[i] = m.vec()
	}
	return v
}

// zero clears a register.
func (m machine) zero(v reg.VecVirtual) { VXORPS(v, v, v) }

// function begins a kernel called base plus type and instruction set, and documents it.
func (m machine) function(base, signature, doc string) {
	name := base + m.elem.name + m.target.name
	TEXT(name, NOSPLIT, signature)
	Pragma("noescape")
	Doc(name + " is Kernels." + doc)
}

// ret ends a kernel. The compiler uses legacy SSE instructions right after the
// call, which are slow while upper halves are dirty.
func ret() {
	VZEROUPPER()
	RET()
}

// imm is an immediate operand of integer arithmetic. (avo's Imm picks widths that
// these instructions don't have; the assembler finds the shortest encoding.)
func imm(n int) Constant { return U32(uint32(n)) }

// slice loads the address of a slice parameter's first element.
func slice(name string) reg.GPVirtual {
	return Load(Param(name).Base(), GP64()).(reg.GPVirtual)
}

// length loads the length of a slice parameter.
func length(name string) reg.GPVirtual {
	return Load(Param(name).Len(), GP64()).(reg.GPVirtual)
}

// integer loads an int parameter.
func integer(name string) reg.GPVirtual {
	return Load(Param(name), GP64()).(reg.GPVirtual)
}

// scalar broadcasts a floating-point parameter. (avo's Load would use a legacy SSE move.)
func (m machine) scalar(name string) reg.VecVirtual {
	v := m.vec()
	m.broadcast(address(Param(name)), v)
	return v
}

// address is the place of a parameter or result on the stack.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}

// mask selects the first few lanes of a vector: an opmask on AVX-512, a vector of
// ones and zeros on AVX2.
type mask struct {
	m machine
	y reg.VecVirtual
	k reg.OpmaskVirtual
}

// firstLanes makes the mask of lanes skip, skip+1, … below count, of a vector that
// holds elements from skip on: count−skip lanes, or none, or all.
func (m machine) firstLanes(count reg.GPVirtual, skip int) mask {
	if m.bits == 512 {
		return mask{m: m, k: m.opmask(count, skip)}
	}
	// Lane numbers come from an immediate, so that the kernels need no data
	// symbol: those are addressed through R15 in dynamically linked builds.
	lane, n, iota := m.vec(), m.vec(), GP64()
	if m.size == 4 {
		MOVQ(U64(0x0706050403020100), iota)
		VMOVQ(iota, lane.AsX())
		VPMOVZXBD(lane.AsX(), lane)
	} else {
		MOVQ(U64(0x03020100), iota)
		VMOVQ(iota, lane.AsX())
		VPMOVZXBQ(lane.AsX(), lane)
	}
	left := GP64()
	MOVQ(count, left)
	if skip > 0 {
		SUBQ(imm(skip), left)
	}
	VMOVQ(left, n.AsX())
	if m.size == 4 {
		VPBROADCASTD(n.AsX(), n)
		VPCMPGTD(lane, n, n)
	} else {
		VPBROADCASTQ(n.AsX(), n)
		VPCMPGTQ(lane, n, n)
	}
	return mask{m: m, y: n}
}

// opmask is 2^min(max(count−skip, 0), 63) − 1, of which the vector's lanes are used.
func (m machine) opmask(count reg.GPVirtual, skip int) reg.OpmaskVirtual {
	left, bound, k := GP64(), GP64(), K()
	MOVQ(count, left)
	if skip > 0 {
		SUBQ(imm(skip), left)
	}
	XORQ(bound, bound)
	CMPQ(left, bound)
	CMOVQLT(bound, left)
	MOVQ(imm(63), bound)
	CMPQ(left, bound)
	CMOVQGT(bound, left)
	MOVQ(left, reg.RCX)
	MOVQ(imm(1), bound)
	SHLQ(reg.CL, bound)
	DECQ(bound)
	KMOVW(bound.As32(), k)
	return k
}

// load reads the selected lanes and zeros the others, without touching their memory.
func (s mask) load(from Mem, to reg.VecVirtual) {
	switch {
	case s.m.bits == 512 && s.m.size == 4:
		VMOVUPS_Z(from, s.k, to)
	case s.m.bits == 512:
		VMOVUPD_Z(from, s.k, to)
	case s.m.size == 4:
		VMASKMOVPS(from, s.y, to)
	default:
		VMASKMOVPD(from, s.y, to)
	}
}

// store writes the selected lanes.
func (s mask) store(from reg.VecVirtual, to Mem) {
	switch {
	case s.m.bits == 512:
		s.m.mov(from, s.k, to)
	case s.m.size == 4:
		VMASKMOVPS(from, s.y, to)
	default:
		VMASKMOVPD(from, s.y, to)
	}
}
