//go:build !linux

package asm

import "testing"

// guarded returns two slices of n elements. Only on Linux do they lie at the edge
// of inaccessible pages.
func guarded[T Float](_ testing.TB, n int) (start, end []T) { return make([]T, n), make([]T, n) }
