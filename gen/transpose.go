package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// transposition writes dst[j·ldd+i] = src[i·lds+j]: square blocks in registers where
// there are whole ones, single elements elsewhere.
func transposition(m machine) {
	m.function("transpose", fmt.Sprintf("func(m, n int, src []%[1]s, lds int, dst []%[1]s, ldd int)", m.goType), "Transpose.")
	block := 32 / m.size
	rows, n := integer("m"), integer("n")
	src, lds, dst, ldd := slice("src"), integer("lds"), slice("dst"), integer("ldd")
	SHLQ(Imm(log2(m.size)), lds)
	SHLQ(Imm(log2(m.size)), ldd)
	regs := make([]reg.VecVirtual, 12)
	for i := range regs {
		regs[i] = YMM()
	}
	lds3 := GP64()
	LEAQ(Mem{Base: lds, Index: lds, Scale: 2}, lds3)

	// Bands of block rows.
	Label("band")
	CMPQ(rows, imm(block))
	JLT(LabelRef("row"))
	lo, hi, to, left := GP64(), GP64(), GP64(), GP64()
	MOVQ(src, lo)
	LEAQ(Mem{Base: src, Index: lds, Scale: 4}, hi)
	MOVQ(dst, to)
	MOVQ(n, left)
	row := func(i int) Mem {
		base := lo
		if i >= 4 {
			base, i = hi, i-4
		}
		return [...]Mem{{Base: base}, {Base: base, Index: lds, Scale: 1}, {Base: base, Index: lds, Scale: 2}, {Base: base, Index: lds3, Scale: 1}}[i]
	}
	Label("block")
	CMPQ(left, imm(block))
	JLT(LabelRef("column"))
	for _, column := range m.transpose(regs, block, row) {
		m.storePieces(column, block, Mem{Base: to})
		ADDQ(ldd, to)
	}
	ADDQ(imm(32), lo)
	ADDQ(imm(32), hi)
	SUBQ(imm(block), left)
	JMP(LabelRef("block"))
	Label("column")
	TESTQ(left, left)
	JEQ(LabelRef("banded"))
	for i := range block {
		v := m.pieceMove(1, row(i), nil)
		m.pieceMove(1, Mem{Base: to, Disp: i * m.size}, v)
	}
	ADDQ(ldd, to)
	ADDQ(imm(m.size), lo)
	ADDQ(imm(m.size), hi)
	DECQ(left)
	JMP(LabelRef("column"))
	Label("banded")
	for range block / 4 {
		LEAQ(Mem{Base: src, Index: lds, Scale: 4}, src)
	}
	ADDQ(imm(32), dst)
	SUBQ(imm(block), rows)
	JMP(LabelRef("band"))

	// Rows that are left.
	Label("row")
	TESTQ(rows, rows)
	JLE(LabelRef("done"))
	MOVQ(src, lo)
	MOVQ(dst, to)
	MOVQ(n, left)
	Label("element")
	TESTQ(left, left)
	JLE(LabelRef("rowDone"))
	v := m.pieceMove(1, Mem{Base: lo}, nil)
	m.pieceMove(1, Mem{Base: to}, v)
	ADDQ(imm(m.size), lo)
	ADDQ(ldd, to)
	DECQ(left)
	JMP(LabelRef("element"))
	Label("rowDone")
	ADDQ(lds, src)
	ADDQ(imm(m.size), dst)
	DECQ(rows)
	JMP(LabelRef("row"))
	Label("done")
	ret()
}
