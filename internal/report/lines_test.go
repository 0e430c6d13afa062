package report

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestLinesOfATableAreAtMostTen(t *testing.T) {
	for n, want := range map[int]int{1: 1, 10: 1, 11: 2, 20: 2, 21: 5, 50: 5, 51: 10, 101: 20, 1000: 100} {
		assert.Equal(t, want, lineStep(n), n)
	}
	assert.GreaterOrEqual(t, lineStep(math.MaxInt), math.MaxInt/10)
}
