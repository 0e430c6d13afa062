package mat

import (
	"syscall"
	"unsafe"
)

// preferHugePages asks for huge pages where x fills them. A product reads a page of 4 KiB in some hundred
// cycles, and finding the next one costs some ten: as much again as all other losses. The request is advice,
// and whether the system follows it makes no other difference.
func preferHugePages[T Float](x []T) {
	var v T
	size := uintptr(len(x)) * unsafe.Sizeof(v)
	first := -address(x) % hugePage // bytes before the first whole page
	if size < first+hugePage {
		return
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), size)
	_ = syscall.Madvise(bytes[first:first+(size-first)/hugePage*hugePage], syscall.MADV_HUGEPAGE)
}
