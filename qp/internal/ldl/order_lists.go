package ldl

// degreeQueue lists nodes by degree.
type degreeQueue struct {
	head           []int32 // the first node of a degree, or noNode
	next, previous []int32
	from           int // no node has a smaller degree
}

func newDegreeQueue(n int) degreeQueue {
	q := degreeQueue{head: make([]int32, n), next: make([]int32, n), previous: make([]int32, n)}
	for d := range q.head {
		q.head[d] = noNode
	}
	return q
}

func (q *degreeQueue) put(i, degree int32) {
	first := q.head[degree]
	q.next[i], q.previous[i], q.head[degree] = first, noNode, i
	if first != noNode {
		q.previous[first] = i
	}
	q.from = min(q.from, int(degree))
}

func (q *degreeQueue) remove(i, degree int32) {
	next, previous := q.next[i], q.previous[i]
	if previous == noNode {
		q.head[degree] = next
	} else {
		q.next[previous] = next
	}
	if next != noNode {
		q.previous[next] = previous
	}
}

// least returns a node of the smallest degree. There must be a node.
func (q *degreeQueue) least() int32 {
	for q.head[q.from] == noNode {
		q.from++
	}
	return q.head[q.from]
}

// outsideOf counts, for elements that share variables with the newest one, the variables that are not shared.
type outsideOf struct {
	mark []int64 // base plus the count
	base int64   // which grows beyond 32 bits
}

// start forgets all counts, of at most n variables each.
func (o *outsideOf) start(n int) { o.base += int64(n) + 1 }

// take subtracts weight from the count of e, which begins with all.
func (o *outsideOf) take(e, all, weight int32) {
	if o.mark[e] < o.base {
		o.mark[e] = o.base + int64(all)
	}
	o.mark[e] -= int64(weight)
}

func (o *outsideOf) of(e int32) int32 { return int32(o.mark[e] - o.base) }

// alikeLists finds variables with the same neighbours, by hashing.
type alikeLists struct {
	head, next []int32 // variables with the same hash
	seen       []int   // the last search that saw a node
	searches   int
}

func newAlikeLists(n int) alikeLists {
	a := alikeLists{head: make([]int32, n), next: make([]int32, n), seen: make([]int, n)}
	for h := range a.head {
		a.head[h] = noNode
	}
	return a
}

// hash does not depend on the order of the neighbours.
func (a *alikeLists) hash(q *quotientGraph, i int32) int {
	sum := uint64(0)
	for _, j := range q.list[i] {
		sum += uint64(j)
	}
	return int(sum % uint64(len(a.head)))
}

// clear empties the lists that the given variables belong to.
func (a *alikeLists) clear(q *quotientGraph, variables []int32) {
	for _, i := range variables {
		a.head[a.hash(q, i)] = noNode
	}
}

// find returns an earlier variable with the neighbours of i, or adds i to those to be found and returns noNode.
func (a *alikeLists) find(q *quotientGraph, i int32) int32 {
	h := a.hash(q, i)
	if a.head[h] != noNode {
		a.searches++
		for _, j := range q.list[i] {
			a.seen[j] = a.searches
		}
	}
	for j := a.head[h]; j != noNode; j = a.next[j] {
		q.reads++
		if q.elements[j] != q.elements[i] || len(q.list[j]) != len(q.list[i]) {
			continue
		}
		q.reads += int64(len(q.list[j]))
		if a.sees(q.list[j]) {
			return j
		}
	}
	a.next[i], a.head[h] = a.head[h], i
	return noNode
}

// sees reports whether the last search saw all nodes of list.
func (a *alikeLists) sees(list []int32) bool {
	for _, j := range list {
		if a.seen[j] != a.searches {
			return false
		}
	}
	return true
}
