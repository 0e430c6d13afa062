package bcd

import "ridge/mat"

// team splits what there is to do in a batch among its workers. Each of them takes the same part of a layer all the time:
// its samples, or its panels of the weights, which so stay in the cache of one core. A batch is seven calls of run with
// one hidden layer that few weights read, and more with more or larger ones, in the order of docs/minibatch.md; each of them is
// one fork and join of [mat.Parallel]. No number depends on how many workers there are: parts are of samples, or of columns of a
// product, and what is added up over samples is added up by one of them.
type team struct {
	workers mat.Workers
	size    int // of the team
}

func newTeam(w mat.Workers) team { return team{w, w.Count()} }

// run calls body for each member, 0 … size−1. A body is made once, or a call would allocate.
func (t team) run(body func(i int)) { mat.Parallel(t.workers, t.size, body) }

// part is what member i has of n things.
func (t team) part(i, n int) (from, to int) { return i * n / t.size, (i + 1) * n / t.size }
