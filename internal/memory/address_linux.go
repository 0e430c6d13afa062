package memory

import (
	"math"
	"os"

	"golang.org/x/sys/unix"
)

// ofAddressSpace is what the limit on the address space leaves, or math.MaxInt64.
func ofAddressSpace() int64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil || limit.Cur > math.MaxInt64 {
		return math.MaxInt64
	}
	kb, ok := entry(os.DirFS("/"), "proc/self/status", "VmSize:")
	if !ok {
		return math.MaxInt64
	}
	return int64(limit.Cur) - Product(kb, 1024)
}
