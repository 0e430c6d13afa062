package ldl

// factorPattern says where the factor L of a sparse symmetric matrix has elements below the diagonal.
type factorPattern struct {
	start []int   // column i has the rows index[start[i]:start[i+1]], in ascending order
	index []int32 // of the elements, by columns
	run   []int   // where the elements begin that are next to one another down to the column's last one

	rowStart []int   // row k has the columns rows[rowStart[k]:rowStart[k+1]], in ascending order
	rows     []int32 // of the elements, by rows

	parent []int32 // the first element of a column is in the row of its parent; noNode if it has none
	seen   []int32
	next   []int

	operations float64 // of a factorization
}

// elementOperations is how many operations take as long as everything that an element of L needs once: its division,
// its index, and its share of the loops.
const elementOperations = 8

// FewestOperations is a lower bound for the operations of the factorization of a matrix that has the given number of
// elements below the diagonal: L has no fewer, and the operations are fewest if all columns have equally many.
func FewestOperations(below float64, columns int) float64 {
	return below * (below/float64(max(1, columns)) + 1 + elementOperations)
}

func (p *factorPattern) n() int { return len(p.parent) }

// analyze finds the pattern of the factor of m. It returns false as soon as the factorization is found to take more
// operations than limit.
//
// Row k of L has elements in the columns on the ways, in the elimination tree, from the elements of column k of m to k
// (Liu, The role of elimination trees in sparse factorization, SIAM J. Matrix Anal. Appl. 11, 1990, section 3). Walking
// these ways takes as many steps as L has elements.
func (p *factorPattern) analyze(m Upper, limit float64) bool {
	n := len(m.start) - 1
	p.parent, p.seen = sized(p.parent, n), sized(p.seen, n)
	p.start, p.rowStart, p.next, p.run = sized(p.start, n+1), sized(p.rowStart, n+1), sized(p.next, n), sized(p.run, n)
	count := p.next
	clear(count)
	p.operations, p.rowStart[0] = 0, 0
	for k := range n {
		p.parent[k] = noNode
		elements := 0
		p.walk(m, k, func(i int32) {
			if p.parent[i] == noNode {
				p.parent[i] = int32(k)
			}
			count[i]++
			elements++
			p.operations += elementOperations + 2*float64(count[i])
		})
		p.rowStart[k+1] = p.rowStart[k] + elements
		if !(p.operations <= limit) {
			return false
		}
	}
	p.start[0] = 0
	for i, c := range count {
		p.start[i+1] = p.start[i] + c
	}
	p.place(m)
	return true
}

// walk calls f for the columns in which row k of L has elements. Walks begin with row 0, so what seen holds from
// earlier series of walks is replaced before it is read.
func (p *factorPattern) walk(m Upper, k int, f func(i int32)) {
	p.seen[k] = int32(k)
	for _, i := range m.row[m.start[k]:m.start[k+1]] {
		for p.seen[i] != int32(k) {
			p.seen[i] = int32(k)
			f(i)
			i = p.parent[i]
		}
	}
}

// place writes index, run and rows, once their lengths are known.
func (p *factorPattern) place(m Upper) {
	n, total := p.n(), p.start[p.n()]
	p.index, p.rows = sized(p.index, total), sized(p.rows, total)
	copy(p.next, p.start[:n])
	for k := range n {
		p.walk(m, k, func(i int32) {
			p.index[p.next[i]] = int32(k)
			p.next[i]++
		})
	}
	copy(p.next, p.rowStart[:n])
	for i := range n {
		column := p.index[p.start[i]:p.start[i+1]]
		run := max(0, len(column)-1)
		for run > 0 && column[run-1] == column[run]-1 {
			run--
		}
		p.run[i] = p.start[i] + run
		for _, k := range column {
			p.rows[p.next[k]] = int32(i)
			p.next[k]++
		}
	}
}
