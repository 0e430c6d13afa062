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

// Implementation is gonum's BLAS and LAPACK on package mat: [blas.Float64], [blas.Float32] and
// [lapack.Float64], for blas64.Use, blas32.Use and lapack64.Use. The zero value is ready, and its
// calls use a goroutine for each processor, or GOMAXPROCS if that is less. [With] returns an
// Implementation that uses another number. Several goroutines may use it at once.
//
// Each method does what gonum's method of the same name does, with its arguments, results and
// panics. Methods that are not listed here are gonum's own code, promoted.
type Implementation struct {
	gonumBLAS
	gonumLAPACK

	// The pointer is the only field that takes memory, and is the last. So an interface holds an
	// Implementation itself and calls its methods directly. Otherwise each call would go through a
	// wrapper, which takes two nanoseconds, a tenth of the time of the smallest products.
	workers *mat.Workers
}

// With returns an Implementation whose calls may use w goroutines each. A program that runs many
// calls concurrently should use 1. Results do not depend on w.
func With(w mat.Workers) Implementation { return Implementation{workers: &w} }

func (i Implementation) count() mat.Workers {
	if i.workers == nil {
		return mat.AllWorkers
	}
	return *i.workers
}

// gonum's own code answers calls that this package does not handle: small problems, invalid
// arguments (so that callers get the panics they know), and banded or packed matrices.
type (
	gonumBLAS   = blasgonum.Implementation
	gonumLAPACK = lapackgonum.Implementation
)

var (
	_ blas.Float64   = Implementation{}
	_ blas.Float32   = Implementation{}
	_ lapack.Float64 = Implementation{}
)

// Use makes gonum's blas64, blas32 and lapack64, and everything built on them, use an
// Implementation with w workers. Like the Use functions of those packages it must not be called
// while other goroutines compute with them.
func Use(w mat.Workers) {
	i := With(w)
	blas64.Use(i)
	blas32.Use(i)
	lapack64.Use(i)
}
