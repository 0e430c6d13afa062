// Package ldl factors sparse symmetric matrices into LDLᵀ. [MinimumDegree] finds an order of their rows in which L has
// few elements, [Factor.Analyze] where these are, and [Factor.Compute] their values, for any diagonal of the matrix.
package ldl
