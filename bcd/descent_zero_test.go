package bcd

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Targets that are all 0, as those of a hidden layer without an active unit, leave nothing that a gradient is small
// relative to but the gradient at the start.
func TestWeightStepsTowardsZerosEnd(t *testing.T) {
	for _, objective := range []Objective{Tikhonov, Fenchel} {
		for _, l1 := range []float64{0, 0.05} {
			t.Run(fmt.Sprint(objective, l1), func(t *testing.T) {
				l := testLift(t, testCase{"", testSpecs["chain"], objective, squared}, 40)
				l.l1 = l1
				l.y.Fill(0)
				layer := l.weightProblem(2)
				layer.t.Fill(0)
				for name, p := range map[string]weightProblem[float64]{"V": l.outputProblem(), "W": layer} {
					var g grams[float64]
					before := p.value()
					var residuals []float64
					for range 3 { // with an ℓ1 penalty, one may need more passes than it makes
						residual, err := p.minimize(t.Context(), &g, 1, exact)
						require.NoError(t, err)
						require.True(t, finite(residual), name)
						residuals = append(residuals, residual)
					}
					if l1 == 0 {
						assert.LessOrEqual(t, residuals[0], exact, name)
					}
					assert.LessOrEqual(t, residuals[2], exact, name)
					assert.Less(t, p.value(), before, name)
				}
			})
		}
	}
}
