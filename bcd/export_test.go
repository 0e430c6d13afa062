package bcd

// SolveSparseStepsTo makes the tolerances of the ℓ1 penalty of mini-batches as small as a test asks for. What it
// returns takes that back.
func SolveSparseStepsTo(tolerance float64) (restore func()) {
	l1, projection := l1Tolerance, projectionTolerance
	l1Tolerance, projectionTolerance = tolerance, tolerance
	return func() { l1Tolerance, projectionTolerance = l1, projection }
}
