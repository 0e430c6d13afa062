package mat

import (
	"math"

	"ridge/internal/scratch"
)

// triangularSystem is op(A)·X = B, with the arguments of [Trsm].
type triangularSystem[T Float] struct {
	uplo Uplo
	t    Transpose
	diag Diag
	a    Dense[T]
}

// systems are triangular systems that are solved one after the other. Column j of the solution has to be multiplied by
// 2^exponents[j], which is kept apart, because it could be out of range before.
type systems[T Float] struct {
	of        [2]triangularSystem[T]
	count     int // 1 or 2 of them
	exponents []float64
	wide      bool // A is near the ends of T's range, so unknowns and sums may be beyond them
	rotated   bool // an orthogonal matrix follows: the columns are scaled so that its sums don't overflow
}

// solve overwrites B with the solution.
func (s *systems[T]) solve(b Dense[T], w Workers) {
	switch {
	case !s.wide:
		s.solvePlainly(b, w)
	case s.allFinite():
		s.solveColumns(b, b, w)
	default: // nothing is lost: all unknowns that depend on it are NaN or infinite
		s.trsm(b, w)
	}
	if s.rotated {
		more := safeExponents(b)
		defer scratch.Put(more)
		scaleColumns(b, more.Data, -1)
		for j, e := range more.Data {
			s.exponents[j] += e
		}
	}
}

// solvePlainly solves with [Trsm]. The columns in which a sum overflows are solved for again.
func (s *systems[T]) solvePlainly(b Dense[T], w Workers) {
	buf := scratch.Get[T](b.Rows * b.Cols)
	defer scratch.Put(buf)
	before := Dense[T]{Rows: b.Rows, Cols: b.Cols, Stride: b.Cols, Data: buf.Data}
	Copy(before, b)
	s.trsm(b, w)
	if !allRowsFinite(b) && s.allFinite() {
		s.solveColumns(b, before, w)
	}
}

func (s *systems[T]) trsm(b Dense[T], w Workers) {
	for _, t := range s.of[:s.count] {
		Trsm(Left, t.uplo, t.t, t.diag, 1, t.a, b, w)
	}
}

// allFinite reports whether no matrix holds a NaN or an infinity.
func (s *systems[T]) allFinite() bool {
	for _, t := range s.of[:s.count] {
		if !allRowsFinite(t.a) {
			return false
		}
	}
	return true
}

// solveColumns solves for the columns of B with exponents of the unknowns: for all of them if before is b, or else for
// those that are not finite, but were so before.
func (s *systems[T]) solveColumns(b, before Dense[T], w Workers) {
	body := getBody[wideBody[T]]()
	defer putBody(body)
	*body = wideBody[T]{systems: *s, b: b, before: before}
	n := float64(b.Rows)
	parallel(workersWorth(float64(b.Cols)*n*n, w), b.Cols, body)
}

// wideBody solves for one column for each index.
type wideBody[T Float] struct {
	systems[T]
	b, before Dense[T]
}

func (s *wideBody[T]) do(j int) {
	if !s.systems.wide && (columnIsFinite(s.b, j) || !columnIsFinite(s.before, j)) {
		return
	}
	n := s.b.Rows
	buf := scratch.Get[float64](2 * n)
	defer scratch.Put(buf)
	x := wideVector{buf.Data[:n], buf.Data[n:]}
	loadWide(x, s.before, j)
	for _, t := range s.of[:s.count] {
		wideTrsv(t, x)
	}
	e := s.exponents[j]
	s.exponents[j] = 0
	if s.rotated {
		s.exponents[j] = float64(shiftOf[T](int(x.top() + e)))
	}
	storeWide(s.b, j, x, e-s.exponents[j])
}

// columnIsFinite reports whether column j of a holds neither NaN nor an infinity.
func columnIsFinite[T Float](a Dense[T], j int) bool {
	for i := range a.Rows {
		if !IsFinite(a.Data[i*a.Stride+j]) {
			return false
		}
	}
	return true
}

// hasTinyColumn reports whether a column, which is not zero, has only elements so small that their reciprocals, or
// products with the unit roundoff, would be out of T's range.
func hasTinyColumn[T Float](a Dense[T]) bool {
	for j := range a.Cols {
		var largest float64
		for i := 0; i < a.Rows && largest < smallestDivisor[T](); i++ {
			largest = max(largest, math.Abs(float64(a.Data[i*a.Stride+j])))
		}
		if largest > 0 && largest < smallestDivisor[T]() {
			return true
		}
	}
	return false
}
