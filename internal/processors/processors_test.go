package processors

import (
	"runtime"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMoreThanThereAreAreNotUsed(t *testing.T) {
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(0))
	all := min(runtime.NumCPU(), ofGroups())
	for procs, want := range map[int]int{
		1: 1, runtime.NumCPU(): all, 10 * runtime.NumCPU(): all,
	} {
		runtime.GOMAXPROCS(procs)
		assert.Equal(t, want, Count(), "GOMAXPROCS=%d", procs)
	}
}

func TestPretendLastsUntilItIsRestored(t *testing.T) {
	before, procs := Count(), runtime.GOMAXPROCS(0)
	outer := Pretend(300)
	assert.Equal(t, 300, Count())
	inner := Pretend(3)
	assert.Equal(t, 3, Count())
	inner()
	assert.Equal(t, 300, Count())
	outer()
	assert.Equal(t, before, Count())
	assert.Equal(t, procs, runtime.GOMAXPROCS(0))
}

func TestBatchesAreDoneByAsManyAsTheyAreWorth(t *testing.T) {
	for _, c := range []struct {
		multiplications float64
		n, want         int
	}{
		{0, 8, 1}, {worth - 1, 128, 1}, {worth, 1, 1}, {worth, 2, 2}, {worth, 8, 8}, {worth, 128, 8},
		{4 * worth, 128, 16}, {16 * worth, 16, 16}, {1e300, 128, 128},
	} {
		assert.Equal(t, c.want, Team(c.multiplications, c.n), "%+v", c)
	}
	defer Pretend(7)()
	assert.Equal(t, 7, Team(1, 7), "tests share everything")
}
