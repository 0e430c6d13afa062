package ldl

import (
	"math/rand/v2"

	"ridge/mat"
)

func newRand(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 0x9e3779b97f4a7c15)) }

// pattern is the pattern of a symmetric matrix with n rows: pairs of different indices, each pair once.
type pattern struct {
	n     int
	edges [][2]int
}

// patterns are shapes with known extremes of fill, and random ones.
func patterns() map[string]pattern {
	p := map[string]pattern{
		"none":      {},
		"one":       {n: 1},
		"diagonal":  {n: 9},
		"two":       {n: 2, edges: [][2]int{{1, 0}}},
		"band":      bandPattern(60, 1),
		"wide band": bandPattern(80, 5),
		"circle":    circlePattern(50),
		"arrow":     arrowPattern(150, 1),
		"arrows":    arrowPattern(300, 7),
		"grid":      gridPattern(13),
		"dense":     bandPattern(40, 40),
		"two parts": {n: 30, edges: append(bandPattern(10, 10).edges, [2]int{20, 11}, [2]int{29, 20})},
	}
	for name, density := range map[string]float64{"random, sparse": 0.01, "random": 0.05, "random, dense": 0.4} {
		p[name] = randomPattern(120, density, newRand(881))
	}
	return p
}

func bandPattern(n, width int) (p pattern) {
	p.n = n
	for i := range n {
		for j := max(0, i-width); j < i; j++ {
			p.edges = append(p.edges, [2]int{i, j})
		}
	}
	return p
}

func circlePattern(n int) pattern {
	p := bandPattern(n, 1)
	p.edges = append(p.edges, [2]int{n - 1, 0})
	return p
}

// arrowPattern connects the first few nodes with all others.
func arrowPattern(n, heads int) (p pattern) {
	p.n = n
	for h := range heads {
		for i := h + 1; i < n; i++ {
			p.edges = append(p.edges, [2]int{h, i})
		}
	}
	return p
}

// gridPattern connects the points of a square with their neighbours.
func gridPattern(side int) (p pattern) {
	p.n = side * side
	for i := range p.n {
		if i%side > 0 {
			p.edges = append(p.edges, [2]int{i, i - 1})
		}
		if i >= side {
			p.edges = append(p.edges, [2]int{i, i - side})
		}
	}
	return p
}

func randomPattern(n int, density float64, r *rand.Rand) (p pattern) {
	p.n = n
	for i := range n {
		for j := range i {
			if r.Float64() < density {
				p.edges = append(p.edges, [2]int{i, j})
			}
		}
	}
	return p
}

func (p pattern) graph() Graph {
	to := make([][]int32, p.n)
	for _, e := range p.edges {
		to[e[0]], to[e[1]] = append(to[e[0]], int32(e[1])), append(to[e[1]], int32(e[0]))
	}
	g := Graph{start: []int{0}}
	for _, list := range to {
		g.to = append(g.to, list...)
		g.start = append(g.start, len(g.to))
	}
	return g
}

// upper returns a matrix with the pattern, rows and columns in the given order, and random elements.
func (p pattern) upper(order []int32, r *rand.Rand) (m Upper) {
	place := make([]int, p.n)
	for k, i := range order {
		place[i] = k
	}
	columns := make([][]int32, p.n)
	for _, e := range p.edges {
		i, j := place[e[0]], place[e[1]]
		columns[max(i, j)] = append(columns[max(i, j)], int32(min(i, j)))
	}
	m.start = []int{0}
	for _, c := range columns {
		for _, i := range c {
			m.row, m.value = append(m.row, i), append(m.value, r.NormFloat64())
		}
		m.start = append(m.start, len(m.row))
	}
	return m
}

// inOrder is the order of the indices.
func inOrder(n int) []int32 {
	order := make([]int32, n)
	for i := range order {
		order[i] = int32(i)
	}
	return order
}

// full returns the matrix as a dense one.
func (m Upper) full(diagonal []float64) mat.Dense[float64] {
	d := mat.NewDense[float64](len(diagonal), len(diagonal))
	for k, v := range diagonal {
		d.Set(k, k, v)
		for q := m.start[k]; q < m.start[k+1]; q++ {
			d.Set(k, int(m.row[q]), m.value[q])
			d.Set(int(m.row[q]), k, m.value[q])
		}
	}
	return d
}
