package memory

import (
	"io/fs"
	"math"
	"os"
	"path"
	"runtime/debug"
	"runtime/metrics"
	"strconv"
	"strings"

	"ridge/internal/cgroup"
)

// Available estimates how many bytes the process can still take before it is killed or
// slowed down by swapping. It is the smallest of
//
//   - what the system could give without swapping (MemAvailable of /proc/meminfo),
//   - what each control group above the process still allows, versions 1 and 2, where the
//     page cache that the kernel would drop counts as free. Above memory.high of version 2
//     the system slows the process down,
//   - what the limit on the address space leaves (ulimit -v),
//   - what GOMEMLIMIT leaves.
//
// ok is false if none of them is known, as on systems other than Linux without a
// GOMEMLIMIT. It takes some file reads: well under a millisecond.
func Available() (n int64, ok bool) {
	n = min(ofSystem(os.DirFS("/")), ofAddressSpace(), ofRuntime())
	return max(n, 0), n < math.MaxInt64
}

// ofRuntime is what GOMEMLIMIT leaves, or math.MaxInt64.
func ofRuntime() int64 {
	limit := debug.SetMemoryLimit(-1)
	if limit == math.MaxInt64 {
		return limit
	}
	s := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(s)
	return limit - int64(s[0].Value.Uint64())
}

// addressSpace is what a limit on the address space leaves where pointers have so many bits, or math.MaxInt64. taken
// returns how many KiB of it are taken. Systems leave programs of 32 bits at least 3 of the 4 GiB.
func addressSpace(limit uint64, bits int, taken func() (kb int64, ok bool)) int64 {
	const of32Bits = 3 << 30
	if bits == 32 {
		limit = min(limit, of32Bits)
	}
	if limit > math.MaxInt64 {
		return math.MaxInt64
	}
	kb, ok := taken()
	if !ok && bits != 32 {
		return math.MaxInt64
	}
	return int64(limit) - Product(kb, 1024)
}

// ofSystem is what the files of a Linux system say, or math.MaxInt64.
func ofSystem(root fs.FS) int64 {
	least := int64(math.MaxInt64)
	if kb, ok := entry(root, "proc/meminfo", "MemAvailable:"); ok {
		least = Product(kb, 1024)
	}
	for _, group := range cgroup.Groups(root, "memory") {
		least = min(least, left(root, group))
	}
	return least
}

// left is what a control group still allows, or math.MaxInt64.
func left(root fs.FS, group cgroup.Group) int64 {
	limits, usage, reclaimable := []string{"memory.limit_in_bytes"}, "memory.usage_in_bytes", "total_inactive_file"
	if group.Version == 2 {
		limits, usage, reclaimable = []string{"memory.max", "memory.high"}, "memory.current", "inactive_file"
	}
	limit, limited := int64(math.MaxInt64), false
	for _, name := range limits {
		if n, ok := number(root, path.Join(group.Folder, name)); ok {
			limit, limited = min(limit, n), true
		}
	}
	if !limited {
		return math.MaxInt64
	}
	used, _ := number(root, path.Join(group.Folder, usage))
	cache, _ := entry(root, path.Join(group.Folder, "memory.stat"), reclaimable)
	return limit - max(0, used-cache)
}

// number reads a file that holds a number, and not "max".
func number(root fs.FS, name string) (int64, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// entry reads the number after key from a file of lines "KEY NUMBER …".
func entry(root fs.FS, name, key string) (int64, bool) {
	text, err := fs.ReadFile(root, name)
	if err != nil {
		return 0, false
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Fields(line); len(f) >= 2 && f[0] == key {
			n, err := strconv.ParseInt(f[1], 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}
