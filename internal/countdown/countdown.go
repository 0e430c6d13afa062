// Package countdown has contexts that end in the middle of a computation, and always at the same place of it, for tests
// of cancellation.
package countdown

import (
	"context"
	"sync/atomic"
)

// Context ends when it has been asked often enough whether it has. Nobody can wait for its end: see [After].
type Context struct {
	context.Context
	left atomic.Int64
}

// After returns a context whose Err is nil the given number of times, and context.Canceled from then on. Its Done is
// never closed. Several goroutines may use it.
func After(checks int) *Context {
	c := &Context{Context: context.Background()}
	c.left.Store(int64(checks))
	return c
}

// Err implements [context.Context].
func (c *Context) Err() error {
	if c.left.Add(-1) < 0 {
		return context.Canceled
	}
	return nil
}

// Ended reports whether Err has returned that it has.
func (c *Context) Ended() bool { return c.left.Load() < 0 }
