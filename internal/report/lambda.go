package report

import (
	"fmt"
	"slices"
	"strings"
)

// LambdaChoice is how λ was chosen before the training: by the mean loss of training samples that were held out in turn.
type LambdaChoice struct {
	Folds   int
	Tried   []TriedLambda
	Chosen  int // the place in Tried
	Seconds float64
}

// TriedLambda is a pair of penalties, and the loss of the held-out samples with it.
type TriedLambda struct{ Lambda, LambdaOut, Loss float64 }

// fact describes the choice in a line.
func (c *LambdaChoice) fact() string {
	var tried []string
	chosen, noise := c.Tried[c.Chosen], ""
	for _, t := range c.Tried {
		if t.Loss < chosen.Loss {
			noise = "; smaller losses are smaller by no more than the noise"
		}
		tried = append(tried, fmt.Sprintf("%s: %s", Number(t.Lambda), fixed(t.Loss, decimals(t.Loss))))
	}
	return fmt.Sprintf("%s, by the loss of %d folds in %s (%s%s)%s", Number(chosen.Lambda), c.Folds, seconds(c.Seconds), strings.Join(tried, ", "), noise, c.atEnd())
}

// atEnd says that the choice is the smallest or the largest of what was tried, beyond which a better one may lie.
func (c *LambdaChoice) atEnd() string {
	chosen, end, look := c.Tried[c.Chosen].Lambda, "", ""
	others := func(beyond func(v float64) bool) bool {
		return !slices.ContainsFunc(c.Tried, func(t TriedLambda) bool { return beyond(t.Lambda) })
	}
	switch {
	case others(func(v float64) bool { return v < chosen }):
		end, look = "smallest", "x0.004,x0.016,x0.06,x1"
	case others(func(v float64) bool { return v > chosen }):
		end, look = "largest", "x1,x4,x16,x64"
	default:
		return ""
	}
	return fmt.Sprintf("; it is the %s that was tried, and a better one may lie beyond, where train tune --grid lambda,lambda-out=%s looks", end, look)
}

// object is the choice for JSON, null if nothing was chosen.
func (c *LambdaChoice) object() any {
	if c == nil {
		return nil
	}
	tried := make([]object, len(c.Tried))
	for i, t := range c.Tried {
		tried[i] = object{{"lambda", t.Lambda}, {"lambda_out", t.LambdaOut}, {"loss", t.Loss}}
	}
	return object{{"folds", c.Folds}, {"seconds", c.Seconds}, {"chosen", c.Chosen}, {"tried", tried}}
}
