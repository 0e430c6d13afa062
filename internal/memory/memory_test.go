package memory

import (
	"errors"
	"math"
	"runtime"
	"runtime/debug"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// files makes a file system of names and contents.
func files(pairs ...string) fstest.MapFS {
	system := fstest.MapFS{}
	for i := 0; i < len(pairs); i += 2 {
		system[pairs[i]] = &fstest.MapFile{Data: []byte(pairs[i+1])}
	}
	return system
}

const meminfo = "MemTotal:       24000 kB\nMemAvailable:   20000 kB\n"

func TestTheSystemAndEveryGroupAboveTheProcessCount(t *testing.T) {
	const unlimited = math.MaxInt64
	for name, c := range map[string]struct {
		system fstest.MapFS
		want   int64
	}{
		"nothing known": {files(), unlimited},
		"no groups":     {files("proc/meminfo", meminfo), 20000 << 10},
		"version 2": {files("proc/meminfo", meminfo, "proc/self/cgroup", "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max", "9000000\n",
			"sys/fs/cgroup/a/b/memory.current", "5000000\n",
			"sys/fs/cgroup/a/b/memory.stat", "anon 1\ninactive_file 3000000\nactive_file 7\n"), 7000000},
		"version 2, the group above": {files("proc/self/cgroup", "0::/a/b\n",
			"sys/fs/cgroup/a/b/memory.max", "max\n",
			"sys/fs/cgroup/a/memory.max", "4000\n",
			"sys/fs/cgroup/a/memory.current", "1000\n"), 3000},
		"version 2, slowed down before it is killed": {files("proc/self/cgroup", "0::/\n",
			"sys/fs/cgroup/memory.max", "4000\n", "sys/fs/cgroup/memory.high", "3000\n",
			"sys/fs/cgroup/memory.current", "500\n"), 2500},
		"version 2, only slowed down": {files("proc/self/cgroup", "0::/\n",
			"sys/fs/cgroup/memory.max", "max\n", "sys/fs/cgroup/memory.high", "3000\n"), 3000},
		"version 2, a container that is its own root": {files("proc/self/cgroup", "0::/../../host\n",
			"sys/fs/cgroup/memory.max", "4000\n", "sys/fs/cgroup/memory.current", "500\n"), 3500},
		"version 1 next to an empty version 2": {files("proc/meminfo", meminfo,
			"proc/self/cgroup", "5:cpu,memory:/x\n1:cpuset:/\n0::/\n",
			"sys/fs/cgroup/memory/x/memory.limit_in_bytes", "8000\n",
			"sys/fs/cgroup/memory/x/memory.usage_in_bytes", "6000\n",
			"sys/fs/cgroup/memory/x/memory.stat", "inactive_file 1\ntotal_inactive_file 1000\n"), 3000},
		"version 1 without a limit": {files("proc/meminfo", meminfo, "proc/self/cgroup", "5:memory:/\n",
			"sys/fs/cgroup/memory/memory.limit_in_bytes", "9223372036854771712\n",
			"sys/fs/cgroup/memory/memory.usage_in_bytes", "6000\n"), 20000 << 10},
		"more in use than allowed": {files("proc/self/cgroup", "0::/\n",
			"sys/fs/cgroup/memory.max", "4000\n", "sys/fs/cgroup/memory.current", "4500\n"), -500},
		"nonsense": {files("proc/meminfo", "MemAvailable: lots\n", "proc/self/cgroup", "what\n0::/\n",
			"sys/fs/cgroup/memory.max", "much\n"), unlimited},
	} {
		t.Run(name, func(t *testing.T) {
			assert.Equal(t, c.want, ofSystem(c.system))
		})
	}
}

func TestAvailableIsPlausibleOnLinux(t *testing.T) {
	n, ok := Available()
	if runtime.GOOS != "linux" {
		t.Skip("only Linux is known")
	}
	require.True(t, ok)
	assert.Greater(t, n, int64(1<<20))
	assert.Less(t, n, int64(1)<<50)
	assert.Less(t, Limit(), n+n/8)
}

func TestTheAddressSpaceOf32BitsIsALimit(t *testing.T) {
	const unlimited, ofKernel = math.MaxUint64, 4 << 30
	for _, c := range []struct {
		bits        int
		limit, want uint64
	}{
		{64, unlimited, math.MaxInt64},
		{64, 5 << 30, 4 << 30},
		{32, unlimited, 2 << 30},
		{32, ofKernel, 2 << 30},
		{32, 2 << 30, 1 << 30},
	} {
		taken := func() (int64, bool) { return 1 << 20, true } // KiB
		assert.EqualValues(t, c.want, addressSpace(c.limit, c.bits, taken), "%+v", c)
	}
	assert.Equal(t, int64(math.MaxInt64), addressSpace(5<<30, 64, func() (int64, bool) { return 0, false }))
	assert.Equal(t, int64(3<<30), addressSpace(unlimited, 32, func() (int64, bool) { return 0, false }))
}

func TestAvailableFollowsTheRuntimesLimit(t *testing.T) {
	old := debug.SetMemoryLimit(200 << 20)
	defer debug.SetMemoryLimit(old)
	n, ok := Available()
	require.True(t, ok)
	assert.Less(t, n, int64(200<<20))
}

// What a training has left is free for the next one, although the process still has it.
func TestGarbageIsNoReasonToRefuse(t *testing.T) {
	const size = 64 << 20
	defer debug.SetGCPercent(debug.SetGCPercent(-1))
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(-1))
	debug.FreeOSMemory()
	debug.SetMemoryLimit(held() + 2*size)
	garbage := make([]byte, size)
	need := Limit() + size/2 // four fifths of the garbage are more
	require.Error(t, CheckFree(need, "rows"), "it is used still")
	runtime.KeepAlive(garbage)
	garbage = nil
	require.Error(t, Check(Limit(), need, "rows"))
	require.NoError(t, CheckFree(need, "rows"))
	require.Error(t, CheckFree(need+size, "rows"))
	require.Error(t, CheckFree(math.MaxInt64, "rows"))
}

