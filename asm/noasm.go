//go:build !amd64 || purego

package asm

const haveAssembly = false

func table[T Float](ISA) Kernels[T] { return generic[T](4, 8, 256, 128, 1024) }
