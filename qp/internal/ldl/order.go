package ldl

import "math"

// Graph is an undirected graph without loops. The neighbours of node i are to[start[i]:start[i+1]], each of them once.
type Graph struct {
	start []int
	to    []int32
}

func (g Graph) nodes() int { return len(g.start) - 1 }

func (g Graph) of(i int) []int32 { return g.to[g.start[i]:g.start[i+1]] }

// GraphOf returns the graph of n nodes whose edges each passes to its function, always in the same order.
func GraphOf(n int, each func(f func(i, j int))) Graph {
	b := NewBuckets(n, nil)
	each(func(i, j int) {
		b.Count(i)
		b.Count(j)
	})
	g := Graph{start: b.Starts(), to: make([]int32, b.Begin())}
	each(func(i, j int) {
		g.to[b.Place(i)], g.to[b.Place(j)] = int32(j), int32(i)
	})
	return g
}

// MinimumDegree numbers the rows of a symmetric matrix so that its factor has few elements, by approximate minimum
// degree (Amestoy, Davis and Duff, An approximate minimum degree ordering algorithm, SIAM J. Matrix Anal. Appl. 17,
// 1996): order[k] is the row that becomes number k. g has an edge for each element of the matrix beside its diagonal.
// Nodes with very many edges come last, as they would make each elimination touch everything (Algorithm 837, ACM Trans.
// Math. Softw. 30, 2004, section 2).
//
// It gives up, and returns nil, as soon as the factorization might take more operations than limit, or the ordering has
// read more entries of lists. Every edge to one of the last nodes is counted as if it were there. Ties are broken by
// the order in which degrees are set, so the result depends on g alone.
func MinimumDegree(g Graph, limit float64) (order []int32) {
	q := newQuotientGraph(g)
	ahead := 0.0 // operations that are still to come, at least
	for max(q.operations+ahead, float64(q.reads)) <= limit {
		if q.left == 0 {
			return q.order()
		}
		size := float64(q.eliminate(q.queue.least()))
		ahead = (size - 1) * size * (size + 1) / 3 // as these nodes are connected with one another now
	}
	return nil
}

// quotientGraph is the graph of the matrix that is left during an elimination (same paper, section 2). Its nodes are
// the variables that are left, and elements, which are variables that are eliminated. An element is adjacent to the
// variables that its elimination has connected with one another, so these connections need no edges. Variables with the
// same neighbours are merged (supervariables), and elements whose variables another element has, too, are absorbed by
// it.
type quotientGraph struct {
	list     [][]int32 // of a variable: its elements, then its variables; of an element: its variables
	elements []int32   // how many of list are elements
	weight   []int32   // the number of variables that a variable stands for, or 0 if it is eliminated or merged
	degree   []int32   // of a variable: a bound for its neighbours; of an element: its variables
	into     []int32   // what a variable was merged with, or noNode
	member   []int32   // the last element that a variable joined
	absorbed []bool
	queue    degreeQueue
	outside  outsideOf
	alike    alikeLists
	scratch  []int32

	sequence []int32 // the eliminated variables
	last     []int32 // the nodes with very many edges
	left     int     // number of variables that are left
	orderingEffort
}

// orderingEffort counts the operations of the factorization so far, and the entries of lists that the ordering has
// read.
type orderingEffort struct {
	operations float64
	reads      int64
}

const (
	noNode = -1
	// crowded·√n edges, and no fewer than leastCrowded, make a node one of the last.
	crowded, leastCrowded = 10, 16
)

func newQuotientGraph(g Graph) *quotientGraph {
	n := g.nodes()
	q := &quotientGraph{
		list: make([][]int32, n), elements: make([]int32, n), weight: make([]int32, n), degree: make([]int32, n),
		into: make([]int32, n), member: make([]int32, n), absorbed: make([]bool, n),
		queue: newDegreeQueue(n), outside: outsideOf{mark: make([]int64, n)}, alike: newAlikeLists(n),
	}
	few := max(leastCrowded, int(crowded*math.Sqrt(float64(n))))
	for i := range n {
		q.into[i], q.member[i] = noNode, noNode
		if len(g.of(i)) > few {
			q.last = append(q.last, int32(i))
		} else {
			q.weight[i] = 1
		}
	}
	// Among the last nodes, the first has all others as neighbours. count adds the number of the last nodes to every
	// size, so the sizes here begin with minus that: the columns are counted as 0, 1, ... long.
	q.count(int32(len(q.last)), -int32(len(q.last)))
	to := make([]int32, 0, len(g.to)) // which lose the last nodes, and change
	q.left = n - len(q.last)
	for i := range n {
		if q.weight[i] == 0 {
			continue
		}
		from := len(to)
		for _, j := range g.of(i) {
			if q.weight[j] > 0 {
				to = append(to, j)
			}
		}
		q.list[i] = to[from:len(to):len(to)]
		q.degree[i] = int32(len(to) - from)
		q.queue.put(int32(i), q.degree[i])
	}
	return q
}

