package asm

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// blocks derives the cache blocks of an mr×nr micro-kernel from the sizes of the
// caches, after Low, Igual, Smith and Quintana-Ortí, Analytical Modeling Is Enough for
// High-Performance BLIS, ACM TOMS 43(2), 2016, with what was measured. Half of L2 holds a
// block of A, a few MiB of L3 a block of B. The longer the sum, the less often C is read
// and written, so that a panel of B may be as large as L1 and then streams from L2 as A
// does. From 256 to 512 terms there is little between them, and KC decides how sums are
// rounded, so it is the same on all machines.
func blocks[T Float](mr, nr int) (kc, mc, nc int) {
	var t T
	size := int(unsafe.Sizeof(t))
	l2 := cacheSize(cpuid.CPU.Cache.L2, 256<<10)
	const l3Share = 3 << 20

	kc = 384
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

// BlocksError says that RIDGE_BLOCKS is not what it should be.
type BlocksError struct{ Value string }

// Error says what is wanted.
func (e *BlocksError) Error() string {
	return fmt.Sprintf("RIDGE_BLOCKS=%s: want KC,MC,NC, three numbers from 1 to %d", e.Value, largestBlock)
}

// largestBlock bounds what RIDGE_BLOCKS asks for: a kernel call on a block can't be preempted.
const largestBlock = 1 << 12

// setBlocks puts the cache blocks of RIDGE_BLOCKS, if there are any, in place of those
// derived, MC and NC rounded up to whole panels.
func setBlocks[T Float](k *Kernels[T], value string) error {
	if value == "" {
		return nil
	}
	var sizes [3]int
	words := strings.Split(value, ",")
	if len(words) != len(sizes) {
		return &BlocksError{value}
	}
	for i, w := range words {
		n, err := strconv.Atoi(w)
		if err != nil || n < 1 || n > largestBlock {
			return &BlocksError{value}
		}
		sizes[i] = n
	}
	k.KC = sizes[0]
	k.MC = (sizes[1] + k.MR - 1) / k.MR * k.MR
	k.NC = (sizes[2] + k.NR - 1) / k.NR * k.NR
	return nil
}
