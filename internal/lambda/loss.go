package lambda

import (
	"context"
	"math"
	"slices"

	"ridge/bcd/nn"
	"ridge/mat"
)

// rivalFactors are what the usual λ and λ_out are multiplied by, in turn, with another loss.
var rivalFactors = []float64{1. / 16, 1. / 4, 1, 4, 16}

// lessLog is the share of the log loss that another loss must have at most.
const lessLog = 0.98

// chooseLoss finds λ and λ_out of each candidate of another loss, by that loss, and then whether the best of them takes the
// place of the setting that was chosen. Losses of different kinds don't compare, so this is by the log loss of the held-out
// samples. logLosses gets those that were looked at.
func (c *choosing[T]) chooseLoss(ctx context.Context, chosen int, logLosses map[int]float64) (int, error) {
	first := len(c.settings)
	for i := c.usualLoss(); i < len(c.Candidates); i++ {
		for _, factor := range rivalFactors {
			c.settings = append(c.settings, setting{i, factor})
		}
	}
	if err := c.measure(ctx); err != nil {
		return 0, err
	}
	logLosses[chosen] = c.logLoss(chosen)
	rival := -1
	for from := first; from < len(c.settings); from += len(rivalFactors) {
		i := from + better(c.losses[from:from+len(rivalFactors)], slices.Index(rivalFactors, 1))
		if logLosses[i] = c.logLoss(i); rival < 0 || logLosses[i] < logLosses[rival] {
			rival = i
		}
	}
	if isLower(logLosses[rival], logLosses[chosen]) {
		return rival, nil
	}
	return chosen, nil
}

// isLower reports whether a log loss is lower than another one by enough.
func isLower(a, than float64) bool { return a < lessLog*than }

// logLoss is that of the held-out samples, by the probabilities that fit them best: those of softmax, at one temperature for
// all of them ([nn.FitTemperature]). It is infinite if a training diverged, or outputs are not finite.
func (c *choosing[T]) logLoss(setting int) float64 {
	var data []T
	var labels []int
	for fold, s := range c.scores[setting] {
		if s.Rows != len(c.parts[fold]) || nn.CheckFinite(s, 1) != nil {
			return math.Inf(1)
		}
		for i, sample := range c.parts[fold] {
			data, labels = append(data, s.Row(i)...), append(labels, c.Learn.Labels[sample])
		}
	}
	scores, beta, sum := mat.DenseOf(len(labels), len(data)/len(labels), data), 0., 0.
	if t := nn.FitTemperature(scores, labels); t > 0 {
		beta = 1 / t
	}
	for i, label := range labels {
		row, total := scores.Row(i), 0.
		most := float64(row[nn.Argmax(row)])
		for _, v := range row {
			total += math.Exp(beta * (float64(v) - most))
		}
		sum += math.Log(total) - beta*(float64(row[label])-most)
	}
	return sum / float64(len(labels))
}
