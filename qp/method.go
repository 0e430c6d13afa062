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
	Auto: {"auto", nil, []stage{{method: CoordinateDescent}, {method: BlockPivoting}}},

	CoordinateDescent: {"coordinate descent", newDescent, []stage{{method: CoordinateDescent}}},
	BlockPivoting:     {"block pivoting", newPivoting, []stage{{method: BlockPivoting}, {method: ProjectedNewton}}},
	InteriorPoint:     {"interior point", newInterior, []stage{{method: InteriorPoint}, {method: ProjectedNewton}}},
	ProjectedNewton:   {"projected Newton", newNewton, []stage{{method: ProjectedNewton}}},
}

// theRest is what Auto does where pivoting did not settle: what may be a good deal cheaper than
// interior points is tried before.
var theRest = []stage{{CoordinateDescent, 0.04, false}, {ProjectedNewton, 0.5, true}, {method: InteriorPoint}, {method: ProjectedNewton}}

// stiffRest is what it does instead where H is singular and few directions have most of the curvature:
// interior points are slow, as their matrices are nearly singular.
var stiffRest = []stage{{ProjectedNewton, 1, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// singularRest is what it does where H is singular and not stiff: Newton steps slide along one direction
// without curvature after the other.
var singularRest = []stage{{ProjectedNewton, 0.3, true}, {method: InteriorPoint}, {method: ProjectedNewton}}

// lowRankSequence is what it does where H has, to rounding, many directions without curvature: a factor
// costs little then.
var lowRankSequence = []stage{{CoordinateDescent, 0.01, false}, {method: BlockPivoting}, {ProjectedNewton, 1.5, false}, {method: InteriorPoint}, {method: ProjectedNewton}}

// warmSequence is that of Auto for a start that is likely to be near the solution: the last
// answer, or one whose free variables are those of the factor at hand. Pivoting from
// there takes the fewest steps, and leaves a factor for the next problem of the kind.
var warmSequence = []stage{{method: BlockPivoting}, {method: CoordinateDescent}}

func (r *run) sequence() []stage {
	if r.budget.method == Auto && (r.before.continued || r.factored()) {
		return warmSequence
	}
	if r.budget.method == Auto && r.lowRank() {
		return lowRankSequence
	}
	return registry[r.budget.method].sequence
}

// rest is what follows if that does not settle.
func (r *run) rest() []stage {
	switch {
	case r.budget.method != Auto || r.lowRank():
		return nil
	case r.mostlyDependent():
		return lowRankSequence[2:]
	case len(r.factor.dependent) == 0 && !r.stiff() && r.newtonCost() > 0.9*r.interiorCost():
		return registry[InteriorPoint].sequence
	case len(r.factor.dependent) == 0:
		return theRest
	case r.stiff():
		return stiffRest
	default:
		return singularRest
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

// mayCost says whether as much more work, which is a guess, is allowed.
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
