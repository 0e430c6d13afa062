package mat

import "math"

// rotation returns c, s and r with c·f + s·g = r, c·g − s·f = 0 and c² + s² = 1. c is not negative.
// Nothing overflows or underflows unless r does. (Anderson, Safe Scaling in the Level 1 BLAS, ACM
// TOMS 44(1), 2017.)
func rotation(f, g float64) (c, s, r float64) {
	const low, high = 0x1p-511, 0x1p+510 // their squares, and a sum of two, are normal numbers
	f1, g1 := math.Abs(f), math.Abs(g)
	if low < f1 && f1 < high && low < g1 && g1 < high {
		h := math.Sqrt(f*f + g*g)
		r = math.Copysign(h, f)
		return f1 / h, g / r, r
	}
	return rotationScaled(f, g)
}

// rotationScaled is rotation for any numbers.
func rotationScaled(f, g float64) (c, s, r float64) {
	switch {
	case g == 0:
		return 1, 0, f
	case f == 0:
		return 0, math.Copysign(1, g), math.Abs(g)
	}
	unit := min(max(math.Abs(f), math.Abs(g), 0x1p-1022), 0x1p+1022)
	f, g = f/unit, g/unit
	h := math.Sqrt(f*f + g*g)
	r = math.Copysign(h, f)
	return math.Abs(f) / h, g / r, r * unit
}

// jacobi diagonalizes [a b; b d], where b is not 0. Its eigenvalues are x, with the eigenvector (c,
// −s), and y, with the eigenvector (s, c). (Golub and Van Loan, Matrix Computations, 4th edition,
// 2013, section 8.5.2.)
func jacobi(a, b, d float64) (x, y, c, s float64) {
	tau := (d - a) / (2 * b)
	t := 1 / (math.Abs(tau) + math.Hypot(1, tau))
	t = math.Copysign(t, tau)
	c = 1 / math.Sqrt(1+t*t)
	return a - t*b, d + t*b, c, t * c
}

// smallestSingular returns the smaller singular value of [f g; 0 h], with a relative error of a few
// roundings. (Demmel and Kahan, Accurate Singular Values of Bidiagonal Matrices, SIAM J. Sci. Stat.
// Comput. 11(5), 1990.)
func smallestSingular(f, g, h float64) float64 {
	f, g, h = math.Abs(f), math.Abs(g), math.Abs(h)
	small, large := min(f, h), max(f, h)
	if small == 0 {
		return 0
	}
	sum, difference := 1+small/large, (large-small)/large
	if g < large {
		q := g / large * (g / large)
		return small * (2 / (math.Sqrt(sum*sum+q) + math.Sqrt(difference*difference+q)))
	}
	q := large / g
	if q == 0 { // g is so large that it is the larger singular value
		return small * large / g
	}
	return 2 * (small * (1 / (math.Sqrt(1+sum*q*(sum*q)) + math.Sqrt(1+difference*q*(difference*q)))) * q)
}

// svd2 is the singular value decomposition of a 2×2 upper triangle,
//
//	[ cl sl] [f g] [cr −sr]   [large     0]
//	[−sl cl] [0 h] [sr  cr] = [0     small],   |large| ≥ |small|,
//
// with an error of a few roundings in each number. (LAPACK's lasv2; Bai and Demmel, Computing the
// Generalized Singular Value Decomposition, SIAM J. Sci. Comput. 14(6), 1993, appendix.)
func svd2(f, g, h float64) (large, small, cl, sl, cr, sr float64) {
	if math.Abs(h) > math.Abs(f) {
		// The transpose with its rows and columns in reverse order is [h g; 0 f].
		large, small, cr, sr, cl, sl = svd2(h, g, f)
		return large, small, sl, cl, sr, cr
	}
	fa, ga, ha := math.Abs(f), math.Abs(g), math.Abs(h)
	sign := math.Copysign(1, f) // the sign of the largest term of large
	switch {
	case ga == 0:
		return f, h, 1, 0, 1, 0
	case fa/ga < 0x1p-53: // large is g, up to rounding
		large, small = ga, fa/(ga/ha)
		if ha <= 1 {
			small = fa / ga * ha
		}
		cl, sl, cr, sr = 1, h/g, f/g, 1
		sign = math.Copysign(1, g)
	default:
		large, small, cl, sl, cr, sr = svd2Regular(f, g, h)
		sign *= math.Copysign(1, cl) * math.Copysign(1, cr)
		if ga > fa {
			sign = math.Copysign(1, g) * math.Copysign(1, cl) * math.Copysign(1, sr)
		}
	}
	return sign * large, math.Copysign(1, f) * math.Copysign(1, h) * sign * small, cl, sl, cr, sr
}

// svd2Regular is svd2 except for the signs of large and small. It needs |f| ≥ |h|, an f that is not
// negligible relative to g, and g ≠ 0.
func svd2Regular(f, g, h float64) (large, small, cl, sl, cr, sr float64) {
	fa, ha := math.Abs(f), math.Abs(h)
	d := fa - ha
	l, m := d/fa, g/f
	t := 2 - l // 1 + |h/f|
	s, r := math.Hypot(t, m), math.Hypot(l, m)
	a := (s + r) / 2
	switch {
	case m != 0:
		t = (m/(s+t) + m/(r+l)) * (1 + a)
	case l == 0: // g is negligible, and |f| = |h|
		t = math.Copysign(2, f) * math.Copysign(1, g)
	default:
		t = g/math.Copysign(d, f) + m/t
	}
	l = math.Hypot(t, 2)
	cr, sr = 2/l, t/l
	return fa * a, ha / a, (cr + sr*m) / a, h / f * sr / a, cr, sr
}
