package asm

import "github.com/klauspost/cpuid/v2"

// AVX2 stands for AVX2 and FMA3, with 16 registers of 256 bits.
const AVX2 ISA = 1

func init() {
	register(AVX2, instructionSet{
		name: "avx2",
		// cpuid's AVX2 includes support by the operating system (XCR0). Its FMA3 does not, but AVX2
		// is required with it.
		requires: []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3},
		tables:   avx2Tables,
	})
}
