package lambda

import (
	"math"
	"slices"
)

// outcome is what the held-out samples have after trainings without them: the loss of each and its error, which is 1 if
// its class is wrong, and for numbers the loss again. Of several divisions it is the mean.
type outcome struct{ losses, errors []float64 }

func newOutcome(samples int) outcome {
	return outcome{make([]float64, samples), make([]float64, samples)}
}

// average is the outcome of all folds of all divisions of some samples, in the order of the first division.
func average(divisions [][][]int, parts [][]outcome, samples int) outcome {
	sum, all := newOutcome(samples), outcome{}
	for d, division := range divisions {
		for fold, held := range division {
			for k, i := range held {
				sum.losses[i] += parts[d][fold].losses[k]
				sum.errors[i] += parts[d][fold].errors[k]
			}
		}
	}
	for _, held := range divisions[0] {
		for _, i := range held {
			all.losses = append(all.losses, sum.losses[i]/float64(len(divisions)))
			all.errors = append(all.errors, sum.errors[i]/float64(len(divisions)))
		}
	}
	return all
}

// betterLambda returns the index of the factor with the smallest mean loss, or that of the usual penalty unless the
// smallest loss is lower by more than the noise.
func betterLambda(found []outcome) int {
	usual := slices.Index(factors, 1)
	best := usual
	for i := range found {
		if mean(found[i].losses) < mean(found[best].losses) {
			best = i
		}
	}
	if best == usual || math.IsInf(mean(found[usual].losses), 1) || lower(found[usual].losses, found[best].losses) > lambdaMargin {
		return best
	}
	return usual
}

// lowest returns the index of the network with the smallest loss, −1 for the usual one.
func lowest(usual outcome, others []outcome) int {
	best, least := -1, mean(usual.losses)
	for i, other := range others {
		if loss := mean(other.losses); loss < least {
			best, least = i, loss
		}
	}
	return best
}

// surelyBest returns the index of the network that is better than the usual one by the most standard errors, −1 if none
// is by more than the margin. Of several that are infinitely better it is the one with the smallest loss.
//
// Half of what counts are the losses and half are the errors: losses tell more about each sample, but what a network
// loses by answers that are wrong anyway says little about how many there are.
func surelyBest(usual outcome, others []outcome) int {
	best, most := -1, float64(networkMargin)
	for i, other := range others {
		loss := mean(other.losses)
		gain := (lower(usual.losses, other.losses) + lower(usual.errors, other.errors)) / 2
		switch {
		case math.IsInf(loss, 1):
			continue
		case math.IsInf(mean(usual.losses), 1):
			gain = math.Inf(1)
		}
		if gain > most || best >= 0 && gain == most && loss < mean(others[best].losses) {
			best, most = i, gain
		}
	}
	return best
}

// lower is by how many standard errors of the differences, sample by sample, the mean of b is lower than that of a.
func lower(a, b []float64) float64 {
	differences := make([]float64, len(a))
	for i := range differences {
		differences[i] = a[i] - b[i]
	}
	center, squares, n := mean(differences), 0., float64(len(differences))
	for _, d := range differences {
		squares += (d - center) * (d - center)
	}
	if center == 0 {
		return 0
	}
	return center / (math.Sqrt(squares) / n) // squares/n is the variance, over n that of the mean
}

func mean(list []float64) float64 {
	sum := 0.
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
