package qp

import "fmt"

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
)

var methodNames = [...]string{
	Auto:              "auto",
	CoordinateDescent: "coordinate descent",
	BlockPivoting:     "block pivoting",
	InteriorPoint:     "interior point",
	ProjectedNewton:   "projected Newton",
}

// String returns the method in words.
func (m Method) String() string {
	if int(m) < len(methodNames) {
		return methodNames[m]
	}
	return fmt.Sprintf("Method(%d)", uint8(m))
}

// sequences lists which methods are tried, one after the other.
var sequences = [...][]Method{
	Auto:              {CoordinateDescent, BlockPivoting, InteriorPoint, ProjectedNewton},
	CoordinateDescent: {CoordinateDescent},
	BlockPivoting:     {BlockPivoting, ProjectedNewton},
	InteriorPoint:     {InteriorPoint, ProjectedNewton},
	ProjectedNewton:   {ProjectedNewton},
}

// warmSequence is that of Auto for a start that is likely to be near the solution.
var warmSequence = []Method{BlockPivoting, CoordinateDescent, InteriorPoint, ProjectedNewton}
