package polar

// Iteration is a way to the polar factor: polynomials aσ + bσ³ + cσ⁵ through which all singular values go, one
// after the other.
type Iteration struct {
	polynomials []polynomial
	// tight says that the matrix is divided by a bound of its spectral norm that is not far above it, and
	// else by its Frobenius norm.
	tight bool
}

type polynomial struct{ a, b, c float64 }

// Jordan is what Muon does (Jordan et al., 2024): five times the polynomial whose slope at 0 is about as steep as it can
// be if large singular values are to stay near 1. So it does not converge to 1, but gets near it fast:
// singular values that are above about a hundredth of the Frobenius norm come to between 0.68 and
// 1.14.
func Jordan() Iteration {
	p := polynomial{3.4445, -4.7750, 2.0315}
	return Iteration{polynomials: []polynomial{p, p, p, p, p}}
}

// Minimax is three polynomials, each of them the one that brings what is left of the interval
// [0.01, 1] nearest to 1. Such a sequence is the best one of its length (Amsel, Persson, Musco and
// Gower, The Polar Express, 2025). The interval begins at the spectral norm, or not much above it, instead of at the
// Frobenius norm, which is several times as large. So three of them do as much as five of
// [Jordan]: singular values that are above a hundredth of the largest one come to between 0.73 and 1.27.
func Minimax() Iteration {
	return Iteration{tight: true, polynomials: []polynomial{
		{8.0934, -23.6204, 17.4462},
		{3.6366, -2.7219, 0.5365},
		{2.6613, -1.9772, 0.4526},
	}}
}
