package lambda

import (
	"context"
	"math"
	"slices"
)

// By how many standard errors pieces must have fewer errors, whatever their loss.
const piecesMargin = 1.5

// The least that the usual penalties are multiplied by where columns are in pieces, and how many divisions are compared
// for it.
const (
	leastInPieces    = 1. / 64
	penaltyDivisions = 2
)

// triesPieces reports whether the chosen candidate is tried with its columns in pieces, whichever it is.
func (t Task[T]) triesPieces() bool {
	return !slices.ContainsFunc(t.Candidates, func(c Candidate[T]) bool { return c.InPieces == nil })
}

// choosePieces returns the place of the chosen setting, or of the same in pieces if that is better. Where one division
// is enough, pieces may also have the usual factor, if that has fewer errors: one that is good for the columns as they
// are may be far too small or too large for more inputs.
func (c *choosing[T]) choosePieces(ctx context.Context, divisions [][][]int, chosen int) (int, error) {
	plain := c.tried[chosen].setting
	pieces, first := []setting{{plain.candidate, plain.factor, true, 1}}, len(c.tried)
	if plain.factor != 1 && len(divisions) == 1 {
		pieces = append(pieces, setting{plain.candidate, 1, true, 1})
	}
	if err := c.measure(ctx, divisions, pieces); err != nil {
		return 0, err
	}
	other := first
	if last := len(c.tried) - 1; mean(c.tried[last].errors) < mean(c.tried[first].errors) {
		other = last
	}
	if err := c.settlePieces(ctx, divisions[0], chosen, other); err != nil {
		return 0, err
	}
	better := func() bool {
		return betterPieces(len(divisions), c.tried[chosen].outcome, c.tried[other].outcome)
	}
	if !better() {
		return chosen, nil
	}
	if len(divisions) > 1 {
		return other, nil
	}
	all, err := c.upTo(max(c.tried[other].divisions, penaltyDivisions), divisions)
	if err != nil {
		return 0, err
	}
	if err := c.measureMore(ctx, all, &c.tried[chosen], &c.tried[other]); err != nil {
		return 0, err
	}
	if !better() {
		return chosen, nil
	}
	return c.lessPenalty(ctx, all, other)
}

// lessPenalty returns the place of a setting in pieces with a quarter of the penalties of the one at a place, and so
// on, as long as that has fewer errors by [networkMargin] in the same divisions; else that place. How much a table
// gains by thresholds differs more than how noisy it is, and so does the best λ. The loss would not show it: it is that
// of a few samples far on the wrong side, which a small penalty lets go further.
func (c *choosing[T]) lessPenalty(ctx context.Context, divisions [][][]int, place int) (int, error) {
	for c.tried[place].factor > leastInPieces {
		less := c.tried[place].setting
		less.factor /= 4
		next, err := c.measured(ctx, divisions, less)
		if err != nil {
			return 0, err
		}
		if fewestErrors(c.tried[place].outcome, []outcome{c.tried[next].outcome}) < 0 {
			break
		}
		place = next
	}
	return place, nil
}

// measured returns the place of a setting, which it measures in those of the divisions that it has not been in.
func (c *choosing[T]) measured(ctx context.Context, divisions [][][]int, s setting) (int, error) {
	if place := slices.IndexFunc(c.tried, func(m trial) bool { return m.setting == s }); place >= 0 {
		return place, c.measureMore(ctx, divisions, &c.tried[place])
	}
	place := len(c.tried)
	return place, c.measure(ctx, divisions, []setting{s})
}

// measureMore measures trials in those of some divisions that they have not been in, all in the same.
func (c *choosing[T]) measureMore(ctx context.Context, divisions [][][]int, trials ...*trial) error {
	had, count := trials[0].divisions, len(divisions)
	if had >= count {
		return nil
	}
	var settings []setting
	for _, m := range trials {
		settings = append(settings, m.setting)
	}
	found, err := c.measureIn(ctx, divisions[0], divisions[had:], settings)
	if err != nil {
		return err
	}
	for k, m := range trials {
		m.outcome, m.divisions = pooled(m.outcome, found[k], float64(count-had)/float64(count)), count
	}
	return nil
}

// settlePieces measures a setting, and the same in pieces, in more divisions of the same samples, as long as the choice
// between the two is open, up to [fewDivisions].
func (c *choosing[T]) settlePieces(ctx context.Context, first [][]int, chosen, other int) error {
	plain, pieces := &c.tried[chosen], &c.tried[other]
	for plain.divisions < fewDivisions && leavesPiecesOpen(plain.outcome, pieces.outcome) {
		divisions, err := c.upTo(plain.divisions+1, [][][]int{first})
		if err != nil {
			return err
		}
		if err := c.measureMore(ctx, divisions, plain, pieces); err != nil {
			return err
		}
	}
	return nil
}

// betterPieces reports whether the outcome with the columns in pieces is better than the plain one. It must not have
// more errors, even where losses decide: pieces may fit most samples more closely, and miss more of a rare class. Nor
// need its loss be smaller if its errors are fewer by more than the noise: a few samples far on the wrong side may have
// most of a loss.
func betterPieces(divisions int, plain, pieces outcome) bool {
	switch {
	case mean(pieces.errors) > mean(plain.errors):
		return false
	case lower(plain.errors, pieces.errors) > piecesMargin:
		return true
	default:
		return betterNetwork(divisions, []outcome{plain, pieces}, 0, 1) == 1
	}
}

// leavesPiecesOpen reports whether the outcome with the columns in pieces is better than the plain one by its loss and
// worse by its errors, or the other way round, and the errors differ by no more than the noise. With other folds the
// choice could be another one.
func leavesPiecesOpen(plain, pieces outcome) bool {
	loss, errors := mean(plain.losses)-mean(pieces.losses), mean(plain.errors)-mean(pieces.errors)
	return loss*errors < 0 && math.Abs(lower(plain.errors, pieces.errors)) <= piecesMargin
}
