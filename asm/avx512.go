package asm

import "github.com/klauspost/cpuid/v2"

// AVX512 stands for AVX-512 F, CD, BW, DQ and VL, with 32 registers of 512 bits.
const AVX512 ISA = 2

func init() {
	register(AVX512, instructionSet{
		name: "avx512",
		requires: []cpuid.FeatureID{cpuid.AVX2, cpuid.FMA3, cpuid.AVX512F, cpuid.AVX512CD, cpuid.AVX512BW,
			cpuid.AVX512DQ, cpuid.AVX512VL},
		// The operating system's kernel loses opmask registers on a context switch
		// (golang.org/issue/49233).
		lacking: map[string]string{"darwin": "opmask registers that survive a context switch (darwin)"},
		tables:  avx512Tables,
	})
}
