package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
)

var _ = register("Rotate", rotate)

// rotate writes plane rotations of neighbouring rows. The row that two consecutive rotations share
// stays in registers, so that each rotation loads one row and stores one row. 2·NR columns are
// enough independent chains to hide the latency of the multiply-adds.
func rotate(m machine) {
	m.begin()
	cosines, sines, count := slice("c"), slice("s"), length("c")
	row, stride, first := slice("x"), integer("ldx"), integer("x0")
	m.scaleToBytes(stride, first)
	ADDQ(first, row)
	TESTQ(count, count)
	JLE(LabelRef("done"))

	at := func(v int) Mem { return Mem{Base: row, Disp: v * m.bits / 8} }
	carried := m.vecs(2 * m.nv)
	for v := range carried {
		m.mov(at(v), carried[v])
	}
	c, s := m.vec(), m.vec()
	Label("rotation")
	m.broadcast(Mem{Base: cosines}, c)
	m.broadcast(Mem{Base: sines}, s)
	for v, x := range carried {
		y, done := m.vec(), m.vec()
		m.mov(Mem{Base: row, Index: stride, Scale: 1, Disp: v * m.bits / 8}, y)
		m.mul(x, c, done)
		m.fma(y, s, done)
		m.mov(done, at(v))
		m.mul(y, c, y)
		m.fnma(x, s, y)
		m.mov(y, x)
	}
	ADDQ(imm(m.size), cosines)
	ADDQ(imm(m.size), sines)
	ADDQ(stride, row)
	DECQ(count)
	JNE(LabelRef("rotation"))
	for v := range carried {
		m.mov(carried[v], at(v))
	}
	Label("done")
	ret()
}
