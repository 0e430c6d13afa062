// Package jobs works through a list, several elements at a time.
package jobs

import (
	"context"
	"errors"
	"sync"

	"golang.org/x/sync/errgroup"

	"ridge/mat"
)

// Workers is how many of all workers each of so many jobs at a time has: at least one.
func Workers(all mat.Workers, jobs int) mat.Workers {
	return mat.Workers(max(1, all.Count()/max(1, jobs)))
}

// ForEach calls do with the elements of list in their order, as many at a time as there are jobs, at least one. The
// first error ends it and is returned. If the context ends, its cause is returned instead of errors that wrap it or
// the context's.
func ForEach[E any](ctx context.Context, jobs int, list []E, do func(context.Context, E) error) error {
	group, within := errgroup.WithContext(ctx)
	group.SetLimit(max(1, jobs))
	for _, e := range list {
		if within.Err() != nil {
			break
		}
		group.Go(func() error { return do(within, e) })
	}
	err := group.Wait()
	cause := context.Cause(ctx)
	if cause != nil && (err == nil || errors.Is(err, ctx.Err()) || errors.Is(err, cause)) {
		return cause
	}
	return err
}

// Share is ForEach for work that processes share. It goes through the list twice: first without waiting, where do
// reports which elements another process is busy with, and then through those, where do waits for that process.
func Share[E any](ctx context.Context, jobs int, list []E,
	do func(ctx context.Context, e E, wait bool) (busy bool, err error)) error {
	var mutex sync.Mutex
	var elsewhere []E
	err := ForEach(ctx, jobs, list, func(ctx context.Context, e E) error {
		busy, err := do(ctx, e, false)
		if busy && err == nil {
			mutex.Lock()
			defer mutex.Unlock()
			elsewhere = append(elsewhere, e)
		}
		return err
	})
	if err != nil || len(elsewhere) == 0 {
		return err
	}
	return ForEach(ctx, jobs, elsewhere, func(ctx context.Context, e E) error {
		_, err := do(ctx, e, true)
		return err
	})
}
