package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"

	"ridge/bcd/train"
	"ridge/internal/files"
	"ridge/internal/report"
)

// csvStream writes a trace to standard output, a file or a pipe, a line at a time.
type csvStream struct {
	output
	ctx      context.Context
	stdout   io.Writer
	begun    bool
	file     *os.File
	follower *follower // of what is written in place, such as a named pipe, which may have no reader yet
	broken   bool      // the file can't be written; it is tried again at the end
}

// add writes the last epoch of a trace, and those before if there is nothing yet.
func (c *csvStream) add(lines report.TraceCSV, trace train.Trace) error {
	if c.path == "" || c.broken || len(trace) == 0 {
		return nil
	}
	var text []byte
	if c.begun {
		text = lines.Line(trace[len(trace)-1])
	} else {
		text = lines.Header()
		for _, e := range trace {
			text = append(text, lines.Line(e)...)
		}
	}
	begun := c.begun
	c.begun = true
	if c.path == standardOutput {
		_, err := c.stdout.Write(text)
		return err
	}
	if !begun && c.inPlace() {
		c.follower = follow(c.ctx, c.path)
	}
	if c.follower != nil {
		c.follower.add(text)
		return nil
	}
	var err error
	if begun {
		_, err = c.file.Write(text)
	} else {
		err = c.begin(text)
	}
	c.broken = err != nil
	return nil
}

// begin replaces the file by a new one, to which lines are added.
func (c *csvStream) begin(content []byte) error {
	err := files.Write(c.path, func(w io.Writer) error {
		_, err := w.Write(content)
		return err
	})
	if err == nil {
		c.file, err = os.OpenFile(c.path, os.O_WRONLY|os.O_APPEND, 0)
	}
	return err
}

// finish makes sure that the whole trace, which encode writes, is where it belongs, or else somewhere else.
func (c *csvStream) finish(encode func(io.Writer) error) error {
	if c.follower == nil {
		return c.keep(c.ctx, c.stdout, encode)
	}
	err := pipeError(c.follower.close())
	if err == nil {
		return nil
	}
	return c.aside(fmt.Errorf("%s %s: %w", c.flag, c.path, reason(err)), encode)
}

func (c *csvStream) close() error {
	if c.file == nil {
		return nil
	}
	return c.file.Close()
}

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
