package main

import (
	"fmt"
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// unroll is how many rank-1 updates one iteration of the inner loop makes.
const unroll = 4

var _ = register("Gemm", gemm)

// gemm writes the micro-kernel: for each panel of MR rows,
//
//	for p := range k { C += A[:,p]·B[p,:] }     in registers
//	C := alpha·acc + beta·C                     to memory
func gemm(m machine) {
	if used := m.mr*m.nv + m.nv + 1; used > m.registers {
		panic(fmt.Sprintf("gen: a tile of %d×%d vectors needs %d registers, there are %d",
			m.mr, m.nv, used, m.registers))
	}
	m.begin()
	rows := integer("m")
	n := integer("n")
	a := slice("a")
	c := slice("c")
	ldc := integer("ldc")
	m.scaleToBytes(ldc)

	TESTQ(rows, rows)
	JLE(LabelRef("done"))

	Label("panel")
	acc := m.zeros(m.mr * m.nv)
	m.rankOneUpdates(acc, a, c, ldc)

	m.scaleSums(acc, "scaled")
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

// The tile of C is needed after the sums. It is prefetched near their end, because the panels that
// stream through L1 would evict it earlier. One row is prefetched in each iteration: a burst of
// prefetches would occupy all line fill buffers of L1, and the panels would wait, too.
const (
	// fetchCycles is how many cycles before the end the last row of C is prefetched: enough for a
	// cache line from memory.
	fetchCycles = 800

	// aheadUpdates is how many updates ahead the panel of A is prefetched. Each of its lines comes
	// from L2. The panel of B was already read for the rows above, and needs no prefetch.
	aheadUpdates = 16
)

// fetchRounds is roughly the number of iterations of the inner loop in fetchCycles: a processor
// executes two vector FMAs per cycle.
func (m machine) fetchRounds() int { return fetchCycles / (unroll * m.mr * m.nv / 2) }

// rankOneUpdates adds the product of a panel of A and the panel of B to acc, and leaves a at the
// end of the panel. A long sum has three phases. In the second, each iteration prefetches the next
// row of C; in the others it prefetches the same row again, which is already there. A short sum
// consists of the second phase only.
func (m machine) rankOneUpdates(acc []vec, a, c, ldc reg.GPVirtual) {
	b := slice("b")
	bv, av := m.vecs(m.nv), m.vec()
	rounds := integer("k")
	SHRQ(Imm(log2(unroll)), rounds)
	row, step := GP64(), GP64() // of C, for prefetching
	MOVQ(c, row)
	MOVQ(imm(0), step)
	phases := GP64() // phases that remain after this one
	MOVQ(imm(2), phases)
	SUBQ(imm(m.mr+m.fetchRounds()), rounds)
	JG(LabelRef("round"))
	MOVQ(ldc, step)
	MOVQ(imm(0), phases)
	ADDQ(imm(m.mr+m.fetchRounds()), rounds)
	JEQ(LabelRef("rest"))

	Label("round")
	m.prefetchRow(row)
	ADDQ(step, row)
	m.prefetchA(a)
	for p := range unroll {
		m.rankOne(acc, a, b, av, bv, p)
	}
	ADDQ(imm(unroll*m.mr*m.size), a)
	ADDQ(imm(unroll*m.nr()*m.size), b)
	DECQ(rounds)
	JNE(LabelRef("round"))
	MOVQ(imm(m.mr), rounds)
	MOVQ(ldc, step)
	DECQ(phases)
	JG(LabelRef("round"))
	MOVQ(imm(m.fetchRounds()), rounds) // moves do not change the flags
	MOVQ(imm(0), step)
	JEQ(LabelRef("round"))

	Label("rest")
	k := integer("k")
	ANDQ(imm(unroll-1), k)
	JEQ(LabelRef("summed"))
	Label("update")
	m.rankOne(acc, a, b, av, bv, 0)
	ADDQ(imm(m.mr*m.size), a)
	ADDQ(imm(m.nr()*m.size), b)
	DECQ(k)
	JNE(LabelRef("update"))
	Label("summed")
}

// prefetchRow prefetches a row of a tile of C. An unaligned row spans one more cache line.
func (m machine) prefetchRow(row reg.GPVirtual) {
	for at := 0; at < m.nr()*m.size; at += cacheLine {
		PREFETCHT0(Mem{Base: row, Disp: at})
	}
	PREFETCHT0(Mem{Base: row, Disp: m.nr()*m.size - 1})
}

// prefetchA prefetches the elements of A that are read aheadUpdates later.
func (m machine) prefetchA(a reg.GPVirtual) {
	for at := 0; at < unroll*m.mr*m.size; at += cacheLine {
		PREFETCHT0(Mem{Base: a, Disp: aheadUpdates*m.mr*m.size + at})
	}
}

// rankOne adds column p of a packed panel of A times row p of a panel of B to acc. Every second
// element of A is broadcast by the multiplying instructions, where the instruction set has that.
// This needs a load for each multiplication instead of one in all, but one instruction fewer. The
// balance keeps both the loads and the number of instructions from limiting the speed, even if
// another thread shares the core.
func (m machine) rankOne(acc []vec, a, b reg.GPVirtual, av vec, bv []vec, p int) {
	for v := range bv {
		m.mov(Mem{Base: b, Disp: (p*m.nr() + v*m.lanes()) * m.size}, bv[v])
	}
	for i := range m.mr {
		from := Mem{Base: a, Disp: (p*m.mr + i) * m.size}
		if m.bits == 512 && i%2 == 1 {
			for v := range bv {
				m.fmaBroadcast(from, bv[v], acc[i*m.nv+v])
			}
			continue
		}
		m.broadcast(from, av)
		for v := range bv {
			m.fma(av, bv[v], acc[i*m.nv+v])
		}
	}
}

// scaleSums multiplies acc by alpha, unless that is 1: in a short sum these multiplications are several percent of all.
func (m machine) scaleSums(acc []vec, label string) {
	bits := GP64()
	if m.size == 4 {
		MOVL(address(Param("alpha")), bits.As32())
		CMPL(bits.As32(), U32(math.Float32bits(1)))
	} else {
		one := GP64()
		MOVQ(address(Param("alpha")), bits)
		MOVQ(U64(math.Float64bits(1)), one)
		CMPQ(bits, one)
	}
	JEQ(LabelRef(label))
	alpha := m.scalar("alpha")
	for _, v := range acc {
		m.mul(alpha, v, v)
	}
	Label(label)
}

// jumpIfZero jumps if beta is ±0. It compares bits: UCOMISS and UCOMISD also set the zero flag for
// NaN.
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

// storeTile writes a whole tile and advances c to the next one below.
func (m machine) storeTile(acc []vec, c, ldc reg.GPVirtual) {
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

// storeEdge writes the first rows rows and n columns of a tile. It ends the kernel if those were
// the last rows, and advances c to the next tile below otherwise.
func (m machine) storeEdge(acc []vec, c, ldc, rows, n reg.GPVirtual) {
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

// log2 returns the logarithm of a power of two.
func log2(n int) uint64 {
	for i := uint64(0); ; i++ {
		if 1<<i == n {
			return i
		}
	}
}
