package asm

import (
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// blocks derives the cache blocks of an mr×nr micro-kernel from the sizes of the
// caches, after Low, Igual, Smith and Quintana-Ortí, Analytical Modeling Is Enough for
// High-Performance BLIS, ACM TOMS 43(2), 2016, with what was measured. Half of L2 holds a
// block of A, a few MiB of L3 a block of B. The longer the sum, the less often C is read
// and written, so that a panel of B may be as large as L1 and then streams from L2 as A
// does: KC is L1 in units of two cache lines, a row of the panel on AVX-512.
//
// RIDGE_BLOCKS=KC,MC,NC sets them by hand, to tune a machine that is not like those
// measured. The sums are cut at KC, and so the bits of a product depend on it.
func blocks[T Float](mr, nr int) (kc, mc, nc int) {
	var t T
	size := int(unsafe.Sizeof(t))
	l1 := cacheSize(cpuid.CPU.Cache.L1D, 32<<10)
	l2 := cacheSize(cpuid.CPU.Cache.L2, 256<<10)
	const l3Share = 3 << 20

	kc = max(64, min(l1/128/8*8, 512))
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
