package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

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
