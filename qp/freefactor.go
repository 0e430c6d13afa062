package qp

import (
	"cmp"
	"errors"
	"math"
	"slices"

	"ridge/mat"
)

// freeFactor holds the Cholesky factor of the block of H that belongs to a set of free variables,
// in an order of its own. When the set changes, the rows before the first variable that left
// remain, and the variables that joined come last. The variables are ordered by how likely they are
// to stay, so most exchanges change only the end of the factor, and cost a fraction of the k³/3
// operations of a new one.
//
// If the block is numerically singular, the factor is that of a maximal nonsingular part
// (freefactor_pivoted.go); the other free variables are called dependent.
type freeFactor struct {
	order     []int              // the variables of l, in the order of its rows
	dependent []int              // free variables that are not in l
	pivoted   bool               // order was chosen by the largest pivots
	singular  bool               // definite found the block to be singular
	rank      int                // in that case, the number of independent rows before the first dependent one
	l         mat.Dense[float64] // only its lower triangle is used
	right     []float64          // a right-hand side, then the solution
	wants     []bool             // whether a variable is in the set

	joining []joining // workspace of arrange
	left    []float64 // of pivots: the remaining diagonal
	border  border    // the difference from the factor's set, where it is solved for without factoring

	stuck    int     // the variable whose pivot was the most negative, or −1
	negative float64 // that pivot, relative to the diagonal

	effort *effort // of the whole solve
}

// smallPivots bounds the product of two pivots, each relative to its diagonal element. Below it,
// the second pivot may consist of rounding errors that the first has amplified.
const smallPivots = 1e-11

// reach prepares to solve for the free variables. It uses a border of the existing factor if that
// is cheaper than factoring.
func (f *freeFactor) reach(v *view, free []int, slack []float64) (whole bool) {
	f.prepare(len(v.g))
	if keep := f.countKept(free); keep < len(free) && f.takeBorder(v, free, keep) {
		return true
	}
	return f.factor(v, free, slack)
}

// factor makes l the factor of the free variables' block of h. slack is larger for variables that
// are more likely to stay free. It returns false if there are dependent variables.
func (f *freeFactor) factor(v *view, free []int, slack []float64) (whole bool) {
	f.prepare(len(v.g))
	f.border.clear()
	f.dependent = f.dependent[:0]
	keep := f.countKept(free)
	if keep == len(free) {
		f.order = f.order[:keep]
		return true
	}
	f.arrange(free, slack, keep)
	if f.pivoted { // it has been singular before
		return f.largestPart(v, keep)
	}
	if f.decompose(v, keep) && f.trusted(v, keep) == len(f.order) {
		return true
	}
	return f.largestPart(v, 0)
}

// definite is factor, but gives up as soon as the block is found to be singular. Then there is no
// factor, or one whose last pivots may be rounding errors.
func (f *freeFactor) definite(v *view, free []int, slack []float64) (definite, factored bool) {
	f.prepare(len(v.g))
	f.border.clear()
	f.dependent = f.dependent[:0]
	keep := f.countKept(free)
	f.arrange(free, slack, keep)
	if keep == len(free) {
		return true, true
	}
	if f.rank = len(f.order); f.pivoted || !f.decompose(v, keep) {
		f.forget()
		return false, false
	}
	f.rank = f.trusted(v, keep)
	return f.rank == len(f.order), true
}

// decompose computes the rows of l from keep on, and returns false if a pivot is not positive.
func (f *freeFactor) decompose(v *view, keep int) bool {
	rest := f.eliminate(v, keep)
	if err := mat.Potrf(mat.Lower, rest, v.workers); err != nil {
		f.effort.work += cube(rest.Rows) / 12 // it may have stopped anywhere
		var failed *mat.NotPositiveDefiniteError
		if errors.As(err, &failed) {
			f.rank = keep + failed.Minor - 1
		}
		return false
	}
	f.effort.work += cube(rest.Rows) / 3
	return true
}

func cube(n int) float64 { return float64(n) * float64(n) * float64(n) }

