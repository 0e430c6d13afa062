package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"syscall"

	"ridge/internal/files"
)

// stream is standard output or standard error. It remembers its first write error, which printing functions ignore.
type stream struct {
	file io.Writer // as the program was given it

	mutex sync.Mutex // a request for a state is answered while the training writes
	w     io.Writer
	err   error
}

// newStream returns a stream. If it is a pipe that nobody empties, writing waits until ctx ends, and a little longer.
func newStream(ctx context.Context, w io.Writer) *stream {
	s := &stream{file: w, w: w}
	if f, ok := w.(*os.File); ok {
		if info, err := f.Stat(); err != nil || !info.Mode().IsRegular() {
			s.w = files.Writer(ctx, f)
		}
	}
	return s
}

// Write implements io.Writer.
func (s *stream) Write(p []byte) (int, error) {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	n, err := s.w.Write(p)
	if s.err == nil {
		s.err = err
	}
	return n, err
}

// endedBy is err, with which a command has ended, and what the stream could not take, said once. Beside another error,
// a reader that went away is not worth a word: whoever closed it knows.
func (s *stream) endedBy(err error) error {
	if s.err == nil {
		return err
	}
	mine := fmt.Errorf("standard output: %w", reason(s.err))
	if err == nil {
		return mine
	}
	var others []error
	found := false
	for _, e := range joined(err) {
		if everyJoined(e, func(e error) bool { return e == s.err }) || isBrokenPipe(e) {
			found = true
		} else {
			others = append(others, e)
		}
	}
	switch {
	case len(others) == 0:
		return mine
	case found && !isBrokenPipe(s.err):
		others = append(others, mine)
	}
	return errors.Join(others...)
}

// joined are the errors that are joined in err, at any depth.
func joined(err error) (list []error) {
	e, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []error{err}
	}
	for _, one := range e.Unwrap() {
		list = append(list, joined(one)...)
	}
	return list
}

// isBrokenPipe reports whether err says only that a reader went away.
func isBrokenPipe(err error) bool {
	return everyJoined(err, func(e error) bool { return e == syscall.EPIPE })
}

// everyJoined reports whether each of the errors that are joined in err is, or wraps, one of some kind.
func everyJoined(err error, is func(error) bool) bool {
	if err != nil && is(err) {
		return true
	}
	switch e := err.(type) {
	case interface{ Unwrap() []error }:
		for _, one := range e.Unwrap() {
			if !everyJoined(one, is) {
				return false
			}
		}
		return len(e.Unwrap()) > 0
	case interface{ Unwrap() error }:
		return everyJoined(e.Unwrap(), is)
	}
	return false
}
