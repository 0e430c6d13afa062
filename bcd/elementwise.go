package bcd

import "ridge/mat"

// The loops over the elements of a batch, apart from the products. Each takes slices
// of one length.

// scaledDifference sets dst := c·(a − b). dst may be a or b.
func scaledDifference[T mat.Float](dst []T, c T, a, b []T) {
	a, b = a[:len(dst)], b[:len(dst)]
	for i := range dst {
		dst[i] = c * (a[i] - b[i])
	}
}

// accelerate is a projected gradient step from y with Nesterov's extrapolation:
// u := max(0, y − t·g), and y := u + beta·(u − the last u).
func accelerate[T mat.Float](u, y, g []T, t, beta T) {
	y, g = y[:len(u)], g[:len(u)]
	for i, last := range u {
		next := max(0, y[i]-t*g[i])
		u[i] = next
		y[i] = next + beta*(next-last)
	}
}

// tieSlope sets d := max(0, z) − (max(0, z0) + r), the slope of fenchel's φ at z for
// the hidden variables max(0, z0) + r. d may be z.
func tieSlope[T mat.Float](d, z, z0, r []T) {
	z, z0, r = z[:len(d)], z0[:len(d)], r[:len(d)]
	for i := range d {
		d[i] = max(0, z[i]) - max(0, z0[i]) - r[i]
	}
}

// blend sets dst := dst + c·(src − dst).
func blend[T mat.Float](dst, src []T, c T) {
	src = src[:len(dst)]
	for i, v := range dst {
		dst[i] = v + c*(src[i]-v)
	}
}

// squares is Σ xᵢ², added up in T eight at a time and then in float64.
func squares[T mat.Float](x []T) float64 {
	var sum float64
	for len(x) >= 8 {
		v := x[:8]
		sum += float64((v[0]*v[0] + v[1]*v[1]) + (v[2]*v[2] + v[3]*v[3]) + (v[4]*v[4] + v[5]*v[5]) + (v[6]*v[6] + v[7]*v[7]))
		x = x[8:]
	}
	for _, v := range x {
		sum += float64(v) * float64(v)
	}
	return sum
}
