package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// knownGeneral is a problem with a known solution, from which g was computed.
type knownGeneral struct {
	GeneralProblem[float64]
	x, y []float64
}

// shape says what a random problem is like.
type shape struct {
	n, m, rank int     // rank of H; 0 makes a linear program
	sparse     float64 // fraction of elements of A that are zero
	degenerate bool    // active constraints without multipliers, and multipliers that are not unique
	odd        bool    // fixed variables, empty rows, rows with one element, rows that repeat others
}

// randomGeneral makes a problem with a known solution: it chooses the solution, which constraints
// are active there and their multipliers, and computes g from these.
func randomGeneral(s shape, r *rand.Rand) knownGeneral {
	p := knownGeneral{GeneralProblem: GeneralProblem[float64]{A: mat.NewDense[float64](s.m, s.n)}}
	for i := range p.A.Data {
		if r.Float64() >= s.sparse {
			p.A.Data[i] = r.NormFloat64()
		}
	}
	if s.rank > 0 {
		b := mat.NewDense[float64](s.rank, s.n)
		for i := range b.Data {
			b.Data[i] = r.NormFloat64()
		}
		p.H = gram(b)
	}
	if s.odd {
		p.makeOdd(r)
	}
	for range s.n {
		p.x = append(p.x, math.Round(4*r.NormFloat64())/4)
	}
	z := make([]float64, s.n)
	p.Lower, p.Upper = infinite(s.n, -1), infinite(s.n, 1)
	for j, x := range p.x {
		z[j] = enclose(x, s, r, &p.Lower[j], &p.Upper[j])
	}
	p.RowLower, p.RowUpper, p.y = infinite(s.m, -1), infinite(s.m, 1), make([]float64, s.m)
	for i := range s.m {
		p.y[i] = enclose(mat.Dot(p.A.Row(i), p.x), s, r, &p.RowLower[i], &p.RowUpper[i])
	}
	p.G = z // it is overwritten by the g that makes x stationary
	for i, y := range p.y {
		mat.Axpy(y, p.A.Row(i), p.G)
	}
	for j := range p.H.Rows {
		p.G[j] -= mat.Dot(p.H.Row(j), p.x)
	}
	return p
}

func (p *knownGeneral) makeOdd(r *rand.Rand) {
	for i := range p.A.Rows {
		switch row := p.A.Row(i); r.IntN(6) {
		case 0:
			clear(row)
		case 1:
			j := r.IntN(len(row))
			v := row[j]
			clear(row)
			row[j] = v
		case 2:
			if i > 0 {
				copy(row, p.A.Row(i-1))
				mat.Scal(-2, row)
			}
		}
	}
}

// enclose puts bounds around v, and returns a multiplier that these bounds may have.
func enclose(v float64, s shape, r *rand.Rand, lower, upper *float64) (multiplier float64) {
	kind := r.IntN(6)
	m := r.ExpFloat64()
	if s.degenerate && r.IntN(2) == 0 {
		m = 0
	}
	if kind == 3 && !s.odd && r.IntN(2) == 0 {
		kind = 2
	}
	switch kind {
	case 0:
		*lower = v
		return m
	case 1:
		*upper = v
		if r.IntN(2) == 0 {
			*lower = v - r.ExpFloat64()
		}
		return -m
	case 2:
		*lower, *upper = v-r.ExpFloat64(), v+r.ExpFloat64()
	case 3:
		*lower, *upper = v, v
		return r.NormFloat64()
	case 4:
		*lower = v - r.ExpFloat64()
	}
	return 0
}

func (p knownGeneral) objective(x []float64) float64 {
	f := mat.Dot(p.G, x)
	for j := range p.H.Rows {
		f += x[j] * mat.Dot(p.H.Row(j), x) / 2
	}
	return f
}