// eliminate turns variable p into an element, and returns the weight of its variables.
func (q *quotientGraph) eliminate(p int32) int32 {
	weight := q.weight[p]
	element, size := q.join(p)
	q.compare(element)
	live := element[:0]
	for _, i := range element {
		if q.update(i, p) {
			live = append(live, i)
			continue
		}
		weight, size = weight+q.weight[i], size-q.weight[i] // i has no other neighbours: it is eliminated, too
		q.into[i], q.weight[i], q.list[i] = p, 0, nil
	}
	q.count(weight, size)
	q.left -= int(weight)
	q.sequence = append(q.sequence, p)
	live = q.mergeAlike(live)
	q.list[p], q.degree[p], q.absorbed[p] = live, size, len(live) == 0
	for _, i := range live {
		q.degree[i] = min(q.degree[i]+size, int32(q.left)) - q.weight[i]
		q.queue.put(i, q.degree[i])
	}
	return size
}

// join returns the variables that element p connects, and their weight. It absorbs the elements next to p.
func (q *quotientGraph) join(p int32) (element []int32, size int32) {
	q.weight[p] = 0
	q.queue.remove(p, q.degree[p])
	add := func(list []int32) {
		for _, i := range list {
			if q.weight[i] > 0 && q.member[i] != p {
				q.member[i] = p
				element, size = append(element, i), size+q.weight[i]
				q.queue.remove(i, q.degree[i])
			}
		}
	}
	list, elements := q.list[p], q.elements[p]
	q.reads += int64(len(list))
	for _, e := range list[:elements] {
		if !q.absorbed[e] {
			q.reads += int64(len(q.list[e]))
			add(q.list[e])
			q.absorbed[e], q.list[e] = true, nil
		}
	}
	add(list[elements:])
	return element, size
}

// compare determines how much of every element that shares variables with the newest one lies outside of it (same
// paper, algorithm 2).
func (q *quotientGraph) compare(element []int32) {
	q.outside.start(len(q.list))
	for _, i := range element {
		for _, e := range q.list[i][:q.elements[i]] {
			if !q.absorbed[e] {
				q.outside.take(e, q.degree[e], q.weight[i])
			}
		}
	}
}

// update replaces by element p, in the list of variable i, what p makes superfluous, and sets the degree of i without
// the variables of p. It returns false if i has no neighbours outside of p. The list doesn't grow: it had p, or an
// element that p has absorbed.
func (q *quotientGraph) update(i, p int32) bool {
	q.reads += int64(len(q.list[i]))
	degree := int32(0)
	to := append(q.scratch[:0], p)
	for _, e := range q.list[i][:q.elements[i]] {
		if q.absorbed[e] {
			continue
		}
		outside := q.outside.of(e)
		if outside == 0 { // p has all its variables
			q.absorbed[e], q.list[e] = true, nil
			continue
		}
		to, degree = append(to, e), degree+outside
	}
	elements := len(to)
	for _, j := range q.list[i][q.elements[i]:] {
		if q.weight[j] > 0 && q.member[j] != p {
			to, degree = append(to, j), degree+q.weight[j]
		}
	}
	q.scratch = to
	q.list[i] = append(q.list[i][:0], to...)
	q.elements[i] = int32(elements)
	q.degree[i] = min(q.degree[i], degree)
	return degree > 0
}

// count adds the operations of eliminating that many variables with size other neighbours.
func (q *quotientGraph) count(weight, size int32) {
	for c := range weight {
		below := float64(size+c) + float64(len(q.last))
		q.operations += below * (below + 1 + elementOperations)
	}
}

// mergeAlike merges variables of the newest element that have the same neighbours, and returns those that are left.
func (q *quotientGraph) mergeAlike(element []int32) []int32 {
	q.alike.clear(q, element)
	live := element[:0]
	for _, i := range element {
		j := q.alike.find(q, i)
		if j == noNode {
			live = append(live, i)
			continue
		}
		q.weight[j] += q.weight[i]
		q.into[i], q.weight[i], q.list[i] = j, 0, nil
	}
	return live
}

// root returns the eliminated variable that i was merged with, and sets into to it for all variables on the way.
func (q *quotientGraph) root(i int) int32 {
	r := int32(i)
	for q.into[r] != noNode {
		r = q.into[r]
	}
	for v := int32(i); v != r; {
		next := q.into[v]
		q.into[v], v = r, next
	}
	return r
}

// order lists the variables in the order of their elimination. Those that were merged come one after the other.
func (q *quotientGraph) order() []int32 {
	n := len(q.list)
	place := make([]int, n) // in the sequence
	for k, p := range q.sequence {
		place[p] = k
	}
	b := NewBuckets(len(q.sequence), nil)
	last := make([]bool, n)
	for _, i := range q.last {
		last[i] = true
	}
	for i := range n {
		if !last[i] {
			b.Count(place[q.root(i)])
		}
	}
	order := make([]int32, b.Begin(), n)
	for i := range n {
		if !last[i] {
			order[b.Place(place[q.root(i)])] = int32(i)
		}
	}
	return append(order, q.last...)
}
