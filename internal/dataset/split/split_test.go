package split

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// sorted labels: so many of each class, one class after the other.
func sorted(sizes ...int) []int {
	var labels []int
	for k, n := range sizes {
		labels = append(labels, slices.Repeat([]int{k}, n)...)
	}
	return labels
}

// counts of the classes among the samples of these indices.
func counts(classes int, labels, indices []int) []int {
	n := make([]int, classes)
	for _, i := range indices {
		n[labels[i]]++
	}
	return n
}

// requirePartition holds if every index is in exactly one part.
func requirePartition(t *testing.T, n int, parts ...[]int) {
	t.Helper()
	all := slices.Concat(parts...)
	slices.Sort(all)
	require.Len(t, all, n)
	for i, v := range all {
		require.Equal(t, i, v)
	}
}

func TestSortedClassesAreHeldOutInProportion(t *testing.T) {
	for _, c := range []struct {
		sizes []int
		held  int
		want  []int
	}{
		{[]int{50, 50, 50}, 30, []int{10, 10, 10}},
		{[]int{70, 20, 10}, 20, []int{14, 4, 2}},
		{[]int{1000, 20, 3}, 103, []int{100, 2, 1}}, // 100.7, 2.01, 0.3: each class is seen
		{[]int{500, 500, 1}, 100, []int{50, 50, 0}}, // a single sample is learnt from
		{[]int{2, 2, 2}, 3, []int{1, 1, 1}},
		{[]int{2, 2, 2}, 2, []int{1, 1, 0}},
		{[]int{10, 1, 1}, 11, []int{9, 1, 1}}, // nothing else is left to hold out
		{[]int{5}, 2, []int{2}},
		{[]int{3, 0, 3}, 4, []int{2, 0, 2}},
		{[]int{4, 4}, 0, []int{0, 0}},
	} {
		labels := sorted(c.sizes...)
		rest, out, err := HoldOut(len(labels), labels, c.held, 1)
		require.NoError(t, err)
		requirePartition(t, len(labels), rest, out)
		assert.Equal(t, c.want, counts(len(c.sizes), labels, out), "%v", c)
	}
}

func TestHoldOutKeepsItsPromisesForAnySizes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		sizes := make([]int, 1+r.IntN(8))
		total, several := 0, 0
		for k := range sizes {
			sizes[k] = 1 + r.IntN(1<<r.IntN(8))
			total += sizes[k]
			if sizes[k] > 1 {
				several++
			}
		}
		held := r.IntN(total)
		labels := sorted(sizes...)
		rest, out, err := HoldOut(total, labels, held, r.Uint64())
		require.NoError(t, err)
		requirePartition(t, total, rest, out)
		require.Len(t, out, held)
		for k, n := range counts(len(sizes), labels, out) {
			if total-held >= len(sizes) {
				require.Less(t, n, sizes[k], "class %d of %v, %d held out", k, sizes, held)
			}
			if sizes[k] > 1 && held >= several {
				require.Positive(t, n, "class %d of %v, %d held out", k, sizes, held)
			}
		}
	}
}

func TestThePartsAreShuffledAndFollowTheSeed(t *testing.T) {
	labels := sorted(300, 300)
	rest, out, err := HoldOut(600, labels, 100, 7)
	require.NoError(t, err)
	for _, part := range [][]int{rest, out} {
		n := counts(2, labels, part[:50])
		assert.InDelta(t, 25, n[0], 15, "the first samples are of all classes")
		assert.False(t, slices.IsSorted(part))
	}
	again, _, err := HoldOut(600, labels, 100, 7)
	require.NoError(t, err)
	assert.Equal(t, rest, again)
	other, _, err := HoldOut(600, labels, 100, 8)
	require.NoError(t, err)
	assert.NotEqual(t, rest, other)
}

// TestTheDrawingNeverChanges: a model names its seed, and has to be judged by the samples
// that it has not seen, with any later version too.
func TestTheDrawingNeverChanges(t *testing.T) {
	rest, out, err := HoldOut(10, nil, 3, 1)
	require.NoError(t, err)
	assert.Equal(t, []int{6, 9, 3, 8, 7, 1, 4}, rest)
	assert.Equal(t, []int{5, 0, 2}, out)
}

func TestEverySampleIsAsLikely(t *testing.T) {
	n := make([]int, 10)
	for seed := range uint64(5000) {
		_, out, err := HoldOut(10, nil, 3, seed)
		require.NoError(t, err)
		for _, i := range out {
			n[i]++
		}
	}
	for _, count := range n {
		assert.InDelta(t, 1500, count, 160, "five standard deviations")
	}
}

func TestFoldsAreBalanced(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for range 500 {
		sizes := make([]int, 1+r.IntN(6))
		for i := range sizes {
			sizes[i] = 1 + r.IntN(40)
		}
		labels := sorted(sizes...)
		if len(labels) < 2 {
			continue
		}
		k := 2 + r.IntN(min(9, len(labels)-1))
		folds, err := Folds(len(labels), labels, k, r.Uint64())
		require.NoError(t, err)
		requirePartition(t, len(labels), folds...)
		for class := range sizes {
			least, most := len(labels), 0
			for _, fold := range folds {
				n := counts(len(sizes), labels, fold)[class]
				least, most = min(least, n), max(most, n)
			}
			require.LessOrEqual(t, most-least, 1)
		}
		for _, fold := range folds {
			require.InDelta(t, float64(len(labels))/float64(k), len(fold), 1)
		}
		requirePartition(t, len(labels), folds[0], Without(folds, 0))
	}
}

func TestBadSplitsAreRefused(t *testing.T) {
	for _, held := range []int{-1, 4, 5} {
		_, _, err := HoldOut(4, nil, held, 1)
		assert.ErrorContains(t, err, "of 4 samples: want 0 to 3")
	}
	for _, k := range []int{0, 1, 5} {
		_, err := Folds(4, nil, k, 1)
		assert.ErrorContains(t, err, "of 4 samples: want 2 to 4")
	}
}

func TestAmountsAreCountsOrFractions(t *testing.T) {
	for text, want := range map[string]int{
		"0":     0,
		"1":     1,
		"10":    10,
		"0.2":   20,
		"0.005": 1,
		"0.001": 1,
		"0.999": 99,
		"1e-1":  10,
	} {
		a, err := ParseAmount(text)
		require.NoError(t, err)
		if text == "0.999" {
			_, err := a.Of(100)
			assert.ErrorContains(t, err, "cannot hold out 100 of 100")
			continue
		}
		n, err := a.Of(100)
		require.NoError(t, err)
		assert.Equal(t, want, n, text)
	}
	assert.Equal(t, "0.25", Amount{Fraction: 0.25}.String())
	assert.Equal(t, "12", Amount{Count: 12}.String())
	for _, text := range []string{"", "-1", "1.5", "x", "-0.1", "NaN", "100%"} {
		_, err := ParseAmount(text)
		assert.Error(t, err, text)
	}
	_, err := Amount{Count: 100}.Of(100)
	assert.ErrorContains(t, err, "cannot hold out 100 of 100 samples: want 0 to 99")
}
