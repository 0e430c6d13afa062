package jobs

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
	"ridge/mat"
)

func TestForEachDoesAllInOrder(t *testing.T) {
	for _, jobs := range []int{0, 1} {
		var seen []int
		require.NoError(t, ForEach(t.Context(), jobs, []int{3, 1, 2}, func(_ context.Context, e int) error {
			seen = append(seen, e)
			return nil
		}))
		assert.Equal(t, []int{3, 1, 2}, seen)
	}
	var sum atomic.Int64
	list := slices.Repeat([]int{1, 2, 3}, 100)
	require.NoError(t, ForEach(t.Context(), 8, list, func(_ context.Context, e int) error {
		sum.Add(int64(e))
		return nil
	}))
	assert.EqualValues(t, 600, sum.Load())
}

func TestForEachEndsAtTheFirstError(t *testing.T) {
	wrong := errors.New("wrong")
	begun := 0
	err := ForEach(t.Context(), 1, []int{1, 2, 3, 4, 5}, func(ctx context.Context, e int) error {
		begun++
		if e == 2 {
			return wrong
		}
		return ctx.Err()
	})
	require.ErrorIs(t, err, wrong)
	assert.LessOrEqual(t, begun, 3, "at most the one that waited for its turn begins")
}

func TestForEachReturnsWhyItsContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("a signal")
	err := ForEach(ctx, 1, []int{1, 2}, func(ctx context.Context, _ int) error {
		cancel(why)
		return ctx.Err()
	})
	require.ErrorIs(t, err, why)
}

// A full disk, say, is not hidden by the signal that comes next.
func TestForEachReturnsTheErrorBeforeItsContextEnded(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	full := errors.New("the disk is full")
	err := ForEach(ctx, 1, []int{1, 2}, func(context.Context, int) error {
		cancel(errors.New("a signal"))
		return full
	})
	require.ErrorIs(t, err, full)
}

func TestForEachReturnsWhyItsContextEndedAlthoughAllIsDone(t *testing.T) {
	ctx, cancel := context.WithCancelCause(t.Context())
	why := errors.New("a signal")
	require.ErrorIs(t, ForEach(ctx, 1, []int{1}, func(context.Context, int) error { cancel(why); return nil }), why)
}

func TestShareComesBackToWhatOthersAreBusyWith(t *testing.T) {
	type call struct {
		element int
		wait    bool
	}
	broken := errors.New("broken")
	for name, c := range map[string]struct {
		busy, fails int // elements
		want        []call
		err         error
	}{
		"nothing is busy":           {busy: 0, want: []call{{1, false}, {2, false}, {3, false}}},
		"what is busy is done last": {busy: 2, want: []call{{1, false}, {2, false}, {3, false}, {2, true}}},
		"an error ends it":          {busy: 1, fails: 2, want: []call{{1, false}, {2, false}}, err: broken},
	} {
		t.Run(name, func(t *testing.T) {
			var calls []call
			err := Share(t.Context(), 1, []int{1, 2, 3}, func(ctx context.Context, e int, wait bool) (bool, error) {
				if ctx.Err() != nil {
					return false, ctx.Err()
				}
				calls = append(calls, call{e, wait})
				if e == c.fails {
					return false, broken
				}
				return e == c.busy && !wait, nil
			})
			require.ErrorIs(t, err, c.err)
			assert.Equal(t, c.want, calls)
		})
	}
}

func TestJobsShareTheWorkers(t *testing.T) {
	defer processors.Pretend(64)()
	for _, c := range []struct {
		all  mat.Workers
		jobs int
		want mat.Workers
	}{
		{mat.AllWorkers, 1, 64}, {mat.AllWorkers, 0, 64}, {mat.AllWorkers, 8, 8}, {1, 8, 1}, {16, 12, 1}, {16, 3, 5},
		{mat.AllWorkers, 100, 1}, {100, 2, 32},
	} {
		assert.Equal(t, c.want, Workers(c.all, c.jobs), "%+v", c)
	}
}
