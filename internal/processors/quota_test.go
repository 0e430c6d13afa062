package processors

import (
	"math"
	"runtime"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

func TestControlGroupsLimitTheProcessors(t *testing.T) {
	const unlimited = math.MaxInt
	v2 := func(text string) map[string]string {
		return map[string]string{"proc/self/cgroup": "0::/a\n", "sys/fs/cgroup/a/cpu.max": text}
	}
	v1 := func(quota, period string) map[string]string {
		return map[string]string{"proc/self/cgroup": "2:cpu,cpuacct:/a\n",
			"sys/fs/cgroup/cpu/a/cpu.cfs_quota_us": quota, "sys/fs/cgroup/cpu/a/cpu.cfs_period_us": period}
	}
	above := v2("max 100000\n")
	above["sys/fs/cgroup/cpu.max"] = "300000 100000\n"
	for name, c := range map[string]struct {
		files    map[string]string
		variable string // GOMAXPROCS
		want     int
	}{
		"no groups":                {nil, "", unlimited},
		"no limit":                 {v2("max 100000\n"), "", unlimited},
		"one":                      {v2("100000 100000\n"), "", 1},
		"half of one":              {v2("50000 100000\n"), "", 1},
		"one and a half":           {v2("150000 100000\n"), "", 2},
		"the group above":          {above, "", 3},
		"version 1":                {v1("100000\n", "100000\n"), "", 1},
		"version 1, no limit":      {v1("-1\n", "100000\n"), "", unlimited},
		"version 1, only a period": {v1("", "100000\n"), "", unlimited},
		"the user wants two":       {v2("100000 100000\n"), "2", unlimited},
		"the user wants nonsense":  {v2("100000 100000\n"), "two", 1},
		"the user wants none":      {v2("100000 100000\n"), "0", 1},
		"nonsense":                 {v2("a b\n"), "", unlimited},
		"a period of zero":         {v2("100000 0\n"), "", unlimited},
		"more than there are":      {v2("1e300 1\n"), "", unlimited},
		"not a number":             {v2("NaN NaN\n"), "", unlimited},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{}
			for file, text := range c.files {
				root[file] = &fstest.MapFile{Data: []byte(text)}
			}
			assert.Equal(t, c.want, allowed(root, c.variable))
		})
	}
}

func TestNoMoreAreUsedThanTheControlGroupsLeave(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(max(2, runtime.NumCPU())))
	before := ofGroups
	defer func() { ofGroups = before }()
	ofGroups = func() int { return 1 }
	assert.Equal(t, 1, Count())
	defer Pretend(3)()
	assert.Equal(t, 3, Count(), "tests of many workers run in any container")
}
