package qp

// sparseCore eliminates variables and rows in any order. It factors
//
//	⎡ H + Θ + ρ      Aᵀ    ⎤
//	⎣     A       −(V + δ) ⎦
//
// whose unknowns are Δx and −Δy. This matrix is quasi-definite, so it has a factor LDLᵀ in every order; the pivots of
// variables are at least ρ, and those of rows at most −δ. The order is one in which L has few elements. It is found once,
// for all variables and rows: without some of them, L has no elements that it does not have with them.
type sparseCore struct {
	order   []int32 // of the variables, and n plus a row; nil if a dense elimination is faster
	ordered bool

	label    []int32 // of a variable, or n plus a row: its number in the matrix, or noNode
	chosen   []int32 // the order without variables and rows that are not in the system
	positive []bool  // whether it is a variable
	diagonal []float64
	right    []float64
	matrix   sparseUpper
	ldl      sparseLDL
}

// sparsePenalty is how many operations of a dense elimination take as long as one of a sparse elimination, or a little
// less. The former multiplies and adds four or eight numbers in an instruction, and two of those in a cycle, but loses
// about half of that in matrices of a few hundred rows. The latter needs an index, and a read and a write, for every
// product: it does about one operation in a cycle. Measured, the two are equal at 10 to 25 with instructions for eight
// numbers.
const sparsePenalty = 16

// prepare finds the pattern of the factor for the variables and rows of k. It returns false if a factorization takes
// longer than the given number of operations of a dense elimination.
func (c *sparseCore) prepare(k *kkt, dense float64) bool {
	if !c.ordered {
		c.ordered, c.order = true, k.sparseOrder()
	}
	if c.order == nil {
		return false
	}
	c.number(k)
	c.load(k)
	return c.ldl.analyze(c.matrix, dense/sparsePenalty)
}

// sparseOrder orders all variables and rows, or returns nil if a dense elimination of all of them is faster.
func (k *kkt) sparseOrder() []int32 {
	variables, rows := upTo(len(k.theta)), upTo(len(k.v))
	limit := min(k.denseOperations(variables, rows, k.couplesAny)) / sparsePenalty
	// The columns of L have c elements, and take c(c+1) operations each. That is least if c is equal for all.
	least := float64(k.h.least()-len(variables))/2 + float64(k.a.least())
	if least > 0 && least*(least/float64(len(variables)+len(rows))+1) > limit {
		return nil
	}
	return minimumDegree(k.graph(), limit)
}

// least is a lower bound for the number of nonzero elements.
func (s *indexedMatrix) least() int {
	sum := len(s.index)
	for _, w := range s.whole {
		if w {
			sum += int(sparseShare * float64(s.full.Cols))
		}
	}
	return sum
}

func upTo(n int) []int {
	v := make([]int, n)
	for i := range v {
		v[i] = i
	}
	return v
}

// elements calls f for the elements beside the diagonal of the system's matrix, for one of each two that are equal. i and
// j are variables, or n plus a row.
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
func (k *kkt) graph() graph {
	free, rows := upTo(len(k.theta)), upTo(len(k.v))
	size := len(free) + len(rows)
	g := graph{start: make([]int, size+1)}
	k.elements(free, rows, func(i, j int, _ float64) {
		g.start[i+1]++
		g.start[j+1]++
	})
	for i := range size {
		g.start[i+1] += g.start[i]
	}
	g.to = make([]int32, g.start[size])
	next := append([]int(nil), g.start...)
	k.elements(free, rows, func(i, j int, _ float64) {
		g.to[next[i]], g.to[next[j]] = int32(j), int32(i)
		next[i]++
		next[j]++
	})
	return g
}

// number numbers the variables and rows of k.
func (c *sparseCore) number(k *kkt) {
	n := len(k.theta)
	c.label = sized(c.label, len(c.order))
	for i := range c.label {
		c.label[i] = noNode
	}
	for _, j := range k.free {
		c.label[j] = 0
	}
	for _, i := range k.rows {
		c.label[n+i] = 0
	}
	c.chosen, c.positive = c.chosen[:0], c.positive[:0]
	for _, v := range c.order {
		if c.label[v] != noNode {
			c.label[v] = int32(len(c.chosen))
			c.chosen, c.positive = append(c.chosen, v), append(c.positive, int(v) < n)
		}
	}
}

// load writes the matrix above the diagonal.
func (c *sparseCore) load(k *kkt) {
	size := len(c.chosen)
	c.diagonal, c.right = sized(c.diagonal, size), sized(c.right, size)
	m := &c.matrix
	m.start = sized(m.start, size+1)
	clear(m.start)
	each := func(f func(row, column int32, v float64)) {
		k.elements(k.free, k.rows, func(i, j int, v float64) {
			if p, q := c.label[i], c.label[j]; p != noNode && q != noNode {
				f(min(p, q), max(p, q), v)
			}
		})
	}
	each(func(_, column int32, _ float64) { m.start[column+1]++ })
	for i := range size {
		m.start[i+1] += m.start[i]
	}
	m.row, m.value = sized(m.row, m.start[size]), sized(m.value, m.start[size])
	each(func(row, column int32, v float64) {
		at := m.start[column]
		m.row[at], m.value[at] = row, v
		m.start[column]++
	})
	copy(m.start[1:], m.start[:size]) // every start has moved to the next one
	m.start[0] = 0
}

// factor returns false if rounding errors are larger than a pivot.
func (c *sparseCore) factor(k *kkt) bool {
	n := len(k.theta)
	for _, j := range k.free {
		d := k.theta[j] + k.rho
		if k.h.full.Rows > 0 {
			d += k.h.full.At(j, j)
		}
		c.diagonal[c.label[j]] = d
	}
	for _, i := range k.rows {
		c.diagonal[c.label[n+i]] = -(k.v[i] + k.delta)
	}
	return c.ldl.compute(c.diagonal, c.positive)
}

func (c *sparseCore) solve(k *kkt, r, s, dx, dy []float64) {
	n := len(k.theta)
	for _, j := range k.free {
		c.right[c.label[j]] = r[j]
	}
	for _, i := range k.rows {
		c.right[c.label[n+i]] = s[i]
	}
	c.ldl.solve(c.right)
	clear(dx)
	clear(dy)
	for _, j := range k.free {
		dx[j] = c.right[c.label[j]]
	}
	for _, i := range k.rows {
		dy[i] = -c.right[c.label[n+i]]
	}
}
