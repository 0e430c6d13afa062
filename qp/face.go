package qp

import (
	"errors"
	"math"
	"slices"

	"ridge/mat"
)

// face holds the Cholesky factor of the block of H that belongs to a set of free
// variables, in an order of its own. When the set changes, the rows before the first
// variable that left remain, and those that joined come last: with the variables
// ordered by how likely they are to stay, most exchanges touch the end of the factor
// only, and cost a fraction of the k³/3 operations of a new one.
type face struct {
	order []int              // the variables of l
	l     mat.Dense[float64] // its lower triangle; the other is not used
	right []float64          // a right-hand side, then the solution
	wants []bool             // whether a variable is in the set

	joining []joining // workspace of append
	border  border    // what the set differs in, where it is reached without factoring

	stuck int // where no pivot is positive, the factor ends before this variable

	factorizations int
}

// singularPivot, times the order of the minor and the rounding error, is what a pivot
// has to be above, relative to the diagonal, to be told from zero.
const singularPivot = 4

// smallPivots is what the product of two pivots is below, relative to their diagonal
// elements, where the second may be rounding errors that the first has made larger.
const smallPivots = 1e-11

// reach prepares to solve for the free variables, by a border of the factor at hand if
// that is cheaper than factor.
func (f *face) reach(h mat.Dense[float64], free []int, slack []float64, w mat.Workers) bool {
	f.prepare(h.Rows)
	if keep := f.keep(free); keep < len(free) && f.takeBorder(h, free, keep) {
		return true
	}
	return f.factor(h, free, slack, w)
}

// factor makes l the factor of the free variables' block of h. slack, for each
// variable, is larger the more likely it is to stay free. It returns false if a pivot
// is zero or negative, to rounding.
func (f *face) factor(h mat.Dense[float64], free []int, slack []float64, w mat.Workers) bool {
	f.prepare(h.Rows)
	f.border.clear()
	keep := f.keep(free)
	if keep == len(free) {
		f.order = f.order[:keep]
		return true
	}
	f.append(free, slack, keep)
	for minor := f.decompose(h, keep, w); minor > 0; minor = f.decompose(h, keep, w) {
		// What is in l is no factor of the rows before the minor's last one either.
		f.end(keep + minor - 1)
	}
	if end := f.trusted(h, keep); end < len(f.order) {
		f.end(end)
	}
	return len(f.order) == len(free)
}

// end ends the factor before row r.
func (f *face) end(r int) {
	f.stuck = f.order[r]
	f.order = f.order[:r]
}

// decompose computes the rows of l from keep on. It returns the order of the minor, of
// what is left of their block after the rows before, that is not positive, or 0.
func (f *face) decompose(h mat.Dense[float64], keep int, w mat.Workers) (minor int) {
	f.factorizations++
	f.gather(h, keep)
	k := len(f.order)
	l11, l21, l22 := f.l.View(0, 0, keep, keep), f.l.View(keep, 0, k-keep, keep), f.l.View(keep, keep, k-keep, k-keep)
	mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, l11, l21, w)
	mat.Syrk(mat.Lower, mat.NoTrans, -1, l21, 1, l22, w)
	if err := mat.Potrf(mat.Lower, l22, w); err != nil {
		return minorOf(err)
	}
	return 0
}

// trusted returns the number of rows before the first one, from keep on, whose pivot
// can't be told from zero.
//
// A pivot is vᵀHv for the direction v that flat would return, and its rounding error
// about rε·Σvᵢ²hᵢᵢ: larger than that of the diagonal element itself where the rows before
// are ill-conditioned, and v is long. v takes r² operations, and is looked at only where
// pivots are small enough, this one and the smallest before, for v to matter.
func (f *face) trusted(h mat.Dense[float64], keep int) int {
	smallest := 1.0
	for r, i := range f.order {
		d, diagonal := f.l.At(r, r), h.At(i, i)
		share := d * d / diagonal
		if r >= keep {
			allowed := singularPivot * float64(r+1) * roundoff[float64]()
			if !(share > allowed) || share*smallest < smallPivots && !(share > allowed*f.length(h, r)) {
				return r
			}
		}
		smallest = min(smallest, share)
	}
	return len(f.order)
}

// length is Σvᵢ²hᵢᵢ, relative to the diagonal element of row r, v being 1 for that row and
// −L⁻ᵀl for those before, l its row of L.
func (f *face) length(h mat.Dense[float64], r int) float64 {
	y := f.right[:r]
	copy(y, f.l.Row(r))
	mat.Trsm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, 1, f.l.View(0, 0, r, r), mat.DenseOf(1, r, y), 1)
	diagonal, s := h.At(f.order[r], f.order[r]), 1.0
	for a, v := range y {
		s += v * v * (h.At(f.order[a], f.order[a]) / diagonal)
	}
	return s
}

