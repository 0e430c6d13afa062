package scratch

import (
	"syscall"
	"unsafe"

	"ridge/internal/spans"
)

// preferHugePages asks for huge pages where x fills them, which avoids most TLB misses on packed panels. It is for
// pooled scratch memory only, which is bounded and reused, unlike matrices. The advice stays on the addresses of x for
// as long as the process lives, even after x is garbage. The system may then make huge pages again of what the Go
// runtime has returned, so that the resident memory falls later or less than GOMEMLIMIT and
// [runtime/debug.FreeOSMemory] ask for. Each advised range can also split a mapping, and the number of mappings of a
// process is limited.
func preferHugePages[T Float](x []T) {
	var v T
	size := uintptr(len(x)) * unsafe.Sizeof(v)
	first := -spans.Address(x) % hugePage // bytes before the first whole page
	if size < first+hugePage {
		return
	}
	bytes := unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(x))), size)
	_ = syscall.Madvise(bytes[first:first+(size-first)/hugePage*hugePage], syscall.MADV_HUGEPAGE)
}
