package mat

import (
	"syscall"
	"unsafe"
)

// preferHugePages asks for huge pages where x fills them, which spares packed panels most misses of the TLB.
// It is for pooled scratch only. The advice stays on the addresses of x for as long as the process lives, even
// when x is garbage: the system may make huge pages again of what the Go runtime has returned, so that the
// resident memory falls later or less than GOMEMLIMIT and [runtime/debug.FreeOSMemory] ask for. Each stretch of
// advice can split a mapping, too, and a process may have only so many. Scratch is bounded and used again;
// matrices are neither.
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
