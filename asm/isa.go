package asm

import (
	"fmt"
	"os"
	"runtime"
	"strings"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// ISA is an instruction set for which there is a table of kernels.
type ISA uint8

// The instruction sets, each better than the one before it.
const (
	Generic ISA = iota // pure Go
	AVX2               // AVX2 and FMA3, 16 registers of 256 bits
	AVX512             // AVX-512 F, CD, BW, DQ and VL, 32 registers of 512 bits
)

var isaNames = [...]string{Generic: "generic", AVX2: "avx2", AVX512: "avx512"}

// String returns the name that RIDGE_ISA understands.
func (i ISA) String() string {
	if int(i) < len(isaNames) {
		return isaNames[i]
	}
	return fmt.Sprintf("ISA(%d)", uint8(i))
}

// ISAError says why an instruction set can't be used.
type ISAError struct {
	Name    string   // what was asked for
	Missing []string // what this machine or build lacks; empty if the name is unknown
}

// Error says what was asked for and what is missing.
func (e *ISAError) Error() string {
	if len(e.Missing) == 0 {
		return fmt.Sprintf("RIDGE_ISA=%s: unknown instruction set, want one of %s", e.Name, strings.Join(isaNames[:], ", "))
	}
	return fmt.Sprintf("instruction set %s can't be used: missing %s", e.Name, strings.Join(e.Missing, ", "))
}

// requirements of each instruction set. cpuid's AVX2 and AVX512* already include
// the operating system's part (XCR0); its FMA3 does not, which is why AVX2 is
// asked for along with it.
var requirements = [...][]cpuid.FeatureID{
	AVX2:   {cpuid.AVX2, cpuid.FMA3},
	AVX512: {cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512CD, cpuid.AVX512BW, cpuid.AVX512DQ, cpuid.AVX512VL},
}

// missing lists what stands against an instruction set here.
func missing(isa ISA) []string {
	if isa == Generic {
		return nil
	}
	if int(isa) >= len(requirements) {
		return []string{"kernels for it"}
	}
	var m []string
	if !haveAssembly {
		m = append(m, "assembly (this is a "+runtime.GOARCH+" build; there is some for amd64 without the tag purego)")
	}
	for _, f := range requirements[isa] {
		if !cpuid.CPU.Supports(f) {
			m = append(m, f.String())
		}
	}
	if isa == AVX512 && runtime.GOOS == "darwin" {
		// The kernel there loses opmask registers on a context switch (golang.org/issue/49233).
		m = append(m, "opmask registers that survive a context switch (darwin)")
	}
	return m
}

// choose returns the instruction set called name, or the best one if name is empty.
func choose(name string) (ISA, error) {
	if name == "" {
		best := AVX512
		for len(missing(best)) > 0 {
			best--
		}
		return best, nil
	}
	for i, s := range isaNames {
		if s == name {
			if m := missing(ISA(i)); len(m) > 0 {
				return Generic, &ISAError{name, m}
			}
			return ISA(i), nil
		}
	}
	return Generic, &ISAError{Name: name}
}

// chosen is set once, before any other package can call in.
var chosen = func() (c struct {
	isa ISA
	err error
	f32 *Kernels[float32]
	f64 *Kernels[float64]
}) {
	c.isa, c.err = choose(os.Getenv("RIDGE_ISA"))
	if c.err != nil {
		return c
	}
	f32, f64 := table[float32](c.isa), table[float64](c.isa)
	c.f32, c.f64 = &f32, &f64
	blocks := os.Getenv("RIDGE_BLOCKS")
	if c.err = setBlocks(c.f32, blocks); c.err == nil {
		c.err = setBlocks(c.f64, blocks)
	}
	return c
}()

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
	var v T
	if unsafe.Sizeof(v) == 4 {
		return (*Kernels[T])(unsafe.Pointer(chosen.f32))
	}
	return (*Kernels[T])(unsafe.Pointer(chosen.f64))
}

// Table returns the table of one instruction set, or an *[ISAError] if this
// machine or build can't run it.
func Table[T Float](isa ISA) (*Kernels[T], error) {
	if m := missing(isa); len(m) > 0 {
		return nil, &ISAError{isa.String(), m}
	}
	k := table[T](isa)
	return &k, nil
}