// eliminate computes the rows of l from keep on up to column keep, and returns the Schur complement
// in their block of H.
func (f *freeFactor) eliminate(v *view, keep int) mat.Dense[float64] {
	k := len(f.order)
	f.effort.factorizations++
	f.effort.work += float64(k-keep) * float64(keep) * float64(k)
	f.gather(v.h, keep)
	l11, l21, l22 := f.l.View(0, 0, keep, keep), f.l.View(keep, 0, k-keep, keep), f.l.View(keep, keep, k-keep, k-keep)
	mat.Trsm(mat.Right, mat.Lower, mat.Trans, mat.NonUnit, 1, l11, l21, v.workers)
	mat.Syrk(mat.Lower, mat.NoTrans, -1, l21, 1, l22, v.workers)
	return l22
}

// trusted returns the number of rows before the first row, from keep on, whose pivot is
// indistinguishable from zero.
//
// A pivot is dᵀHd for the direction d that flat would return, and its rounding error is about
// rε·Σdᵢ²hᵢᵢ. That exceeds the rounding error of the diagonal element itself if the rows before are
// ill-conditioned, so that d is long. Computing d takes r² operations. It is computed only if this
// pivot and the smallest one before are small enough for d to matter.
func (f *freeFactor) trusted(v *view, keep int) int {
	smallest := 1.0
	for r, i := range f.order {
		d, diagonal := f.l.At(r, r), v.h.At(i, i)
		share := d * d / diagonal
		if r >= keep {
			allowed := v.noPivot(r)
			if !(share > allowed) || share*smallest < smallPivots && !(share > allowed*f.length(v, r)) {
				return r
			}
		}
		smallest = min(smallest, share)
	}
	return len(f.order)
}

// noPivot is the smallest trusted pivot of row r, relative to the diagonal. It reflects the
// rounding errors of float64, or those of H if it was rounded to a narrower type; the latter mostly
// cancel.
func (v *view) noPivot(r int) float64 {
	order := float64(r + 1)
	if v.narrow() {
		return singularPivot * math.Sqrt(order) * v.precision
	}
	return singularPivot * order * v.precision
}

// length is Σdᵢ²hᵢᵢ, relative to the diagonal element of row r. d is 1 for that row and −L⁻ᵀl for
// the rows before, l being row r of L.
func (f *freeFactor) length(v *view, r int) float64 {
	y := f.right[:r]
	copy(y, f.l.Row(r))
	mat.Trsm(mat.Right, mat.Lower, mat.NoTrans, mat.NonUnit, 1, f.l.View(0, 0, r, r), mat.DenseOf(1, r, y), 1)
	own, s := v.units.e[f.order[r]], 1.0
	for a, e := range y {
		e *= v.units.e[f.order[a]] / own
		s += e * e
	}
	return s
}

func (f *freeFactor) prepare(n int) {
	if f.wants == nil {
		f.l = mat.NewDense[float64](n, n)
		f.order, f.dependent = make([]int, 0, n), make([]int, 0, n)
		f.right, f.left, f.wants = make([]float64, n), make([]float64, n), make([]bool, n)
		f.joining = make([]joining, 0, n)
	}
}

// countKept returns the number of rows that remain valid.
func (f *freeFactor) countKept(free []int) int {
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

// arrange sets order to the variables that remain, followed by the other free ones.
func (f *freeFactor) arrange(free []int, slack []float64, keep int) {
	f.order = f.order[:keep]
	if keep == 0 {
		f.pivoted = false
	}
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
		return cmp.Or(cmp.Compare(b.slack, a.slack), cmp.Compare(a.variable, b.variable))
	})
	for _, j := range f.joining {
		f.order = append(f.order, j.variable)
	}
}

// joining is a variable that is not yet in the factor.
type joining struct {
	variable int
	slack    float64
}

// gather copies the rows of h from keep on to l.
func (f *freeFactor) gather(h mat.Dense[float64], keep int) {
	for r := keep; r < len(f.order); r++ {
		row, block := h.Row(f.order[r]), f.l.Row(r)
		for c, j := range f.order[:r+1] {
			block[c] = row[j]
		}
	}
}

// leading is the factor of the variables in order.
func (f *freeFactor) leading() mat.Dense[float64] {
	return f.l.View(0, 0, len(f.order), len(f.order))
}

// solve sets those elements of x that belong to the variables of l to −(LLᵀ)⁻¹b, where b holds
// their elements of grad. Other elements are not changed.
func (f *freeFactor) solve(grad, x []float64) {
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

// forget discards the factor, so that the next one is computed from scratch.
func (f *freeFactor) forget() {
	f.order, f.dependent, f.pivoted = f.order[:0], f.dependent[:0], false
	f.border.clear()
}
