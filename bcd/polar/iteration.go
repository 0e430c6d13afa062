package polar

// Iteration leads to the polar factor: polynomials aσ + bσ³ + cσ⁵ that are applied, one after the other, to all
// singular values.
type Iteration struct {
	polynomials []polynomial
	// tight says that the matrix is divided by a close upper bound of its spectral norm, instead of its Frobenius norm.
	tight bool
}

type polynomial struct{ a, b, c float64 }

var jordan = polynomial{3.4445, -4.7750, 2.0315}

// Jordan is what Muon does (Jordan et al., 2024): five times the polynomial whose slope at 0 is about as steep as it
// can be if large singular values are to stay near 1. So it does not converge to 1, but gets near it fast: singular
// values that are above about a hundredth of the Frobenius norm come to between 0.68 and 1.14.
func Jordan() Iteration {
	return Iteration{polynomials: []polynomial{jordan, jordan, jordan, jordan, jordan}}
}

// Short is three of these steps, which begin with a bound of the spectral norm instead of the Frobenius norm, which can
// be several times as large. Singular values above a fiftieth of that bound come to between 0.68 and 1.21. As a
// direction of training it has been found to be as good as [Jordan]; sequences of other polynomials that come nearer to
// 1 (Amsel, Persson, Musco and Gower, The Polar Express, 2025) are not better, and make the steps longer.
func Short() Iteration {
	return Iteration{polynomials: []polynomial{jordan, jordan, jordan}, tight: true}
}
