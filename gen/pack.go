package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

const cacheLine = 64 // bytes

// packing writes the four packing kernels, two for each width of panel, and the copy of a
// block into a panel or out of it.
func packing(m machine) {
	lacpy(m)
	packTranspose(m, "packA", m.mr, "PackA for panels of %d rows.")
	packCopy(m, "packATrans", m.mr, "PackATrans for panels of %d rows.")
	packCopy(m, "packB", m.nr(), "PackB for panels of %d columns.")
	packTranspose(m, "packBTrans", m.nr(), "PackBTrans for panels of %d columns.")
}

func (m machine) packFunction(base, doc string, width int) (k, src, ld, dst reg.GPVirtual) {
	m.function(base, fmt.Sprintf("func(k int, src []%[1]s, ld int, dst []%[1]s)", m.goType), fmt.Sprintf(doc, width))
	k, src, ld, dst = integer("k"), slice("src"), integer("ld"), slice("dst")
	SHLQ(Imm(log2(m.size)), ld)
	return k, src, ld, dst
}

// packCopy writes dst[p·width : (p+1)·width] = src[p·ld : p·ld+width].
func packCopy(m machine, base string, width int, doc string) {
	k, src, ld, dst := m.packFunction(base, doc, width)
	TESTQ(k, k)
	JLE(LabelRef("done"))
	Label("row")
	m.move(width, func(first int) (from, to Mem) {
		return Mem{Base: src, Disp: first * m.size}, Mem{Base: dst, Disp: first * m.size}
	})
	// The next panel's part of the row: each row is on a page of its own, where nothing
	// else would fetch it.
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

// lacpy writes dst[i·ldd : i·ldd+n] = src[i·lds : i·lds+n] for n ≤ NR. Its source may be a long
// row in pieces, and come from memory.
func lacpy(m machine) {
	m.function("lacpy", fmt.Sprintf("func(m, n int, src []%[1]s, lds int, dst []%[1]s, ldd int)", m.goType), "Lacpy.")
	rows, n := integer("m"), integer("n")
	src, lds, dst, ldd := slice("src"), integer("lds"), slice("dst"), integer("ldd")
	for _, stride := range []reg.GPVirtual{lds, ldd} {
		SHLQ(Imm(log2(m.size)), stride)
	}
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
			m.askAhead(from)
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

// move copies count elements in the fewest moves that stay inside them.
func (m machine) move(count int, at func(first int) (from, to Mem)) {
	for first := 0; first < count; {
		n := m.piece(count - first)
		from, to := at(first)
		v := m.pieceMove(n, from, nil)
		m.pieceMove(n, to, v)
		first += n
	}
}

// piece is the largest power of two of elements that is at most n and fits a vector.
func (m machine) piece(n int) int {
	p := m.lanes()
	for p > n {
		p /= 2
	}
	return p
}

// pieceMove loads n elements into a new register, or stores those of v.
func (m machine) pieceMove(n int, at Mem, v reg.VecVirtual) reg.VecVirtual {
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

// packTranspose writes dst[p·width+i] = src[i·ld+p]. It turns square blocks in
// registers, as wide as a 256-bit vector, for one band of rows after the other. Of
// the columns that are left at the end it turns the last block again, which writes
// some elements twice; if there is less than a block, single elements are moved.
func packTranspose(m machine, base string, width int, doc string) {
	k, src, ld, dst := m.packFunction(base, doc, width)
	block := 32 / m.size
	ld3, below := GP64(), GP64()
	LEAQ(Mem{Base: ld, Index: ld, Scale: 2}, ld3)
	IMUL3Q(imm(width), ld, below)
	// One set of registers for all bands: avo does not know that a 128-bit load
	// clears the upper half, and keeps what it believes is still in there.
	regs := make([]reg.VecVirtual, 12)
	for i := range regs {
		regs[i] = YMM()
	}

	for first := 0; first < width; first += block {
		rows := min(block, width-first)
		label := func(s string) string { return fmt.Sprintf("%s%d", s, first) }
		// Rows 0…3 of the band are reached from lo, rows 4…7 from hi.
		lo, hi, to, left := GP64(), GP64(), GP64(), GP64()
		MOVQ(src, lo)
		LEAQ(Mem{Base: src, Index: ld, Scale: 4}, hi)
		LEAQ(Mem{Base: dst, Disp: first * m.size}, to)
		MOVQ(k, left)
		row := func(i int) Mem {
			base := lo
			if i >= 4 {
				base, i = hi, i-4
			}
			return [...]Mem{{Base: base}, {Base: base, Index: ld, Scale: 1}, {Base: base, Index: ld, Scale: 2}, {Base: base, Index: ld3, Scale: 1}}[i]
		}
		advance := func(columns reg.GPVirtual) { // by any number, also a negative one
			bytes := GP64()
			MOVQ(columns, bytes)
			SHLQ(Imm(log2(m.size)), bytes)
			ADDQ(bytes, lo)
			ADDQ(bytes, hi)
			IMUL3Q(imm(width), bytes, bytes)
			ADDQ(bytes, to)
		}

		CMPQ(left, imm(block))
		JLT(LabelRef(label("single")))
		Label(label("block"))
		ADDQ(below, lo) // the rows of the next panel
		ADDQ(below, hi)
		for i := range rows {
			PREFETCHT0(row(i))
		}
		SUBQ(below, lo)
		SUBQ(below, hi)
		for j, column := range m.transpose(regs, rows, row) {
			m.storePieces(column, rows, Mem{Base: to, Disp: j * width * m.size})
		}
		ADDQ(imm(32), lo)
		ADDQ(imm(32), hi)
		ADDQ(imm(block*width*m.size), to)
		SUBQ(imm(block), left)
		CMPQ(left, imm(block))
		JGE(LabelRef(label("block")))

		TESTQ(left, left)
		JEQ(LabelRef(label("band")))
		back := GP64() // left − block columns: the last block again, ending with the row
		MOVQ(left, back)
		SUBQ(imm(block), back)
		advance(back)
		MOVQ(imm(block), left)
		JMP(LabelRef(label("block")))

		Label(label("single"))
		TESTQ(left, left)
		JEQ(LabelRef(label("band")))
		for i := range rows {
			v := m.pieceMove(1, row(i), nil)
			m.pieceMove(1, Mem{Base: to, Disp: i * m.size}, v)
		}
		ADDQ(imm(m.size), lo)
		ADDQ(imm(m.size), hi)
		ADDQ(imm(width*m.size), to)
		DECQ(left)
		JMP(LabelRef(label("single")))

		Label(label("band"))
		for range rows / 4 {
			LEAQ(Mem{Base: src, Index: ld, Scale: 4}, src)
		}
	}
	ret()
}

// storePieces writes the first count elements of a 256-bit vector.
func (m machine) storePieces(v reg.VecVirtual, count int, to Mem) {
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

// transpose loads a block, of which only the first rows are there, and returns its
// columns. It uses the twelve registers.
func (m machine) transpose(regs []reg.VecVirtual, rows int, row func(int) Mem) []reg.VecVirtual {
	if m.size == 8 {
		return transpose4x4(regs, rows, row)
	}
	transpose8x4(regs[:4], regs[8:], rows, row, 0)
	transpose8x4(regs[4:8], regs[8:], rows, row, 16)
	return regs[:8]
}

// paired loads 16 bytes of each row, at a byte offset, and puts those of row
// i+len(r) in the upper half of r[i], so that no later shuffle crosses the halves.
// Rows that are not there are zeros.
func paired(r []reg.VecVirtual, rows int, row func(int) Mem, offset int) {
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

// transpose8x4 turns four columns of eight rows of float32, with t for the way.
func transpose8x4(r, t []reg.VecVirtual, rows int, row func(int) Mem, offset int) {
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

// transpose4x4 turns a block of float64.
func transpose4x4(regs []reg.VecVirtual, rows int, row func(int) Mem) []reg.VecVirtual {
	columns, r := regs[:4], regs[4:6]
	for half := range 2 {
		paired(r, rows, row, 16*half)
		VUNPCKLPD(r[1], r[0], columns[2*half])
		VUNPCKHPD(r[1], r[0], columns[2*half+1])
	}
	return columns
}
