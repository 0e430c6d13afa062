package asm

import (
	"fmt"
	"runtime"
	"strings"

	"github.com/klauspost/cpuid/v2"
)

// ISA is an instruction set for which there are tables of kernels. Each has a file of its own, and
// a higher number than those that it is preferred to.
type ISA uint8

// Generic is pure Go: the reference kernels.
const Generic ISA = 0

// instructionSet is what the file of an instruction set registers.
type instructionSet struct {
	name     string            // as in RIDGE_ISA
	requires []cpuid.FeatureID // of the processor
	lacking  map[string]string // what an operating system lacks, by GOOS
	tables   *assembly         // nil in builds without assembly
}

// instructionSets are the registered instruction sets, by number.
var instructionSets = []instructionSet{Generic: {name: "generic"}}

// String returns the name that RIDGE_ISA accepts.
func (i ISA) String() string {
	if int(i) < len(instructionSets) {
		return instructionSets[i].name
	}
	return fmt.Sprintf("ISA(%d)", uint8(i))
}

// ISAError says why the instruction set that RIDGE_ISA asks for can't be used.
type ISAError struct {
	Name    string   // the requested name
	Missing []string // what this machine or build lacks; empty if the name is unknown
}

// Error names the requested instruction set and what is missing.
func (e *ISAError) Error() string {
	if len(e.Missing) == 0 {
		var names []string
		for _, s := range instructionSets {
			names = append(names, s.name)
		}
		return fmt.Sprintf("RIDGE_ISA=%s: unknown instruction set, want one of %s", e.Name, strings.Join(names, ", "))
	}
	return fmt.Sprintf(
		"RIDGE_ISA=%s: this machine or build can't use it: missing %s (unset RIDGE_ISA for the best that it can)",
		e.Name, strings.Join(e.Missing, ", "))
}

// missing lists what this machine or build lacks for an instruction set.
func missing(isa ISA) []string {
	if isa == Generic {
		return nil
	}
	s := instructionSets[isa]
	var m []string
	if s.tables == nil {
		m = append(m, "assembly (this is a "+runtime.GOARCH+" build; there is some for amd64 without the tag purego)")
	}
	for _, f := range s.requires {
		if !cpuid.CPU.Supports(f) {
			m = append(m, f.String())
		}
	}
	if what, ok := s.lacking[runtime.GOOS]; ok {
		m = append(m, what)
	}
	return m
}
