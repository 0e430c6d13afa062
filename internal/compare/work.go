package compare

import (
	"context"

	"ridge/internal/files"
	"ridge/internal/jobs"
	"ridge/mat"
)

// do finishes the runs on the samples: it trains what has no result yet. It leaves runs that another process is
// training at this moment to that process, and waits for them at the end.
func (s *Study) do(ctx context.Context, runs []Run, on *samples) error {
	var missing []Run
	var found []*Result
	for _, r := range runs {
		switch result, err := s.store.load(r, on.data); {
		case err != nil:
			return err
		case result == nil:
			missing = append(missing, r)
		default:
			found = append(found, result)
		}
	}
	s.found(found)
	workers := jobs.Workers(s.Workers, s.Jobs)
	return jobs.Share(ctx, s.Jobs, missing, func(ctx context.Context, r Run, wait bool) (busy bool, err error) {
		return s.claim(ctx, r, on, workers, wait)
	})
}

// claim trains a run unless another process is training it, or has finished it.
func (s *Study) claim(ctx context.Context, r Run, on *samples, w mat.Workers, wait bool) (busy bool, err error) {
	waiting := func(h *files.Holder) { s.reportProgress(r, "waiting for "+h.String()) }
	_, busy, err = files.Once(ctx, s.store.place(r), wait, waiting, func() (*Result, error) {
		result, err := s.store.reload(r, on.data)
		if result != nil {
			s.finished(result)
		}
		return result, err
	}, func() (*Result, error) { return s.one(ctx, r, on, w) })
	return busy, err
}

// one trains a run and stores its result.
func (s *Study) one(ctx context.Context, r Run, on *samples, w mat.Workers) (*Result, error) {
	s.reportEpoch(r, 0)
	if s.trained != nil {
		s.trained(r)
	}
	result, err := on.run(ctx, r, w, func(n int) { s.reportEpoch(r, n) })
	if err != nil {
		return nil, err
	}
	if s.Jobs > 1 {
		result.Jobs = s.Jobs
	}
	s.finished(result)
	return result, s.store.save(result)
}

// found records for the outlook which runs of a stage are finished as it begins.
func (s *Study) found(results []*Result) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.outlook != nil {
		s.outlook.found(results)
	}
}

// finished records a result for the outlook.
func (s *Study) finished(result *Result) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.outlook != nil {
		s.outlook.finished(result)
	}
}