func TestCheckNamesNeedAndLimit(t *testing.T) {
	require.NoError(t, Check(1000, 1000, "rows"))
	err := Check(1e9, 78.4e9, "10,000,000 rows of 1,960 columns")
	limit, ok := errors.AsType[*LimitError](err)
	require.True(t, ok)
	assert.Equal(t, &LimitError{"10,000,000 rows of 1,960 columns", 78.4e9, 1e9}, limit)
	assert.EqualError(t, err, "10,000,000 rows of 1,960 columns take 78.4 GB of memory, the limit is 1.0 GB")
	assert.EqualError(t, Check(1e9, math.MaxInt64, "rows"), "rows take more than 9.2 EB of memory, the limit is 1.0 GB")
}

func TestProductEndsAtTheLargestNumber(t *testing.T) {
	const most int64 = math.MaxInt64
	assert.EqualValues(t, 24, Product(2, 3, 4))
	assert.EqualValues(t, 1, Product())
	assert.EqualValues(t, 0, Product(most, most, 0))
	assert.EqualValues(t, most, Product(1<<32, 1<<31))
	assert.EqualValues(t, most, Product(1<<40, 1<<40, 1))
	assert.EqualValues(t, int64(1)<<62, Product(1<<31, 1<<31))
}

func TestSumEndsAtTheLargestNumber(t *testing.T) {
	const most int64 = math.MaxInt64
	assert.EqualValues(t, 9, Sum(2, 3, 4))
	assert.EqualValues(t, 0, Sum())
	assert.EqualValues(t, most, Sum(most, 0))
	assert.EqualValues(t, most, Sum(most-1, 1))
	assert.EqualValues(t, most, Sum(most, 1))
	assert.EqualValues(t, most, Sum(most, most, 2, 5))
}

func TestBytesAreReadable(t *testing.T) {
	for n, want := range map[int64]string{
		0: "0 B", 999: "999 B", 1000: "1.0 KB", 1550: "1.6 KB", 999_949: "999.9 KB", 999_950: "1.0 MB",
		3_200_000_000: "3.2 GB", math.MaxInt64: "9.2 EB",
	} {
		assert.Equal(t, want, Bytes(n))
	}
}
