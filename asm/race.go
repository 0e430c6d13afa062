//go:build race

package asm

import (
	"runtime"
	"unsafe"
)

// The race detector does not see what assembly reads and writes. Under -race every kernel of a
// table is therefore wrapped (race_wrappers.go) to announce its operands. The functions below are
// those that the directives gen:access call.

func reads[E any](slices ...[]E) {
	for _, s := range slices {
		if len(s) > 0 {
			runtime.RaceReadRange(unsafe.Pointer(&s[0]), len(s)*int(unsafe.Sizeof(s[0])))
		}
	}
}

func writes[E any](slices ...[]E) {
	for _, s := range slices {
		if len(s) > 0 {
			runtime.RaceWriteRange(unsafe.Pointer(&s[0]), len(s)*int(unsafe.Sizeof(s[0])))
		}
	}
}

// readsRows announces reads of rows×cols elements with a row stride; writesRows announces writes.
func readsRows[T Float](s []T, rows, cols, stride int) {
	for i := range rows {
		reads(s[i*stride : i*stride+cols])
	}
}

func writesRows[T Float](s []T, rows, cols, stride int) {
	for i := range rows {
		writes(s[i*stride : i*stride+cols])
	}
}

// writesRowsFrom announces writes of rows×cols elements (i, j) at s[first+i·stride+j]; stride may
// be negative.
func writesRowsFrom[T Float](s []T, first, rows, cols, stride int) {
	for i := range rows {
		writes(s[first+i*stride : first+i*stride+cols])
	}
}

// readsElements announces reads of rows×cols elements (i, j) at s[i·rs+j·cs].
func readsElements[T Float](s []T, rows, cols, rs, cs int) {
	for i := range rows {
		for j := range cols {
			reads(s[i*rs+j*cs : i*rs+j*cs+1])
		}
	}
}

// readsTriangle announces reads of rows k … k+m−1 of a triangle without its diagonal, with element
// (i, p) at a[a0+i·rsa+p·csa]; strides may be negative.
func readsTriangle[T Float](a []T, a0, k, m, rsa, csa int) {
	for i := k; i < k+m; i++ {
		for p := range i {
			reads(a[a0+i*rsa+p*csa : a0+i*rsa+p*csa+1])
		}
	}
}

// readsRowsWritesNext announces reads of the first k rows of x and writes of the next m, with
// element (i, j) at x[x0+i·ldx+j]; ldx may be negative.
func readsRowsWritesNext[T Float](x []T, x0, k, m, n, ldx int) {
	for i := range k + m {
		row := x[x0+i*ldx : x0+i*ldx+n]
		if i < k {
			reads(row)
		} else {
			writes(row)
		}
	}
}
