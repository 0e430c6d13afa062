package cli

import (
	"slices"
	"strconv"

	"ridge/internal/memory"
)

// leaveOutTooWide takes the networks out of the usual grid, other than those of the usual width, of which one training
// takes too much because of what the data holds, and says so. It is the same on all machines.
func (s *tuning) leaveOutTooWide(grid []gridAxis) error {
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
		need, err := s.plan.need(spec, samples)
		if err != nil {
			return err
		}
		tooWide := width > usualWidth && need > set.Left
		if !tooWide {
			fitting = append(fitting, text)
			continue
		}
		s.say.note("the search leaves --net %s out: %v; %s",
			text, &memory.LimitError{What: s.plan.what(spec, samples), Need: need, Limit: set.Left},
			allowing(need, set))
	}
	grid[i].values = fitting
	return nil
}

// fewerJobs lowers the runs at a time to as many runs as there are cores and memory for.
func (s *tuning) fewerJobs() error {
	if s.jobs == 1 {
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
		p, err := s.plan.trial(trial)
		if err != nil {
			return err
		}
		spec := p.spec(set)
		caused, err := p.need(causedByData(spec), samples)
		if err != nil {
			return err
		}
		all, err := p.need(spec, samples)
		if err != nil {
			return err
		}
		most = most.most(needs{memory.Sum(caused, copied), memory.Sum(all, copied)})
	}
	asked := s.jobs
	s.jobs = most.atATime(asked, set.Left)
	s.say.fewerJobs(asked, s.jobs)
	return nil
}
