package cli

import (
	"context"
	"errors"
	"os"
	"sync"

	"ridge/internal/files"
)

// follower writes text to a pipe or a device while the training goes on. A pipe may have no reader yet, or a slow one;
// only at its end does the training wait for it.
type follower struct {
	mutex   sync.Mutex
	pending []byte
	closed  bool

	more chan struct{} // something changed
	done chan error
}

// follow opens the file, which exists.
func follow(ctx context.Context, path string) *follower {
	f := &follower{more: make(chan struct{}, 1), done: make(chan error, 1)}
	go func() {
		file, err := files.Create(ctx, path)
		if err == nil {
			err = f.copyTo(ctx, file)
		}
		f.done <- err
	}()
	return f
}

// copyTo writes until the follower is closed.
func (f *follower) copyTo(ctx context.Context, file *os.File) error {
	w := files.Writer(ctx, file)
	for range f.more {
		text, last := f.take()
		if _, err := w.Write(text); err != nil {
			return errors.Join(err, file.Close())
		}
		if last {
			break
		}
	}
	return file.Close()
}

// take returns what is to be written, and whether that is all.
func (f *follower) take() (text []byte, last bool) {
	f.mutex.Lock()
	defer f.mutex.Unlock()
	text, f.pending = f.pending, nil
	return text, f.closed
}

// change changes the follower and wakes the writer.
func (f *follower) change(do func()) {
	f.mutex.Lock()
	do()
	f.mutex.Unlock()
	select {
	case f.more <- struct{}{}:
	default: // it has not seen the change before this one
	}
}

// add queues a text.
func (f *follower) add(text []byte) { f.change(func() { f.pending = append(f.pending, text...) }) }

// close waits until all is written, or can't be.
func (f *follower) close() error {
	f.change(func() { f.closed = true })
	return <-f.done
}
