package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eightRows addresses eight rows through two registers: rows 0…3 from lo, rows 4…7 from hi.
type eightRows struct {
	lo, hi          reg.GPVirtual
	stride, stride3 reg.GPVirtual // of one row, and of three
}

// start sets the address of the first row.
func (f eightRows) start(first reg.GPVirtual) {
	MOVQ(first, f.lo)
	LEAQ(Mem{Base: first, Index: f.stride, Scale: 4}, f.hi)
}

// add advances all rows by a number of bytes.
func (f eightRows) add(bytes Op) {
	ADDQ(bytes, f.lo)
	ADDQ(bytes, f.hi)
}

// row is the address of a row.
func (f eightRows) row(i int) Mem {
	base := f.lo
	if i >= 4 {
		base, i = f.hi, i-4
	}
	return [...]Mem{{Base: base}, {Base: base, Index: f.stride, Scale: 1}, {Base: base, Index: f.stride, Scale: 2},
		{Base: base, Index: f.stride3, Scale: 1}}[i]
}

// blockRegisters returns the registers that transpose uses. All blocks of a kernel share one set:
// avo does not know that a 128-bit load clears the upper half, and considers the register's old
// value live.
func blockRegisters() []vec {
	regs := make([]vec, 12)
	for i := range regs {
		regs[i] = YMM()
	}
	return regs
}

// move copies count elements in as few moves as possible, none of which reaches beyond them.
func (m machine) move(count int, at func(first int) (from, to Mem)) {
	for first := 0; first < count; {
		n := m.piece(count - first)
		from, to := at(first)
		v := m.pieceMove(n, from, nil)
		m.pieceMove(n, to, v)
		first += n
	}
}

// piece is the largest power of two that is at most n and at most the number of lanes of a vector.
func (m machine) piece(n int) int {
	p := m.lanes()
	for p > n {
		p /= 2
	}
	return p
}

// pieceMove loads n elements into a new register, or stores those of v.
func (m machine) pieceMove(n int, at Mem, v vec) vec {
	load := v == nil
	if load {
		v = m.vec()
	}
	ops := func(r reg.Register) (Op, Op) {
		if load {
			return at, r
		}
		return r, at
	}
	switch n * m.size {
	case 64:
		VMOVUPS(ops(v.AsZ()))
	case 32:
		VMOVUPS(ops(v.AsY()))
	case 16:
		VMOVUPS(ops(v.AsX()))
	case 8:
		VMOVSD(ops(v.AsX()))
	default:
		VMOVSS(ops(v.AsX()))
	}
	return v
}

// storePieces writes the first count elements of a 256-bit vector.
func (m machine) storePieces(v vec, count int, to Mem) {
	half := 16 / m.size
	switch {
	case count == 2*half:
		m.mov(v.AsY(), to)
	case count > half:
		m.mov(v.AsX(), to)
		upper := XMM()
		VEXTRACTF128(Imm(1), v.AsY(), upper)
		m.pieceMove(count-half, to.Offset(16), upper)
	default:
		m.pieceMove(count, to, v)
	}
}

// transpose loads a block, of which only the first rows exist, and returns its columns. It
// overwrites all twelve registers.
func (m machine) transpose(regs []vec, rows int, row func(int) Mem) []vec {
	if m.size == 8 {
		return transpose4x4(regs, rows, row)
	}
	transpose8x4(regs[:4], regs[8:], rows, row, 0)
	transpose8x4(regs[4:8], regs[8:], rows, row, 16)
	return regs[:8]
}

// paired loads 16 bytes of each row, at a byte offset, and puts those of row i+len(r) into the
// upper half of r[i], so that no later shuffle crosses the halves. Missing rows are zeros.
func paired(r []vec, rows int, row func(int) Mem, offset int) {
	for i := range r {
		if i >= rows {
			VXORPS(r[i], r[i], r[i])
			continue
		}
		VMOVUPS(row(i).Offset(offset), r[i].AsX())
		if i+len(r) < rows {
			VINSERTF128(Imm(1), row(i+len(r)).Offset(offset), r[i], r[i])
		}
	}
}

// transpose8x4 transposes four columns of eight rows of float32; t is scratch.
func transpose8x4(r, t []vec, rows int, row func(int) Mem, offset int) {
	paired(r, rows, row, offset)
	VUNPCKLPS(r[1], r[0], t[0]) // r0₀ r1₀ r0₁ r1₁
	VUNPCKHPS(r[1], r[0], t[1]) // r0₂ r1₂ r0₃ r1₃
	VUNPCKLPS(r[3], r[2], t[2])
	VUNPCKHPS(r[3], r[2], t[3])
	VSHUFPS(Imm(0x44), t[2], t[0], r[0])
	VSHUFPS(Imm(0xEE), t[2], t[0], r[1])
	VSHUFPS(Imm(0x44), t[3], t[1], r[2])
	VSHUFPS(Imm(0xEE), t[3], t[1], r[3])
}

// transpose4x4 transposes a block of float64.
func transpose4x4(regs []vec, rows int, row func(int) Mem) []vec {
	columns, r := regs[:4], regs[4:6]
	for half := range 2 {
		paired(r, rows, row, 16*half)
		VUNPCKLPD(r[1], r[0], columns[2*half])
		VUNPCKHPD(r[1], r[0], columns[2*half+1])
	}
	return columns
}
