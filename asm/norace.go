//go:build !race

package asm

// instrument does nothing: wrappers are needed only for the race detector.
func instrument[T Float](*tables[T]) {}
