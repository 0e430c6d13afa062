package words_test

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/words"
)

func TestDurationsAreNoLongerThanThereAre(t *testing.T) {
	assert.Equal(t, "1m30s", words.Duration(90).String())
	assert.Equal(t, words.Duration(1e300), words.Duration(math.Inf(1)))
	assert.Greater(t, words.Duration(1e300), words.Duration(1e9))
}

func TestThousandsAreSeparated(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 60000: "60,000", 1234567: "1,234,567"} {
		assert.Equal(t, want, words.Group(n))
	}
}

func TestCountsHaveTheirNouns(t *testing.T) {
	assert.Equal(t, "0 rows", words.Counted(0, "row"))
	assert.Equal(t, "1 row", words.Counted(1, "row"))
	assert.Equal(t, "1,234 rows", words.Counted(1234, "row"))
}

func TestLongListsEndWithACount(t *testing.T) {
	names := []string{"a", "b", "c"}
	assert.Equal(t, "a, b, c", words.List(names, 3))
	assert.Equal(t, "a, b and 1 more", words.List(names, 2))
	assert.Empty(t, words.List(nil, 2))
	assert.Equal(t, "a, b and c", words.And(names, 3))
	assert.Equal(t, "a, b and 1 more", words.And(names, 2))
	assert.Equal(t, "a", words.And(names[:1], 2))
	assert.Empty(t, words.And(nil, 2))
}

func TestChoicesEndWithOr(t *testing.T) {
	for want, names := range map[string][]string{
		"": nil, "a": {"a"}, "a or b": {"a", "b"}, "a, b or c": {"a", "b", "c"},
	} {
		assert.Equal(t, want, words.Or(names))
	}
}

func TestNamesInListsCannotBeTakenForOthers(t *testing.T) {
	for name, want := range map[string]string{
		"a":      "a",
		"a b":    "a b",
		"c:d":    "c:d",
		"a,b":    `"a,b"`,
		" a":     `" a"`,
		"":       `""`,
		`5"`:     `5"`,
		`"x", y`: `"""x"", y"`,
	} {
		assert.Equal(t, want, words.Quote(name))
	}
	assert.Equal(t, `"a,b", c and 1 more`, words.Names([]string{"a,b", "c", "d"}, 2))
}

func TestSlicesPrintAsTheirBeginning(t *testing.T) {
	for want, list := range map[string][]int{
		"[]":                                {},
		"[3 4]":                             {3, 4},
		"[1 2 3 4 5 6 7 8]":                 {1, 2, 3, 4, 5, 6, 7, 8},
		"[1 2 3 4 5 6 7 8 and 1 more]":      {1, 2, 3, 4, 5, 6, 7, 8, 9},
		"[0 0 0 0 0 0 0 0 and 999992 more]": make([]int, 1_000_000),
	} {
		assert.Equal(t, want, fmt.Sprint(words.Short[int](list)))
	}
	assert.Equal(t, "[0.5 1]", fmt.Sprint(words.Short[float64]{0.5, 1}))
}

// What SplitNames and Unquote read is what Quote has written.
func TestQuotedNamesAreSplitAgain(t *testing.T) {
	names := []string{"a", "b,c", `5" pipe`, `"x"`, "", " y "}
	fields, err := words.SplitNames(words.Names(names, len(names)))
	require.NoError(t, err)
	for i, field := range fields {
		name, ok := words.Unquote(field)
		assert.True(t, ok, field)
		assert.Equal(t, names[i], name)
	}
	assert.Len(t, fields, len(names))
	_, err = words.SplitNames(`a,"b`)
	assert.EqualError(t, err, `the quotes of "b are not closed`)
	_, ok := words.Unquote(`"a"b`)
	assert.False(t, ok)
}
