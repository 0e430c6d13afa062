package files

import (
	"context"
	"errors"
	"io"
	"os"
	"time"
)

// grace is how long the other side of a pipe may still take to read once the work is to end:
// what was learnt is worth waiting for, but not for ever. Tests are less patient.
var grace = 2 * time.Second

// wait runs f, which may wait for the other side of a pipe without an end. It returns f's
// error, or that of the context once it has ended and some time has gone by; f then goes on
// until the process ends.
func wait(ctx context.Context, more time.Duration, f func() error) error {
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
	case <-time.After(more):
		return ctx.Err()
	}
}

// Open opens a file or a pipe for reading, waiting for a writer until ctx ends. Its content
// is read by [Reader].
func Open(ctx context.Context, path string) (*os.File, error) {
	return open(ctx, 0, func() (*os.File, error) { return os.Open(path) })
}

// Create opens what exists and is not to be replaced, such as a pipe or a device, for writing,
// waiting for a reader until ctx ends, and two seconds longer. It is written to by [Writer].
func Create(ctx context.Context, path string) (*os.File, error) {
	return open(ctx, grace, func() (*os.File, error) { return os.OpenFile(path, os.O_WRONLY, 0) })
}

func open(ctx context.Context, more time.Duration, f func() (*os.File, error)) (*os.File, error) {
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
	err := wait(r.ctx, 0, func() (err error) {
		n, err = r.r.Read(buffer)
		return err
	})
	if r.ctx.Err() != nil {
		return 0, r.ctx.Err() // the read may still be under way
	}
	return copy(p, buffer[:n]), err
}

// Writer writes to w, which may be a pipe that nobody empties: once ctx has ended, each Write
// has two seconds. Its first error is that of all later calls.
func Writer(ctx context.Context, w io.Writer) io.Writer { return &writer{ctx: ctx, w: w} }

type writer struct {
	ctx context.Context
	w   io.Writer
	err error
}

// Write implements io.Writer.
func (w *writer) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	own := append([]byte(nil), p...) // the caller may use p again while w still reads it
	n := 0
	w.err = wait(w.ctx, grace, func() (err error) {
		n, err = w.w.Write(own)
		return err
	})
	if w.err != nil && w.ctx.Err() != nil && errors.Is(w.err, w.ctx.Err()) {
		return 0, w.err // n may be written to at this moment
	}
	return n, w.err
}
