package train

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestBatchesDealEverySampleOnceInAnEpoch(t *testing.T) {
	for _, c := range []struct{ n, size, perEpoch int }{
		{0, 3, 0}, {1, 3, 1}, {6, 3, 2}, {7, 3, 3}, {5, 1, 5}, {5, math.MaxInt, 1},
	} {
		t.Run(fmt.Sprintf("%d by %d", c.n, c.size), func(t *testing.T) {
			b := NewBatches(c.n, c.size, 1)
			assert.Equal(t, c.perEpoch, b.PerEpoch())
			for range 3 {
				var dealt []int
				for k := range c.perEpoch {
					batch := b.Next()
					assert.Len(t, batch, min(c.size, c.n-k*c.size))
					dealt = append(dealt, batch...)
				}
				assert.Nil(t, b.Next())
				slices.Sort(dealt)
				for i, v := range dealt {
					assert.Equal(t, i, v)
				}
				assert.Len(t, dealt, c.n)
			}
		})
	}
}

func TestBatchesAreThoseOfTheSeed(t *testing.T) {
	deal := func(seed uint64) (all []int) {
		b := NewBatches(20, 7, seed)
		for range 2 * (b.PerEpoch() + 1) {
			all = append(all, b.Next()...)
		}
		return all
	}
	assert.Equal(t, deal(1), deal(1))
	assert.NotEqual(t, deal(1), deal(2))
	assert.NotEqual(t, deal(1)[:20], deal(1)[20:], "an order of its own in every epoch")
}

func TestBatchesPanicOnASizeOfZero(t *testing.T) {
	assert.Panics(t, func() { NewBatches(1, 0, 1) })
	assert.Panics(t, func() { NewBatches(-1, 1, 1) })
	assert.Zero(t, new(Batches).PerEpoch())
}

// Each sample once in an epoch, and as many batches as there are to be.
func TestProcessesDealEverySampleOnceInAsManyBatches(t *testing.T) {
	for _, c := range []struct{ n, count int }{{10, 3}, {9, 6}, {3, 5}, {0, 2}, {7, 7}, {5, 1}} {
		b := dealEvenly(c.n, c.count, 1)
		assert.Equal(t, c.count, b.PerEpoch())
		for range 2 {
			var seen []int
			for range c.count {
				batch := b.Next()
				require.NotNil(t, batch)
				assert.LessOrEqual(t, len(batch), b.Size())
				assert.GreaterOrEqual(t, len(batch), b.Size()-1)
				seen = append(seen, batch...)
			}
			require.Nil(t, b.Next())
			slices.Sort(seen)
			for i := range c.n {
				assert.Equal(t, i, seen[i])
			}
			assert.Len(t, seen, c.n)
		}
	}
	assert.Panics(t, func() { dealEvenly(3, 0, 1) })
	assert.Equal(t, 4, NewBatches(10, 4, 1).Size())
	assert.Equal(t, 3, NewBatches(3, 4, 1).Size())
}

func TestBatchesOfAllEpochsFitAnInt(t *testing.T) {
	b := NewBatches(10, 3, 1)
	assert.Equal(t, 12, b.Total(3))
	assert.Equal(t, math.MaxInt, b.Total(math.MaxInt))
	assert.Equal(t, math.MaxInt, b.Total(math.MaxInt/4+1))
	assert.Zero(t, NewBatches(0, 3, 1).Total(math.MaxInt))
}
