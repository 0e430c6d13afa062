package compare

import (
	"path/filepath"

	"ridge/internal/files"
)

// reload is load after its file may have changed: another process has trained a run again whose file was bad.
func (s *store) reload(r Run, d DataFacts) (*Result, error) {
	s.mutex.Lock()
	delete(s.bad, r.String())
	s.mutex.Unlock()
	return s.load(r, d)
}

// place is the path of the lock of a run.
func (s *store) place(r Run) string { return files.LockPath(filepath.Join(s.dir, r.String())) }

// sweepLocks removes the locks of processes that died, whose runs may no longer be wanted.
func (s *store) sweepLocks() {
	paths, _ := filepath.Glob(files.LockPath(filepath.Join(escapeGlob(s.dir), anyRun)))
	for _, path := range paths {
		if lock, _, err := files.TryLock(path); err == nil && lock != nil {
			_ = lock.Unlock()
		}
	}
}
