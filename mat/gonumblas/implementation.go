package gonumblas

import (
	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	blasgonum "gonum.org/v1/gonum/blas/gonum"
	"gonum.org/v1/gonum/lapack"
	lapackgonum "gonum.org/v1/gonum/lapack/gonum"
	"gonum.org/v1/gonum/lapack/lapack64"

	"ridge/mat"
)

// Implementation is the BLAS and LAPACK of gonum on package mat: [blas.Float64], [blas.Float32]
// and [lapack.Float64], for blas64.Use, blas32.Use and lapack64.Use. The zero value is ready, and its
// calls use as many goroutines as GOMAXPROCS says; [With] returns one that uses others. It may be
// used by several goroutines at once.
//
// Each method is gonum's of the same name, with its arguments, results and panics. Those that are
// not listed here are gonum's own code, promoted.
type Implementation struct {
	gonumBLAS
	gonumLAPACK

	// The only field that takes memory is a pointer, and stands last, so that an interface holds an
	// Implementation itself, and calls its methods directly. The wrapper in between, which it calls
	// otherwise, takes two nanoseconds, a tenth of the time of the smallest products.
	workers *mat.Workers
}

// With returns an Implementation of which a call may use w goroutines. A program that runs many calls
// side by side wants 1. Results do not depend on it.
func With(w mat.Workers) Implementation { return Implementation{workers: &w} }

func (i Implementation) count() mat.Workers {
	if i.workers == nil {
		return mat.AllWorkers
	}
	return *i.workers
}

// gonum's own code answers what is not done here: what is small, what is not plainly valid, so
// that its panics are the ones that callers know, and what is banded or packed.
type (
	gonumBLAS   = blasgonum.Implementation
	gonumLAPACK = lapackgonum.Implementation
)

var (
	_ blas.Float64   = Implementation{}
	_ blas.Float32   = Implementation{}
	_ lapack.Float64 = Implementation{}
)

// Use makes gonum use an Implementation of so many workers for its blas64, blas32 and lapack64, and
// all that stands on them. Like the Use of those packages it must not be called while others
// compute.
func Use(w mat.Workers) {
	i := With(w)
	blas64.Use(i)
	blas32.Use(i)
	lapack64.Use(i)
}
