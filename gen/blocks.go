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
