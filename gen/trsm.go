package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var _ = register("Trsm", trsm)

// trsm writes the fused update-and-solve kernel. It processes one tile of rows after the other,
//
//	Y := X − A[:, :k]·X[:k, :]          rank-1 updates, as in the other kernels
//	for i { Y[i] *= dinv[i]; for q > i { Y[q] −= A[q, k+i]·Y[i] } }
//
// in registers; then the tile's rows count as solved.
//
// There is code for every number of rows of a tile, and it grows with the square of that number. So
// the tile has fewer rows than gemm's if that has many.
func trsm(m machine) {
	m.mr = min(m.mr, 8)
	m.begin()
	s := trsmKernel{machine: m, rows: integer("m"), k: integer("k"), rsa: integer("rsa"), csa: integer("csa"),
		dinv: slice("dinv"), ldx: integer("ldx"), a: GP64(), x: GP64()}
	s.start(s.a, "a", "a0")
	s.start(s.x, "x", "x0")
	m.scaleToBytes(s.rsa, s.csa, s.ldx)
	s.skipSolved()
	n := integer("n")
	TESTQ(s.rows, s.rows)
	JLE(LabelRef("done"))
	m.eachWidth(n, func(vectors int, partial bool, last mask) {
		s.mask = last
		s.stack(vectors, partial)
	})
	Label("done")
	ret()
}

// trsmKernel holds the parameters that stay in registers; strides are in bytes. a is at the next
// row of A, dinv at its reciprocal, and x at the same row of X.
type trsmKernel struct {
	machine
	rows, k, a, rsa, csa, dinv, x, ldx reg.GPVirtual
	mask                               mask // of the last vector of columns
	partial                            bool // whether the last vector is masked
}

// start sets a pointer to an element of a slice.
func (s *trsmKernel) start(to reg.GPVirtual, name, offset string) {
	base, first := slice(name), integer(offset)
	LEAQ(Mem{Base: base, Index: first, Scale: uint8(s.size)}, to)
}

// skipSolved moves the pointers past the k rows that are solved.
func (s *trsmKernel) skipSolved() {
	bytes := GP64()
	MOVQ(s.k, bytes)
	IMULQ(s.rsa, bytes)
	ADDQ(bytes, s.a)
	MOVQ(s.k, bytes)
	IMULQ(s.ldx, bytes)
	ADDQ(bytes, s.x)
	LEAQ(Mem{Base: s.dinv, Index: s.k, Scale: uint8(s.size)}, s.dinv)
}

// stack processes the rows: whole tiles, then one tile of the remaining rows.
func (s *trsmKernel) stack(vectors int, partial bool) {
	s.partial = partial
	name := func(s string, rows int) string {
		return fmt.Sprintf("%s%dx%d%v", s, rows, vectors, partial)
	}
	for rows := s.mr; rows >= 1; rows-- {
		label := func(s string) string { return name(s, rows) }
		Label(label("tile"))
		CMPQ(s.rows, imm(rows))
		if rows > 1 {
			JLT(LabelRef(name("tile", rows-1)))
		} else {
			JLT(LabelRef("done"))
		}
		s.tile(rows, vectors, label)
		if rows < s.mr {
			JMP(LabelRef("done"))
			continue
		}
		SUBQ(imm(rows), s.rows)
		ADDQ(imm(rows), s.k)
		ADDQ(imm(rows*s.size), s.dinv)
		for range rows {
			ADDQ(s.rsa, s.a)
			ADDQ(s.ldx, s.x)
		}
		JMP(LabelRef(label("tile")))
	}
}

func (s *trsmKernel) tile(rows, vectors int, label func(string) string) {
	acc := s.zeros(rows * vectors)
	bases, at := rowBases(rows, s.a, s.rsa)
	nextColumn := func() {
		for _, b := range bases {
			ADDQ(s.csa, b)
		}
	}
	s.sum(acc, rows, vectors, at, nextColumn, label)
	s.solve(acc, rows, vectors, at, nextColumn)
}

// load reads vector v of a row of X.
func (s *trsmKernel) load(row Mem, v, vectors int, to vec) {
	from := row.Offset(v * s.bits / 8)
	if s.partial && v == vectors-1 {
		s.mask.load(from, to)
	} else {
		s.mov(from, to)
	}
}

// put writes vector v of a row of X.
func (s *trsmKernel) put(y vec, v, vectors int, row Mem) {
	to := row.Offset(v * s.bits / 8)
	if s.partial && v == vectors-1 {
		s.mask.store(y, to)
	} else {
		s.mov(y, to)
	}
}

// sum adds the k solved rows, weighted by A, to acc, and leaves the pointers of A at its triangle.
func (s *trsmKernel) sum(acc []vec, rows, vectors int, at func(int) Mem, nextColumn func(),
	label func(string) string) {
	x, k := GP64(), GP64()
	xv, av := s.vecs(vectors), s.vec()
	s.start(x, "x", "x0")
	MOVQ(s.k, k)
	TESTQ(k, k)
	JLE(LabelRef(label("summed")))
	Label(label("update"))
	for v := range xv {
		s.load(Mem{Base: x}, v, vectors, xv[v])
	}
	ADDQ(s.ldx, x)
	for i := range rows {
		s.broadcast(at(i), av)
		for v := range xv {
			s.fma(av, xv[v], acc[i*vectors+v])
		}
	}
	nextColumn()
	DECQ(k)
	JNE(LabelRef(label("update")))
	Label(label("summed"))
}

// solve subtracts the sums from the tile's rows of X, substitutes forward and stores.
func (s *trsmKernel) solve(acc []vec, rows, vectors int, at func(int) Mem, nextColumn func()) {
	row, old, scale := GP64(), s.vec(), s.vec()
	MOVQ(s.x, row)
	for i := range rows {
		for v := range vectors {
			s.load(Mem{Base: row}, v, vectors, old)
			s.sub(acc[i*vectors+v], old, acc[i*vectors+v])
		}
		ADDQ(s.ldx, row)
	}
	MOVQ(s.x, row)
	for i := range rows {
		s.broadcast(Mem{Base: s.dinv, Disp: i * s.size}, scale)
		for v := range vectors {
			y := acc[i*vectors+v]
			s.mul(scale, y, y)
			s.put(y, v, vectors, Mem{Base: row})
		}
		ADDQ(s.ldx, row)
		for q := i + 1; q < rows; q++ {
			s.broadcast(at(q), scale)
			for v := range vectors {
				s.fnma(scale, acc[i*vectors+v], acc[q*vectors+v])
			}
		}
		if i < rows-1 {
			nextColumn()
		}
	}
}
