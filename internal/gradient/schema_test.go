package gradient

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestEveryOptionBelongsToAMethod: one that is in no list would have no flag, and nothing would say so.
func TestEveryOptionBelongsToAMethod(t *testing.T) {
	for _, o := range sgd.everyOption() {
		belongs := func(s *solver) bool { return slices.Contains(s.own, optionName(o.Name)) }
		assert.True(t, slices.Contains(shared, o.Name) || slices.ContainsFunc(solvers, belongs), o.Name)
	}
}
