package main

import (
	. "github.com/mmcloughlin/avo/build"
	"github.com/mmcloughlin/avo/gotypes"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// target is an instruction set, with its vector registers and the register tile of the
// micro-kernel, in rows and in vectors of columns.
type target struct {
	name      string // as asm registers it
	bits      int    // of a vector register
	registers int    // number of vector registers
	mr, nv    int    // rows and vectors of the register tile
}

// The tiles are the largest ones with an even number of rows whose accumulators leave room for nv
// vectors of B and a broadcast element of A. A wide row of C suits row-major storage.
var targets = []target{
	{name: "avx2", bits: 256, registers: 16, mr: 6, nv: 2},
	{name: "avx512", bits: 512, registers: 32, mr: 14, nv: 2},
}

// instruction is an avo instruction; operands are in Go's order, with the destination last.
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

// vec is a vector register.
type vec = reg.VecVirtual

// machine is what a kernel is written for (element type and instruction set), together with the
// kernel.
type machine struct {
	*elem
	target
	kernel kernel
}

func (m machine) lanes() int { return m.bits / 8 / m.size }
func (m machine) nr() int    { return m.nv * m.lanes() }

// vec allocates a vector register.
func (m machine) vec() vec {
	if m.bits == 512 {
		return ZMM()
	}
	return YMM()
}

func (m machine) vecs(n int) []vec {
	v := make([]vec, n)
	for i := range v {
		v[i] = m.vec()
	}
	return v
}

// zero clears a register.
func (m machine) zero(v vec) { VXORPS(v, v, v) }

// zeros allocates vector registers and clears them.
func (m machine) zeros(n int) []vec {
	v := m.vecs(n)
	for i := range v {
		m.zero(v[i])
	}
	return v
}

// scaleToBytes turns distances in elements into distances in bytes.
func (m machine) scaleToBytes(distances ...reg.GPVirtual) {
	for _, d := range distances {
		SHLQ(Imm(log2(m.size)), d)
	}
}

// fmaBroadcast is fma with one element in memory for all lanes of the first factor. Only AVX-512
// has it.
func (m machine) fmaBroadcast(element Mem, factor, sum vec) {
	if m.size == 4 {
		VFMADD231PS_BCST(element, factor, sum)
	} else {
		VFMADD231PD_BCST(element, factor, sum)
	}
}

// imm is an immediate operand of integer arithmetic. (avo's Imm may choose a width that these
// instructions don't have; the assembler finds the shortest encoding.)
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
func (m machine) scalar(name string) vec {
	v := m.vec()
	m.broadcast(address(Param(name)), v)
	return v
}

// address is the address of a parameter or result on the stack.
func address(c gotypes.Component) Mem {
	b, err := c.Resolve()
	if err != nil {
		panic(err)
	}
	return b.Addr
}
