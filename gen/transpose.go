package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var _ = register("Transpose", transposition)

// transposition writes dst[j·ldd+i] = src[i·lds+j]: whole square blocks in registers, the remaining
// elements one by one.
func transposition(m machine) {
	m.begin()
	t := transposer{machine: m, block: 32 / m.size, rows: integer("m"), n: integer("n"),
		src: slice("src"), lds: integer("lds"), dst: slice("dst"), ldd: integer("ldd")}
	m.scaleToBytes(t.lds, t.ldd)
	t.regs = blockRegisters()
	lds3 := GP64()
	LEAQ(Mem{Base: t.lds, Index: t.lds, Scale: 2}, lds3)
	t.at = eightRows{stride: t.lds, stride3: lds3}
	t.bands()
	t.singleRows()
	Label("done")
	ret()
}

// transposer holds what stays in registers: src and dst are at the current rows, at and to at the
// current columns, and left is the number of columns that remain. Strides are in bytes.
type transposer struct {
	machine
	block                       int
	rows, n, src, lds, dst, ldd reg.GPVirtual
	at                          eightRows
	to, left                    reg.GPVirtual
	regs                        []vec
}

// bands transposes whole blocks of rows.
func (t *transposer) bands() {
	Label("band")
	CMPQ(t.rows, imm(t.block))
	JLT(LabelRef("row"))
	t.at.lo, t.at.hi, t.to, t.left = GP64(), GP64(), GP64(), GP64()
	t.at.start(t.src)
	MOVQ(t.dst, t.to)
	MOVQ(t.n, t.left)
	Label("block")
	CMPQ(t.left, imm(t.block))
	JLT(LabelRef("column"))
	for _, column := range t.transpose(t.regs, t.block, t.at.row) {
		t.storePieces(column, t.block, Mem{Base: t.to})
		ADDQ(t.ldd, t.to)
	}
	t.at.add(imm(32))
	SUBQ(imm(t.block), t.left)
	JMP(LabelRef("block"))
	Label("column")
	TESTQ(t.left, t.left)
	JEQ(LabelRef("banded"))
	for i := range t.block {
		v := t.pieceMove(1, t.at.row(i), nil)
		t.pieceMove(1, Mem{Base: t.to, Disp: i * t.size}, v)
	}
	ADDQ(t.ldd, t.to)
	t.at.add(imm(t.size))
	DECQ(t.left)
	JMP(LabelRef("column"))
	Label("banded")
	for range t.block / 4 {
		LEAQ(Mem{Base: t.src, Index: t.lds, Scale: 4}, t.src)
	}
	ADDQ(imm(32), t.dst)
	SUBQ(imm(t.block), t.rows)
	JMP(LabelRef("band"))
}

// singleRows transposes the remaining rows.
func (t *transposer) singleRows() {
	Label("row")
	TESTQ(t.rows, t.rows)
	JLE(LabelRef("done"))
	MOVQ(t.src, t.at.lo)
	MOVQ(t.dst, t.to)
	MOVQ(t.n, t.left)
	Label("element")
	TESTQ(t.left, t.left)
	JLE(LabelRef("rowDone"))
	v := t.pieceMove(1, Mem{Base: t.at.lo}, nil)
	t.pieceMove(1, Mem{Base: t.to}, v)
	ADDQ(imm(t.size), t.at.lo)
	ADDQ(t.ldd, t.to)
	DECQ(t.left)
	JMP(LabelRef("element"))
	Label("rowDone")
	ADDQ(t.lds, t.src)
	ADDQ(imm(t.size), t.dst)
	DECQ(t.rows)
	JMP(LabelRef("row"))
}
