package qp

import (
	"context"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
	"ridge/qp/internal/ldl"
)

// forceSparse makes k use the sparse elimination, whatever it costs.
func forceSparse(t testing.TB, k *kkt) {
	t.Helper()
	c := &k.cores.sparse
	c.ordered, c.order = true, ldl.MinimumDegree(k.graph(), math.Inf(1))
	require.True(t, c.prepare(k, math.Inf(1)))
	k.core = c
}

// sprinkled is a random matrix in which most elements are 0.
func sprinkled(rows, cols int, density float64, seed uint64) mat.Dense[float64] {
	r := newRand(seed)
	m := mat.NewDense[float64](rows, cols)
	for i := range m.Data {
		if r.Float64() < density {
			m.Data[i] = r.NormFloat64()
		}
	}
	return m
}

// The system is the same for every elimination, so its solutions are, too.
func TestSparseAndDenseEliminationsAgree(t *testing.T) {
	for _, density := range []float64{0, 0.02, 0.1, 0.7} {
		const n, m = 40, 25
		b := sprinkled(n, n, density, 883)
		h := mat.NewDense[float64](n, n)
		mat.Syrk(mat.Lower, mat.NoTrans, 1, b, 0, h, 1)
		for i := range n {
			for j := range i {
				h.Set(j, i, h.At(i, j))
			}
		}
		k := newKKT(indexMatrix(h), indexMatrix(sprinkled(m, n, density, 884)), 1)
		for _, skip := range []int{1000, 2, 3} { // which variables and rows to leave out
			var free, rows []int
			for j := range n {
				if (j+1)%skip != 0 {
					free = append(free, j)
				}
			}
			for i := range m {
				if (i+2)%skip != 0 {
					rows = append(rows, i)
				}
			}
			r := newRand(885)
			for j := range k.theta {
				k.theta[j] = math.Exp(4 * r.NormFloat64())
			}
			for i := range k.v {
				k.v[i] = math.Exp(4 * r.NormFloat64())
			}
			right := iterate{make([]float64, n), make([]float64, m)}
			for _, j := range free {
				right.x[j] = r.NormFloat64()
			}
			for _, i := range rows {
				right.y[i] = r.NormFloat64()
			}
			solve := func() iterate {
				step := iterate{make([]float64, n), make([]float64, m)}
				require.True(t, k.factor(background))
				require.True(t, k.solve(right, step, solvedKKT))
				return step
			}
			k.choose(free, rows)
			k.core = &k.cores.primal
			want := solve()
			forceSparse(t, k)
			got := solve()
			assert.InDeltaSlice(t, want.x, got.x, 1e-9*mat.AbsMax(want.x), "%g %d", density, skip)
			assert.InDeltaSlice(t, want.y, got.y, 1e-9*(1+mat.AbsMax(want.y)), "%g %d", density, skip)
		}
	}
}

func TestSparseSystemsAreEliminatedSparsely(t *testing.T) {
	scattered := sprinkled(300, 300, 0.3, 886)
	for _, c := range []struct {
		name string
		p    GeneralProblem[float64]
		want bool
	}{
		{"monotone", fit(300, 1, math.Sqrt), true},
		{"sixth differences", fit(300, 6, math.Sqrt), true},
		{"control", control(20), true},
		{"steps", steps(200), true},
		{"a few variables", fit(5, 1, math.Sqrt), false},
		{"dense rows", GeneralProblem[float64]{H: identity(300), A: scattered}, false},
		{"dense H", GeneralProblem[float64]{H: hessian(200, 10, newRand(887)), A: differences(200, 1)}, false},
		{"few rows", huge(300), false},
	} {
		s, err := NewGeneralSolver(c.p.H, c.p.A, Options{})
		require.NoError(t, err)
		s.kkt.choose(upTo(s.N()), upTo(s.M()))
		_, is := s.kkt.core.(*sparseCore)
		assert.Equal(t, c.want, is, c.name)
	}
}

