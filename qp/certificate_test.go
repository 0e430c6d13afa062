package qp

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// generalPoint is a random problem with general constraints, a point and multipliers.
type generalPoint struct {
	h, a         mat.Dense[float64]
	g, x, y      []float64
	lower, upper []float64
	rows         [2][]float64
}

func randomGeneralPoint(n, m int, r *rand.Rand) generalPoint {
	normal := func(n int) []float64 {
		v := make([]float64, n)
		for i := range v {
			v[i] = r.NormFloat64()
		}
		return v
	}
	p := generalPoint{
		h: hessian(n, 100, r), a: mat.DenseOf(m, n, normal(m*n)), g: normal(n), x: normal(n), y: normal(m),
		lower: normal(n), upper: infinite(n, 1), rows: [2][]float64{normal(m), infinite(m, 1)},
	}
	for i := range p.x {
		p.x[i] = max(p.x[i], p.lower[i])
	}
	for i := range p.y {
		p.y[i] = math.Abs(p.y[i])
	}
	return p
}

// inUnits is p with f multiplied by c, variable j measured in units of v[j], and row i multiplied
// by w[i].
func (p generalPoint) inUnits(c float64, v, w []float64) generalPoint {
	q := generalPoint{h: p.h.Clone(), a: p.a.Clone()}
	rescale(q.h, v)
	mat.Scal(c, q.h.Data)
	for j, s := range v {
		q.g = append(q.g, c*p.g[j]*s)
		q.x, q.lower, q.upper = append(q.x, p.x[j]/s), append(q.lower, p.lower[j]/s), append(q.upper, p.upper[j]/s)
	}
	for i, s := range w {
		for j := range v {
			q.a.Set(i, j, s*p.a.At(i, j)*v[j])
		}
		q.y = append(q.y, c*p.y[i]/s)
		q.rows[0], q.rows[1] = append(q.rows[0], s*p.rows[0][i]), append(q.rows[1], s*p.rows[1][i])
	}
	return q
}

func (p generalPoint) certify() Certificate {
	n, m := len(p.x), len(p.y)
	rows := &rowPoint{value: make([]float64, m), size: make([]float64, m), pull: make([]float64, n), y: p.y,
		lower: p.rows[0], upper: p.rows[1]}
	for i := range m {
		for j := range n {
			term := p.a.At(i, j) * p.x[j]
			rows.value[i] += term
			rows.size[i] += math.Abs(term)
			rows.pull[j] += p.a.At(i, j) * p.y[i]
		}
	}
	grad := naiveGradient(Problem[float64]{H: p.h, G: p.g}, p.x)
	for j := range n {
		grad[j] -= rows.pull[j]
	}
	return point{p.x, grad, p.g, p.lower, p.upper, curvatureUnits(p.h), rows, nil, nil}.certify(p.scale())
}

func (p generalPoint) scale() scale {
	s := scale{}
	for j, g := range p.g {
		s.slope = max(s.slope, math.Abs(g)/math.Sqrt(p.h.At(j, j)))
	}
	s.fall = s.slope * s.slope / 2
	return s
}

func TestCertificateDoesNotDependOnUnits(t *testing.T) {
	r := newRand(300)
	for range 200 {
		n, m := 1+r.IntN(6), r.IntN(5)
		p := randomGeneralPoint(n, m, r)
		want := p.certify()
		powers := func(n int) []float64 {
			v := make([]float64, n)
			for i := range v {
				v[i] = math.Exp2(float64(r.IntN(61) - 30))
			}
			return v
		}
		exact := p.inUnits(math.Exp2(float64(2*r.IntN(41)-40)), powers(n), powers(m))
		require.Equal(t, want, exact.certify(), "powers of two, and of four for f, change no bit")

		v, w := powers(n), powers(m)
		for i := range v {
			v[i] *= 1 + r.Float64()
		}
		for i := range w {
			w[i] *= 1 + r.Float64()
		}
		got := p.inUnits(math.Exp2(40*(2*r.Float64()-1)), v, w).certify()
		require.InDelta(t, want.Primal, got.Primal, 1e-12)
		require.InDelta(t, want.Dual, got.Dual, 1e-12*(1+want.Dual))
		require.InDelta(t, want.Complementarity, got.Complementarity, 1e-12*(1+want.Complementarity))
		require.InDelta(t, want.Gap, got.Gap, 1e-12)
	}
}