// requireSolved checks by the definitions, in plain loops, that res is feasible, that its
// multipliers balance the slopes and have the right signs, and that its objective is that of the
// known solution.
func (p knownGeneral) requireSolved(t *testing.T, res GeneralResult[float64], tolerance float64) {
	t.Helper()
	n, m := len(p.x), len(p.y)
	far, steep := 1+mat.AbsMax(res.X), 1+mat.AbsMax(p.G)+mat.AbsMax(res.RowMultipliers)
	slope := slices.Clone(p.G)
	for j := range p.H.Rows {
		slope[j] += mat.Dot(p.H.Row(j), res.X)
	}
	pressed := func(v, lower, upper, multiplier, size float64) {
		require.GreaterOrEqual(t, v, lower-tolerance*far*size)
		require.LessOrEqual(t, v, upper+tolerance*far*size)
		if multiplier > 0 {
			require.LessOrEqual(t, min(multiplier/steep, v-lower), tolerance*far*size)
		} else if multiplier < 0 {
			require.LessOrEqual(t, min(-multiplier/steep, upper-v), tolerance*far*size)
		}
	}
	for i := range m {
		row, y := p.A.Row(i), res.RowMultipliers[i]
		pressed(mat.Dot(row, res.X), p.RowLower[i], p.RowUpper[i], y, 1+mat.Asum(row))
		mat.Axpy(-y, row, slope)
	}
	for j := range n {
		require.GreaterOrEqual(t, res.X[j], p.Lower[j])
		require.LessOrEqual(t, res.X[j], p.Upper[j])
		z := res.BoundMultipliers[j]
		pressed(res.X[j], p.Lower[j], p.Upper[j], z, 1)
		require.InDelta(t, slope[j], z, tolerance*steep*float64(n+m+1))
	}
	f, want, size := p.objective(res.X), p.objective(p.x), 1.0
	for j, x := range p.x {
		size += math.Abs(p.G[j] * x)
	}
	require.InDelta(t, want, f, tolerance*size*10)
}

// makeInfeasible makes p infeasible: for a random y, yᵀAx is below yᵀc for every x inside its
// bounds.
func (p *knownGeneral) makeInfeasible(r *rand.Rand) {
	y, d := make([]float64, len(p.y)), make([]float64, len(p.x))
	for i := range y {
		if i == 0 || r.IntN(2) == 0 {
			y[i] = r.NormFloat64()
			mat.Axpy(y[i], p.A.Row(i), d)
		}
	}
	most := 0.0
	for j, v := range d {
		switch {
		case v > 0:
			p.Upper[j] = math.Max(p.Lower[j], 0) + r.Float64()
			most += v * p.Upper[j]
		case v < 0:
			p.Lower[j] = math.Min(p.Upper[j], 0) - r.Float64()
			most += v * p.Lower[j]
		}
	}
	left := most + 1 // the required value of yᵀc
	for i := len(y) - 1; i >= 0; i-- {
		if y[i] == 0 {
			continue
		}
		c := r.NormFloat64()
		if i == 0 {
			c = left / y[i]
		}
		left -= y[i] * c
		p.RowLower[i], p.RowUpper[i] = c, math.Inf(1)
		if y[i] < 0 {
			p.RowLower[i], p.RowUpper[i] = math.Inf(-1), c
		}
	}
}

// makeUnbounded makes the objective fall forever along a random direction that no constraint
// blocks.
func (p *knownGeneral) makeUnbounded(rank int, r *rand.Rand) {
	n := len(p.x)
	d := make([]float64, n)
	for j := range d {
		if j < 2 || r.IntN(2) == 0 {
			d[j] = r.NormFloat64()
		}
	}
	length := mat.Dot(d, d)
	if rank > 0 { // the rows of H's factor are orthogonal to d
		b := mat.NewDense[float64](rank, n)
		for i := range rank {
			row := b.Row(i)
			for j := range row {
				row[j] = r.NormFloat64()
			}
			for range 2 { // once leaves rounding errors of the row that it had, in which f has a minimum far out
				mat.Axpy(-mat.Dot(row, d)/length, d, row)
			}
		}
		p.H = gram(b)
	}
	open := func(v float64, lower, upper *float64) {
		if v > 0 {
			*upper = math.Inf(1)
		} else if v < 0 {
			*lower = math.Inf(-1)
		}
	}
	for j, v := range d {
		open(v, &p.Lower[j], &p.Upper[j])
	}
	for i := range p.A.Rows {
		open(mat.Dot(p.A.Row(i), d), &p.RowLower[i], &p.RowUpper[i])
	}
	mat.Axpy(-(mat.Dot(p.G, d)+1)/length, d, p.G)
}

