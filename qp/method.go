package qp

import (
	"context"
	"fmt"
	"math"
)

// Method is a method for one problem.
type Method uint8

// The methods. Those that may give up, or may not reach the tolerance, are followed by
// ProjectedNewton, which starts from the point they reached. CoordinateDescent is not.
const (
	// Auto chooses by the problem: coordinate descent as long as it is likely to be cheapest, then
	// block pivoting. If that does not converge, it tries more sweeps and projected Newton steps,
	// each for a fraction of the time of the interior-point method, then that method, and projected
	// Newton steps to the end if everything else fails.
	Auto Method = iota
	// CoordinateDescent minimizes over one variable after the other. It is the fastest method if H
	// is well-conditioned, and slow otherwise. Alone it does not detect that there is no minimum.
	CoordinateDescent
	// BlockPivoting exchanges all variables with the wrong sign at once between those at bounds and
	// the free ones, for which it solves. It takes few steps, or cycles, and then gives up.
	BlockPivoting
	// InteriorPoint follows the central path until the active bounds are identified, and then
	// pivots. Each step takes a factorization of a matrix of the size of H. The number of steps
	// hardly depends on the problem.
	InteriorPoint
	// ProjectedNewton takes Newton steps in the free variables and searches along their projection
	// on the box. It terminates for every problem, gains most from warm starts, and handles a
	// singular H.
	ProjectedNewton
	methodCount
)

// method is the interface that implements a Method: a type that moves r.x downhill, and returns
// undecided to leave the problem to the next method. Its workspace is private, allocated at first
// use, and reused.
type method interface {
	solve(ctx context.Context, r *run) (Status, error)
}

// stage is a method in a sequence. If share is not 0, the method is only tried: it gives up after
// spending this fraction of the estimated cost of interior steps or, if guess is set, when it
// expects to exceed it.
type stage struct {
	method Method
	share  float64
	guess  bool
}

// registry holds the names and constructors of the methods, and the sequence of methods that each
// of them stands for.
var registry = [methodCount]struct {
	name     string
	make     func(n int) method
	sequence []stage
}{
	Auto: {"auto", nil, []stage{{method: CoordinateDescent}}},

	CoordinateDescent: {"coordinate descent", newDescent, []stage{{method: CoordinateDescent}}},
	BlockPivoting:     {"block pivoting", newPivoting, []stage{{method: BlockPivoting}, {method: ProjectedNewton}}},
	InteriorPoint:     {"interior point", newInterior, []stage{{method: InteriorPoint}, {method: ProjectedNewton}}},
	ProjectedNewton:   {"projected Newton", newNewton, []stage{{method: ProjectedNewton}}},
}

// pivotingSequence is what Auto uses if sweeps are slow.
var pivotingSequence = []stage{{method: BlockPivoting}}

// fallback is what Auto uses if pivoting did not converge: methods that may be much cheaper than the
// interior-point method are tried first. docs/qp.md, "One problem", says what the shares here and below, and the
// factors in fallbackStages, were measured on.
var fallback = []stage{{CoordinateDescent, 0.03, false}, {ProjectedNewton, 0.8, true}, {method: InteriorPoint},
	{method: ProjectedNewton}}

// stiffFallback replaces it if H is singular and few directions have most of the curvature. A
// factor is cheap then, and the interior-point method is slow, because its matrices are nearly
// singular.
var stiffFallback = []stage{{ProjectedNewton, 1.5, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// singularFallback replaces it if H is singular but not stiff, and Newton steps are likely to be
// cheaper than the interior-point method. There are many of them, because most end at one more
// bound.
var singularFallback = []stage{{ProjectedNewton, 1.2, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// warmSequence is what Auto uses for a start that is likely to be near the solution: the last
// answer, or a point whose free variables are those of the existing factor. Pivoting from there
// takes the fewest steps, and leaves a factor for the next similar problem.
var warmSequence = []stage{{method: BlockPivoting}, {method: CoordinateDescent}}

// firstStages are where a solve begins.
func (r *run) firstStages() []stage {
	if r.budget.method == Auto && r.before.near {
		return warmSequence
	}
	return registry[r.budget.method].sequence
}

// pivotingStages are what Auto uses if sweeps are slow. It does not pivot if there are many free variables, and they
// are mostly dependent, or if a few variables are all free and H is very stiff: that seldom settles, and Newton steps
// take little more than it where it does.
func (r *run) pivotingStages() []stage {
	if !r.cold() || r.dependent() || r.veryStiff() && r.allRemainFree() {
		return nil
	}
	return pivotingSequence
}

// cold reports whether Auto has no earlier answer or factor to start from.
func (r *run) cold() bool { return r.budget.method == Auto && !r.before.near }

// dependent reports whether most of the free variables depend on the others.
func (r *run) dependent() bool {
	return r.countFree(r.x, r.grad) > len(r.x)/rankShare && r.lowRank()
}

// fallbackStages are what Auto uses if pivoting does not converge.
func (r *run) fallbackStages() []stage {
	singular := r.singular()
	switch {
	case r.budget.method != Auto:
		return nil
	case r.mostlyDependent() || singular && r.stiff() || r.dependent():
		return stiffFallback
	case singular && 1.5*r.newtonCost() < r.interiorCost():
		return singularFallback
	case singular, !r.stiff() && r.newtonCost() > 1.3*r.interiorCost():
		return registry[InteriorPoint].sequence
	case r.sweepsAreExpensive(), r.use(CoordinateDescent).(*descent).lost:
		return fallback[1:]
	default:
		return fallback
	}
}

// interiorCost is the estimated cost of the interior-point method, in units of work.
func (r *run) interiorCost() float64 {
	const steps, products = 14, 6 // a step
	n := float64(len(r.x))
	return steps * (narrowCost*n*n*n/3 + products*sweepCost*2*n*n)
}

// newtonCost is the estimated cost of Newton steps from the current point. Their number grows
// slowly with n, while the number of interior steps does not.
func (r *run) newtonCost() float64 {
	const products = 4 // a step
	n, k := float64(len(r.x)), 0.0
	for i := range r.x {
		if !r.atBound(i) {
			k++
		}
	}
	return 2 * math.Sqrt(n) * (k*k*k/3 + products*sweepCost*2*k*n)
}

// use returns a method with its workspace.
func (r *run) use(m Method) method {
	if r.methods[m] == nil {
		r.methods[m] = registry[m].make(len(r.x))
	}
	return r.methods[m]
}

// String returns the name of the method.
func (m Method) String() string {
	if m < methodCount {
		return registry[m].name
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}
