package report

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestAChoiceAtTheEndOfItsGridIsSaid(t *testing.T) {
	for chosen, want := range []string{"this λ is the smallest that was tried, and a better one may lie beyond, where train tune --grid lambda,lambda-out=x0.004,", "", "", "this λ is the largest that was tried, and a better one may lie beyond, where train tune --grid lambda,lambda-out=x1,x4,"} {
		c := LambdaChoice{Folds: 3, Chosen: chosen}
		for i, loss := range []float64{0.5, 0.25, 0.75, 0.625} {
			c.Tried = append(c.Tried, TriedLambda{Lambda: float64(i + 1), Loss: loss})
		}
		if want == "" {
			assert.NotContains(t, c.fact(), "was tried")
			continue
		}
		assert.Contains(t, c.fact(), want)
	}
}

func TestAChoiceSaysHowItsSamplesWereHeldOut(t *testing.T) {
	c := LambdaChoice{Folds: 3, Divisions: 1, Tried: []TriedLambda{{Lambda: 0.5, Loss: 0.25}}, Seconds: 1}
	assert.Contains(t, c.fact(), "0.5, by 3 folds in 1.00 s (loss 0.5: 0.2500)")
	c.Tried = append(c.Tried, TriedLambda{Lambda: 2, Loss: math.Inf(1)})
	assert.Contains(t, c.fact(), "(loss 0.5: 0.2500, 2: diverged)")
	c.Divisions = 3
	assert.Contains(t, c.fact(), "0.5, by 3 divisions into 3 folds in 1.00 s")
	assert.Contains(t, fmt.Sprint(c.object()), "{divisions 3}")
}
