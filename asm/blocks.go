package asm

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// blocks derives the cache blocks of an mr×nr micro-kernel from the sizes of the
// caches (Low, Igual, Smith and Quintana-Ortí, Analytical Modeling Is Enough for
// High-Performance BLIS, ACM TOMS 43(2), 2016, reduced to its rule of thumb):
// half of L1 holds a panel of B, half of L2 a block of A, and a few MiB of L3 a
// block of B. The other half of each level is for what streams through it.
func blocks[T Float](mr, nr int) (kc, mc, nc int) {
	var t T
	size := int(unsafe.Sizeof(t))
	l1 := cacheSize(cpuid.CPU.Cache.L1D, 32<<10)
	l2 := cacheSize(cpuid.CPU.Cache.L2, 256<<10)
	const l3Share = 4 << 20

	kc = max(64, min(l1/2/(nr*size)/8*8, 512))
	mc = max(1, l2/2/(kc*size)/mr) * mr
	nc = max(1, l3Share/(kc*size)/nr) * nr
	return kc, mc, nc
}

// cacheSize is what cpuid found, or a small machine's size where it found nothing.
func cacheSize(reported, fallback int) int {
	if reported <= 0 {
		return fallback
	}
	return reported
}
