package table

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestThousandsAreSeparated(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		assert.Equal(t, want, Group(n))
	}
}

func TestLongListsEndWithACount(t *testing.T) {
	names := []string{"a", "b", "c"}
	assert.Equal(t, "a, b, c", List(names, 3))
	assert.Equal(t, "a, b and 1 more", List(names, 2))
	assert.Empty(t, List(nil, 2))
}
