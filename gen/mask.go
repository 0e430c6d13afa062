package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// mask selects the first few lanes of a vector: an opmask on AVX-512, a vector of ones and zeros on
// AVX2.
type mask struct {
	m machine
	y vec
	k reg.OpmaskVirtual
}

// firstLanes makes a mask for a vector that holds the elements from skip on: it selects those below
// count, which are count−skip lanes, or none, or all.
func (m machine) firstLanes(count reg.GPVirtual, skip int) mask {
	if m.bits == 512 {
		return mask{m: m, k: m.opmask(count, skip)}
	}
	// The lane numbers come from an immediate. A data symbol would be addressed through R15 in
	// dynamically linked builds.
	lane, n, iota := m.vec(), m.vec(), GP64()
	if m.size == 4 {
		MOVQ(U64(0x0706050403020100), iota)
		VMOVQ(iota, lane.AsX())
		VPMOVZXBD(lane.AsX(), lane)
	} else {
		MOVQ(U64(0x03020100), iota)
		VMOVQ(iota, lane.AsX())
		VPMOVZXBQ(lane.AsX(), lane)
	}
	left := GP64()
	MOVQ(count, left)
	if skip > 0 {
		SUBQ(imm(skip), left)
	}
	VMOVQ(left, n.AsX())
	if m.size == 4 {
		VPBROADCASTD(n.AsX(), n)
		VPCMPGTD(lane, n, n)
	} else {
		VPBROADCASTQ(n.AsX(), n)
		VPCMPGTQ(lane, n, n)
	}
	return mask{m: m, y: n}
}

// opmask is 2^min(max(count−skip, 0), 63) − 1; the vector uses as many bits as it has lanes.
func (m machine) opmask(count reg.GPVirtual, skip int) reg.OpmaskVirtual {
	left, bound, k := GP64(), GP64(), K()
	MOVQ(count, left)
	if skip > 0 {
		SUBQ(imm(skip), left)
	}
	XORQ(bound, bound)
	CMPQ(left, bound)
	CMOVQLT(bound, left)
	MOVQ(imm(63), bound)
	CMPQ(left, bound)
	CMOVQGT(bound, left)
	MOVQ(left, reg.RCX)
	MOVQ(imm(1), bound)
	SHLQ(reg.CL, bound)
	DECQ(bound)
	KMOVW(bound.As32(), k)
	return k
}

// load reads the selected lanes and zeros the others, without touching their memory.
func (s mask) load(from Mem, to vec) {
	switch {
	case s.m.bits == 512 && s.m.size == 4:
		VMOVUPS_Z(from, s.k, to)
	case s.m.bits == 512:
		VMOVUPD_Z(from, s.k, to)
	case s.m.size == 4:
		VMASKMOVPS(from, s.y, to)
	default:
		VMASKMOVPD(from, s.y, to)
	}
}

// store writes the selected lanes.
func (s mask) store(from vec, to Mem) {
	switch {
	case s.m.bits == 512:
		s.m.mov(from, s.k, to)
	case s.m.size == 4:
		VMASKMOVPS(from, s.y, to)
	default:
		VMASKMOVPD(from, s.y, to)
	}
}
