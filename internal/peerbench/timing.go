package main

import (
	"math"
	"runtime"
	"slices"
	"time"
)

// stopwatch times functions by the protocol of the benchmark.
type stopwatch struct {
	now  func() float64 // seconds since some moment
	reps int            // calls to take the median of
}

// newStopwatch returns a stopwatch with 7 repetitions that reads the CPU time of the process or the wall clock.
func newStopwatch(cpuTime bool) stopwatch {
	start := time.Now()
	s := stopwatch{now: func() float64 { return time.Since(start).Seconds() }, reps: 7}
	if cpuTime {
		s.now = processTime
	}
	return s
}

// The numbers of the protocol, in seconds unless they are counts.
const (
	warmUp      = 0.02 // warm up for at least this long,
	warmUpCalls = 3    // and this often,
	warmUpEnd   = 0.3  // but not after a call that takes longer
	batchTime   = 2e-3 // calls that take less are timed in batches that take this long
	maxBatch    = 1 << 24
	resetTime   = 0.03 // calls that can't be batched are repeated for this long,
	maxReps     = 2000 // but not more often
	slow        = 1    // calls that take longer are repeated only
	slowReps    = 4    // this often
	tooSlow     = 4    // calls that take longer are not repeated
)

// median returns the seconds of one call of run. reset, if it is not nil, runs
// untimed before every call.
func (s stopwatch) median(run, reset func()) float64 {
	t := s.warmUp(run, reset)
	if t > tooSlow {
		return t
	}
	batch := 1
	if reset == nil && t < batchTime {
		batch = s.batchSize(run)
	}
	times := make([]float64, s.repetitions(t, reset != nil))
	for r := range times {
		if reset != nil {
			reset()
		}
		times[r] = s.time(run, batch) / float64(batch)
	}
	return median(times)
}

// time returns the seconds of n calls.
func (s stopwatch) time(run func(), n int) float64 {
	start := s.now()
	for range n {
		run()
	}
	return s.now() - start
}

// warmUp returns the seconds of the fastest of the first calls.
func (s stopwatch) warmUp(run, reset func()) float64 {
	fastest, start := math.Inf(1), s.now()
	for i := 0; i < warmUpCalls || s.now()-start < warmUp; i++ {
		if reset != nil {
			reset()
		}
		t := s.time(run, 1)
		fastest = min(fastest, t)
		if t > warmUpEnd {
			break
		}
	}
	return fastest
}

// batchSize doubles the number of calls until they take long enough together. It times whole batches, so that a single
// odd clock reading does no harm.
func (s stopwatch) batchSize(run func()) int {
	n := 1
	for n < maxBatch && s.time(run, n) < batchTime {
		n *= 2
	}
	return n
}

// repetitions is how often to time calls that take t seconds each.
func (s stopwatch) repetitions(t float64, resets bool) int {
	switch {
	case t > slow:
		return min(s.reps, slowReps)
	case resets && t*float64(s.reps) < resetTime:
		if t <= resetTime/maxReps {
			return maxReps
		}
		return int(math.Ceil(resetTime / t))
	default:
		return s.reps
	}
}

// solve returns the median seconds of solves that leave garbage, which is collected between the measurements. Short
// ones are warmed up and timed in batches: a collection leaves the caches cold and the stack short, and right after
// one a solve of 50 µs takes up to twice as long.
func (s stopwatch) solve(run func()) float64 {
	measure := func(n int) float64 {
		runtime.GC()
		return s.time(run, n) / float64(n)
	}
	first, batch := measure(1), 1
	reps := s.solves(first)
	if reps == 0 {
		return first
	}
	if first < batchTime {
		s.warmUp(run, nil)
		batch = s.batchSize(run)
	}
	times := make([]float64, reps)
	for r := range times {
		times[r] = measure(batch)
	}
	return median(times)
}

// solves is how often to repeat a solve that took first seconds the first time.
func (s stopwatch) solves(first float64) int {
	const (
		longEnough = 8.0 // seconds of a solve that is not repeated
		long       = 0.5 // seconds of a solve that is repeated only
		longReps   = 3   // this often
	)
	switch {
	case first >= longEnough:
		return 0
	case first >= long:
		return longReps
	default:
		return s.reps
	}
}

// median sorts v.
func median(v []float64) float64 {
	slices.Sort(v)
	return (v[(len(v)-1)/2] + v[len(v)/2]) / 2
}
