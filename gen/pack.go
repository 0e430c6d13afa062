package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const cacheLine = 64 // bytes

var (
	_ = register("PackA", func(m machine) { packTranspose(m, m.mr) })
	_ = register("PackATrans", func(m machine) { packCopy(m, m.mr) })
	_ = register("PackB", func(m machine) { packCopy(m, m.nr()) })
	_ = register("PackBTrans", func(m machine) { packTranspose(m, m.nr()) })
	_ = register("Lacpy", lacpy)
)

// beginPacking begins a packing kernel and loads its parameters; ld is in bytes.
func (m machine) beginPacking() (k, src, ld, dst reg.GPVirtual) {
	m.begin()
	k, src, ld, dst = integer("k"), slice("src"), integer("ld"), slice("dst")
	m.scaleToBytes(ld)
	return k, src, ld, dst
}

// packCopy writes dst[p·width : (p+1)·width] = src[p·ld : p·ld+width].
func packCopy(m machine, width int) {
	k, src, ld, dst := m.beginPacking()
	TESTQ(k, k)
	JLE(LabelRef("done"))
	Label("row")
	m.move(width, func(first int) (from, to Mem) {
		return Mem{Base: src, Disp: first * m.size}, Mem{Base: dst, Disp: first * m.size}
	})
	// Prefetch the part of the row that belongs to the next panel. Each row is on a page of its
	// own, so the processor does not prefetch it.
	for next := width * m.size; next < 2*width*m.size; next += cacheLine {
		PREFETCHT0(Mem{Base: src, Disp: next})
	}
	PREFETCHT0(Mem{Base: src, Disp: 2*width*m.size - 1})
	ADDQ(ld, src)
	ADDQ(imm(width*m.size), dst)
	DECQ(k)
	JNE(LabelRef("row"))
	Label("done")
	ret()
}

// lacpy writes dst[i·ldd : i·ldd+n] = src[i·lds : i·lds+n] for n ≤ NR. Its source may be part of a
// long row that comes from memory.
func lacpy(m machine) {
	m.begin()
	rows, n := integer("m"), integer("n")
	src, lds, dst, ldd := slice("src"), integer("lds"), slice("dst"), integer("ldd")
	m.scaleToBytes(lds, ldd)
	for _, count := range []reg.GPVirtual{rows, n} {
		TESTQ(count, count)
		JLE(LabelRef("done"))
	}
	m.eachWidth(n, func(vectors int, partial bool, last mask) {
		label := fmt.Sprintf("row%d%v", vectors, partial)
		Label(label)
		for v := range vectors {
			from, to, x := Mem{Base: src, Disp: v * m.bits / 8}, Mem{Base: dst, Disp: v * m.bits / 8}, m.vec()
			if partial && v == vectors-1 {
				last.load(from, x)
				last.store(x, to)
			} else {
				m.mov(from, x)
				m.mov(x, to)
			}
			m.prefetchAhead(from)
		}
		ADDQ(lds, src)
		ADDQ(ldd, dst)
		DECQ(rows)
		JNE(LabelRef(label))
		JMP(LabelRef("done"))
	})
	Label("done")
	ret()
}

// packTranspose writes dst[p·width+i] = src[i·ld+p]. It transposes square blocks in registers, as
// wide as a 256-bit vector, one band of rows after the other. For the remaining columns at the end
// it repeats the last block, shifted, which writes some elements twice. If there is less than one
// block, it moves single elements.
func packTranspose(m machine, width int) {
	p := packer{machine: m, width: width, block: 32 / m.size}
	p.k, p.src, p.ld, p.dst = m.beginPacking()
	p.ld3, p.below = GP64(), GP64()
	LEAQ(Mem{Base: p.ld, Index: p.ld, Scale: 2}, p.ld3)
	IMUL3Q(imm(width), p.ld, p.below)
	p.regs = blockRegisters()
	for first := 0; first < width; first += p.block {
		p.band(first, min(p.block, width-first))
	}
	ret()
}

// packer holds what stays in registers: src is at the current band of rows, and below is the
// distance to the rows of the next panel. Strides are in bytes.
type packer struct {
	machine
	width, block    int
	k, src, ld, dst reg.GPVirtual
	ld3, below      reg.GPVirtual
	regs            []vec
}

// band packs some rows, beginning with row first.
func (p *packer) band(first, rows int) {
	label := func(s string) string { return fmt.Sprintf("%s%d", s, first) }
	at := eightRows{lo: GP64(), hi: GP64(), stride: p.ld, stride3: p.ld3}
	to, left := GP64(), GP64()
	at.start(p.src)
	LEAQ(Mem{Base: p.dst, Disp: first * p.size}, to)
	MOVQ(p.k, left)

	CMPQ(left, imm(p.block))
	JLT(LabelRef(label("single")))
	Label(label("block"))
	p.transposeBlock(at, rows, to)
	SUBQ(imm(p.block), left)
	CMPQ(left, imm(p.block))
	JGE(LabelRef(label("block")))

	TESTQ(left, left)
	JEQ(LabelRef(label("band")))
	back := GP64() // left − block columns: back to a last block that ends with the row
	MOVQ(left, back)
	SUBQ(imm(p.block), back)
	p.advance(at, to, back)
	MOVQ(imm(p.block), left)
	JMP(LabelRef(label("block")))

	Label(label("single"))
	TESTQ(left, left)
	JEQ(LabelRef(label("band")))
	for i := range rows {
		v := p.pieceMove(1, at.row(i), nil)
		p.pieceMove(1, Mem{Base: to, Disp: i * p.size}, v)
	}
	at.add(imm(p.size))
	ADDQ(imm(p.width*p.size), to)
	DECQ(left)
	JMP(LabelRef(label("single")))

	Label(label("band"))
	for range rows / 4 {
		LEAQ(Mem{Base: p.src, Index: p.ld, Scale: 4}, p.src)
	}
}

// transposeBlock transposes a block, prefetches the same columns of the next panel, and advances.
func (p *packer) transposeBlock(at eightRows, rows int, to reg.GPVirtual) {
	at.add(p.below)
	for i := range rows {
		PREFETCHT0(at.row(i))
	}
	SUBQ(p.below, at.lo)
	SUBQ(p.below, at.hi)
	for j, column := range p.transpose(p.regs, rows, at.row) {
		p.storePieces(column, rows, Mem{Base: to, Disp: j * p.width * p.size})
	}
	at.add(imm(32))
	ADDQ(imm(p.block*p.width*p.size), to)
}

// advance advances by any number of columns, which may be negative.
func (p *packer) advance(at eightRows, to, columns reg.GPVirtual) {
	bytes := GP64()
	MOVQ(columns, bytes)
	p.scaleToBytes(bytes)
	at.add(bytes)
	IMUL3Q(imm(p.width), bytes, bytes)
	ADDQ(bytes, to)
}
