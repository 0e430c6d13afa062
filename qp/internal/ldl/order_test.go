package ldl

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// factorOf is the pattern of the factor of p in the given order.
func factorOf(t testing.TB, p pattern, order []int32) (f factorPattern) {
	t.Helper()
	require.True(t, f.analyze(p.upper(order, newRand(1)), math.Inf(1)))
	return f
}

func requirePermutation(t testing.TB, order []int32, n int) {
	t.Helper()
	sorted := slices.Clone(order)
	slices.Sort(sorted)
	require.Equal(t, inOrder(n), append([]int32{}, sorted...))
}

func TestMinimumDegreeOrdersAllNodes(t *testing.T) {
	for name, p := range patterns() {
		order := MinimumDegree(p.graph(), math.Inf(1))
		requirePermutation(t, order, p.n)
		assert.Equal(t, order, MinimumDegree(p.graph(), math.Inf(1)), name)
	}
}

func TestMinimumDegreeLeavesNoFillWhereThereNeedBeNone(t *testing.T) {
	tree := pattern{n: 100}
	for i := 1; i < tree.n; i++ {
		tree.edges = append(tree.edges, [2]int{i, (i - 1) / 3})
	}
	for name, p := range map[string]pattern{
		"band": bandPattern(60, 1), "wide band": bandPattern(80, 5), "arrow": arrowPattern(150, 1),
		"arrows": arrowPattern(300, 7), "dense": bandPattern(40, 40), "tree": tree,
	} {
		f := factorOf(t, p, MinimumDegree(p.graph(), math.Inf(1)))
		assert.Len(t, f.index, len(p.edges), name)
	}
	circle := circlePattern(50)
	f := factorOf(t, circle, MinimumDegree(circle.graph(), math.Inf(1)))
	assert.Len(t, f.index, len(circle.edges)+circle.n-3, "a circle is left as a smaller one, down to a triangle")
}

// In the natural order the factor of a grid has n·√n elements, and takes n² operations. The best orders leave a
// constant times n·log n, and take n·√n (George and Liu, Computer Solution of Large Sparse Positive Definite Systems,
// 1981, chapter 8).
func TestMinimumDegreeLeavesLittleFillInGrids(t *testing.T) {
	for _, side := range []int{13, 31, 50} {
		p := gridPattern(side)
		n := float64(p.n)
		f := factorOf(t, p, MinimumDegree(p.graph(), math.Inf(1)))
		assert.Less(t, float64(len(f.index)), 1.5*n*math.Log2(n), "side %d", side)
		assert.Less(t, f.operations, 20*n*math.Sqrt(n), "side %d", side)
	}
}

// Within a group of merged nodes the order may be better than what was counted.
func TestMinimumDegreeGivesUpAtItsLimit(t *testing.T) {
	for name, p := range patterns() {
		q := newQuotientGraph(p.graph())
		for q.left > 0 {
			q.eliminate(q.queue.least())
		}
		f := factorOf(t, p, q.order())
		assert.GreaterOrEqual(t, q.operations, f.operations, name)
		assert.LessOrEqual(t, q.operations, 1.02*f.operations, name)
		assert.LessOrEqual(t, q.reads, int64(100*len(p.edges)), name)
		limit := max(q.operations, float64(q.reads))
		assert.Equal(t, q.order(), MinimumDegree(p.graph(), limit), name)
		if limit > 0 {
			assert.Nil(t, MinimumDegree(p.graph(), math.Nextafter(limit, 0)), name)
		}
	}
	assert.Nil(t, MinimumDegree(bandPattern(3, 1).graph(), math.NaN()))
	assert.Nil(t, MinimumDegree(bandPattern(200, 200).graph(), 1000), "every node has very many edges")
}

func TestNodesWithVeryManyEdgesComeLast(t *testing.T) {
	p := arrowPattern(300, 7)
	order := MinimumDegree(p.graph(), math.Inf(1))
	last := slices.Clone(order[p.n-7:])
	slices.Sort(last)
	assert.Equal(t, []int32{0, 1, 2, 3, 4, 5, 6}, last)
}
