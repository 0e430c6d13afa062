// Command gen writes the kernels of package asm, and the tables that hold them. It is run by `go
// generate ./...` and imported by no package, so that avo is never part of a build of ridge.
//
// The list of kernels is in asm: the fields of Kernels and Training. For each of them there is a
// function here that writes its assembly, for both element types and all instruction sets. gen
// writes the assembly of each instruction set, with its declarations and tables. It also writes the
// table of reference kernels, the wrappers for the race detector, and the empty tables for builds
// without assembly.
//
// To add a kernel, add a field in asm with its contract, a method of the same name to asm's
// reference kernels, and a function here that is registered under that name. To add an instruction
// set, add a line to targets, and a file in asm that registers it.
//
//	main.go         the program
//	contract.go     reads the list of kernels
//	tables.go       writes the Go files
//	kernel.go       the kernels by name, and how one begins and ends
//	machine.go      the instruction sets, and the instructions of each element type
//	mask.go         the first lanes of a vector
//	gemm.go         the micro-kernel on packed panels
//	direct.go       the micro-kernel on operands that are not packed
//	trsm.go         the fused update-and-solve kernel
//	tiles.go        shared by the two kernels on unpacked tiles
//	sweep.go        projected Gauss–Seidel on many problems
//	rotate.go       plane rotations of neighbouring rows
//	pack.go         packing
//	transpose.go    transposition
//	blocks.go       blocks of a matrix, transposed in registers
//	pieces.go       moves of fewer elements than a vector holds
//	vector.go       loops of linear algebra over elements
//	training.go     loops of training over elements
//	elementwise.go  the elementwise loop
//	reduce.go       loops that reduce slices to a number
package main

import (
	"flag"
	"log"
	"os"
	"os/exec"

	. "github.com/mmcloughlin/avo/build"
)

func main() {
	log.SetFlags(0)
	log.SetPrefix("gen: ")
	isa := flag.String("isa", "", "write the assembly of this instruction set only")
	flag.Parse()
	tables, err := readContract(".")
	if err != nil {
		log.Fatal(err)
	}
	if err := complete(tables); err != nil {
		log.Fatal(err)
	}
	if *isa != "" {
		writeAssembly(*isa, tables)
		return
	}
	for _, t := range targets {
		if err := runFor(t); err != nil {
			log.Fatal(err)
		}
	}
	if err := writeGo(tables); err != nil {
		log.Fatal(err)
	}
}

// runFor runs this program for one instruction set in a process of its own, because avo
// collects its output in one place per process.
func runFor(t target) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.Command(self, "-isa", t.name, "-out", t.name+"_amd64.s")
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

// writeAssembly writes all kernels for an instruction set.
func writeAssembly(isa string, tables []table) {
	for _, t := range targets {
		if t.name != isa {
			continue
		}
		ConstraintExpr("!purego")
		for _, e := range []*elem{&f32, &f64} {
			for _, table := range tables {
				for _, k := range table.kernels {
					emitters[k.name](machine{elem: e, target: t, kernel: k})
				}
			}
		}
		Generate()
		return
	}
	log.Fatalf("no instruction set %q", isa)
}
