package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
)

// LambdaChoice is how λ, and the hidden layers if they were not given, were chosen before the training: by training samples
// that were held out in turn.
type LambdaChoice struct {
	Folds     int
	Divisions int // how often the samples were divided into folds
	Tried     []TriedLambda
	Chosen    int // the place in Tried
	Seconds   float64
}

// TriedLambda is a pair of penalties with widths of hidden layers and a number of epochs, and the loss of the held-out
// samples with these.
type TriedLambda struct {
	Hidden                  []int
	Epochs                  int // of the training of all samples
	Lambda, LambdaOut, Loss float64
	Error                   float64 // of the held-out samples: the share of wrong classes, or the loss of numbers
	Pieces                  bool    // of the columns of numbers
}

// fact describes the choice in a line.
func (c *LambdaChoice) fact() string {
	var tried []string
	chosen, noise := c.Tried[c.Chosen], ""
	for _, t := range c.Tried {
		if t.Loss < chosen.Loss {
			noise = "; smaller losses are smaller by no more than the noise, or come with more errors"
		}
		tried = append(tried, fmt.Sprintf("%s: %s", c.name(t), t.loss()))
	}
	return fmt.Sprintf("%s, by %s in %s (loss %s%s)%s", c.name(chosen), c.folds(), seconds(c.Seconds), strings.Join(tried, ", "), noise, c.atEnd())
}

// loss is that of the held-out samples, infinite if a training diverged.
func (t TriedLambda) loss() string {
	if math.IsInf(t.Loss, 1) {
		return "diverged"
	}
	return fixed(t.Loss, decimals(t.Loss))
}

// folds says how the samples were held out.
func (c *LambdaChoice) folds() string {
	if c.Divisions > 1 {
		return fmt.Sprintf("%d divisions into %d folds", c.Divisions, c.Folds)
	}
	return fmt.Sprintf("%d folds", c.Folds)
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
	if c.Tried[c.Chosen].Pieces {
		look += " --pieces yes"
	}
	return fmt.Sprintf("; this λ is the %s that was tried, and a better one may lie beyond, where train tune --grid lambda,lambda-out=%s looks", end, look)
}

// name is λ, and the hidden layers and the epochs if there were several to choose from.
func (c *LambdaChoice) name(t TriedLambda) string {
	name := Number(t.Lambda)
	if slices.ContainsFunc(c.Tried, func(o TriedLambda) bool { return !slices.Equal(o.Hidden, t.Hidden) }) {
		name += " with " + strings.Trim(strings.ReplaceAll(fmt.Sprint(t.Hidden), " ", "-"), "[]")
	}
	if slices.ContainsFunc(c.Tried, func(o TriedLambda) bool { return o.Epochs < t.Epochs }) {
		name += fmt.Sprintf(" in %d epochs", t.Epochs)
	}
	if t.Pieces {
		name += " in pieces"
	}
	return name
}

// object is the choice for JSON, null if nothing was chosen.
func (c *LambdaChoice) object() any {
	if c == nil {
		return nil
	}
	tried := make([]object, len(c.Tried))
	for i, t := range c.Tried {
		tried[i] = object{{"hidden", t.Hidden}, {"epochs", t.Epochs}, {"lambda", t.Lambda}, {"lambda_out", t.LambdaOut}, {"pieces", t.Pieces}, {"loss", t.Loss}, {"error", t.Error}}
	}
	return object{{"folds", c.Folds}, {"divisions", c.Divisions}, {"seconds", c.Seconds}, {"chosen", c.Chosen}, {"tried", tried}}
}
