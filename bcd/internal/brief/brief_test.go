package brief_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/internal/brief"
)

func TestListsPrintAsTheirBeginning(t *testing.T) {
	for want, list := range map[string][]int{
		"[]":                                {},
		"[3 4]":                             {3, 4},
		"[1 2 3 4 5 6 7 8]":                 {1, 2, 3, 4, 5, 6, 7, 8},
		"[1 2 3 4 5 6 7 8 and 1 more]":      {1, 2, 3, 4, 5, 6, 7, 8, 9},
		"[0 0 0 0 0 0 0 0 and 999992 more]": make([]int, 1_000_000),
	} {
		assert.Equal(t, want, fmt.Sprint(brief.List[int](list)))
	}
	assert.Equal(t, "[0.5 1]", fmt.Sprint(brief.List[float64]{0.5, 1}))
}

func TestNamesAreListedAsInASentence(t *testing.T) {
	assert.Empty(t, brief.Or(nil))
	assert.Equal(t, "hinge", brief.Or([]string{"hinge"}))
	assert.Equal(t, "hinge or squared", brief.Or([]string{"hinge", "squared"}))
	assert.Equal(t, "hinge, squared or softmax", brief.Or([]string{"hinge", "squared", "softmax"}))
}
