package lambda

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
)

// lossesOf are outcomes of these losses.
func lossesOf(lists ...[]float64) []outcome {
	var out []outcome
	for _, losses := range lists {
		out = append(out, outcome{losses, losses})
	}
	return out
}

func TestAnotherLambdaMustBeBetterByMoreThanNoise(t *testing.T) {
	flat := []float64{1, 1, 1, 1}
	diverged := slices.Repeat([]float64{math.Inf(1)}, 4)
	assert.Equal(t, 2, betterLambda(lossesOf(flat, flat, flat, flat)), "of equal ones, the usual one")
	assert.Equal(t, 0, betterLambda(lossesOf([]float64{0.8, 0.9, 0.8, 0.9}, flat, flat, flat)))
	assert.Equal(t, 2, betterLambda(lossesOf([]float64{-1, 2, 0.9, 1}, flat, flat, flat)), "one sample says nothing")
	worse := []float64{2, 2, 2, 2}
	assert.Equal(t, 3, betterLambda(lossesOf(worse, diverged, diverged, flat)), "the usual one diverges")
	assert.Equal(t, 2, betterLambda(lossesOf(diverged, flat, flat, flat)))
	nan := []float64{1, math.NaN(), 1, 1}
	assert.Equal(t, 2, betterLambda(lossesOf(nan, flat, flat, flat)))
	assert.Equal(t, 2, betterLambda(lossesOf(nan, nan, nan, nan)))
}

func TestOfFewSamplesAnotherNetworkMustHaveFewerErrors(t *testing.T) {
	inf := math.Inf(1)
	flat, low := []float64{1, 1, 1, 1, 1, 1}, []float64{0, 0, 0, 0, 0, 0}
	usual := outcome{flat, []float64{0, 0, 0, 1, 1, 1}}
	fewer, other, right := []float64{0, 0, 0, 0, 1, 1}, []float64{1, 0, 0, 0, 0, 1}, []float64{0, 0, 0, 0, 0, 0}
	diverged, early := outcome{flat, []float64{0, 0, 0, 0, inf, inf}}, outcome{flat, []float64{inf, 0, 0, 0, 0, 0}}
	shared := []float64{1, 1, 0, 0, 0, 0} // three of five differ in its favour: 0.4 standard errors
	for name, c := range map[string]struct {
		others []outcome
		want   int
	}{
		"none":                             {nil, -1},
		"the same":                         {[]outcome{usual}, -1},
		"the same errors at less loss":     {[]outcome{{low, usual.errors}}, -1},
		"as many errors":                   {[]outcome{{low, []float64{1, 1, 1, 0, 0, 0}}}, -1},
		"one error less":                   {[]outcome{{flat, fewer}}, 0},
		"one less, of three that differ":   {[]outcome{{flat, other}}, 0},
		"one less, of five that differ":    {[]outcome{{low, shared}}, -1},
		"no errors at more loss":           {[]outcome{{[]float64{9, 9, 9, 9, 9, 9}, right}}, 0},
		"the one with fewest errors":       {[]outcome{{low, fewer}, {flat, right}}, 1},
		"of equal errors the smaller loss": {[]outcome{{flat, fewer}, {low, fewer}, {flat, fewer}}, 1},
		"the first of equal ones":          {[]outcome{{low, fewer}, {low, fewer}}, 0},
		"one that diverges for a fold":     {[]outcome{diverged}, -1},
		"another one diverges":             {[]outcome{diverged, {flat, right}}, 1},
		"all diverge":                      {[]outcome{early, early}, -1},
	} {
		assert.Equal(t, c.want, fewestErrors(usual, c.others), name)
	}
	assert.Equal(t, 0, fewestErrors(diverged, []outcome{{flat, flat}}), "anything is better if the usual one diverges")
	assert.Equal(t, -1, fewestErrors(diverged, []outcome{diverged}))
}

func TestOutcomesAreMeansOverTheDivisions(t *testing.T) {
	divisions := []division{{{4, 0}, {2}}, {{0, 2}, {4}}}
	parts := [][]outcome{
		{{[]float64{1, 2}, []float64{1, 0}}, {[]float64{3}, []float64{1}}},
		{{[]float64{4, 6}, []float64{1, 1}}, {[]float64{8}, []float64{0}}},
	}
	got := average(divisions[0], divisions, parts, 5)
	assert.Equal(t, []float64{4.5, 3, 4.5}, got.losses, "of samples 4, 0, 2")
	assert.Equal(t, []float64{0.5, 0.5, 1}, got.errors)
}

