package qp

import (
	"errors"
	"math"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// leastSquaresFromBytes reads a least squares problem of at most four variables, equations and
// rows, and units for the variables and rows. It also returns the same problem as a quadratic
// program, with exact H and g.
func leastSquaresFromBytes(data []byte) (LeastSquaresProblem[float64], knownGeneral, generalUnits) {
	b := numbers(data)
	n, k, m := 1+b.next()&3, 1+b.next()&3, b.next()&3
	p := LeastSquaresProblem[float64]{A: b.matrix(k, n), B: b.matrix(k, 1).Data, C: b.matrix(m, n),
		Lambda: float64(b.next() & 3)}
	if b.next()&1 == 0 {
		p.Lambda = 0
	}
	for range n {
		l, u := b.bounds()
		p.Lower, p.Upper = append(p.Lower, l), append(p.Upper, u)
	}
	for range m {
		l, u := b.bounds()
		p.RowLower, p.RowUpper = append(p.RowLower, l), append(p.RowUpper, u)
	}
	q := knownGeneral{
		GeneralProblem[float64]{H: gram(p.A), G: make([]float64, n), Lower: p.Lower, Upper: p.Upper, A: p.C,
			RowLower: p.RowLower, RowUpper: p.RowUpper}, make([]float64, n), make([]float64, m),
	}
	u := generalUnits{c: 1}
	for j := range n {
		for i, v := range p.B {
			q.G[j] -= 2 * p.A.At(i, j) * v
		}
		mat.Scal(2, q.H.Row(j))
		q.H.Data[j*n+j] += 2 * p.Lambda
		u.v = append(u.v, 1)
		if p.Lambda == 0 { // ‖x‖² fixes the units
			u.v[j] = math.Ldexp(1, b.next()%31)
		}
	}
	for range m {
		u.w = append(u.w, math.Ldexp(1, b.next()%31))
	}
	return p, q, u
}

func FuzzLeastSquares(f *testing.F) {
	f.Add([]byte{})
	// x ≥ 0, Σx = 1 with λ, infeasible, and of low rank.
	f.Add([]byte{1, 2, 0, 1, 2, 3, 4, 5, 6, 7, 1, 2, 0, 0, 2, 0, 0, 2, 0, 0, 9, 3})
	f.Add([]byte{
		2, 3, 1, 1, 2, 3, 4, 5, 6, 7, 1, 2, 3, 1, 5, 2, 1, 1, 2, 1, 1, 1, 1, 3, 1,
		2, 0, 0, 2, 0, 0, 12, 4, 4,
	})
	f.Add([]byte{1, 1, 2, 1, 2, 2, 4, 5, 6, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 2, 20, 0, 5, 0, 10})
	f.Add([]byte{
		3, 1, 0, 1, 2, 3, 4, 2, 4, 6, 1, 3, 5,
		0, 0, 8, 252, 8, 2, 0, 0, 8, 252, 8, 12, 3, 3, 30, 226, 15, 241,
	})
	f.Fuzz(func(t *testing.T, data []byte) {
		p, q, u := leastSquaresFromBytes(data)
		other := q.inUnits(1, u.v, u.w)
		scaled := p
		scaled.A, scaled.C = p.A.Clone(), other.A
		for i := range p.B {
			for j, s := range u.v {
				scaled.A.Set(i, j, s*p.A.At(i, j))
			}
		}
		scaled.Lower, scaled.Upper = other.Lower, other.Upper
		scaled.RowLower, scaled.RowUpper = other.RowLower, other.RowUpper
		res, err := LeastSquares(background, scaled, Options{})
		require.Equal(t, res.Status == Optimal, err == nil)
		u.undo(&res.GeneralResult, err)
		switch res.Status {
		case Optimal:
			q.requireCertified(t, res.GeneralResult, 1e-9)
			square, size := p.Lambda*mat.Dot(res.X, res.X), 1+mat.AbsMax(p.B)+8*mat.AbsMax(res.X)
			for i, v := range p.B {
				left := mat.Dot(p.A.Row(i), res.X) - v
				square += left * left
			}
			require.InDelta(t, square, res.Objective, 1e-13*size*(1+math.Sqrt(square)))
		case Infeasible:
			var e *InfeasibleError
			require.ErrorAs(t, err, &e)
			if e.Farkas != nil {
				q.requireRefuted(t, e.Farkas)
			} else {
				require.Greater(t, e.Lower, e.Upper)
			}
		default:
			var e *StatusError
			require.True(t, errors.As(err, &e) && e.Status == res.Status, "%v", err)
			require.Equal(t, PrecisionLimit, res.Status, "%+v", p)
		}
	})
}
