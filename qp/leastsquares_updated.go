package qp

import (
	"context"
	"math"
	"slices"

	"ridge/mat"
)

// updatedQR is the QR factorization of the free columns of a boundedTriangle, applied to all
// columns: when a column joins or leaves, a reflection or a sequence of rotations updates it
// (Lawson and Hanson, Solving Least Squares Problems, 1974, chapters 23 and 24). An update takes
// 4kn operations for a k×n matrix R, in memory that is read once.
type updatedQR struct {
	free   []int              // the free columns, in the order of their factorization
	place  []int              // the index in free of each column, or −1
	column mat.Dense[float64] // row j is column j of QᵀR; for column free[q], q + 1 elements of it
	right  []float64          // Qᵀ(d − Σ xⱼrⱼ), summed over the columns that are not free
	rotate [][2]float64       // cosines and sines, workspace
	mirror []float64          // the vector of a reflection, workspace
}

// newUpdatedQR factors the free columns of b at b.x, or as many as are linearly independent. The error is the
// context's.
func newUpdatedQR(ctx context.Context, b *boundedTriangle) (*updatedQR, error) {
	if err := b.minimize(ctx); err != nil {
		return nil, err
	}
	k, n, p := b.r.Rows, b.r.Cols, len(b.free)
	f := &updatedQR{free: slices.Clone(b.free), place: make([]int, n), column: mat.NewDense[float64](n, k),
		mirror: make([]float64, k)}
	for j := range f.place {
		f.place[j] = -1
	}
	mat.TransposeTo(f.column, b.r)
	if p > 0 {
		b.qr.MulQ(mat.Right, mat.NoTrans, f.column, b.workers)
		b.qr.MulQ(mat.Left, mat.Trans, mat.DenseOf(k, 1, b.right), b.workers)
	}
	for q, j := range f.free {
		f.place[j] = q
		clear(f.column.Row(j)[q+1:])
	}
	f.right = slices.Clone(b.right)
	return f, nil
}

// rest is the part of column j that is orthogonal to the free columns.
func (f *updatedQR) rest(j int) []float64 { return f.column.Row(j)[len(f.free):] }

// slopes computes the slopes of b at z, and their rounding errors, for the columns that are not
// free, as [boundedTriangle.measureSlope] does.
func (f *updatedQR) slopes(b *boundedTriangle) {
	p, all := len(f.free), mat.Nrm2(b.d)+mat.Asum(b.others(b.z))
	left := f.right[p:]
	size := mat.Nrm2(left)
	mat.Parallel(b.workers, len(f.place), func(j int) {
		if f.place[j] < 0 {
			part := f.rest(j)
			b.slope[j], b.noise[j] = -mat.Dot(part, left), 8*0x1p-53*(math.Sqrt(mat.Dot(part, part))*all+size)
		}
	})
}

// join adds column j, whose value was x, to the free columns. The column is independent of them: its
// slope would be 0 otherwise.
func (f *updatedQR) join(j int, x float64, w mat.Workers) {
	mat.Axpy(x, f.column.Row(j), f.right)
	p, part := len(f.free), f.rest(j)
	v := f.mirror[:len(part)]
	copy(v, part)
	length := math.Copysign(mat.Nrm2(v), v[0])
	v[0] += length
	tau := 1 / (length * v[0])
	reflect := func(u []float64) { mat.Axpy(-tau*mat.Dot(v, u), v, u) }
	f.place[j] = p
	mat.Parallel(w, len(f.place), func(i int) {
		if f.place[i] < 0 {
			reflect(f.column.Row(i)[p:])
		}
	})
	reflect(f.right[p:])
	clear(part)
	part[0] = -length
	f.free = append(f.free, j)
}

// leave removes column j from the free ones. Its value becomes x.
func (f *updatedQR) leave(j int, x float64, w mat.Workers) {
	first, last := f.place[j], len(f.free)-1
	f.rotate = f.rotate[:0]
	f.free = append(f.free[:first], f.free[first+1:]...)
	f.place[j] = -1
	for q := first; q < last; q++ { // columns first to last − 1 have an element below the diagonal
		c := f.column.Row(f.free[q])
		f.rotateRows(c, first)
		h := math.Hypot(c[q], c[q+1])
		cosine, sine := 1.0, 0.0
		if h > 0 {
			cosine, sine = c[q]/h, c[q+1]/h
		}
		c[q], c[q+1] = h, 0
		f.place[f.free[q]] = q
		f.rotate = append(f.rotate, [2]float64{cosine, sine})
	}
	mat.Parallel(w, len(f.place), func(i int) {
		if f.place[i] < 0 {
			f.rotateRows(f.column.Row(i), first)
		}
	})
	f.rotateRows(f.right, first)
	mat.Axpy(-x, f.column.Row(j), f.right)
}

// rotateRows applies the rotations to elements first, first + 1, … of u.
func (f *updatedQR) rotateRows(u []float64, first int) {
	for i, r := range f.rotate {
		above, below := u[first+i], u[first+i+1]
		u[first+i], u[first+i+1] = r[0]*above+r[1]*below, r[0]*below-r[1]*above
	}
}

// solve sets the free elements of z to the minimum over the free columns.
func (f *updatedQR) solve(z []float64) {
	left := slices.Clone(f.right[:len(f.free)])
	for q := len(f.free) - 1; q >= 0; q-- {
		c := f.column.Row(f.free[q])
		v := left[q] / c[q]
		z[f.free[q]] = v
		mat.Axpy(-v, c[:q], left[:q])
	}
}
