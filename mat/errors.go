package mat

import "fmt"

// NotPositiveDefiniteError says that a Cholesky factorization found a pivot that is not a positive
// number.
type NotPositiveDefiniteError struct {
	// Minor is the order of the smallest leading minor that is not positive, counted from 1 as in
	// LAPACK.
	Minor int
}

// Error names the leading minor.
func (e *NotPositiveDefiniteError) Error() string {
	return fmt.Sprintf("mat: matrix is not positive definite: leading minor of order %d is not positive", e.Minor)
}

// SingularError says that a triangular matrix has no inverse.
type SingularError struct {
	// Index is the position of the first zero on the diagonal, counted from 1 as in LAPACK.
	Index int
}

// Error names the element.
func (e *SingularError) Error() string {
	return fmt.Sprintf("mat: matrix is singular: element %d of the diagonal is zero", e.Index)
}

// NoConvergenceError says that an iteration for eigenvalues or singular values has not found all of
// them. It happens if there is a NaN or an infinity, and hardly ever otherwise.
type NoConvergenceError struct {
	// Left is how many off-diagonal elements are not yet zero. It is 0 only for a matrix of a single element, which is
	// not finite.
	Left int
}

// Error says how many elements are left.
func (e *NoConvergenceError) Error() string {
	if e.Left == 0 {
		return "mat: the QR algorithm does not converge: the only element is NaN or infinite"
	}
	return fmt.Sprintf("mat: the QR algorithm does not converge: %d off-diagonal elements are left", e.Left)
}
