package ordered

import (
	"errors"
	"io"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// upTo counts from 0 to n-1.
func upTo(n int, end error) func() (int, error) {
	i := -1
	return func() (int, error) {
		i++
		if i >= n {
			return 0, end
		}
		return i, nil
	}
}

func square(i int) int { return i * i }

func TestResultsComeInOrderForAnyNumberOfWorkers(t *testing.T) {
	for _, workers := range []int{0, 1, 2, 7, 128} {
		var got []int
		require.NoError(t, Map(workers, upTo(500, io.EOF), square, func(v int) error {
			got = append(got, v)
			return nil
		}))
		require.Len(t, got, 500)
		for i, v := range got {
			require.Equal(t, i*i, v)
		}
	}
}

func TestTheFirstErrorEndsIt(t *testing.T) {
	broken := errors.New("broken")
	for _, workers := range []int{1, 3} {
		taken := 0
		err := Map(workers, upTo(10, broken), square, func(int) error { taken++; return nil })
		require.ErrorIs(t, err, broken)
		assert.Equal(t, 10, taken, "what came before the error is taken")

		var asked atomic.Int64
		endless := func() (int, error) { return int(asked.Add(1)), nil }
		err = Map(workers, endless, square, func(v int) error {
			if v == 25 {
				return broken
			}
			return nil
		})
		require.ErrorIs(t, err, broken)
		assert.LessOrEqual(t, asked.Load(), int64(5+2*workers+2), "not much further than the error")
	}
}
