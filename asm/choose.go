package asm

import "os"

// selected is the selection of the program, made before any other package can call in.
var selected = selectTables()

// selection is an instruction set with its tables, or the reason why there is none.
type selection struct {
	isa ISA
	err error
	f32 *tables[float32]
	f64 *tables[float64]
}

// selectTables makes the selection that RIDGE_ISA and RIDGE_BLOCKS ask for.
func selectTables() (s selection) {
	s.isa, s.err = findISA(os.Getenv("RIDGE_ISA"))
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

// Selected returns the instruction set in use. It returns an *[ISAError] if RIDGE_ISA asks for one
// that can't be used, or a *[BlocksError] if RIDGE_BLOCKS is malformed. A program should report the
// error before it computes anything: otherwise the first function of package mat that needs a kernel
// panics with it. (Package gonumblas panics when it is initialized.)
func Selected() (ISA, error) { return selected.isa, selected.err }

// For returns the table in use for T. It panics with the error of [Selected]: silently using
// another table, or other blocks, than requested would make measurements and tests misleading.
func For[T Float]() *Kernels[T] {
	if selected.err != nil {
		panic(selected.err)
	}
	return &ofType[T](selected.f32, selected.f64).Kernels
}

// TrainingFor is [For] for the kernels of training.
func TrainingFor[T Float]() *Training[T] {
	if selected.err != nil {
		panic(selected.err)
	}
	return &ofType[T](selected.f32, selected.f64).Training
}

// register adds an instruction set at initialization, and selects again.
func register(isa ISA, s instructionSet) {
	for len(instructionSets) <= int(isa) {
		instructionSets = append(instructionSets, instructionSet{})
	}
	instructionSets[isa] = s
	selected = selectTables()
}

// findISA returns the instruction set called name, or the best one if name is empty.
func findISA(name string) (ISA, error) {
	if name == "" {
		best := ISA(len(instructionSets) - 1)
		for len(missing(best)) > 0 {
			best--
		}
		return best, nil
	}
	for i, s := range instructionSets {
		if s.name == name {
			if m := missing(ISA(i)); len(m) > 0 {
				return Generic, &ISAError{Name: name, Missing: m}
			}
			return ISA(i), nil
		}
	}
	return Generic, &ISAError{Name: name}
}
