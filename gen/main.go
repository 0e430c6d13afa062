// Command gen writes the kernels of package asm: one avo program for both element
// types and both vector instruction sets. It is run by `go generate ./...` and is
// imported by nobody, so that avo never reaches a build of ridge.
//
//	machine.go      a vector register file: width, masks, the instructions by type
//	gemm.go         the micro-kernel on packed panels
//	direct.go       the micro-kernel on matrices where they lie
//	tiles.go        what the two kernels on unpacked tiles share
//	trsm.go         the fused update-and-solve kernel
//	sweep.go        projected Gauss–Seidel on many problems
//	transpose.go    transposition
//	pack.go         packing, with its register transposes
//	elementwise.go  loops that map slices to a slice
//	training.go     loops that map slices to several
//	reduce.go       loops that fold slices to a number
package main

import (
	"flag"
	"fmt"
	"os"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	isa := flag.String("isa", "", "instruction set to write for: avx2 or avx512")
	flag.Parse()
	t, ok := targets[*isa]
	if !ok {
		fmt.Fprintf(os.Stderr, "gen: -isa %q: want avx2 or avx512\n", *isa)
		os.Exit(2)
	}
	ConstraintExpr("!purego")
	for _, e := range []*elem{&f32, &f64} {
		m := machine{elem: e, target: t}
		gemm(m)
		direct(m)
		trsm(m)
		sweep(m)
		transposition(m)
		packing(m)
		reductions(m)
		elementwiseKernels(m)
		trainingKernels(m)
	}
	Generate()
}
