package asm

import (
	"os"
	"unsafe"
)

// tables are those of one instruction set and one element type.
type tables[T Float] struct {
	Kernels  Kernels[T]
	Training Training[T]
}

// tablesOf makes the tables of an instruction set, which the machine must have.
func tablesOf[T Float](isa ISA) *tables[T] {
	if isa == Generic {
		t := reference[T]{mr: 4, nr: 8}.tables()
		t.Kernels.KC, t.Kernels.MC, t.Kernels.NC = 256, 128, 1024
		return &t
	}
	t := *ofType[T](&instructionSets[isa].tables.f32, &instructionSets[isa].tables.f64)
	k := &t.Kernels
	k.ISA, t.Training.ISA = isa, isa
	k.KC, k.MC, k.NC = blocks[T](k.MR, k.NR)
	instrument(&t)
	return &t
}

// ofType returns the one of two tables that is of type T.
func ofType[T Float](f32 *tables[float32], f64 *tables[float64]) *tables[T] {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return (*tables[T])(unsafe.Pointer(f32))
	}
	return (*tables[T])(unsafe.Pointer(f64))
}

// chosen is what the program uses, from before any other package can call in.
var chosen = choice()

// selection is an instruction set with its tables, or the error that stands against it.
type selection struct {
	isa ISA
	err error
	f32 *tables[float32]
	f64 *tables[float64]
}

// choice does what RIDGE_ISA and RIDGE_BLOCKS ask for.
func choice() (s selection) {
	s.isa, s.err = choose(os.Getenv("RIDGE_ISA"))
	if s.err != nil {
		return s
	}
	s.f32, s.f64 = tablesOf[float32](s.isa), tablesOf[float64](s.isa)
	blocks := os.Getenv("RIDGE_BLOCKS")
	if s.err = setBlocks(&s.f32.Kernels, blocks); s.err == nil {
		s.err = setBlocks(&s.f64.Kernels, blocks)
	}
	return s
}

// Selected returns the instruction set in use, or an *[ISAError] if RIDGE_ISA
// asks for one that can't be used, or a *[BlocksError]. A program should report the
// error before it computes anything.
func Selected() (ISA, error) { return chosen.isa, chosen.err }

// For returns the table in use for T. It panics with the error of [Selected]: to
// compute silently with another table, or other blocks, than was asked for would make
// every measurement and every test leg a lie.
func For[T Float]() *Kernels[T] {
	if chosen.err != nil {
		panic(chosen.err)
	}
	return &ofType[T](chosen.f32, chosen.f64).Kernels
}

// TrainingFor is [For] of the kernels of training.
func TrainingFor[T Float]() *Training[T] {
	if chosen.err != nil {
		panic(chosen.err)
	}
	return &ofType[T](chosen.f32, chosen.f64).Training
}

// Table returns the table of one instruction set, or an *[ISAError] if this
// machine or build can't run it.
func Table[T Float](isa ISA) (*Kernels[T], error) {
	if m := missing(isa); len(m) > 0 {
		return nil, &ISAError{isa.String(), m}
	}
	return &tablesOf[T](isa).Kernels, nil
}

// TrainingTable is [Table] of the kernels of training.
func TrainingTable[T Float](isa ISA) (*Training[T], error) {
	if m := missing(isa); len(m) > 0 {
		return nil, &ISAError{isa.String(), m}
	}
	return &tablesOf[T](isa).Training, nil
}
