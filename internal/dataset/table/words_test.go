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

func TestNumbersHaveTheirNouns(t *testing.T) {
	assert.Equal(t, "0 rows", Counted(0, "row"))
	assert.Equal(t, "1 row", Counted(1, "row"))
	assert.Equal(t, "1,234 rows", Counted(1234, "row"))
	assert.Equal(t, "f: 1 row without a value of the target is left out", UnlabelledNote("f", 1))
	assert.Equal(t, "f: 2 rows without a value of the target are left out", UnlabelledNote("f", 2))
	assert.Equal(t, `column 1 "a"`, Columns([]string{`1 "a"`}, 2))
	assert.Equal(t, "columns 1, 2 and 1 more", Columns([]string{"1", "2", "3"}, 2))
}
