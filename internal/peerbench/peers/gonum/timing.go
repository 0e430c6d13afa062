package main

import (
	"math"
	"os"
	"slices"
	"strconv"
	"syscall"
	"unsafe"
)

// timeCPU says to time by the CPU, which another process on the core cannot stretch, and
// not by the wall.
var timeCPU bool

func now() float64 {
	id := uintptr(1) // CLOCK_MONOTONIC
	if timeCPU {
		id = 2 // CLOCK_PROCESS_CPUTIME_ID
	}
	var t syscall.Timespec
	syscall.RawSyscall(syscall.SYS_CLOCK_GETTIME, id, uintptr(unsafe.Pointer(&t)), 0)
	return float64(t.Sec) + 1e-9*float64(t.Nsec)
}

func medianTime(run, reset func()) float64 {
	want := 7
	if s := os.Getenv("REPS"); s != "" {
		want, _ = strconv.Atoi(s)
	}
	call := func() float64 {
		if reset != nil {
			reset()
		}
		s := now()
		run()
		return now() - s
	}
	t, t0 := 1e30, now()
	for i := 0; i < 3 || now()-t0 < 0.02; i++ {
		s := call()
		t = min(t, s)
		if s > 0.3 {
			break
		}
	}
	inner, reps := 1, want
	if reset == nil && t < 2e-3 {
		// From whole batches, so that one odd clock reading cannot spoil it.
		for a := 0.0; a < 2e-3 && inner < 1<<24; {
			a = now()
			for range inner {
				run()
			}
			a = now() - a
			if a < 2e-3 {
				inner *= 2
			}
		}
	}
	if reset != nil && t*float64(reps) < 0.03 {
		reps = min(2000, int(math.Ceil(0.03/t)))
	}
	if t > 1 {
		reps = min(want, 4)
	}
	if t > 4 {
		return t
	}
	s := make([]float64, reps)
	for r := range s {
		if reset != nil {
			s[r] = call()
			continue
		}
		a := now()
		for range inner {
			run()
		}
		s[r] = (now() - a) / float64(inner)
	}
	slices.Sort(s)
	return (s[(reps-1)/2] + s[reps/2]) / 2
}
