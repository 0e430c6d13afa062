// Package spans tells whether slices share memory. It compares addresses.
package spans

import "unsafe"

// Address is the address of the first element.
func Address[E any](x []E) uintptr { return uintptr(unsafe.Pointer(unsafe.SliceData(x))) }

// Overlap reports whether the memory of two slices overlaps.
func Overlap[E any](x, y []E) bool {
	var v E
	from, to := Address(x), Address(y)
	return from < to+uintptr(len(y))*unsafe.Sizeof(v) && to < from+uintptr(len(x))*unsafe.Sizeof(v)
}

// LoopSafe reports whether a loop over elements may read one slice and write the other, of equal length: they are the
// same memory or disjoint.
func LoopSafe[E any](x, y []E) bool {
	var v E
	bytes := uintptr(len(x)) * unsafe.Sizeof(v)
	distance := Address(y) - Address(x)
	return distance == 0 || min(distance, -distance) >= bytes
}
