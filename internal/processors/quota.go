package processors

import (
	"io/fs"
	"math"
	"os"
	"path"
	"strconv"
	"strings"
	"sync"

	"ridge/internal/cgroup"
)

// ofGroups is how many processors the control groups leave the process. They are read once.
var ofGroups = sync.OnceValue(func() int { return allowed(os.DirFS("/"), os.Getenv("GOMAXPROCS")) })

// allowed is how many processors the control groups leave the process, at least one; a part of one counts as one. If
// the environment variable GOMAXPROCS is a number, as Go's runtime takes it, that is what counts instead.
func allowed(root fs.FS, variable string) int {
	if n, err := strconv.ParseInt(variable, 10, 32); err == nil && n > 0 {
		return math.MaxInt
	}
	least := math.Inf(1)
	for _, group := range cgroup.Groups(root, "cpu") {
		least = min(least, quota(root, group))
	}
	if least > math.MaxInt32 {
		return math.MaxInt
	}
	return max(1, int(math.Ceil(least)))
}

// quota is how many processors a control group may use on the average, or infinity.
func quota(root fs.FS, group cgroup.Group) float64 {
	read := func(name string) string {
		text, _ := fs.ReadFile(root, path.Join(group.Folder, name)) // "" if it does not exist: no limit
		return string(text)
	}
	text := read("cpu.cfs_quota_us") + " " + read("cpu.cfs_period_us")
	if group.Version == 2 {
		text = read("cpu.max")
	}
	fields := strings.Fields(text) // both in microseconds
	if len(fields) != 2 {
		return math.Inf(1)
	}
	time, err := strconv.ParseFloat(fields[0], 64) // "max" or -1 without a limit
	period, err2 := strconv.ParseFloat(fields[1], 64)
	if err != nil || err2 != nil || !(time > 0 && period > 0) {
		return math.Inf(1)
	}
	return time / period
}