func TestOfManySamplesTheSmallestLossDecides(t *testing.T) {
	usual, inf := outcome{losses: []float64{1, 1}}, math.Inf(1)
	less, least := outcome{losses: []float64{2, -0.5}}, outcome{losses: []float64{-3, 4}}
	diverged := outcome{losses: []float64{0, inf}}
	assert.Equal(t, -1, lowest(usual, nil))
	assert.Equal(t, -1, lowest(usual, []outcome{usual, diverged}))
	assert.Equal(t, 1, lowest(usual, []outcome{usual, least, less, diverged}))
	assert.Equal(t, 0, lowest(diverged, []outcome{usual}))
}

func TestFewSamplesGoByErrorsAndManyByLosses(t *testing.T) {
	usual := outcome{[]float64{1, 1, 1, 1}, []float64{1, 1, 0, 0}}
	noErrors := outcome{[]float64{2, 2, 2, 2}, []float64{0, 0, 0, 0}}
	noLoss := outcome{[]float64{0, 0, 0, 0}, []float64{1, 1, 1, 1}}
	worst := outcome{[]float64{9, 9, 9, 9}, []float64{1, 1, 1, 1}}
	others := []outcome{noErrors, noLoss}
	assert.Equal(t, 1, betterNetwork(1, usual, others))
	assert.Equal(t, 0, betterNetwork(2, usual, others))
	assert.Equal(t, 0, betterNetwork(3, usual, others))
	for divisions := range 4 {
		assert.Equal(t, -1, betterNetwork(divisions, usual, nil), "there is no other")
		assert.Equal(t, -1, betterNetwork(divisions, usual, []outcome{worst}), "or it is not better")
	}
}

func TestPiecesMustNotHaveMoreErrors(t *testing.T) {
	flat, low := []float64{1, 1, 1, 1}, []float64{1, 1, 1, 0.5}
	none, one, two := []float64{0, 0, 0, 0}, []float64{1, 0, 0, 0}, []float64{1, 1, 0, 0}
	for name, c := range map[string]struct {
		divisions int
		pieces    outcome
		better    bool
	}{
		"less loss, as many errors":      {1, outcome{low, one}, true},
		"less loss, fewer errors":        {1, outcome{low, none}, true},
		"less loss, more errors":         {1, outcome{low, two}, false},
		"as much loss, fewer errors":     {1, outcome{flat, none}, false},
		"few samples: fewer errors":      {3, outcome{[]float64{2, 2, 2, 2}, none}, true},
		"few samples: as many errors":    {3, outcome{low, one}, false},
		"few samples: errors and losses": {3, outcome{low, two}, false},
	} {
		assert.Equal(t, c.better, betterPieces(c.divisions, outcome{flat, one}, c.pieces), name)
	}
}

// The standard error of a mean of n differences is their deviation over √n.
func TestByHowManyStandardErrorsAMeanIsLower(t *testing.T) {
	for name, c := range map[string]struct {
		a, b []float64
		want float64
	}{
		"equal":          {[]float64{1, 2}, []float64{1, 2}, 0},
		"equal means":    {[]float64{1, 2}, []float64{2, 1}, 0},
		"lower":          {[]float64{4, 2, 4, 2}, []float64{1, 1, 1, 1}, 4},
		"higher":         {[]float64{1, 1, 1, 1}, []float64{4, 2, 4, 2}, -4},
		"by the same":    {[]float64{2, 3}, []float64{1, 2}, math.Inf(1)},
		"one of sixteen": {append(make([]float64, 15), 16), make([]float64, 16), 4 / math.Sqrt(15)},
	} {
		assert.InDelta(t, c.want, lower(c.a, c.b), 1e-12, name)
	}
}

// The differences are m+1 and m−1 in turn, whose mean m has a standard error of ½.
func TestAnotherLambdaMustBeBetterByOneAndAHalfStandardErrors(t *testing.T) {
	usual := []float64{2, 2, 2, 2}
	for m, want := range map[float64]int{0.74: 2, 0.76: 0} {
		better := []float64{1 - m, 3 - m, 1 - m, 3 - m}
		assert.Equal(t, want, betterLambda(lossesOf(better, usual, usual, usual)), "%g", m)
	}
	assert.Equal(t, 1, betterLambda(lossesOf(usual, []float64{1, 1, 1, 1}, usual, []float64{1, 1, 1, 1})),
		"the smaller one of two that are as good")
}

// The same, of errors: the loss is larger.
func TestPiecesWithMoreLossMustHaveFewerErrorsByOneAndAHalfStandardErrors(t *testing.T) {
	plain := outcome{[]float64{1, 1, 1, 1}, []float64{2, 2, 2, 2}}
	for m, want := range map[float64]bool{0.74: false, 0.76: true} {
		pieces := outcome{[]float64{3, 3, 3, 3}, []float64{1 - m, 3 - m, 1 - m, 3 - m}}
		assert.Equal(t, want, betterPieces(1, plain, pieces), "%g", m)
	}
}
