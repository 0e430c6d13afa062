// Package asm holds the kernels in which the packages above it spend nearly all of their time: the
// gemm micro-kernel with its packing, and level-1 and elementwise loops, for AVX2+FMA3 and AVX-512.
//
// The kernels come in tables, one for each instruction set and element type, like the "context" of
// BLIS (Van Zee and van de Geijn, BLIS: A Framework for Rapidly Instantiating BLAS Functionality,
// ACM TOMS 41(3), 2015). A table holds function values together with their register tile MR×NR and
// cache blocks KC, MC, NC. [Kernels] is the table for linear algebra and bounded quadratic
// programs, [Training] the table of what the training of networks adds. [For] and [TrainingFor]
// return the tables that were chosen at start-up.
//
// The assembly and the tables are written by the programs in ../gen and never edited. For every
// kernel there is a reference kernel in Go (reference*.go). It defines what the kernel computes,
// and is the oracle of the tests. It also runs on machines without AVX2, on other architectures and
// under the build tag purego.
//
// A kernel is added in three places: its contract as a field of a table, its reference as a method
// of that name, its assembly as a function in ../gen. An instruction set is added by a file that
// registers it, such as avx2.go, and a line in ../gen.
//
// # Choosing an instruction set
//
// At start-up the best instruction set of the machine is chosen. The environment variable
// RIDGE_ISA=generic, avx2 or avx512 asks for one by name. If the machine (or a purego build) lacks
// it, [Selected] returns an error that names what is missing, and [For] panics with that error.
//
// RIDGE_BLOCKS=KC,MC,NC sets the cache blocks by hand, to tune for a machine unlike those that were
// measured. Sums are cut at about KC, rounded up to a multiple of 16, so the bits of a product
// depend on KC; by default, it depends on the instruction set alone. MC and NC depend on the caches and
// change no bit. Both variables are read before tests begin, so the cache of go test does not
// notice a change: use -count=1.
//
// # Contract of every kernel
//
// Kernels check nothing: their callers in mat and bcd/vec do, once per call. Slices may start at
// any address (no alignment is needed) and may end where readable memory ends: no kernel reads or
// writes an element outside the lengths that its arguments imply. NaN and Inf propagate as in the
// reference. A kernel call should end within about 100 µs, because the Go scheduler can't preempt
// assembly: long loops stay in Go.
package asm

//go:generate go run ../gen
