package files

import (
	"context"
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"
)

// grace is how long the other side of a pipe may still take to read once the work is to end:
// results are worth waiting for, but not for ever. Tests wait less.
var grace = 2 * time.Second

// endKey is the key of the time when a context ended.
type endKey struct{}

// WithGrace returns a context that records when it ended, so that all pipes that are still waited for then have two
// seconds together, not each. Those that come later have an eighth of that, as they may have a reader.
func WithGrace(ctx context.Context) context.Context {
	end := new(atomic.Pointer[time.Time])
	context.AfterFunc(ctx, func() {
		now := time.Now()
		end.Store(&now)
	})
	return context.WithValue(ctx, endKey{}, end)
}

// graceLeft is how much longer to wait in a context that has ended.
func graceLeft(ctx context.Context) time.Duration {
	if end, ok := ctx.Value(endKey{}).(*atomic.Pointer[time.Time]); ok {
		if moment := end.Load(); moment != nil {
			return max(grace/8, grace-time.Since(*moment))
		}
	}
	return grace
}

// wait runs f, which may wait for the other side of a pipe for ever. It returns f's error, or that of the context once
// the context has ended and the time that more then returns has passed; in that case f goes on until the process ends.
func wait(ctx context.Context, more func() time.Duration, f func() error) error {
	done := make(chan error, 1)
	go func() { done <- f() }()
	select {
	case err := <-done:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-done:
		return err
	case <-time.After(more()):
		return ctx.Err()
	}
}

// atOnce does not wait at all.
func atOnce() time.Duration { return 0 }

// Open opens a file or a pipe for reading, waiting for a writer until ctx ends. Its content
// is read by [Reader].
func Open(ctx context.Context, path string) (*os.File, error) {
	return open(ctx, atOnce, func() (*os.File, error) { return os.Open(path) })
}

// Create opens what exists and is not to be replaced, such as a pipe or a device, for writing,
// waiting for a reader until ctx ends, and two seconds longer. It is written to by [Writer].
func Create(ctx context.Context, path string) (*os.File, error) {
	return open(ctx, func() time.Duration { return graceLeft(ctx) },
		func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) })
}

func open(ctx context.Context, more func() time.Duration, f func() (*os.File, error)) (*os.File, error) {
	opened := make(chan *os.File, 1)
	err := wait(ctx, more, func() error {
		file, err := f()
		opened <- file
		return err
	})
	select {
	case file := <-opened:
		return file, err
	default:
		return nil, err
	}
}

// Reader reads from r until ctx ends, even if r keeps it waiting for ever.
func Reader(ctx context.Context, r io.Reader) io.Reader { return &reader{ctx: ctx, r: r} }

type reader struct {
	ctx    context.Context
	r      io.Reader
	buffer []byte // not the caller's, who may use it again while r still writes into it
}

// Read implements io.Reader.
func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	if r.buffer == nil {
		r.buffer = make([]byte, 1<<16)
	}
	var n int
	buffer := r.buffer[:min(len(p), len(r.buffer))]
	err := wait(r.ctx, atOnce, func() (err error) {
		n, err = r.r.Read(buffer)
		return err
	})
	if r.ctx.Err() != nil {
		return 0, r.ctx.Err() // the read may still be under way
	}
	return copy(p, buffer[:n]), err
}

// Writer writes to w, which may be a pipe that nobody empties: once ctx has ended, all Writes together
// wait two seconds at most. Its first error is that of all later calls.
func Writer(ctx context.Context, w io.Writer) io.Writer { return &writer{ctx: ctx, w: w} }

type writer struct {
	ctx  context.Context
	w    io.Writer
	late bool          // it has been written to since the context ended
	left time.Duration // what it may still wait from then on
	err  error
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	own := append([]byte(nil), p...) // the caller may use p again while w still reads it
	n := 0
	var since time.Time // when it waits in a context that has ended
	w.err = wait(w.ctx, func() time.Duration {
		if !w.late {
			w.late, w.left = true, graceLeft(w.ctx)
		}
		since = time.Now()
		return w.left
	}, func() (err error) {
		n, err = w.w.Write(own)
		return err
	})
	if !since.IsZero() {
		w.left -= time.Since(since)
	}
	if w.err != nil && w.ctx.Err() != nil && errors.Is(w.err, w.ctx.Err()) {
		return 0, w.err // n may be written to at this moment
	}
	return n, w.err
}
