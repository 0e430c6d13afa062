package cli

import (
	"fmt"
	"slices"
	"strconv"

	"ridge/internal/memory"
)

// leaveOutTooWide takes the networks out of the usual grid, other than those of the usual width, of which one training
// takes too much because of what the data holds, and says so. It is the same on all machines.
func (s *tuning) leaveOutTooWide(grid []gridAxis) error {
	f := s.flags
	i := slices.IndexFunc(grid, func(a gridAxis) bool { return a.options[0] == "net" })
	if i < 0 {
		return nil
	}
	set, samples, err := s.firstFold()
	if err != nil {
		return err
	}
	var fitting []string
	for _, text := range grid[i].values {
		width, err := strconv.Atoi(text)
		if err != nil {
			return err
		}
		spec := specFor(set, []int{width}, nil)
		need, err := f.need(spec, samples)
		if err != nil {
			return err
		}
		tooWide := width > usualWidth && need > set.Left
		if !tooWide {
			fitting = append(fitting, text)
			continue
		}
		tell(s.cmd.ErrOrStderr(), []string{fmt.Sprintf("the search leaves --net %s out: %v; %s",
			text, &memory.LimitError{What: f.what(spec, samples), Need: need, Limit: set.Left},
			allowing(need, set))})
	}
	grid[i].values = fitting
	return nil
}

// fewerJobs lowers --jobs to as many runs as there are cores and memory for.
func (s *tuning) fewerJobs() error {
	if s.flags.jobs == 1 {
		return nil
	}
	set, samples, err := s.firstFold()
	if err != nil {
		return err
	}
	var most needs
	var copied int64
	if samples > set.Train.Len() { // each run has its own
		copied = memory.Product(4*int64(set.Train.Dim)+8, int64(samples))
	}
	for _, trial := range s.trials {
		f, err := s.flags.with(trial)
		if err != nil {
			return err
		}
		spec := specFor(set, f.net, f.skips)
		caused, err := f.need(causedByData(spec), samples)
		if err != nil {
			return err
		}
		all, err := f.need(spec, samples)
		if err != nil {
			return err
		}
		most = most.most(needs{memory.Sum(caused, copied), memory.Sum(all, copied)})
	}
	jobs := most.atATime(s.flags.jobs, set.Left)
	tellJobs(s.cmd.ErrOrStderr(), s.flags.jobs, jobs)
	s.flags.jobs = jobs
	return nil
}