func (f *face) prepare(n int) {
	if f.wants == nil {
		f.l = mat.NewDense[float64](n, n)
		f.order, f.right, f.wants = make([]int, 0, n), make([]float64, n), make([]bool, n)
		f.joining = make([]joining, 0, n)
		f.border.prepare(n)
	}
}

// keep returns the number of rows that remain.
func (f *face) keep(free []int) int {
	clear(f.wants)
	for _, i := range free {
		f.wants[i] = true
	}
	keep := 0
	for keep < len(f.order) && f.wants[f.order[keep]] {
		keep++
	}
	return keep
}

// append makes order the variables that remain and then the other free ones.
func (f *face) append(free []int, slack []float64, keep int) {
	f.order = f.order[:keep]
	for _, i := range f.order {
		f.wants[i] = false
	}
	f.joining = f.joining[:0]
	for _, i := range free {
		if f.wants[i] {
			f.joining = append(f.joining, joining{i, slack[i]})
		}
	}
	slices.SortFunc(f.joining, func(a, b joining) int {
		switch {
		case a.slack > b.slack:
			return -1
		case a.slack < b.slack:
			return 1
		default:
			return a.variable - b.variable
		}
	})
	for _, j := range f.joining {
		f.order = append(f.order, j.variable)
	}
}

// joining is a variable that is not in the factor yet.
type joining struct {
	variable int
	slack    float64
}

// gather copies the rows of h from keep on.
func (f *face) gather(h mat.Dense[float64], keep int) {
	for r := keep; r < len(f.order); r++ {
		row, block := h.Row(f.order[r]), f.l.Row(r)
		for c, j := range f.order[:r+1] {
			block[c] = row[j]
		}
	}
}

// column returns L⁻¹h, h being the elements of column i of H in the rows of l.
func (f *face) column(h mat.Dense[float64], i int) []float64 {
	y, row := f.right[:len(f.order)], h.Row(i)
	for a, j := range f.order {
		y[a] = row[j]
	}
	mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, f.leading(), mat.DenseOf(1, len(y), y), 1)
	return y
}

// leading is the factor of the variables in order.
func (f *face) leading() mat.Dense[float64] {
	return f.l.View(0, 0, len(f.order), len(f.order))
}

// flat sets v to the direction along which f has no curvature: 1 for the variable
// stuck, and −(LLᵀ)⁻¹h for those before it. v is zero elsewhere.
func (f *face) flat(h mat.Dense[float64], v []float64) {
	clear(v)
	y := f.column(h, f.stuck)
	mat.Trsm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, 1, f.leading(), mat.DenseOf(1, len(y), y), 1)
	for a, j := range f.order {
		v[j] = -y[a]
	}
	v[f.stuck] = 1
	dropNoise(h, v)
}

// noise is what elements of a direction without curvature may be off by, relative to its
// longest: rounding errors, made larger by the condition of the rows before.
const noise = 1e-12

// dropNoise zeroes the elements of v that may be rounding errors of zero. One of them would
// end a step at a bound that v does not lead to, or hide that it leads to none.
func dropNoise(h mat.Dense[float64], v []float64) {
	longest := 0.0
	for i, e := range v {
		longest = max(longest, math.Abs(e)*math.Sqrt(h.At(i, i)))
	}
	for i, e := range v {
		if math.Abs(e)*math.Sqrt(h.At(i, i)) < noise*longest {
			v[i] = 0
		}
	}
}

// solve sets the free variables' elements of x to −(LLᵀ)⁻¹b, b being their elements
// of grad.
func (f *face) solve(grad, x []float64) {
	if f.border.size() > 0 {
		f.solveBordered(grad, x)
		return
	}
	b := f.right[:len(f.order)]
	for a, i := range f.order {
		b[a] = -grad[i]
	}
	mat.PotrsRight(mat.Lower, f.leading(), mat.DenseOf(1, len(b), b), 1)
	for a, i := range f.order {
		x[i] = b[a]
	}
}

// minorOf is the order of the leading minor that a factorization stopped at.
func minorOf(err error) int {
	var e *mat.NotPositiveDefiniteError
	if !errors.As(err, &e) {
		panic(err)
	}
	return e.Minor
}

// forget makes the next factor start anew.
func (f *face) forget() {
	f.order = f.order[:0]
	f.border.clear()
}

// curvatureError is what vᵀHv may be off by, for elements of H that are off by precision:
// n·precision·(Σ|vᵢ|√hᵢᵢ)².
func curvatureError(h mat.Dense[float64], v []float64, precision float64) float64 {
	s := 0.0
	for i, e := range v {
		s += math.Abs(e) * math.Sqrt(h.At(i, i))
	}
	return singularPivot * float64(len(v)) * precision * s * s
}
