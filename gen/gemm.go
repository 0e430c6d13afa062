package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is how many rank-1 updates one round of the inner loop does.
const unroll = 4

var _ = register("Gemm", gemm)

// gemm writes the micro-kernel: for each panel of MR rows,
//
//	for p := range k { C += A[:,p]·B[p,:] }     in registers
//	C := alpha·acc + beta·C                     to memory
func gemm(m machine) {
	if used := m.mr*m.nv + m.nv + 2; used > m.registers {
		panic(fmt.Sprintf("gen: a tile of %d×%d vectors needs %d registers, there are %d", m.mr, m.nv, used, m.registers))
	}
	m.begin()
	rows := integer("m")
	n := integer("n")
	a := slice("a")
	c := slice("c")
	ldc := integer("ldc")
	SHLQ(Imm(log2(m.size)), ldc)

	TESTQ(rows, rows)
	JLE(LabelRef("done"))

	Label("panel")
	acc := m.vecs(m.mr * m.nv)
	for _, v := range acc {
		m.zero(v)
	}
	m.prefetchC(c, ldc)
	m.rankOneUpdates(acc, a, c, ldc)

	alpha := m.scalar("alpha")
	for _, v := range acc {
		m.mul(alpha, v, v)
	}
	CMPQ(rows, imm(m.mr))
	JLT(LabelRef("edge"))
	CMPQ(n, imm(m.nr()))
	JLT(LabelRef("edge"))
	m.storeTile(acc, c, ldc)
	SUBQ(imm(m.mr), rows)
	JNE(LabelRef("panel"))

	Label("done")
	ret()

	Label("edge")
	m.storeEdge(acc, c, ldc, rows, n)
	JMP(LabelRef("panel"))
}

// prefetchC prefetches the tile of C, which is needed only after the sums. A row that is not
// aligned is on one more cache line.
func (m machine) prefetchC(c, ldc reg.GPVirtual) {
	row := GP64()
	MOVQ(c, row)
	for range m.mr {
		for at := 0; at < m.nv*m.bits/8; at += cacheLine {
			PREFETCHT0(Mem{Base: row, Disp: at})
		}
		PREFETCHT0(Mem{Base: row, Disp: m.nv*m.bits/8 - 1})
		ADDQ(ldc, row)
	}
}

// lastUpdates is how many updates before the end of a long sum the tile of C is prefetched
// once more: the panels, which stream through L1, have evicted it.
const lastUpdates = 48

// rankOneUpdates adds the product of a panel of A and the panel of B to acc, and
// leaves a at the end of the panel. A long sum is two loops: k − lastUpdates updates, and after
// a prefetch of C the others.
func (m machine) rankOneUpdates(acc []reg.VecVirtual, a, c, ldc reg.GPVirtual) {
	b := slice("b")
	k := integer("k")
	bv := m.vecs(m.nv)
	av := m.vecs(2)
	later := GP64() // updates that are left after k
	XORQ(later, later)
	CMPQ(k, imm(2*lastUpdates))
	JLT(LabelRef("first"))
	MOVQ(imm(lastUpdates), later)
	SUBQ(later, k)
	JMP(LabelRef("first"))

	rankOne := func(p int) { m.rankOne(acc, a, b, av, bv, p) }
	advance := func(steps int) {
		ADDQ(imm(steps*m.mr*m.size), a)
		ADDQ(imm(steps*m.nr()*m.size), b)
	}

	Label("last")
	m.prefetchC(c, ldc)
	Label("first")
	SUBQ(imm(unroll), k)
	JLT(LabelRef("rest"))
	Label("updates")
	for p := range unroll {
		rankOne(p)
	}
	advance(unroll)
	SUBQ(imm(unroll), k)
	JGE(LabelRef("updates"))

	Label("rest")
	ADDQ(imm(unroll), k)
	JLE(LabelRef("summed"))
	Label("update")
	rankOne(0)
	advance(1)
	DECQ(k)
	JNE(LabelRef("update"))
	Label("summed")
	MOVQ(later, k)
	XORQ(later, later)
	TESTQ(k, k)
	JNE(LabelRef("last"))
}

// rankOne adds column p of a packed panel of A times row p of one of B to acc.
func (m machine) rankOne(acc []reg.VecVirtual, a, b reg.GPVirtual, av, bv []reg.VecVirtual, p int) {
	for v := range bv {
		m.mov(Mem{Base: b, Disp: (p*m.nr() + v*m.lanes()) * m.size}, bv[v])
	}
	for i := range m.mr {
		ai := av[i%2]
		m.broadcast(Mem{Base: a, Disp: (p*m.mr + i) * m.size}, ai)
		for v := range bv {
			m.fma(ai, bv[v], acc[i*m.nv+v])
		}
	}
}

// jumpIfZero jumps if beta is ±0. It compares bits: UCOMISS and UCOMISD set the zero flag for NaN,
// too.
func (m machine) jumpIfZero(beta Mem, label string) {
	bits := GP64()
	if m.size == 4 {
		MOVL(beta, bits.As32())
		SHLL(Imm(1), bits.As32())
	} else {
		MOVQ(beta, bits)
		SHLQ(Imm(1), bits)
	}
	JEQ(LabelRef(label))
}

// storeTile writes a whole tile and moves c to the next one below.
func (m machine) storeTile(acc []reg.VecVirtual, c, ldc reg.GPVirtual) {
	at := func(v int) Mem { return Mem{Base: c, Disp: v * m.bits / 8} }
	m.jumpIfZero(address(Param("beta")), "overwrite")
	beta := m.scalar("beta")
	for i := range m.mr {
		for v := range m.nv {
			m.fma(at(v), beta, acc[i*m.nv+v])
			m.mov(acc[i*m.nv+v], at(v))
		}
		ADDQ(ldc, c)
	}
	JMP(LabelRef("stored"))

	Label("overwrite")
	for i := range m.mr {
		for v := range m.nv {
			m.mov(acc[i*m.nv+v], at(v))
		}
		ADDQ(ldc, c)
	}
	Label("stored")
}

// storeEdge writes the first rows rows and n columns of a tile, ends the kernel if
// they were the last rows, and moves c to the next tile below otherwise.
func (m machine) storeEdge(acc []reg.VecVirtual, c, ldc, rows, n reg.GPVirtual) {
	masks := make([]mask, m.nv)
	for v := range masks {
		masks[v] = m.firstLanes(n, v*m.lanes())
	}
	at := func(v int) Mem { return Mem{Base: c, Disp: v * m.bits / 8} }
	row := func(next string) {
		ADDQ(ldc, c)
		DECQ(rows)
		JEQ(LabelRef(next))
	}
	m.jumpIfZero(address(Param("beta")), "overwriteEdge")
	beta, old := m.scalar("beta"), m.vec()
	for i := range m.mr {
		for v := range masks {
			masks[v].load(at(v), old)
			m.fma(old, beta, acc[i*m.nv+v])
			masks[v].store(acc[i*m.nv+v], at(v))
		}
		row("done")
	}
	JMP(LabelRef("panel"))

	Label("overwriteEdge")
	for i := range m.mr {
		for v := range masks {
			masks[v].store(acc[i*m.nv+v], at(v))
		}
		row("done")
	}
}

// log2 of a power of two.
func log2(n int) uint64 {
	for i := uint64(0); ; i++ {
		if 1<<i == n {
			return i
		}
	}
}