// A dense H needs no graph, which would have as many edges as H has elements.
func TestDenseProblemsKeepNoSparseOrder(t *testing.T) {
	const n = 250
	h := mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			h.Set(i, j, 1/(1+float64((i-j)*(i-j))))
		}
	}
	a := mat.DenseOf(1, n, constant(n, 1))
	s, err := NewGeneralSolver(h, a, Options{})
	require.NoError(t, err)
	s.kkt.choose(upTo(s.N()), upTo(s.M()))
	require.IsType(t, &s.kkt.cores.primal, s.kkt.core)
	assert.True(t, s.kkt.cores.sparse.ordered)
	assert.Nil(t, s.kkt.cores.sparse.order)
	assert.Empty(t, s.kkt.cores.sparse.label)
}

func TestSeveralElementsAreCountedInWholeRows(t *testing.T) {
	m := mat.NewDense[float64](6, 12)
	for i, count := range []int{0, 1, 2, 3, 7, 12} { // more than 2 make a row whole
		for j := range count {
			m.Set(i, 11-j, float64(i))
		}
	}
	rows, elements := indexMatrix(m).several()
	assert.Equal(t, []int{2, 3, 4, 5}, rows)
	assert.Equal(t, 2+3+7+12, elements)
}

// preferSparse makes sparse eliminations appear to be fast until the test ends. No other tests may run at the same
// time.
func preferSparse(t *testing.T) {
	t.Helper()
	before := sparsePenalty
	t.Cleanup(func() { sparsePenalty = before })
	sparsePenalty = 1e-6
}

// eliminatedSparsely reports whether a solver of p uses the sparse elimination. It does not if no variables are
// coupled.
func eliminatedSparsely(t *testing.T, p knownGeneral) bool {
	t.Helper()
	s, err := NewGeneralSolver(p.H, p.A, Options{})
	require.NoError(t, err)
	s.kkt.choose(upTo(s.N()), upTo(s.M()))
	_, is := s.kkt.core.(*sparseCore)
	return is
}

func TestRandomProblemsEliminatedSparsely(t *testing.T) {
	preferSparse(t)
	r := newRand(888)
	problems, sparse := repeats(t, 300), 0
	for k := range problems {
		s := randomShape(20, r)
		s.n, s.m, s.odd = s.n+1, s.m+1, s.odd && k%3 == 0
		p := randomGeneral(s, r)
		switch k % 3 {
		case 1:
			p.makeInfeasible(r)
		case 2:
			p.makeUnbounded(s.rank, r)
		}
		if eliminatedSparsely(t, p) {
			sparse++
		}
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		var infeasible *InfeasibleError
		var unbounded *UnboundedError
		switch k % 3 {
		case 0:
			require.NoError(t, err, "%d %+v", k, s)
			p.requireSolved(t, res, 1e-8)
		case 1:
			require.ErrorAs(t, err, &infeasible, "%d %+v", k, s)
			p.requireRefuted(t, infeasible.Farkas)
		case 2:
			require.ErrorAs(t, err, &unbounded, "%d %+v", k, s)
			p.requireRay(t, unbounded.Ray)
		}
	}
	require.Greater(t, sparse, problems*9/10)
}

// What a solver has solved before, and the number of workers, leave no trace in the bits of an answer.
func TestSparseEliminationsHaveNoHistory(t *testing.T) {
	p := fit(150, 1, math.Sqrt)
	answer := func(workers mat.Workers, before ...float64) []float64 {
		s, err := NewGeneralSolver(p.H, p.A, Options{Workers: workers})
		require.NoError(t, err)
		x, y := make([]float64, s.N()), make([]float64, s.M())
		for _, least := range append(before, 0) {
			clear(x)
			clear(y)
			lower := constant(s.N(), math.Inf(-1))
			if least != 0 {
				lower = constant(s.N(), least)
			}
			_, err := s.Solve(context.Background(), p.G, lower, nil, p.RowLower, nil, x, y)
			require.NoError(t, err)
		}
		return append(x, y...)
	}
	want := answer(1)
	assert.Equal(t, want, answer(3))
	assert.Equal(t, want, answer(1, 1.5, 0.5))
}
