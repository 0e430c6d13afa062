package asm

import (
	"syscall"
	"testing"
	"unsafe"

	"github.com/stretchr/testify/require"
)

// guarded returns two slices of n elements in different mappings: one starts right after an
// inaccessible page, the other ends right before one. A kernel that touches an element outside of
// them crashes the test.
func guarded[T Float](t testing.TB, n int) (start, end []T) {
	var v T
	size := n * int(unsafe.Sizeof(v))
	page := syscall.Getpagesize()
	body := (size + page - 1) / page * page
	body = max(body, page)
	mapping := func() []byte {
		m, err := syscall.Mmap(-1, 0, body+2*page, syscall.PROT_READ|syscall.PROT_WRITE,
			syscall.MAP_ANON|syscall.MAP_PRIVATE)
		require.NoError(t, err)
		require.NoError(t, syscall.Mprotect(m[:page], syscall.PROT_NONE))
		require.NoError(t, syscall.Mprotect(m[page+body:], syscall.PROT_NONE))
		t.Cleanup(func() { _ = syscall.Munmap(m) })
		return m
	}
	at := func(m []byte, offset int) []T {
		return unsafe.Slice((*T)(unsafe.Pointer(&m[offset])), n)
	}
	if n == 0 {
		return nil, nil
	}
	return at(mapping(), page), at(mapping(), page+body-size)
}
