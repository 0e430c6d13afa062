package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// exactProgram has free variables and rows that are 0.
func exactProgram(g []float64, rows ...[]float64) *program {
	n, m := len(g), len(rows)
	a := mat.NewDense[float64](m, n)
	for i, row := range rows {
		copy(a.Row(i), row)
	}
	p := &program{h: indexMatrix(mat.Dense[float64]{}), a: indexMatrix(a), g: g}
	p.lower, p.upper = append(infinite(n, -1), make([]float64, m)...), append(infinite(n, 1), make([]float64, m)...)
	return p
}

// Rows that differ by 2⁻⁴⁰ leave no ray where that is less than its errors.
func TestARayIsExactOrNone(t *testing.T) {
	one, other := []float64{1, 1, 0}, []float64{1, 1, 0x1p-40}
	p := exactProgram([]float64{0, 0, -1}, one, other)
	require.True(t, p.unbounded([]float64{0, 0, 1}))
	require.Nil(t, p.exactRay(background, []float64{0, 0, 1}))

	p = exactProgram([]float64{1, -1, 0}, one, other)
	require.InDeltaSlice(t, []float64{-1, 1, 0}, p.exactRay(background, []float64{-1, 1 + 2e-13, 0}), 1e-12)
	require.InDeltaSlice(t, []float64{-1, 1, 0}, p.exactRay(background, nil), 1e-15, "without a guess")

	p.upper[4] = 0x1p-20 // as bounds of the row, 0 and more are as good as 0
	p.lower[2], p.upper[2] = 0, 0
	require.InDeltaSlice(t, []float64{-1, 1, 0}, p.exactRay(background, []float64{-1, 1 - 2e-13, 1e-14}), 1e-12)

	p = exactProgram([]float64{-1, 0, 0}, []float64{1, -1, 0}, []float64{0, 1, -1})
	p.h = indexMatrix(mat.DenseOf(3, 3, []float64{1, -1, 0, -1, 1, 0, 0, 0, 0}))
	ray := p.exactRay(background, []float64{1, 1 + 1e-13, 1 - 1e-13})
	require.InDeltaSlice(t, []float64{1, 1, 1}, mat1(ray), 1e-15)
	p.h.full.Set(2, 2, 0x1p-30)
	require.Nil(t, p.exactRay(background, []float64{1, 1, 1}), "f is curved along it")
}

// mat1 is v divided by its first element.
func mat1(v []float64) []float64 {
	w := slices.Clone(v)
	mat.Scal(1/w[0], w)
	return w
}

// The sum over a variable without bounds is 0, not 2⁻⁴⁰, which x = 2⁴⁰ makes as large as any other.
func TestAFarkasVectorIsExactOrNone(t *testing.T) {
	p := exactProgram(make([]float64, 2), []float64{1, 0x1p-40})
	p.lower, p.upper = []float64{0, math.Inf(-1), 2}, []float64{1, math.Inf(1), 3}
	require.True(t, p.infeasible([]float64{1}, 1))
	require.Nil(t, farkasOf(p, []float64{1}))

	p = exactProgram(make([]float64, 2), []float64{1, 1}, []float64{0, 1})
	p.lower, p.upper = []float64{0, math.Inf(-1), 2, 0}, []float64{1, math.Inf(1), 3, 0.5}
	require.InDeltaSlice(t, []float64{1, -1}, mat1(farkasOf(p, []float64{1, -1 - 3e-13})), 1e-15)
	p.upper[3] = math.Inf(1)
	require.Nil(t, farkasOf(p, []float64{1, -1 - 3e-13}), "a weight on a bound that is none")
}

// Two rows that differ by 2⁻⁴⁰ of a variable fix it at 0, however steep f is along it.
func TestRowsThatNearlyRepeatEachOtherLeaveNoRay(t *testing.T) {
	inf := math.Inf(1)
	p := GeneralProblem[float64]{
		G: []float64{1, 2, -1, 0}, Lower: []float64{0, 0, -inf, -inf}, Upper: []float64{inf, inf, inf, inf},
		A:        mat.DenseOf(3, 4, []float64{1, 1, 0, 1, 1, 1, 0x1p-40, 1, 0, 0, 1, 0.5}),
		RowLower: []float64{1, 1, -inf}, RowUpper: []float64{1, 1, inf},
	}
	res, _ := SolveGeneral(background, p, Options{})
	require.NotEqual(t, Unbounded, res.Status)
}

