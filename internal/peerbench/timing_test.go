package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// simulation is an operation on a clock that moves only while it runs.
type simulation struct {
	clock, cost   float64 // cost of one call
	slowFirst     float64 // what the first call costs on top
	calls, resets int
}

func (s *simulation) run() {
	s.clock += s.cost
	if s.calls == 0 {
		s.clock += s.slowFirst
	}
	s.calls++
}

func (s *simulation) reset() {
	s.resets++
	s.clock += 100 // must not be seen in any time
}

func (s *simulation) watch(reps int) stopwatch {
	return stopwatch{now: func() float64 { return s.clock }, reps: reps}
}

func TestMedianFollowsTheProtocol(t *testing.T) {
	const (
		micro = 1e-6
		milli = 1e-3
	)
	for _, c := range []struct {
		name      string
		cost      float64
		slowFirst float64
		reset     bool
		calls     int
	}{
		// 20 ms of warm-up; batches of 1, 2, 4 … 256 until one takes 2 ms; 7 of 256.
		{"short calls in batches", 10 * micro, 0, false, 2000 + 511 + 7*256},
		// The first warm-up call must not decide that no batches are needed.
		{"short calls with a slow first one", 10 * micro, 5 * milli, false, 1501 + 511 + 7*256},
		{"calls above the batch time", 4 * milli, 0, false, 5 + 7},
		{"three warm-up calls at least", 100 * milli, 0, false, 3 + 7},
		{"no warm-up after a long call", 400 * milli, 0, false, 1 + 7},
		{"calls above a second", 1.5, 0, false, 1 + 4},
		{"calls above four seconds", 5, 0, false, 1},
		// The reset counts in the length of the warm-up, but not in the times.
		{"short calls with a reset", 10 * micro, 0, true, 3 + 2000},
		{"calls of a millisecond with a reset", 1 * milli, 0, true, 3 + 30},
		{"calls of 10 ms with a reset", 10 * milli, 0, true, 3 + 7},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := simulation{cost: c.cost, slowFirst: c.slowFirst}
			var reset func()
			if c.reset {
				reset = s.reset
			}
			got := s.watch(7).median(s.run, reset)
			require.InEpsilon(t, c.cost, got, 1e-6)
			require.InDelta(t, c.calls, s.calls, 2, "calls") // the simulated clock rounds
			if c.reset {
				require.Equal(t, s.calls, s.resets)
			}
		})
	}
}

func TestSolvesAreWarmedUpAndTimedInBatchesIfTheyAreShort(t *testing.T) {
	for _, c := range []struct {
		name            string
		cost, slowFirst float64
		calls           int
	}{
		{"short", 10e-6, 0, 1 + 2000 + 511 + 7*256},
		{"short, with a slow first one", 10e-6, 1e-3, 1 + 2000 + 511 + 7*256},
		{"above the batch time", 4e-3, 0, 1 + 7},
		{"above half a second", 0.6, 0, 1 + 3},
		{"above eight seconds", 9, 0, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := simulation{cost: c.cost, slowFirst: c.slowFirst}
			require.InEpsilon(t, c.cost, s.watch(7).solve(s.run), 1e-6)
			require.InDelta(t, c.calls, s.calls, 2)
		})
	}
}

func TestMedianTakesFewRepetitionsAsAsked(t *testing.T) {
	s := simulation{cost: 1.5}
	s.watch(2).median(s.run, nil)
	require.Equal(t, 1+2, s.calls)
}

func TestMedianOfOddAndEvenNumbers(t *testing.T) {
	require.Equal(t, 2.0, median([]float64{3, 1, 2}))
	require.Equal(t, 2.5, median([]float64{4, 1, 3, 2}))
	require.Equal(t, 7.0, median([]float64{7}))
}

func TestProcessTimeMovesWithWork(t *testing.T) {
	start := processTime()
	for last := start; last == start; {
		now := processTime()
		require.GreaterOrEqual(t, now, last)
		last = now
	}
	require.Greater(t, processTime(), start)
}
