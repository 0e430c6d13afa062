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
// has spent, or expects to spend, this share of what interior steps are likely to cost.
type stage struct {
	method Method
	share  float64
}

// registry names the methods, makes them, and lists which are tried, one after the other, if
// one is asked for.
var registry = [methodCount]struct {
	name     string
	make     func(n int) method
	sequence []stage
}{
	Auto: {"auto", nil, append([]stage{{CoordinateDescent, 0}, {BlockPivoting, 0}}, theRest...)},

	CoordinateDescent: {"coordinate descent", newDescent, []stage{{CoordinateDescent, 0}}},
	BlockPivoting:     {"block pivoting", newPivoting, []stage{{BlockPivoting, 0}, {ProjectedNewton, 0}}},
	InteriorPoint:     {"interior point", newInterior, []stage{{InteriorPoint, 0}, {ProjectedNewton, 0}}},
	ProjectedNewton:   {"projected Newton", newNewton, []stage{{ProjectedNewton, 0}}},
}

// theRest is what Auto does where pivoting did not settle: what may be a good deal cheaper than
// interior points is tried before.
var theRest = []stage{{CoordinateDescent, 0.25}, {ProjectedNewton, 0.5}, {InteriorPoint, 0}, {ProjectedNewton, 0}}

// warmSequence is that of Auto for a start that is likely to be near the solution: the last
// answer, or one whose free variables are those of the factor at hand. Pivoting from
// there takes the fewest steps, and leaves a factor for the next problem of the kind.
var warmSequence = append([]stage{{BlockPivoting, 0}, {CoordinateDescent, 0}}, theRest...)

func (r *run) sequence() []stage {
	if r.budget.method == Auto && (r.before.continued || r.factored()) {
		return warmSequence
	}
	return registry[r.budget.method].sequence
}

// interiorCost is about what interior steps cost, in the units of work.
func (r *run) interiorCost() float64 {
	const steps, products = 14, 6 // a step
	n := float64(len(r.x))
	return steps * (narrowCost*n*n*n/3 + products*sweepCost*2*n*n)
}

// enter says what a stage may spend.
func (r *run) enter(s stage) {
	r.last, r.budget.tried, r.budget.allowed = s.method, s.share > 0, math.Inf(1)
	if s.share > 0 {
		r.budget.allowed = r.factor.work + s.share*r.interiorCost()
	}
}

// mayCost says whether as much more work is allowed.
func (r *run) mayCost(work float64) bool { return r.factor.work+work <= r.budget.allowed }

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
