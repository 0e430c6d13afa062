package mat

import (
	"fmt"
	"math"

	"ridge/internal/scratch"
)

// Trtri overwrites the triangular n×n matrix A with its inverse. Its triangle uplo is read and
// written (without its diagonal, if diag is Unit); the other triangle is neither read nor written.
// It panics if A is not square. It takes n³/3 operations, and room for n²/8 elements, or n² if several
// workers invert up to 2048 rows.
//
// If an element of the diagonal is zero it returns a *[SingularError], and A is unchanged. If one
// is so small that its reciprocal overflows, the result holds Inf or NaN. NaN and Inf spread only
// to those elements of the inverse that depend on them: element (i, j) depends on the rows and
// columns from i to j.
//
// Each column of the inverse is the solution of a triangular system, so that |A·X − I| is within a
// small multiple of n·u·|A||X|, u being the unit roundoff (Higham, Accuracy and Stability of
// Numerical Algorithms, 2nd edition, 2002, section 14.2). To solve systems, use [Trsm].
func Trtri[T Float](uplo Uplo, diag Diag, a Dense[T], w Workers) error {
	return trtri("Trtri", uplo, diag, a, w, nil)
}

// trtri is Trtri, but ends early once a channel is closed, with errEnded.
func trtri[T Float](op string, uplo Uplo, diag Diag, a Dense[T], w Workers, end <-chan struct{}) error {
	uplo.check(op)
	diag.check(op)
	a.check(op, "a")
	if a.Rows != a.Cols {
		panic(fmt.Sprintf("mat: %s of a %d×%d matrix", op, a.Rows, a.Cols))
	}
	if closed(end) {
		return errEnded
	}
	n := a.Rows
	if diag == NonUnit {
		for i := range n {
			if a.Data[i*a.Stride+i] == 0 {
				return &SingularError{i + 1}
			}
		}
	}
	if trtriApart(n, w.Count()) {
		if !trtriInBlocks(uplo, diag, a, w, end) {
			return errEnded
		}
		return nil
	}
	block := trtriBlock(n)
	buf := scratch.Get[T](n * block)
	defer scratch.Put(buf)
	for done := 0; done < n; done += block {
		part, x, first := trtriPart(uplo, a, done, block, buf.Data)
		trtriSolve(uplo, diag, part, x, first, x.Cols, w)
		if done == 0 && !cornerIsFinite(uplo, x) && !allFinite(uplo, diag, a) {
			trtriColumns(uplo, diag, a)
			return nil
		}
		if closed(end) {
			return errEnded
		}
		trtriStore(uplo, diag, part, x, first)
	}
	return nil
}

// trtriPart returns, after done columns of the inverse: the part of the triangle that the next ones depend on; room for
// a block of these, in data; and which column of the part is the first of them.
func trtriPart[T Float](uplo Uplo, a Dense[T], done, block int, data []T) (part, x Dense[T], first int) {
	left := a.Rows - done
	m := min(block, left)
	part = a.View(done, done, left, left)
	if uplo == Upper {
		part, first = a.View(0, 0, left, left), left-m
	}
	return part, Dense[T]{Rows: left, Cols: m, Data: data[:left*m], Stride: m}, first
}

// cornerIsFinite reports whether the element of the inverse that is farthest from the diagonal is
// finite: the last element of the first column of a lower triangle, the first element of the last
// column of an upper one. It is computed from all other elements of that column, and those from the
// whole triangle, even if only multiplied by 0. So it is not finite if an element of the triangle,
// or a reciprocal of the diagonal, is NaN or Inf. (Inf on the diagonal does no harm: its reciprocal
// is 0.)
func cornerIsFinite[T Float](uplo Uplo, x Dense[T]) bool {
	v := x.Data[(x.Rows-1)*x.Stride]
	if uplo == Upper {
		v = x.Data[x.Cols-1]
	}
	return IsFinite(v)
}

// allFinite reports whether all elements of a triangle, and the reciprocals of its diagonal, are
// finite.
func allFinite[T Float](uplo Uplo, diag Diag, a Dense[T]) bool {
	for i := range a.Rows {
		row := a.Row(i)
		others := row[:i]
		if uplo == Upper {
			others = row[i+1:]
		}
		largest := float64(AbsMax(others))
		if diag == NonUnit {
			largest = max(largest, math.Abs(float64(row[i])), math.Abs(float64(1/row[i])))
		}
		if !IsFinite(largest) {
			return false
		}
	}
	return true
}

// trtriColumns inverts a triangle column by column, each only from the elements that it depends on.
// (Blocks of columns are multiplied by the zeros above or below them, and 0·NaN is NaN.)
func trtriColumns[T Float](uplo Uplo, diag Diag, a Dense[T]) {
	n := a.Rows
	buf := scratch.Get[T](n)
	defer scratch.Put(buf)
	for q := range n {
		j, first, m := q, q, n-q // the column, its first row, and its length
		if uplo == Upper {
			j, first, m = n-1-q, 0, n-q
		}
		x := buf.Data[:m]
		clear(x)
		x[j-first] = 1
		trsv(uplo, NoTrans, diag, a.View(first, first, m, m), x)
		for i, v := range x {
			if diag == NonUnit || first+i != j {
				a.Data[(first+i)*a.Stride+j] = v
			}
		}
	}
}

// trtriBlock is how many columns of the inverse of order n are solved for at a time: enough to make
// the solves large products, and few enough that the work on zeros in the other triangle is small.
func trtriBlock(n int) int { return min(n, max(64, roundUp(CeilDiv(n, 8), 16))) }

// trtriSolve computes x.Cols columns of the inverse of a, beginning with column first. They are all columns of a block,
// or, on one worker, some of them: the bits are the same.
func trtriSolve[T Float](uplo Uplo, diag Diag, a, x Dense[T], first, all int, w Workers) {
	setIdentity(x, first)
	trsmPart(Left, uplo, NoTrans, diag, a, x, all, w)
}

// trtriStore writes these columns into the triangle of a. The columns of the inverse that are still
// to be computed do not depend on the elements that are overwritten.
func trtriStore[T Float](uplo Uplo, diag Diag, a, x Dense[T], first int) {
	skipped := 0
	if diag == Unit {
		skipped = 1 // the diagonal
	}
	if uplo == Lower {
		for i := range x.Rows {
			copy(a.Row(i)[:min(i+1-skipped, x.Cols)], x.Row(i))
		}
		return
	}
	for i := range x.Rows {
		from := clampInt(i-first+skipped, 0, x.Cols)
		copy(a.Row(i)[first+from:], x.Row(i)[from:])
	}
}
