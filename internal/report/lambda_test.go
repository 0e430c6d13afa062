package report

import (
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

func TestAChoiceOfTheLossIsSaid(t *testing.T) {
	c := LambdaChoice{Folds: 3, Seconds: 2, Tried: []TriedLambda{
		{Kind: "hinge", Hidden: []int{300}, Epochs: 40, Lambda: 0.5, Loss: 0.25, LogLoss: 0.5},
		{Kind: "hinge", Hidden: []int{300}, Epochs: 40, Lambda: 2, Loss: 0.75},
		{Kind: "softmax2", Hidden: []int{300}, Epochs: 40, Lambda: 0.25, Loss: 0.5, LogLoss: 0.375},
		{Kind: "softmax2", Hidden: []int{300}, Epochs: 40, Lambda: 0.5, Loss: 0.625},
		{Kind: "softmax2", Hidden: []int{100, 100}, Epochs: 40, Lambda: 1, Loss: 0.625, LogLoss: 0.4375},
	}}
	assert.Equal(t, "0.5 with 300, by the loss of 3 folds in 2.00 s (0.5 with 300: 0.2500, 2 with 300: 0.7500); the loss by the log loss, 0.5000 (0.25 with 300 by softmax2: 0.3750, 1 with 100-100 by softmax2: 0.4375); this λ is the smallest that was tried, and a better one may lie beyond, where train tune --grid lambda,lambda-out=x0.004,x0.016,x0.06,x1 looks", c.fact())
	c.Chosen = 3
	assert.Contains(t, c.fact(), "0.5 with 300 by softmax2, by the loss of 3 folds in 2.00 s (0.25 with 300 by softmax2: 0.5000, 0.5 with 300 by softmax2: 0.6250, 1 with 100-100 by softmax2: 0.6250; smaller losses")
	c.Chosen = 2
	assert.Contains(t, c.fact(), "; the loss by the log loss, 0.3750 (0.5 with 300: 0.5000)")
	c.Tried = c.Tried[:2]
	c.Chosen = 1
	assert.NotContains(t, c.fact(), "log loss")
}
