package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

var _ = register("Sweep", sweep)

// sweep writes projected Gauss–Seidel on NR problems at a time. For each tile of MR variables,
//
//	∇ := H[tile, :]·X + G[tile]                       rank-1 updates, as in gemm
//	for i { new := clamp(X[i] − dinv[i]·∇[i]); δ := new − X[i]; X[i] := new
//	        for q > i { ∇[q] += H[q, i]·δ } }         in registers
func sweep(m machine) {
	m.begin()
	rows, first := integer("rows"), integer("i0")
	s := sweepKernel{machine: m, h: slice("h"), offset: GP64(), variable: GP64()}
	MOVQ(first, s.variable)
	MOVQ(first, s.offset)
	IMUL3Q(imm(m.nr()*m.size), s.offset, s.offset)

	TESTQ(rows, rows)
	JLE(LabelRef("done"))
	Label("tile")
	acc := m.zeros(m.mr * m.nv)
	s.triangle = GP64()
	MOVQ(s.variable, s.triangle)
	IMUL3Q(imm(m.mr*m.size), s.triangle, s.triangle)
	ADDQ(s.h, s.triangle)
	s.sum(acc)
	s.solve(acc)
	s.nextPanel()
	ADDQ(imm(m.mr*m.nr()*m.size), s.offset)
	ADDQ(imm(m.mr), s.variable)
	SUBQ(imm(m.mr), rows)
	JG(LabelRef("tile"))
	Label("done")
	ret()
}

// sweepKernel holds what stays in registers. h is at the current panel of H, and triangle at the
// column of its first variable. variable is the number of that variable, and its rows of X, G and
// the bounds begin at offset.
type sweepKernel struct {
	machine
	h, triangle, offset, variable reg.GPVirtual
}

// nextPanel advances h to the next panel; a panel is as long as the number of variables.
func (s *sweepKernel) nextPanel() {
	length := length("x") // of NR problems
	SHRQ(Imm(log2(s.nr())), length)
	IMUL3Q(imm(s.mr*s.size), length, length)
	ADDQ(length, s.h)
}

// sum computes the first k terms of H·X.
func (s *sweepKernel) sum(acc []vec) {
	a, x, k := GP64(), slice("x"), integer("k")
	MOVQ(s.h, a)
	xv, av := s.vecs(s.nv), s.vec()
	// k is a multiple of MR, which is even.
	SHRQ(Imm(1), k)
	JEQ(LabelRef("summed"))
	Label("terms")
	s.rankOne(acc, a, x, av, xv, 0)
	s.rankOne(acc, a, x, av, xv, 1)
	ADDQ(imm(2*s.mr*s.size), a)
	ADDQ(imm(2*s.nr()*s.size), x)
	DECQ(k)
	JNE(LabelRef("terms"))
	Label("summed")
}

// solve minimizes over the tile's variables, one after the other.
func (s *sweepKernel) solve(acc []vec) {
	at := func(name string, i, v int) Mem {
		base := slice(name)
		return Mem{Base: base, Index: s.offset, Scale: 1, Disp: (i*s.nr() + v*s.lanes()) * s.size}
	}
	perVariable := func(name string, i int) Mem {
		base := slice(name)
		return Mem{Base: base, Index: s.variable, Scale: uint8(s.size), Disp: i * s.size}
	}
	scale, x, bound := s.vec(), s.vec(), s.vec()
	for i := range s.mr {
		s.broadcast(perVariable("dinv", i), scale)
		for v := range s.nv {
			grad := acc[i*s.nv+v]
			s.add(at("g", i, v), grad, grad)
			s.mov(at("x", i, v), x)
			s.fnma(grad, scale, x)
			s.mov(at("l", i, v), bound)
			s.max(x, bound, x)
			s.mov(at("u", i, v), bound)
			s.min(x, bound, x)
			change := grad // the gradient is no longer needed
			s.sub(at("x", i, v), x, change)
			s.mov(x, at("x", i, v))
		}
		s.broadcast(perVariable("diag", i), scale)
		for v := range s.nv {
			s.recordMove(acc[i*s.nv+v], scale, x, bound, v)
		}
		for q := i + 1; q < s.mr; q++ {
			s.broadcast(Mem{Base: s.triangle, Disp: (i*s.mr + q) * s.size}, scale)
			for v := range s.nv {
				s.fma(scale, acc[i*s.nv+v], acc[q*s.nv+v])
			}
		}
	}
}

// recordMove raises moved to |change·diag|. It compares bits, as AbsMax does, so that NaN stays. t
// and old are scratch.
func (s *sweepKernel) recordMove(change, diag, t, old vec, v int) {
	base := slice("moved")
	at := Mem{Base: base, Disp: v * s.bits / 8}
	s.mul(diag, change, t)
	s.absMask(old) // no register is free to keep it in
	s.and(old, t, t)
	s.mov(at, old)
	s.maxBits(old, t)
	s.mov(t, at)
}
