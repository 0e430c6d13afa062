package qp

import (
	"math"

	"ridge/mat"
)

// border is a small change of the set of free variables that is solved for without a new factor.
// Each variable that has left is held by a multiplier, and those that have joined come last:
//
//	⎡H   B⎤⎡d⎤   ⎡b⎤
//	⎣Bᵀ  C⎦⎣z⎦ = ⎣c⎦,   B = [H₍joined₎ E₍left₎],
//
// where H = LLᵀ is the factored block and E holds columns of the identity. With Y = L⁻¹B, z solves
// (C − YᵀY)z = c − Yᵀ(L⁻¹b), which has as many equations as there are changes.
type border struct {
	joined  []int              // variables, not rows of l
	left    []int              // rows of l
	scale   []float64          // of the changes, see borderRows
	rows    mat.Dense[float64] // Yᵀ
	small   mat.Dense[float64] // C − YᵀY, or its LU decomposition after decompose
	swaps   []int
	z       []float64
	refused bool // border solves have not been accurate enough
}

// maxChanges is the size of the largest border.
const maxChanges = 48

// prepare allocates the workspace. It is not done earlier, because cold solves of well-conditioned
// problems need no border, and clearing its memory would take a tenth of their time.
func (b *border) prepare(n int) {
	if b.swaps != nil {
		return
	}
	most := min(maxChanges, n/borderCost) // more would cost more than factoring
	b.joined, b.left, b.swaps = make([]int, 0, most), make([]int, 0, most), make([]int, most)
	b.rows, b.small = mat.NewDense[float64](most, n), mat.NewDense[float64](most, most)
	b.z, b.scale = make([]float64, most), make([]float64, most)
}

func (b *border) size() int { return len(b.joined) + len(b.left) }

func (b *border) clear() { b.joined, b.left = b.joined[:0], b.left[:0] }

// takeBorder tries to represent the free variables, which wants holds, by a border of the existing
// factor. It does so if that costs less than refactoring the rows from keep on, and if the small
// system is not singular.
func (f *freeFactor) takeBorder(v *view, free []int, keep int) bool {
	b := &f.border
	b.clear()
	k := len(f.order)
	if b.refused || k == 0 {
		return false
	}
	// Both sets are the factor's set, without the variables that left, and with those that joined.
	left, stay := 0, 0
	for _, i := range f.order {
		if f.wants[i] {
			stay++
		} else {
			left++
		}
	}
	changes := left + len(free) - stay
	if changes > maxChanges || borderCost*float64(changes)*float64(k)*float64(k) > cube(k)-cube(keep) {
		return false
	}
	b.prepare(v.h.Rows)
	for a, i := range f.order {
		if f.wants[i] {
			f.wants[i] = false
		} else {
			b.left = append(b.left, a)
		}
	}
	for _, i := range free {
		if f.wants[i] {
			b.joined = append(b.joined, i)
		}
	}
	f.borderRows(v)
	if !b.decompose() {
		b.clear()
		return false
	}
	f.dependent = f.dependent[:0]
	return true
}

// borderCost is the cost of a change, in units of a third of k² operations, which is its share of a
// factorization.
const borderCost = 6

// borderRows computes Yᵀ and C − YᵀY. The columns of B are scaled so that z is in natural units,
// which makes the pivots of the small system comparable.
func (f *freeFactor) borderRows(v *view) {
	b, k := &f.border, len(f.order)
	y := b.rows.View(0, 0, b.size(), k)
	for q, j := range b.joined {
		row, to := v.h.Row(j), y.Row(q)
		b.scale[q] = v.units.inverse[j]
		for a, i := range f.order {
			to[a] = row[i] * b.scale[q]
		}
	}
	for p, a := range b.left {
		q := len(b.joined) + p
		to := y.Row(q)
		clear(to)
		b.scale[q] = v.units.e[f.order[a]]
		to[a] = b.scale[q]
	}
	mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, f.leading(), y, 1)
	for q := range b.size() {
		for r := range q + 1 {
			e := -mat.Dot(y.Row(q), y.Row(r))
			if q < len(b.joined) {
				e += v.h.At(b.joined[q], b.joined[r]) * b.scale[q] * b.scale[r]
			}
			b.small.Set(q, r, e)
			b.small.Set(r, q, e)
		}
	}
}

// decompose replaces small by its LU decomposition with partial pivoting, because it is indefinite.
// It returns false if it is numerically singular.
func (b *border) decompose() bool {
	n := b.size()
	largest := 0.0
	for q := range n {
		largest = max(largest, mat.AbsMax(b.small.Row(q)[:n]))
	}
	for c := range n {
		at := c
		for r := c + 1; r < n; r++ {
			if math.Abs(b.small.At(r, c)) > math.Abs(b.small.At(at, c)) {
				at = r
			}
		}
		b.swaps[c] = at
		if !(math.Abs(b.small.At(at, c)) > singularPivot*float64(n)*roundoff[float64]()*largest) {
			return false
		}
		if at != c {
			for q := range n {
				u, v := b.small.At(c, q), b.small.At(at, q)
				b.small.Set(c, q, v)
				b.small.Set(at, q, u)
			}
		}
		for r := c + 1; r < n; r++ {
			factor := b.small.At(r, c) / b.small.At(c, c)
			b.small.Set(r, c, factor)
			mat.Axpy(-factor, b.small.Row(c)[c+1:n], b.small.Row(r)[c+1:n])
		}
	}
	return true
}

// substitute overwrites z with the solution of the small system.
func (b *border) substitute() {
	n := b.size()
	for c := range n {
		b.z[c], b.z[b.swaps[c]] = b.z[b.swaps[c]], b.z[c]
	}
	for r := range n {
		b.z[r] -= mat.Dot(b.small.Row(r)[:r], b.z[:r])
	}
	for r := n - 1; r >= 0; r-- {
		b.z[r] = (b.z[r] - mat.Dot(b.small.Row(r)[r+1:n], b.z[r+1:n])) / b.small.At(r, r)
	}
}

// solveBordered is solve for a factor with a border.
func (f *freeFactor) solveBordered(grad, x []float64) {
	b, k := &f.border, len(f.order)
	right := f.right[:k]
	for a, i := range f.order {
		right[a] = -grad[i]
	}
	row := mat.DenseOf(1, k, right)
	mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, f.leading(), row, 1)
	for q := range b.size() {
		b.z[q] = -mat.Dot(b.rows.Row(q)[:k], right)
		if q < len(b.joined) {
			b.z[q] -= grad[b.joined[q]] * b.scale[q]
		}
	}
	b.substitute()
	for q := range b.size() {
		mat.Axpy(-b.z[q], b.rows.Row(q)[:k], right)
	}
	mat.Trsm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, 1, f.leading(), row, 1)
	for a, i := range f.order {
		x[i] = right[a]
	}
	for _, a := range b.left {
		x[f.order[a]] = 0
	}
	for q, i := range b.joined {
		x[i] = b.z[q] * b.scale[q]
	}
}
