package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var _ = register("GemmDirect", direct)

// direct writes the micro-kernel that reads A and B in place. Nothing is padded there, so there is
// code for every number of rows up to MR and for one and for two vectors of columns. Where masks
// are not free, there is separate code for whole and for partial vectors.
func direct(m machine) {
	m.begin()
	d := directKernel{machine: m, rows: integer("m"), a: slice("a"), rsa: integer("rsa"), csa: integer("csa"),
		ldb: integer("ldb"), c: slice("c"), ldc: integer("ldc")}
	m.scaleToBytes(d.rsa, d.csa, d.ldb, d.ldc)
	n := integer("n")
	TESTQ(d.rows, d.rows)
	JLE(LabelRef("done"))
	m.eachWidth(n, func(vectors int, partial bool, last mask) {
		d.mask = last
		d.stack(vectors, partial)
	})
	Label("done")
	ret()
}

// directKernel holds the parameters that stay in registers; strides are in bytes.
type directKernel struct {
	machine
	rows, a, rsa, csa, ldb, c, ldc reg.GPVirtual
	mask                           mask // of the last vector of columns
}

// stack processes the rows: whole tiles, then one tile of the remaining rows.
func (d *directKernel) stack(vectors int, partial bool) {
	name := func(s string, rows int) string {
		return fmt.Sprintf("%s%dx%d%v", s, rows, vectors, partial)
	}
	for rows := d.mr; rows >= 1; rows-- {
		Label(name("tile", rows))
		CMPQ(d.rows, imm(rows))
		if rows > 1 {
			JLT(LabelRef(name("tile", rows-1)))
		} else {
			JLT(LabelRef("done"))
		}
		d.tile(rows, vectors, partial, func(s string) string { return name(s, rows) })
		if rows == d.mr {
			SUBQ(imm(rows), d.rows)
			JEQ(LabelRef("done"))
			JMP(LabelRef(name("tile", rows)))
		} else {
			JMP(LabelRef("done"))
		}
	}
}

// tile computes rows×vectors of C and advances a and c by rows.
func (d *directKernel) tile(rows, vectors int, partial bool, label func(string) string) {
	acc := d.zeros(rows * vectors)
	bases, at := rowBases(rows, d.a, d.rsa)
	last := (rows - 1) / rowsPerBase // a advances to the row after the last
	MOVQ(bases[last], d.a)
	for range rows - last*rowsPerBase {
		ADDQ(d.rsa, d.a)
	}
	d.sum(acc, rows, vectors, partial, bases, at, label)

	d.scaleSums(acc, label("scaled"))
	d.store(acc, rows, vectors, partial, label)
}

// sum adds k rank-1 updates to acc.
func (d *directKernel) sum(acc []vec, rows, vectors int, partial bool, bases []reg.GPVirtual,
	at func(int) Mem, label func(string) string) {
	b, k := slice("b"), integer("k")
	bv, av := d.vecs(vectors), d.vec()
	ahead := GP64() // 16 rows of B, as many as a skinny product reads before the next panel
	MOVQ(d.ldb, ahead)
	SHLQ(Imm(4), ahead)
	TESTQ(k, k)
	JLE(LabelRef(label("summed")))
	Label(label("update"))
	for v := range bv {
		from := Mem{Base: b, Disp: v * d.bits / 8}
		if partial && v == vectors-1 {
			d.mask.load(from, bv[v])
		} else {
			d.mov(from, bv[v])
		}
	}
	PREFETCHT0(Mem{Base: b, Index: ahead, Scale: 1})
	ADDQ(d.ldb, b)
	for i := range rows {
		d.updateRow(at(i), av, bv, acc[i*vectors:])
		if i%rowsPerBase == rowsPerBase-1 || i == rows-1 {
			ADDQ(d.csa, bases[i/rowsPerBase])
		}
	}
	DECQ(k)
	JNE(LabelRef(label("update")))
	Label(label("summed"))
}

// updateRow adds an element of A times a row of B to acc. As in rankOne, some elements are
// broadcast by the multiplying instructions; with an index register, these would be split into two
// micro-operations.
func (d *directKernel) updateRow(from Mem, av vec, bv, acc []vec) {
	if d.bits == 512 && from.Index == nil {
		for v := range bv {
			d.fmaBroadcast(from, bv[v], acc[v])
		}
		return
	}
	d.broadcast(from, av)
	for v := range bv {
		d.fma(av, bv[v], acc[v])
	}
}

// store merges acc into C.
func (d *directKernel) store(acc []vec, rows, vectors int, partial bool, label func(string) string) {
	at := func(v int) Mem { return Mem{Base: d.c, Disp: v * d.bits / 8} }
	put := func(i, v int) {
		if partial && v == vectors-1 {
			d.mask.store(acc[i*vectors+v], at(v))
		} else {
			d.mov(acc[i*vectors+v], at(v))
		}
	}
	d.jumpIfZero(address(Param("beta")), label("overwrite"))
	beta, old := d.scalar("beta"), d.vec()
	for i := range rows {
		for v := range vectors {
			if partial && v == vectors-1 {
				d.mask.load(at(v), old)
				d.fma(old, beta, acc[i*vectors+v])
			} else {
				d.fma(at(v), beta, acc[i*vectors+v])
			}
			put(i, v)
		}
		ADDQ(d.ldc, d.c)
	}
	JMP(LabelRef(label("stored")))
	Label(label("overwrite"))
	for i := range rows {
		for v := range vectors {
			put(i, v)
		}
		ADDQ(d.ldc, d.c)
	}
	Label(label("stored"))
}
