//go:build !linux

package asm

import "testing"

// guarded returns two slices of n elements. They are at the edge of inaccessible pages only on
// Linux.
func guarded[T Float](_ testing.TB, n int) (start, end []T) { return make([]T, n), make([]T, n) }
