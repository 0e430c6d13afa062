package asm

import (
	"fmt"
	"strconv"
	"strings"
	"unsafe"

	"github.com/klauspost/cpuid/v2"
)

// blocks derives the cache blocks of an mr×nr micro-kernel from the sizes of the caches, following
// Low, Igual, Smith and Quintana-Ortí, Analytical Modeling Is Enough for High-Performance BLIS, ACM
// TOMS 43(2), 2016, adjusted by measurements. Half of L2 holds a block of A, and a few MiB of L3 a
// block of B. Long sums read and write C less often. So a panel of B may be as large as L1, and
// then streams from L2 as A does. Between 256 and 512 terms there is little difference in speed.
// Since KC decides how sums are rounded, it depends on no cache.
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

// cacheSize is the size that cpuid reported, or that of a small machine if it reported none.
func cacheSize(reported, fallback int) int {
	if reported <= 0 {
		return fallback
	}
	return reported
}

// BlocksError says that RIDGE_BLOCKS is malformed.
type BlocksError struct{ Value string }

// Error names the expected form.
func (e *BlocksError) Error() string {
	return fmt.Sprintf("RIDGE_BLOCKS=%s: want KC,MC,NC, three numbers from 1 to %d", e.Value, largestBlock)
}

// largestBlock bounds the blocks of RIDGE_BLOCKS. A product's kernel call takes up to MC rows, NR columns and KC terms;
// NC bounds a copy. Such calls can't be preempted. With the largest blocks, some take milliseconds, or with the generic
// kernels a large part of a second.
const largestBlock = 1 << 12

// setBlocks replaces the derived cache blocks by those of RIDGE_BLOCKS, if it is set, with MC and
// NC rounded up to whole panels.
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
	k.MC, k.NC = roundUp(sizes[1], k.MR), roundUp(sizes[2], k.NR)
	return nil
}

// roundUp returns the smallest multiple of b that is at least a.
func roundUp(a, b int) int { return (a + b - 1) / b * b }
