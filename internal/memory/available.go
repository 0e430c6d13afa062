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
)

// Available estimates how many bytes the process can still take before it is killed or
// slowed down by swapping. It is the smallest of
//
//   - what the system could give without swapping (MemAvailable of /proc/meminfo),
//   - what each control group above the process still allows, versions 1 and 2, where the
//     page cache that the kernel would drop counts as free,
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

// ofSystem is what the files of a Linux system say, or math.MaxInt64.
func ofSystem(root fs.FS) int64 {
	least := int64(math.MaxInt64)
	if kb, ok := entry(root, "proc/meminfo", "MemAvailable:"); ok {
		least = Product(kb, 1024)
	}
	text, err := fs.ReadFile(root, "proc/self/cgroup")
	if err != nil {
		return least
	}
	for line := range strings.Lines(string(text)) {
		// ID:CONTROLLERS:PATH; version 2 has no controllers here.
		parts := strings.SplitN(strings.TrimSpace(line), ":", 3)
		if len(parts) != 3 {
			continue
		}
		switch {
		case parts[1] == "":
			least = min(least, v2.left(root, parts[2]))
		case strings.Contains(","+parts[1]+",", ",memory,"):
			least = min(least, v1.left(root, parts[2]))
		}
	}
	return least
}

// hierarchy says where the control groups of one version are and what their files are
// called.
type hierarchy struct {
	mount, limit, usage, reclaimable string
}

var (
	v1 = hierarchy{"sys/fs/cgroup/memory", "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"}
	v2 = hierarchy{"sys/fs/cgroup", "memory.max", "memory.current", "inactive_file"}
)

// left is what the group at this path and all groups above it still allow. Inside a
// container the path may be one that only the host can see; its root is then the
// container's own group.
func (h hierarchy) left(root fs.FS, group string) int64 {
	least := int64(math.MaxInt64)
	for group = path.Clean("/" + group); ; group = path.Dir(group) {
		dir := path.Join(h.mount, group)
		if limit, ok := number(root, path.Join(dir, h.limit)); ok {
			usage, _ := number(root, path.Join(dir, h.usage))
			cache, _ := entry(root, path.Join(dir, "memory.stat"), h.reclaimable)
			least = min(least, limit-max(0, usage-cache))
		}
		if group == "/" {
			return least
		}
	}
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