// The gap is f(x) minus the Lagrangian dual at x and the multipliers, −½xᵀHx + λᵀl − μᵀu + yᵀc, by
// definition.
func TestCertificateGapIsTheDualityGap(t *testing.T) {
	r := newRand(301)
	for range 100 {
		p := randomGeneralPoint(1+r.IntN(6), r.IntN(5), r)
		grad, scale := naiveGradient(Problem[float64]{H: p.h, G: p.g}, p.x), p.scale()
		f, curved, dual, fall, size := naiveObjective(Problem[float64]{H: p.h, G: p.g}, p.x), 0.0, 0.0, 0.0, 0.0
		for j, x := range p.x {
			curved += x * (grad[j] - p.g[j])
			size += math.Abs(x * p.g[j])
			slope, e := grad[j], math.Sqrt(p.h.At(j, j))
			for i, y := range p.y {
				slope -= p.a.At(i, j) * y
			}
			if slope >= 0 && (x-p.lower[j])*e <= slope/e {
				dual += slope * p.lower[j]
				size += math.Abs(slope * p.lower[j])
			} else {
				fall += slope * slope / p.h.At(j, j) / 2
			}
		}
		for i, y := range p.y {
			dual += y * p.rows[0][i]
			size += math.Abs(y * p.rows[0][i])
		}
		dual -= curved / 2
		size += curved/2 + scale.fall
		require.InDelta(t, (math.Abs(f-dual)+fall)/size, p.certify().Gap, 1e-13*(1+fall/size))
	}
}

// A linear program: min −x₀ − 2x₁, x ≥ 0, x₀ + x₁ ≤ 4, x₀ + 3x₁ ≤ 6. Its solution is (3, 1), with
// the multipliers −½ for both rows.
func TestCertificateOfALinearProgram(t *testing.T) {
	at := func(x0, x1, y0, y1 float64) Certificate {
		g, y := []float64{-1, -2}, []float64{y0, y1}
		return point{
			x: []float64{x0, x1}, grad: []float64{g[0] - y0 - y1, g[1] - y0 - 3*y1}, g: g,
			lower: []float64{0, 0}, upper: infinite(2, 1), units: onesIn(2),
			rows: &rowPoint{
				value: []float64{x0 + x1, x0 + 3*x1}, size: []float64{x0 + x1, x0 + 3*x1},
				pull: []float64{y0 + y1, y0 + 3*y1},
				y:    y, lower: infinite(2, -1), upper: []float64{4, 6},
			},
		}.certify(scale{slope: 2})
	}
	assert.Equal(t, Certificate{}, at(3, 1, -0.5, -0.5))
	assert.InDelta(t, max(0.5/8.5, 0.5/12.5), at(3.5, 1, -0.5, -0.5).Primal, 1e-15, "both rows are above by 0.5")
	assert.Positive(t, at(3, 1, -0.5, -0.25).Dual)
	assert.Positive(t, at(2, 1, -0.5, -0.5).Complementarity)
	assert.Positive(t, at(2, 1, -0.5, -0.5).Gap)
	assert.Zero(t, at(2, 1, -0.5, -0.5).Primal)
}

func TestCertificateAfterAnOverflowProvesNothing(t *testing.T) {
	p := point{x: []float64{0}, grad: []float64{math.Inf(1)}, g: []float64{1}, lower: []float64{0},
		upper: infinite(1, 1), units: onesIn(1)}
	assert.True(t, math.IsNaN(p.certify(scale{slope: 1, fall: 1}).KKT()))
	assert.False(t, p.certify(scale{slope: 1, fall: 1}).within(1e300))
	assert.False(t, unmeasured().within(1e300))
}

// onesIn returns units for variables that are already in natural units.
func onesIn(n int) natural { return natural{constant(n, 1), constant(n, 1)} }

// one is a point of one variable with h = 1 and a scale of 1.
func one(x, slope, lower, upper float64) Certificate {
	units := natural{[]float64{1}, []float64{1}}
	p := point{[]float64{x}, []float64{slope}, []float64{slope - x}, []float64{lower}, []float64{upper}, units, nil,
		nil, nil}
	return p.certify(scale{slope: 1, fall: 1})
}

func TestCertificateOfOneVariable(t *testing.T) {
	for name, c := range map[string]struct {
		got                           Certificate
		primal, dual, complementarity float64
	}{
		"below its lower bound":                  {one(-0.25, 0, 0, 1), 0.25, 0, 0},
		"above its upper bound":                  {one(1.5, 0, 0, 1), 0.5, 0, 0},
		"nearer to the bound than its slope":     {one(0.25, 0.5, 0, 1), 0, 0, 0.25},
		"farther than its slope":                 {one(0.5, 0.25, 0, 1), 0, 0.25, 0},
		"as far as its slope: it presses":        {one(0.5, 0.5, 0, 1), 0, 0, 0.5},
		"as far from the upper one as its slope": {one(0.5, -0.5, 0, 1), 0, 0, 0.5},
		"no bound that its slope points to":      {one(0.5, 0.5, -inf, 1), 0, 0.5, 0},
		"fixed, whatever its slope":              {one(0.5, 3, 0.5, 0.5), 0, 0, 0},
	} {
		assert.Equal(t, [3]float64{c.primal, c.dual, c.complementarity},
			[3]float64{c.got.Primal, c.got.Dual, c.got.Complementarity}, name)
	}
}

func TestNothingIsCertifiedWhereASlopeHasOverflowed(t *testing.T) {
	for _, slope := range []float64{math.Inf(1), math.Inf(-1), math.NaN()} {
		c := one(0.5, slope, 0, 1)
		for _, v := range []float64{c.Primal, c.Dual, c.Complementarity, c.Gap} {
			assert.True(t, math.IsNaN(v), "%g: %+v", slope, c)
		}
	}
}
