package main

import (
	"fmt"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	"github.com/mmcloughlin/avo/reg"
)

// eachWidth writes the code for tiles of n columns, n ≤ NR, once for each number of vectors that
// they take. Where masks are not free, it writes it for whole and for partial last vectors. Each
// piece of code must end in a jump.
func (m machine) eachWidth(n reg.GPVirtual, code func(vectors int, partial bool, last mask)) {
	for vectors := 1; vectors <= m.nv; vectors++ {
		next := fmt.Sprintf("columns%d", vectors)
		if vectors < m.nv {
			CMPQ(n, imm(vectors*m.lanes()))
			JGT(LabelRef(next))
		}
		last := m.firstLanes(n, (vectors-1)*m.lanes())
		if m.bits == 512 { // a full mask is free
			code(vectors, true, last)
		} else {
			CMPQ(n, imm(vectors*m.lanes()))
			JLT(LabelRef(fmt.Sprintf("partial%d", vectors)))
			code(vectors, false, last)
			Label(fmt.Sprintf("partial%d", vectors))
			code(vectors, true, last)
		}
		if vectors < m.nv {
			Label(next)
		}
	}
}

// rowsPerBase is how many rows one base register reaches with indices of 0, 1 and 2 strides.
const rowsPerBase = 3

// rowBases allocates and sets the registers through which the rows of A are read, beginning at a.
// It returns them, and a function for the address of a row.
func rowBases(rows int, a, stride reg.GPVirtual) (bases []reg.GPVirtual, at func(row int) Mem) {
	bases = make([]reg.GPVirtual, (rows+rowsPerBase-1)/rowsPerBase)
	for i := range bases {
		bases[i] = GP64()
		if i == 0 {
			MOVQ(a, bases[i])
			continue
		}
		LEAQ(Mem{Base: bases[i-1], Index: stride, Scale: 2}, bases[i])
		ADDQ(stride, bases[i])
	}
	return bases, func(row int) Mem {
		mem := Mem{Base: bases[row/rowsPerBase]}
		if s := row % rowsPerBase; s > 0 {
			mem.Index, mem.Scale = stride, uint8(s)
		}
		return mem
	}
}