// The nearest vector of the cone is where Hildreth's sweeps converge to.
func TestTheNearestVectorOfACone(t *testing.T) {
	r := newRand(512)
	for round := range repeats(t, 100) {
		n, m := 2+r.IntN(4), 1+r.IntN(6)
		a := mat.NewDense[float64](m, n)
		for i := range a.Data {
			a.Data[i] = float64(r.IntN(9) - 4)
		}
		c, start := newCone(n, 1, a), make([]float64, n)
		for k := range c.floor {
			c.floor[k], c.ceil[k] = r.IntN(2) == 0, r.IntN(4) == 0
		}
		for j := range start {
			start[j] = r.NormFloat64()
		}
		for _, all := range []bool{true, false} {
			var last []float64
			require.Nil(t, c.approach(background, start, all, func(v []float64) bool {
				last = append(last[:0], v...)
				return false
			}))
			if want := hildreth(c, start); mat.Nrm2(want) > 1e-3 {
				assert.InDeltaSlice(t, want, last, 1e-6, "round %d", round)
			}
		}
	}
}

// hildreth projects start on c by minimizing over one multiplier after the other.
func hildreth(c *cone, start []float64) []float64 {
	v, pull := slices.Clone(start), make([]float64, len(c.weights))
	for range 3000 {
		for k, w := range c.weights {
			if k < c.n {
				w = make([]float64, c.n)
				w[k] = 1
			}
			square := mat.Dot(w, w)
			if square == 0 {
				continue
			}
			next := pull[k] - mat.Dot(w, v)/square
			switch {
			case c.floor[k] && c.ceil[k]:
			case c.floor[k]:
				next = max(next, 0)
			case c.ceil[k]:
				next = min(next, 0)
			default:
				next = 0
			}
			mat.Axpy(next-pull[k], w, v)
			pull[k] = next
		}
	}
	return v
}

// What a projection takes from a vector is made up of what is held, and what it leaves is orthogonal to that.
// Multipliers belong to the lengths, scaled to 1; what is always held has none that matter, and may repeat itself.
func TestProjectionsSplitAVectorByWhatIsHeld(t *testing.T) {
	const n, rows = 8, 6
	a := randomMatrix(rows, n, newRand(73))
	mat.Scal(100, a.Row(1))
	copy(a.Row(5), a.Row(4))
	mat.Scal(-3, a.Row(5))
	c := newCone(n, 1, a)
	for k := range c.floor {
		c.floor[k] = true
	}
	for _, k := range []int{2, 5, n, n + 1, n + 2} {
		c.held[k] = true
	}
	for _, k := range []int{n + 4, n + 5} {
		c.held[k], c.ceil[k] = true, true
	}
	start := []float64{3, -1, 4, 1, -5, 9, 2, -6}
	v := slices.Clone(start)
	c.project(v)
	taken := slices.Clone(start)
	mat.Axpy(-1, v, taken)
	for k, y := range c.next {
		switch {
		case !c.held[k]:
			assert.Zero(t, y, "%d", k)
		case k < n:
			assert.Zero(t, v[k], "%d", k)
			taken[k] -= y
		default:
			assert.InDelta(t, 0, mat.Dot(c.weights[k], v)/c.length[k], 1e-14, "%d", k)
			if !c.ceil[k] {
				mat.Axpy(-y/c.length[k], c.weights[k], taken)
			}
		}
	}
	u := a.Row(4) // of which the rest is a multiple, but for the elements that are held
	by := mat.Dot(u, taken) / mat.Dot(u, u)
	mat.Axpy(-by, u, taken)
	assert.InDeltaSlice(t, make([]float64, n), taken, 1e-13)
	assert.Greater(t, mat.Nrm2(v), 0.1)
}

// farkasOf is the exact vector next to y for x up to 1.
func farkasOf(p *program, y []float64) []float64 {
	exact, _ := p.exactFarkas(background, y, 1)
	return exact
}

// A projection factors as many rows as H has directions with curvature, not as many as it has rows, and the other rows
// that are held.
func TestProjectionsFactorIndependentRows(t *testing.T) {
	const n, rank = 12, 3
	r := newRand(74)
	a := randomMatrix(2, n, r)
	c := newCone(n, 1, a, gram(randomMatrix(rank, n, r)))
	for k := n + 2; k < len(c.held); k++ {
		c.floor[k], c.ceil[k], c.held[k] = true, true, true
	}
	require.Len(t, c.heldRows(), rank)
	c.held[n+1] = true
	rows := c.heldRows()
	require.Len(t, rows, rank+1)
	require.Equal(t, n+1, rows[rank])
	v := slices.Clone(a.Row(0))
	c.project(v)
	for k := n + 1; k < len(c.held); k++ {
		require.InDelta(t, 0, mat.Dot(c.weights[k], v), 1e-13)
	}
}
