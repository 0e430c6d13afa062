package qp

import (
	"context"

	"ridge/qp/internal/ldl"
)

// sparseCore eliminates variables and rows in any order. It factors
//
//	⎡ H + Θ + ρ      Aᵀ    ⎤
//	⎣     A       −(V + δ) ⎦
//
// whose unknowns are Δx and −Δy. This matrix is quasi-definite, so it has a factor LDLᵀ in every order; the pivots of
// variables are at least ρ, and those of rows at most −δ. The order is one in which L has few elements. It is found
// once, for all variables and rows: without some of them, L has no elements that it does not have with them.
type sparseCore struct {
	order   []int32 // of the variables, and n plus a row; nil if a dense elimination is faster
	ordered bool

	label    []int32 // of a variable, or n plus a row: its number in the matrix, or notChosen
	chosen   []int32 // the order without variables and rows that are not in the system
	positive []bool  // whether it is a variable
	diagonal []float64
	right    []float64
	matrix   ldl.Upper
	ldl      ldl.Factor
}

// notChosen is the label of a variable or row that is not in the system.
const notChosen = -1

// sparsePenalty is how many operations of a dense elimination take as long as one of a sparse elimination. The former
// multiplies and adds four or eight numbers in an instruction, and two of those in a cycle, but loses about half of
// that in matrices of a few hundred rows. The latter needs an index, and a read and a write, for every product: it does
// about one operation in a cycle. Measured with instructions for eight numbers, the two are equal at 7 (100 rows) to 23
// (1,000 rows), both on one core. The number of workers doesn't change the choice, as no bit may depend on it: on many
// cores, among which only the dense eliminations share their work, those could be faster where the choice is sparse.
//
// Tests change it, to reach the sparse elimination with small problems.
var sparsePenalty = 16.0

// orderingCost limits the time of the ordering to about a fifth of that of all dense eliminations in a solve. An
// element takes as long as some 200 operations of a sparse elimination, and a solve has some 20 eliminations: if each
// took less than 50 operations for every element, the ordering could not save much.
const orderingCost = 50

// prepare finds the pattern of the factor for the variables and rows of k. It returns false if a factorization takes
// longer than the given number of operations of a dense elimination.
func (c *sparseCore) prepare(k *kkt, dense float64) bool {
	limit := dense / sparsePenalty
	if limit < orderingCost { // too little for one element
		return false
	}
	if !c.ordered {
		c.ordered, c.order = true, k.sparseOrder()
	}
	if c.order == nil {
		return false
	}
	c.number(k)
	c.load(k)
	return c.ldl.Analyze(c.matrix, limit)
}

// sparseOrder orders all variables and rows, or returns nil if a dense elimination of all of them is faster. Rows with
// a single element don't count, as they are bounds.
func (k *kkt) sparseOrder() []int32 {
	variables := upTo(len(k.theta))
	rows, elements := k.a.several()
	limit := min(k.denseOperations(variables, rows, k.couplesAny)) / sparsePenalty
	coupled, curvature := k.h.several()
	below := float64(curvature-len(coupled))/2 + float64(elements)
	if max(ldl.FewestOperations(below, len(variables)+len(rows)), orderingCost*below) > limit {
		return nil
	}
	return ldl.MinimumDegree(k.graph(), limit)
}

// several returns the rows with more than one element, and the number of their elements.
func (s *indexedMatrix) several() (rows []int, elements int) {
	for i, whole := range s.whole {
		count := s.start[i+1] - s.start[i]
		if whole {
			count = nonzeros(s.full.Row(i))
		}
		if count > 1 {
			rows, elements = append(rows, i), elements+count
		}
	}
	return rows, elements
}

func nonzeros(v []float64) (count int) {
	for _, e := range v {
		if e != 0 {
			count++
		}
	}
	return count
}

func upTo(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return v
}

// elements calls f for the elements beside the diagonal of the system's matrix, for one of each two that are equal. i
// and j are variables, or n plus a row.
func (k *kkt) elements(free, rows []int, f func(i, j int, v float64)) {
	if k.h.full.Rows > 0 {
		for _, i := range free {
			k.h.each(i, func(j int, v float64) {
				if j < i {
					f(i, j, v)
				}
			})
		}
	}
	n := len(k.theta)
	for _, i := range rows {
		k.a.each(i, func(j int, v float64) { f(n+i, j, v) })
	}
}

// graph has the elements of the system with all variables and rows as edges.
func (k *kkt) graph() ldl.Graph {
	free, rows := upTo(len(k.theta)), upTo(len(k.v))
	return ldl.GraphOf(len(free)+len(rows), func(f func(i, j int)) {
		k.elements(free, rows, func(i, j int, _ float64) { f(i, j) })
	})
}

// number numbers the variables and rows of k.
func (c *sparseCore) number(k *kkt) {
	n := len(k.theta)
	c.label = sized(c.label, len(c.order))
	for i := range c.label {
		c.label[i] = notChosen
	}
	for _, j := range k.free {
		c.label[j] = 0
	}
	for _, i := range k.rows {
		c.label[n+i] = 0
	}
	c.chosen, c.positive = c.chosen[:0], c.positive[:0]
	for _, v := range c.order {
		if c.label[v] != notChosen {
			c.label[v] = int32(len(c.chosen))
			c.chosen, c.positive = append(c.chosen, v), append(c.positive, int(v) < n)
		}
	}
}

// load writes the matrix above the diagonal.
func (c *sparseCore) load(k *kkt) {
	size := len(c.chosen)
	c.diagonal, c.right = sized(c.diagonal, size), sized(c.right, size)
	c.matrix.Load(size, func(f func(i, j int32, v float64)) {
		k.elements(k.free, k.rows, func(i, j int, v float64) {
			if p, q := c.label[i], c.label[j]; p != notChosen && q != notChosen {
				f(p, q, v)
			}
		})
	})
}

// factor returns false if rounding errors are larger than a pivot, or the solve is canceled.
func (c *sparseCore) factor(ctx context.Context, k *kkt) bool {
	n := len(k.theta)
	for _, j := range k.free {
		d := k.theta[j] + k.rho + k.h.diagonal(j)
		c.diagonal[c.label[j]] = d
	}
	for _, i := range k.rows {
		c.diagonal[c.label[n+i]] = -(k.v[i] + k.delta)
	}
	return c.ldl.Compute(ctx, c.diagonal, c.positive)
}

// stepTolerance is loose, as refinements take most of the time of a step. What a step leaves of the equations is in the
// right-hand side of the next one.
func (c *sparseCore) stepTolerance() float64 { return 0x1p-20 }

func (c *sparseCore) solve(k *kkt, r, s, dx, dy []float64) {
	n := len(k.theta)
	for _, j := range k.free {
		c.right[c.label[j]] = r[j]
	}
	for _, i := range k.rows {
		c.right[c.label[n+i]] = s[i]
	}
	c.ldl.Solve(c.right)
	clear(dx)
	clear(dy)
	for _, j := range k.free {
		dx[j] = c.right[c.label[j]]
	}
	for _, i := range k.rows {
		dy[i] = -c.right[c.label[n+i]]
	}
}
