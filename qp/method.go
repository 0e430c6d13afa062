package qp

import (
	"context"
	"fmt"
	"math"
)

// Method is a way to solve one problem.
type Method uint8

// The methods. Those that may give up, or can't reach the tolerance, are followed by
// ProjectedNewton, which starts from where they got; CoordinateDescent is not.
const (
	// Auto takes what the problem asks for: sweeps of coordinate descent for as
	// long as they are likely to be cheaper than anything else, then block
	// pivoting, then, if that does not settle, interior points, and projected
	// Newton steps where all else fails.
	Auto Method = iota
	// CoordinateDescent minimizes in one variable after the other. It is the fastest
	// where H is well-conditioned, and slow where it is not. By itself it does not
	// notice that there is no minimum.
	CoordinateDescent
	// BlockPivoting exchanges all variables with the wrong sign at once, between
	// those at their bounds and the free ones, which it solves for. It takes few
	// steps, or cycles, and then gives up.
	BlockPivoting
	// InteriorPoint follows the central path, at the cost of a factorization of
	// a matrix of the size of H a step, until it shows which bounds are active; then
	// it pivots. The number of steps hardly depends on the problem.
	InteriorPoint
	// ProjectedNewton takes Newton steps in the free variables and searches along
	// their projection on the box. It ends for every problem, warm starts pay
	// most, and it decides where H is singular.
	ProjectedNewton
	methodCount
)

// method is what a file of this package has to bring to be a Method: a type that moves
// r.x downhill, and leaves the problem to the next method by returning undecided. Its
// workspace is its own; it is made when it is first used, and used again.
type method interface {
	solve(ctx context.Context, r *run) (Status, error)
}

// stage is a method in a sequence. If share is not 0, the method is only tried: it gives up when it
// has spent this share of what interior steps are likely to cost, or, if guess is set, expects to.
type stage struct {
	method Method
	share  float64
	guess  bool
}

// registry names the methods, makes them, and lists which are tried, one after the other, if
// one is asked for.
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

// pivotingSequence is what Auto does where sweeps are slow.
var pivotingSequence = []stage{{method: BlockPivoting}}

// theRest is what Auto does where pivoting did not settle: what may be a good deal cheaper than
// interior points is tried before.
var theRest = []stage{{CoordinateDescent, 0.03, false}, {ProjectedNewton, 0.8, true}, {method: InteriorPoint}, {method: ProjectedNewton}}

// stiffRest is what it does instead where H is singular and few directions have most of the curvature: a factor
// costs little then, and interior points are slow, as their matrices are nearly singular.
var stiffRest = []stage{{ProjectedNewton, 1.5, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// singularRest is what it does where H is singular and not stiff, and Newton steps are likely to be cheaper than
// interior points: they are many, as most of them end at one more bound.
var singularRest = []stage{{ProjectedNewton, 1.2, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// warmSequence is that of Auto for a start that is likely to be near the solution: the last
// answer, or one whose free variables are those of the factor at hand. Pivoting from
// there takes the fewest steps, and leaves a factor for the next problem of the kind.
var warmSequence = []stage{{method: BlockPivoting}, {method: CoordinateDescent}}

func (r *run) sequence() []stage {
	r.before.near = r.before.continued || r.factored()
	if r.budget.method == Auto && r.before.near {
		return warmSequence
	}
	return registry[r.budget.method].sequence
}

// pivots is what Auto does where sweeps are slow. If the free variables are many and depend on each other,
// it does not pivot.
func (r *run) pivots() []stage {
	if !r.cold() || r.dependent() {
		return nil
	}
	return pivotingSequence
}

// cold says that Auto has nothing to start from.
func (r *run) cold() bool { return r.budget.method == Auto && !r.before.near }

// dependent says that most of the free variables depend on the others.
func (r *run) dependent() bool {
	return r.countFree(r.x, r.grad) > len(r.x)/rankShare && r.lowRank()
}

// rest is what follows if that does not settle.
func (r *run) rest() []stage {
	singular := r.factor.singular || len(r.factor.dependent) > 0
	switch {
	case r.budget.method != Auto:
		return nil
	case r.mostlyDependent() || singular && r.stiff() || r.dependent():
		return stiffRest
	case singular && 1.5*r.newtonCost() < r.interiorCost():
		return singularRest
	case singular, !r.stiff() && r.newtonCost() > 1.3*r.interiorCost():
		return registry[InteriorPoint].sequence
	case r.sweepsAreDear(), r.use(CoordinateDescent).(*descent).lost:
		return theRest[1:]
	default:
		return theRest
	}
}

// interiorCost is about what interior steps cost, in the units of work.
func (r *run) interiorCost() float64 {
	const steps, products = 14, 6 // a step
	n := float64(len(r.x))
	return steps * (narrowCost*n*n*n/3 + products*sweepCost*2*n*n)
}

// newtonCost is about what Newton steps cost from where r is. Their number grows with n, if slowly,
// where that of interior steps does not.
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

// enter says what a stage may spend.
func (r *run) enter(s stage) {
	r.last, r.budget.tried, r.budget.guesses, r.budget.allowed = s.method, s.share > 0, s.guess, math.Inf(1)
	if s.share > 0 {
		r.budget.allowed = r.factor.work + s.share*r.interiorCost()
	}
}

// mayCost reports whether as much more work, which is a guess, is allowed.
func (r *run) mayCost(work float64) bool {
	if !r.budget.guesses {
		work = 0
	}
	return r.factor.work+work <= r.budget.allowed
}

// use returns a method with its workspace.
func (r *run) use(m Method) method {
	if r.methods[m] == nil {
		r.methods[m] = registry[m].make(len(r.x))
	}
	return r.methods[m]
}

// String returns the method in words.
func (m Method) String() string {
	if m < methodCount {
		return registry[m].name
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}
