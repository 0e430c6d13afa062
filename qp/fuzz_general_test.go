package qp

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// generalFromBytes reads a problem of at most four variables and rows, with an H of any rank, and
// units for it, which are powers of two.
func generalFromBytes(data []byte) (p knownGeneral, u generalUnits) {
	b := numbers(data)
	n, m := 1+b.next()&3, b.next()&3
	p.H, p.A = gram(b.matrix(b.next()&3, n)), b.matrix(m, n)
	for range n {
		p.G = append(p.G, float64(b.next())/4)
		l, u := b.bounds()
		p.Lower, p.Upper = append(p.Lower, l), append(p.Upper, u)
	}
	for range m {
		l, u := b.bounds()
		p.RowLower, p.RowUpper = append(p.RowLower, l), append(p.RowUpper, u)
	}
	p.x, p.y = make([]float64, n), make([]float64, m)
	for range n {
		u.v = append(u.v, math.Ldexp(1, b.next()%31))
	}
	for range m {
		u.w = append(u.w, math.Ldexp(1, b.next()%31))
	}
	u.c = math.Ldexp(1, 2*(b.next()%21))
	return p, u
}

// generalUnits are units of f, the variables and the rows, see inUnits.
type generalUnits struct {
	c    float64
	v, w []float64
}

// undo converts an answer, or a proof, back to units of 1.
func (u generalUnits) undo(res *GeneralResult[float64], err error) {
	for j, s := range u.v {
		if res.X != nil {
			res.X[j] *= s
			res.BoundMultipliers[j] /= u.c * s
		}
	}
	for i, s := range u.w {
		if res.X != nil {
			res.RowMultipliers[i] *= s / u.c
		}
	}
	var infeasible *InfeasibleError
	if errors.As(err, &infeasible) && infeasible.Farkas != nil {
		normalize(infeasible.Farkas, u.w)
	}
	var unbounded *UnboundedError
	if errors.As(err, &unbounded) {
		normalize(unbounded.Ray, u.v)
	}
}

func normalize(d, units []float64) {
	for j, s := range units {
		d[j] *= s
	}
	mat.Scal(1/mat.AbsMax(d), d)
	for j := range d { // the largest is 1
		if math.Abs(d[j]) > 1-1e-15 {
			d[j] = math.Copysign(1, d[j])
		}
	}
}

// requireCertified checks the answer by the definitions: x is feasible, the slopes that the row
// multipliers leave equal the bound multipliers, and f equals the dual objective. The numbers of p
// are small integers, so errors of rows and f are relative to 1 and to the terms that are added. An
// error of a slope is relative to the largest slope, both in natural units, which differ by less
// than 16 here.
func (p knownGeneral) requireCertified(t *testing.T, res GeneralResult[float64], tolerance float64) {
	t.Helper()
	x, y, z := res.X, res.RowMultipliers, res.BoundMultipliers
	curved, f, dual, size, steepest := 0.0, 0.0, 0.0, 1.0, 0.0
	slopes := make([]float64, len(x))
	price := func(multiplier, lower, upper float64) {
		side := lower
		if multiplier < 0 {
			side = upper
		}
		if multiplier != 0 {
			dual += multiplier * side
			size += math.Abs(multiplier * side)
		}
	}
	for j, v := range x {
		require.True(t, p.Lower[j] <= v && v <= p.Upper[j], "x[%d] = %v", j, v)
		slope, sum := p.G[j], 1+mat.AbsMax(p.G)
		for k, e := range x {
			slope += p.H.At(j, k) * e
			sum += math.Abs(p.H.At(j, k) * e)
			curved += v * p.H.At(j, k) * e
			size += math.Abs(v * p.H.At(j, k) * e)
		}
		for i := range y {
			slope -= p.A.At(i, j) * y[i]
			sum += math.Abs(p.A.At(i, j) * y[i])
		}
		slopes[j], steepest = slope, max(steepest, sum)
		f += p.G[j] * v
		size += math.Abs(p.G[j] * v)
		price(z[j], p.Lower[j], p.Upper[j])
	}
	for j, slope := range slopes {
		require.InDelta(t, slope, z[j], 16*tolerance*steepest, "slope of x[%d]", j)
	}
	for i := range y {
		value, sum := 0.0, 1.0
		for j, v := range x {
			value += p.A.At(i, j) * v
			sum += math.Abs(p.A.At(i, j) * v)
		}
		require.GreaterOrEqual(t, value, p.RowLower[i]-4*tolerance*sum, "row %d", i)
		require.LessOrEqual(t, value, p.RowUpper[i]+4*tolerance*sum, "row %d", i)
		price(y[i], p.RowLower[i], p.RowUpper[i])
	}
	require.InDelta(t, f+curved/2, dual-curved/2, 4*tolerance*size, "duality gap")
}

func FuzzGeneral(f *testing.F) {
	f.Add([]byte{})
	// Σx = 1, linear, infeasible, unbounded, and one of order 4 with all that there is.
	f.Add([]byte{1, 1, 2, 1, 0, 0, 1, 1, 1, 252, 2, 0, 0, 252, 2, 0, 0, 12, 4, 4})
	f.Add([]byte{2, 2, 0, 1, 2, 3, 3, 2, 1, 4, 2, 0, 0, 8, 2, 0, 0, 4, 2, 0, 0, 2, 20, 0, 2, 30, 0})
	f.Add([]byte{1, 2, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 20, 0, 5, 0, 10})
	f.Add([]byte{1, 1, 1, 1, 1, 1, 255, 255, 0, 0, 0, 255, 0, 0, 0, 8, 255, 4, 9, 5, 20, 7})
	f.Add([]byte{3, 3, 3, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 4, 5, 1, 0, 2, 9, 8, 7, 5, 40, 3, 200, 8, 4, 9, 2})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, u := generalFromBytes(data)
		res, err := SolveGeneral(background, p.inUnits(u.c, u.v, u.w).GeneralProblem, Options{})
		u.undo(&res, err)
		require.Equal(t, res.Status == Optimal, err == nil)
		switch res.Status {
		case Optimal:
			p.requireCertified(t, res, 1e-9)
		case Infeasible:
			var e *InfeasibleError
			require.ErrorAs(t, err, &e)
			if e.Farkas != nil {
				p.requireRefuted(t, e.Farkas)
			} else {
				require.Greater(t, e.Lower, e.Upper)
			}
		case Unbounded:
			var e *UnboundedError
			require.ErrorAs(t, err, &e)
			p.requireRay(t, e.Ray)
		default:
			// Elements of at most 7 leave no matrix of order 4 so close to a singular one that rounding would end a
			// solve.
			require.NoError(t, err, "%+v: %+v", p.GeneralProblem, res.GeneralInfo)
		}
	})
}
