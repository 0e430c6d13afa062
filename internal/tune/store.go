package tune

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"

	"ridge/internal/files"
	"ridge/internal/sealed"
)

// record is what the file of a run holds.
type record struct {
	Run     json.RawMessage `json:"run"`
	Error   *float64        `json:"error"` // null if it failed
	Failed  string          `json:"failed,omitempty"`
	Seconds float64         `json:"seconds"`
	Program string          `json:"program,omitempty"`
}

// one finishes a run, unless another process is running it and need not be waited for.
func (s *Search) one(ctx context.Context, r Run, wait bool) (outcome *Outcome, busy bool, err error) {
	job, err := s.Prepare(r)
	if err != nil {
		return nil, false, err
	}
	train := func() (*Outcome, error) {
		s.tell(r, "")
		o, err := job.Train(ctx)
		return &o, err
	}
	if s.Dir == "" {
		outcome, err = train()
		s.count()
		return outcome, false, err
	}
	identity, err := job.Identity()
	if err != nil {
		return nil, false, err
	}
	path, err := s.path(identity)
	if err != nil {
		return nil, false, err
	}
	waiting := func(h *files.Holder) { s.tell(r, h.String()) }
	return files.Once(ctx, files.LockPath(path), wait, waiting, func() (*Outcome, error) {
		outcome, by, err := s.load(path, identity)
		if outcome != nil {
			s.countLoaded(by)
		}
		return outcome, err
	}, func() (*Outcome, error) {
		outcome, err := train()
		if err == nil {
			err = save(path, identity, s.Program, *outcome)
		}
		s.count()
		return outcome, err
	})
}

// path makes the folder, unless there is one, and returns the file of a run in it.
func (s *Search) path(identity []byte) (string, error) {
	if err := files.MakeFolder(s.Dir); err != nil {
		return "", err
	}
	sum := sha256.Sum256(identity)
	return filepath.Join(s.Dir, "tune_"+hex.EncodeToString(sum[:10])+".json"), nil
}

// load is the outcome in a file, nil if there is none, and the program that it is by. A bad file is noted, and the run
// is done again.
func (s *Search) load(path string, identity []byte) (o *Outcome, program string, err error) {
	var have record
	ok, err := sealed.Read(path, &have)
	if err == nil && ok {
		err = have.check(path, identity)
	}
	if bad, isBad := errors.AsType[*sealed.FileError](err); isBad {
		s.mutex.Lock()
		s.Problems = append(s.Problems, bad.Error()+": it is trained again")
		s.mutex.Unlock()
		return nil, "", nil
	}
	if err != nil || !ok {
		return nil, "", err
	}
	o = &Outcome{Failed: have.Failed, Seconds: have.Seconds, Error: math.NaN()}
	if have.Error != nil {
		o.Error = *have.Error
	}
	return o, have.Program, nil
}

// check says what is wrong with a record.
func (r *record) check(path string, identity []byte) error {
	var have, want bytes.Buffer
	if json.Compact(&have, r.Run) != nil || json.Compact(&want, identity) != nil ||
		!bytes.Equal(have.Bytes(), want.Bytes()) {
		return &sealed.FileError{Path: path, Reason: "it is another run"}
	}
	if (r.Error == nil) != (r.Failed != "") || r.Error != nil && !(*r.Error >= 0) || !(r.Seconds >= 0) {
		return &sealed.FileError{Path: path,
			Reason: fmt.Sprintf("there is no outcome: error %v, failed %q, %v seconds", r.Error, r.Failed, r.Seconds)}
	}
	return nil
}

// save keeps an outcome.
func save(path string, identity []byte, program string, o Outcome) error {
	r := record{Run: identity, Failed: o.Failed, Seconds: o.Seconds, Program: program}
	if o.Failed == "" {
		r.Error = &o.Error
	}
	return sealed.Write(path, r)
}

// count takes note of a run that is finished.
func (s *Search) count() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.done++
}

// countLoaded takes note of a run that was finished before, by a program.
func (s *Search) countLoaded(program string) {
	s.count()
	s.mutex.Lock()
	defer s.mutex.Unlock()
	s.loaded++
	if program != s.Program {
		s.Others++
	}
}

// tell reports a run that begins, or waits for another process.
func (s *Search) tell(r Run, waiting string) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.Progress != nil {
		s.Progress(s.done, s.loaded, s.Total(), r, waiting)
	}
}
