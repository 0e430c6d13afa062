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

// choosePieces takes the columns in pieces if that is better than the chosen setting. Where one division is enough,
// pieces may also have the usual factor, if that has fewer errors: one that is good for the columns as they are may be
// far too small or too large for more inputs.
func (c *choosing[T]) choosePieces(ctx context.Context) error {
	if !c.triesPieces() {
		return nil
	}
	plain, count := c.chosen, len(c.divisions)
	settings := []setting{{plain.candidate, plain.factor, true, 1}}
	if plain.factor != 1 && count == 1 {
		settings = append(settings, setting{plain.candidate, 1, true, 1})
	}
	found, err := c.measure(ctx, count, settings)
	if err != nil {
		return err
	}
	pieces := found[0]
	if last := found[len(found)-1]; mean(last.errors) < mean(pieces.errors) {
		pieces = last
	}
	if err := c.settlePieces(ctx, plain, pieces); err != nil {
		return err
	}
	better := func() bool { return betterPieces(count, plain.outcome, pieces.outcome) }
	if !better() {
		return nil
	}
	if count > 1 {
		c.chosen = pieces
		return nil
	}
	compared := max(pieces.divisions, penaltyDivisions)
	if err := c.measureMore(ctx, compared, plain, pieces); err != nil || !better() {
		return err
	}
	c.chosen, err = c.lessPenalty(ctx, compared, pieces)
	return err
}

// lessPenalty returns the trial in pieces with a quarter of the penalties of another, and so on, as long as that has
// fewer errors by [networkMargin] in the same count divisions; else that one. How much a table gains by thresholds
// differs more than how noisy it is, and so does the best λ. The loss would not show it: it is that of a few samples
// far on the wrong side, which a small penalty lets go further.
func (c *choosing[T]) lessPenalty(ctx context.Context, count int, pieces *trial) (*trial, error) {
	for pieces.factor > leastInPieces {
		less := pieces.setting
		less.factor /= 4
		next, err := c.measured(ctx, count, less)
		if err != nil {
			return nil, err
		}
		if fewestErrors(pieces.outcome, []outcome{next.outcome}) < 0 {
			break
		}
		pieces = next
	}
	return pieces, nil
}

// measured returns the trial of a setting, which it measures in those of the first count divisions that it has not been
// in.
func (c *choosing[T]) measured(ctx context.Context, count int, s setting) (*trial, error) {
	if place := slices.IndexFunc(c.tried, func(m *trial) bool { return m.setting == s }); place >= 0 {
		return c.tried[place], c.measureMore(ctx, count, c.tried[place])
	}
	found, err := c.measure(ctx, count, []setting{s})
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

// measureMore measures trials in those of the first count divisions that they have not been in, all in the same.
func (c *choosing[T]) measureMore(ctx context.Context, count int, trials ...*trial) error {
	had := trials[0].divisions
	if had >= count {
		return nil
	}
	divisions, err := c.upTo(count)
	if err != nil {
		return err
	}
	var settings []setting
	for _, m := range trials {
		settings = append(settings, m.setting)
	}
	found, err := c.measureIn(ctx, divisions[0], divisions[had:count], settings)
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
func (c *choosing[T]) settlePieces(ctx context.Context, plain, pieces *trial) error {
	for plain.divisions < fewDivisions && leavesPiecesOpen(plain.outcome, pieces.outcome) {
		if err := c.measureMore(ctx, plain.divisions+1, plain, pieces); err != nil {
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
		return betterNetwork(divisions, plain, []outcome{pieces}) == 0
	}
}

// leavesPiecesOpen reports whether the outcome with the columns in pieces is better than the plain one by its loss and
// worse by its errors, or the other way round, and the errors differ by no more than the noise. With other folds the
// choice could be another one.
func leavesPiecesOpen(plain, pieces outcome) bool {
	loss, errors := mean(plain.losses)-mean(pieces.losses), mean(plain.errors)-mean(pieces.errors)
	return loss*errors < 0 && math.Abs(lower(plain.errors, pieces.errors)) <= piecesMargin
}
