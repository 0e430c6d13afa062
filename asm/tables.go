package asm

import "unsafe"

// tables are the tables of one instruction set and one element type.
type tables[T Float] struct {
	Kernels  Kernels[T]
	Training Training[T]
}

// assembly holds the tables of an instruction set.
type assembly struct {
	f32 tables[float32]
	f64 tables[float64]
}

// tablesOf returns the tables of an instruction set, which this machine must support.
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

// ofType returns the tables for T.
func ofType[T Float](f32 *tables[float32], f64 *tables[float64]) *tables[T] {
	var v T
	if unsafe.Sizeof(v) == 4 {
		return (*tables[T])(unsafe.Pointer(f32))
	}
	return (*tables[T])(unsafe.Pointer(f64))
}
