// Package ordered works on the pieces of a file in parallel and hands the results over in
// the order of the pieces, so that the output does not depend on the number of workers.
package ordered

import (
	"io"
	"sync"
)

// Map calls next for one piece after the other, work on several at a time, each on one of
// the workers' goroutines, and take for each result in the order of the pieces, on the
// caller's goroutine. At most 2·workers pieces and results are alive at a time.
//
// It ends with the first error of next or take, in the order of the pieces; next ends the
// pieces with io.EOF. When Map returns, nothing runs any more.
func Map[In, Out any](workers int, next func() (In, error), work func(In) Out, take func(Out) error) error {
	type job struct {
		in  In
		out chan Out
	}
	var (
		jobs    = make(chan job)
		pending = make(chan chan Out, max(1, workers)) // results in order
		stop    = make(chan struct{})
		nextErr error
		all     sync.WaitGroup
	)
	for range max(1, workers) {
		all.Go(func() {
			for j := range jobs {
				j.out <- work(j.in)
			}
		})
	}
	all.Go(func() {
		defer close(pending)
		defer close(jobs)
		for {
			in, err := next()
			if err != nil {
				nextErr = err // before pending is closed
				return
			}
			j := job{in, make(chan Out, 1)}
			select {
			case pending <- j.out:
			case <-stop:
				return
			}
			jobs <- j // a worker is always going to come
		}
	})
	defer all.Wait()
	defer close(stop)
	for out := range pending {
		if err := take(<-out); err != nil {
			return err
		}
	}
	if nextErr != io.EOF {
		return nextErr
	}
	return nil
}
