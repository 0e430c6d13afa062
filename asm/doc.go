// Package asm holds the kernels that everything above it spends its time in:
// the gemm micro-kernel with its packing, and the level-1 and elementwise
// loops, for AVX2+FMA3 and AVX-512.
//
// The kernels come as tables, for each instruction set and element type, in the manner of
// the BLIS "context" (Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating
// BLAS Functionality, ACM TOMS 41(3), 2015): function values together with the register tile
// MR×NR and the cache blocks KC, MC, NC they were made for. [Kernels] is the table of linear
// algebra and bounded quadratic programs, [Training] what training networks adds. [For] and
// [TrainingFor] give the tables that were chosen at start-up, [Table] and [TrainingTable] any
// that this machine can run.
//
// The assembly is written by the programs in ../gen and never edited; so are the tables. For
// every kernel there is a reference kernel in Go (reference*.go): it defines what the kernel
// computes, it is the oracle of the tests, and it is what runs on machines without AVX2, on
// other architectures and under the build tag purego.
//
// A kernel is added in three places: its contract as a field of a table, its reference as a
// method of that name, its assembly as a function in ../gen. An instruction set is a file that
// registers it, such as avx2.go, and a line in ../gen.
//
// # Choosing an instruction set
//
// At start-up the best instruction set of the machine is chosen. The environment
// variable RIDGE_ISA=generic, avx2 or avx512 asks for one by name. Asking for one
// that the machine (or a purego build) lacks is an error, returned by [Selected],
// that names what is missing; [For] panics with it.
//
// RIDGE_BLOCKS=KC,MC,NC sets the cache blocks by hand, to tune for a machine that is not
// like those measured. Sums are cut at about KC, rounded up to a multiple of 16, and so the bits
// of a product depend on it; left alone, it is the same on all machines. MC and NC follow the
// caches and change no bit. Both variables are read before tests begin: the cache of
// go test does not know them, and wants -count=1.
//
// # Contract of every kernel
//
// Kernels check nothing: mat and bcd/vec do, once per call. Slices may start at
// any address (no alignment is needed) and may end where readable memory ends:
// no kernel reads or writes an element outside the lengths that its arguments
// imply. NaN and Inf go through as the reference says. A kernel call is meant to end
// within about 100 µs, because the Go scheduler can't preempt assembly: long
// loops stay in Go.
package asm

//go:generate go run ../gen
