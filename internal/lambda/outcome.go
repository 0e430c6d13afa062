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

// average is the outcome of all folds of some divisions of the same samples, in the order of the samples in the folds
// of one.
func average(order division, divisions []division, parts [][]outcome, samples int) outcome {
	sum, all := newOutcome(samples), outcome{}
	for d, folds := range divisions {
		for fold, held := range folds {
			for k, i := range held {
				sum.losses[i] += parts[d][fold].losses[k]
				sum.errors[i] += parts[d][fold].errors[k]
			}
		}
	}
	for _, held := range order {
		for _, i := range held {
			all.losses = append(all.losses, sum.losses[i]/float64(len(divisions)))
			all.errors = append(all.errors, sum.errors[i]/float64(len(divisions)))
		}
	}
	return all
}

// pooled is the mean of two outcomes of samples in the same order; share is the part of b.
func pooled(a, b outcome, share float64) outcome {
	all := newOutcome(len(a.losses))
	for i := range all.losses {
		all.losses[i] = (1-share)*a.losses[i] + share*b.losses[i]
		all.errors[i] = (1-share)*a.errors[i] + share*b.errors[i]
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
	if best == usual || math.IsInf(mean(found[usual].losses), 1) ||
		lower(found[usual].losses, found[best].losses) > lambdaMargin {
		return best
	}
	return usual
}

// betterNetwork returns the index of the network to take, −1 for the usual one. Where one division is enough, losses
// tell more; where it is not, they mislead too often.
func betterNetwork(divisions int, usual outcome, others []outcome) int {
	if divisions == 1 {
		return lowest(usual, others)
	}
	return fewestErrors(usual, others)
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

// fewestErrors returns the index of the network with the fewest errors, and of several such with the smallest loss; −1
// if it has not fewer than the usual one by more than the margin. What counts are only the samples on which the two
// differ: a smaller loss often comes from those that both have right, or wrong.
func fewestErrors(usual outcome, others []outcome) int {
	best, fewest, least := -1, math.Inf(1), math.Inf(1)
	for i, other := range others {
		errors, loss := mean(other.errors), mean(other.losses)
		if errors < fewest || best >= 0 && errors == fewest && loss < least {
			best, fewest, least = i, errors, loss
		}
	}
	if best < 0 || math.IsInf(mean(usual.errors), 1) || lower(usual.errors, others[best].errors) > networkMargin {
		return best
	}
	return -1
}

// lower is by how many standard errors of the differences, sample by sample, the mean of b is lower than that of a.
func lower(a, b []float64) float64 {
	center, deviation := difference(a, b)
	if center == 0 {
		return 0
	}
	return center / deviation
}

// difference is the mean of a minus that of b, and the standard error of the differences, sample by sample.
func difference(a, b []float64) (center, standardError float64) {
	differences := make([]float64, len(a))
	for i := range differences {
		differences[i] = a[i] - b[i]
	}
	center = mean(differences)
	squares, n := 0., float64(len(differences))
	for _, d := range differences {
		squares += (d - center) * (d - center)
	}
	return center, math.Sqrt(squares) / n // squares/n is the variance, over n that of the mean
}

func mean(list []float64) float64 {
	sum := 0.
	for _, v := range list {
		sum += v
	}
	return sum / float64(len(list))
}
