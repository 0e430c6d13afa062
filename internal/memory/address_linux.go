package memory

import (
	"math/bits"
	"os"

	"golang.org/x/sys/unix"
)

// ofAddressSpace is what the limit on the address space leaves, or math.MaxInt64.
func ofAddressSpace() int64 {
	var limit unix.Rlimit
	if err := unix.Getrlimit(unix.RLIMIT_AS, &limit); err != nil {
		limit.Cur = unix.RLIM_INFINITY
	}
	return addressSpace(limit.Cur, bits.UintSize, func() (kb int64, ok bool) {
		return entry(os.DirFS("/"), "proc/self/status", "VmSize:")
	})
}