// requireRefuted checks, in plain loops, that y proves that no x satisfies the constraints.
func (p knownGeneral) requireRefuted(t *testing.T, y []float64) {
	t.Helper()
	require.Len(t, y, len(p.y))
	require.Equal(t, 1.0, mat.AbsMax(y))
	d, size := make([]float64, len(p.x)), make([]float64, len(p.x))
	least, most := 0.0, 0.0
	for i, v := range y {
		if v != 0 {
			side := p.RowLower[i]
			if v < 0 {
				side = p.RowUpper[i]
			}
			least += v * side
		}
		for j, a := range p.A.Row(i) {
			d[j] += a * v
			size[j] += math.Abs(a * v)
		}
	}
	for j, v := range d {
		side := p.Upper[j]
		if v < 0 {
			side = p.Lower[j]
		}
		if math.Abs(v) > 1e-11*(1+size[j]) {
			most += v * side
		}
	}
	require.Greater(t, least, most)
}

// requireRay checks that the objective falls forever along d, and that no constraint blocks it.
func (p knownGeneral) requireRay(t *testing.T, d []float64) {
	t.Helper()
	require.Len(t, d, len(p.x))
	require.Equal(t, 1.0, mat.AbsMax(d))
	require.Negative(t, mat.Dot(p.G, d))
	goesOn := func(v, lower, upper, size float64) {
		if !math.IsInf(lower, 0) {
			require.GreaterOrEqual(t, v, -1e-10*size)
		}
		if !math.IsInf(upper, 0) {
			require.LessOrEqual(t, v, 1e-10*size)
		}
	}
	for j, v := range d {
		goesOn(v, p.Lower[j], p.Upper[j], 1)
	}
	for i := range p.A.Rows {
		goesOn(mat.Dot(p.A.Row(i), d), p.RowLower[i], p.RowUpper[i], 1+mat.Asum(p.A.Row(i)))
	}
	for j := range p.H.Rows {
		require.InDelta(t, 0, mat.Dot(p.H.Row(j), d), 1e-10*(1+mat.Asum(p.H.Row(j))))
	}
}

// inUnits is p with f multiplied by c, variable j measured in units of v[j], and row i multiplied
// by w[i].
func (p knownGeneral) inUnits(c float64, v, w []float64) knownGeneral {
	q := knownGeneral{GeneralProblem: GeneralProblem[float64]{A: p.A.Clone(), H: p.H.Clone()}}
	if q.H.Rows > 0 {
		rescale(q.H, v)
		mat.Scal(c, q.H.Data)
	}
	for j, s := range v {
		q.G, q.x = append(q.G, c*p.G[j]*s), append(q.x, p.x[j]/s)
		q.Lower, q.Upper = append(q.Lower, p.Lower[j]/s), append(q.Upper, p.Upper[j]/s)
	}
	for i, s := range w {
		for j := range v {
			q.A.Set(i, j, s*p.A.At(i, j)*v[j])
		}
		q.y = append(q.y, c*p.y[i]/s)
		q.RowLower, q.RowUpper = append(q.RowLower, s*p.RowLower[i]), append(q.RowUpper, s*p.RowUpper[i])
	}
	return q
}

// numbersAs rounds to T. What is nil stays nil.
func numbersAs[T, S mat.Float](v []S) []T {
	if v == nil {
		return nil
	}
	w := make([]T, len(v))
	load(w, v)
	return w
}

func matrixAs[T, S mat.Float](m mat.Dense[S]) mat.Dense[T] {
	w := mat.NewDense[T](m.Rows, m.Cols)
	mat.Convert(w, m)
	return w
}

func problemAs[T, S mat.Float](p Problem[S]) Problem[T] {
	return Problem[T]{matrixAs[T](p.H), numbersAs[T](p.G), numbersAs[T](p.Lower), numbersAs[T](p.Upper)}
}
