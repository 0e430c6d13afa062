package mat

import (
	"cmp"
	"math"
	"slices"
)

// singularVectors holds the matrices that the rotations are applied to.
type singularVectors[T Float] struct {
	vt, u, c Dense[T]
	right    [1]rotator
	left     [2]rotator
	r        [3]*rotations[T] // of vt, u and c
}

func (v *singularVectors[T]) begin(n int, w Workers) {
	v.r = [3]*rotations[T]{newRotations(NoTrans, withRows(v.vt, n), w), newRotations(Trans, withColumns(v.u, n), w),
		newRotations(NoTrans, withRows(v.c, n), w)}
	v.right, v.left = [1]rotator{v.r[0]}, [2]rotator{v.r[1], v.r[2]}
}

// withRows gives a matrix without columns n rows.
func withRows[T Float](a Dense[T], n int) Dense[T] {
	if a.Cols == 0 {
		return Dense[T]{Rows: n}
	}
	return a
}

// withColumns gives a matrix without rows n columns.
func withColumns[T Float](a Dense[T], n int) Dense[T] {
	if a.Rows == 0 {
		return Dense[T]{Cols: n, Stride: n}
	}
	return a
}

func (v *singularVectors[T]) release() {
	for _, r := range v.r {
		r.release()
	}
}

// finish applies the remaining rotations. If all singular values were found, it makes them positive
// and sorts them. It returns how many off-diagonal elements are not zero.
func (v *singularVectors[T]) finish(b *bidiagonal, d []T) (left int) {
	for _, r := range v.r {
		r.flush()
	}
	o := newOrder(len(d))
	defer o.release()
	left = notZero(b.e)
	if left == 0 {
		for i, x := range b.d {
			if math.Signbit(x) {
				b.d[i] = -x
				v.r[0].negate(i)
			}
		}
		slices.SortFunc(o.index, func(i, j int) int { return cmp.Compare(b.d[j], b.d[i]) })
	}
	for i, j := range o.index {
		d[i] = T(b.d[j])
	}
	v.r[0].store(NoTrans, v.vt, o.index)
	v.r[1].store(Trans, v.u, o.index)
	v.r[2].store(NoTrans, v.c, o.index)
	return left
}
