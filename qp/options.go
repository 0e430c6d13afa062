package qp

import (
	"math"

	"ridge/mat"
)

// Options controls a solve. The zero value is a good choice.
type Options struct {
	// Tolerance is the largest value of each number of the [Certificate] for [Optimal]. Its KKT
	// residual is relative to the largest slope at the point of the box next to 0 that no bound
	// balances, but at least to 2⁻²⁰·max |gᵢ|/√hᵢᵢ; see Certificate for general constraints and least
	// squares. 0 stands for 1e-9 in float64 and 1e-5 in float32.
	Tolerance float64
	// MaxIterations limits the number of steps, of all kinds, for each problem. 0 stands for 100 +
	// 10n, in [SolveGeneral] for 200. Steps in search of a proof that there is no solution do not
	// count, and are taken after the limit, too: in SolveGeneral up to 120 each time that it solves
	// the problem again. In [LeastSquares], the guess of the free columns may take as many steps of
	// its own, and the active-set method at the end its up to 20.
	MaxIterations int
	// Method selects a method. Auto, the zero value, chooses by the problem. In a batch, other
	// methods solve the problems one by one. [SolveGeneral] and [LeastSquares] have methods of their
	// own and ignore it.
	Method Method
	// Workers is the number of goroutines. The results do not depend on it.
	Workers mat.Workers
}

// check returns an *InputError if an option is out of range.
func (o Options) check() error {
	if !(o.Tolerance >= 0) || math.IsInf(o.Tolerance, 1) {
		return refusedNumber("Options.Tolerance", o.Tolerance, notFiniteReason+" ≥ 0")
	}
	if o.MaxIterations < 0 {
		return refusedNumber("Options.MaxIterations", float64(o.MaxIterations), "is negative")
	}
	if o.Method >= methodCount {
		return refusedNumber("Options.Method", float64(o.Method), "is not a method")
	}
	return nil
}

// withDefaults replaces zeros by the default values for n variables of type T.
func withDefaults[T mat.Float](o Options, n int) Options {
	if o.Tolerance == 0 {
		o.Tolerance = 1e-9
		if mat.IsFloat32[T]() {
			o.Tolerance = 1e-5
		}
	}
	if o.MaxIterations == 0 {
		o.MaxIterations = 100 + 10*n
	}
	return o
}

// roundoff is the largest relative error of rounding to T.
func roundoff[T mat.Float]() float64 {
	if mat.IsFloat32[T]() {
		return 0x1p-24
	}
	return 0x1p-53
}
