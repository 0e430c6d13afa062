package cgroup

import (
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
)

func TestGroupsAreThatOfTheProcessAndThoseAbove(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		want []Group
	}{
		"version 2": {"0::/a/b\n",
			[]Group{{"sys/fs/cgroup/a/b", 2}, {"sys/fs/cgroup/a", 2}, {"sys/fs/cgroup", 2}}},
		"the root":           {"0::/\n", []Group{{"sys/fs/cgroup", 2}}},
		"a path of the host": {"0::/../../x\n", []Group{{"sys/fs/cgroup/x", 2}, {"sys/fs/cgroup", 2}}},
		"version 1": {"5:cpuacct,cpu:/x\n4:cpuset:/y\n3:memory:/z\n",
			[]Group{{"sys/fs/cgroup/cpu/x", 1}, {"sys/fs/cgroup/cpu", 1}}},
		"both": {"5:cpu:/x\n0::/\n",
			[]Group{{"sys/fs/cgroup/cpu/x", 1}, {"sys/fs/cgroup/cpu", 1}, {"sys/fs/cgroup", 2}}},
		"nonsense": {"what\n\n5:memory:/\n", nil},
	} {
		t.Run(name, func(t *testing.T) {
			root := fstest.MapFS{"proc/self/cgroup": {Data: []byte(c.text)}}
			assert.Equal(t, c.want, Groups(root, "cpu"))
		})
	}
	assert.Empty(t, Groups(fstest.MapFS{}, "cpu"), "no such file")
}
