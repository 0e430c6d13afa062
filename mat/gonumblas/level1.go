package gonumblas

import (
	"math"
	"unsafe"

	"ridge/asm"
	"ridge/mat"
)

// plain reports whether the vector is n consecutive elements of x.
func plain[T mat.Float](n int, x []T, inc int) bool { return inc == 1 && uint(n) <= uint(len(x)) }

// forward reports whether x holds n > 0 elements that are inc > 0 apart. n must be small.
func forward[T mat.Float](n int, x []T, inc int) bool {
	return n > 0 && inc > 0 && inc <= len(x) && int64(n-1)*int64(inc) < int64(len(x))
}

// The functions whose names end in OfFew handle vectors that are not empty and so short that the call of another
// function matters: these are inlined. Those whose names end in OfSome are for at most 31 elements. They have no loops,
// as how long a loop of a few instructions takes depends on where the linker puts it, and no checks of bounds, so they
// need no frame. Vectors of one call have equal lengths.

func sumOfFew[T mat.Float](x []T) (sum T) {
	for _, v := range x {
		sum += T(math.Abs(float64(v)))
	}
	return sum
}

func largestOfFew[T mat.Float](x []T) (index int) {
	largest := T(math.Abs(float64(x[0])))
	for i, v := range x {
		if m := T(math.Abs(float64(v))); m > largest {
			largest, index = m, i
		}
	}
	return index
}

func dotOfFew[T mat.Float](x, y []T) (sum T) {
	y = y[:len(x)]
	for i, v := range x {
		sum += v * y[i]
	}
	return sum
}

func dotOfSome[T mat.Float](x, y []T) T {
	var s0, s1, s2, s3 T
	n, xs, ys := len(x), unsafe.SliceData(x), unsafe.SliceData(y)
	if n&16 != 0 {
		p, q := (*[16]T)(unsafe.Pointer(xs)), (*[16]T)(unsafe.Pointer(ys))
		s0, s1 = p[0]*q[0]+p[4]*q[4]+(p[8]*q[8]+p[12]*q[12]), p[1]*q[1]+p[5]*q[5]+(p[9]*q[9]+p[13]*q[13])
		s2, s3 = p[2]*q[2]+p[6]*q[6]+(p[10]*q[10]+p[14]*q[14]), p[3]*q[3]+p[7]*q[7]+(p[11]*q[11]+p[15]*q[15])
	}
	if n&8 != 0 {
		p, q := (*[8]T)(unsafe.Pointer(element(xs, n&16))), (*[8]T)(unsafe.Pointer(element(ys, n&16)))
		s0, s1 = s0+(p[0]*q[0]+p[4]*q[4]), s1+(p[1]*q[1]+p[5]*q[5])
		s2, s3 = s2+(p[2]*q[2]+p[6]*q[6]), s3+(p[3]*q[3]+p[7]*q[7])
	}
	if n&4 != 0 {
		p, q := (*[4]T)(unsafe.Pointer(element(xs, n&24))), (*[4]T)(unsafe.Pointer(element(ys, n&24)))
		s0, s1, s2, s3 = s0+p[0]*q[0], s1+p[1]*q[1], s2+p[2]*q[2], s3+p[3]*q[3]
	}
	if n&2 != 0 {
		p, q := (*[2]T)(unsafe.Pointer(element(xs, n&28))), (*[2]T)(unsafe.Pointer(element(ys, n&28)))
		s0, s1 = s0+p[0]*q[0], s1+p[1]*q[1]
	}
	if n&1 != 0 {
		s2 += *element(xs, n-1) * *element(ys, n-1)
	}
	return (s0 + s1) + (s2 + s3)
}

// element is x[i], without a check.
func element[T mat.Float](x *T, i int) *T {
	return (*T)(unsafe.Add(unsafe.Pointer(x), uintptr(i)*unsafe.Sizeof(*x)))
}

// dotOfFewStrided is dotOfFew of elements that are incX and incY apart.
func dotOfFewStrided[T mat.Float](n int, x []T, incX int, y []T, incY int) (sum T) {
	for i, j := 0, 0; n > 0; n-- {
		sum += x[i] * y[j]
		i += incX
		j += incY
	}
	return sum
}

func axpyOfFew[T mat.Float](alpha T, x, y []T) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += alpha * v
	}
}

func scalOfFew[T mat.Float](alpha T, x []T) {
	for i := range x {
		x[i] *= alpha
	}
}

func scalOfSome[T mat.Float](alpha T, x []T) {
	n, xs := len(x), unsafe.SliceData(x)
	if n&16 != 0 {
		scalOf8(alpha, xs)
		scalOf8(alpha, element(xs, 8))
	}
	if n&8 != 0 {
		scalOf8(alpha, element(xs, n&16))
	}
	if n&4 != 0 {
		p := (*[4]T)(unsafe.Pointer(element(xs, n&24)))
		p[0] *= alpha
		p[1] *= alpha
		p[2] *= alpha
		p[3] *= alpha
	}
	if n&2 != 0 {
		p := (*[2]T)(unsafe.Pointer(element(xs, n&28)))
		p[0] *= alpha
		p[1] *= alpha
	}
	if n&1 != 0 {
		*element(xs, n-1) *= alpha
	}
}

func scalOf8[T mat.Float](alpha T, x *T) {
	p := (*[8]T)(unsafe.Pointer(x))
	p[0] *= alpha
	p[1] *= alpha
	p[2] *= alpha
	p[3] *= alpha
	p[4] *= alpha
	p[5] *= alpha
	p[6] *= alpha
	p[7] *= alpha
}

// rot rotates the points (xᵢ, yᵢ) of two vectors.
func rot[T mat.Float](x, y []T, c, s T) {
	y = y[:len(x)]
	for i, v := range x {
		u := y[i]
		x[i], y[i] = c*v+s*u, c*u-s*v
	}
}

// nrm2 returns √Σ xᵢ², of few elements without a kernel. If the sum of squares leaves the safe range, package mat
// computes it again, with scaling.
func nrm2[T mat.Float](x []T, few bool) T {
	if len(x) <= many {
		var s float64
		if few {
			for _, v := range x {
				s += float64(v) * float64(v)
			}
		} else {
			s = float64(asm.For[T]().Dot(x, x))
		}
		if s > safeSquare[T]() && !math.IsInf(s, 0) {
			return T(math.Sqrt(s))
		}
	}
	return mat.Nrm2(x)
}

// safeSquare is a sum of squares so large that terms lost to underflow do not affect it.
func safeSquare[T mat.Float]() float64 {
	if mat.IsFloat32[T]() {
		return 1e-24
	}
	return 1e-270
}
