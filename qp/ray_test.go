package qp

import (
	"errors"
	"math"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// exactForm is Σ aᵢⱼuᵢvⱼ without rounding errors but for the last one.
func exactForm(a mat.Dense[float64], u, v []float64) float64 {
	number := func(f float64) *big.Float { return new(big.Float).SetPrec(1000).SetFloat64(f) }
	sum := number(0)
	for i, x := range u {
		for j, y := range v {
			term := number(a.At(i, j))
			sum.Add(sum, term.Mul(term.Mul(term, number(x)), number(y)))
		}
	}
	f, _ := sum.Float64()
	return f
}

// nearlySingularPair is an H of two variables whose smallest eigenvalue is up to 40 rounding errors, and not negative.
func nearlySingularPair(r *rand.Rand) mat.Dense[float64] {
	a, b := math.Exp(5*r.NormFloat64()), math.Exp(5*r.NormFloat64())
	off := math.Nextafter(math.Sqrt(a*b), 0)
	for range r.IntN(40) {
		off = math.Nextafter(off, 0)
	}
	return mat.DenseOf(2, 2, []float64{a, off, off, b})
}

// H may be positive definite by rounding errors, and f has a minimum then, far out. What a ray proves is how far f
// falls along it at least: the curvature is evaluated with an error of 2nu(Σ|dᵢ|√hᵢᵢ)², and up to twice that counts as
// none.
func TestARayIsFlatUpToTheRoundingOfH(t *testing.T) {
	const u = 0x1p-53
	definite, rays := 0, 0
	for seed := range uint64(3000) {
		r := newRand(seed)
		h := nearlySingularPair(r)
		if seed%3 == 0 {
			n := 3 + r.IntN(6)
			h = lowRank(n, n-1, seed)
		}
		n := h.Rows
		p := Problem[float64]{H: h, G: randomMatrix(1, n, r).Data}
		_, err := Solve(background, p, nil, Options{})
		var unbounded *UnboundedError
		if !errors.As(err, &unbounded) {
			continue
		}
		rays++
		d, length := unbounded.Ray, 0.0
		for i, v := range d {
			length += math.Abs(v) * math.Sqrt(h.At(i, i))
		}
		curvature := exactForm(h, d, d)
		require.LessOrEqual(t, curvature, 6*float64(n)*u*length*length, "seed %d", seed)
		require.Negative(t, exactForm(mat.DenseOf(1, n, p.G), []float64{1}, d), "seed %d", seed)
		if curvature > 0 {
			definite++
		}
	}
	assert.Greater(t, rays, 300)
	assert.Greater(t, definite, 100)
}

// Rounding H to float32 leaves small curvatures of both signs where it had none. Where one is negative, the methods end
// far out, and the way there is a ray, which falls for ever.
func TestAnHThatWasRoundedToFloat32HasARayWhereItCurvesDown(t *testing.T) {
	const u = 0x1p-24 // see UnboundedError.Ray
	r := newRand(550)
	rounds, rays := repeats(t, 3000), 0
	for round := range rounds {
		n := 3 + r.IntN(20)
		wide := lowRank(n, 1+r.IntN(n-1), r.Uint64())
		p := Problem[float32]{H: mat.NewDense[float32](n, n), G: make([]float32, n), Lower: make([]float32, n)}
		mat.Convert(p.H, wide)
		mat.Convert(wide, p.H)
		for j := range n {
			p.G[j], p.Lower[j] = float32(r.NormFloat64()), float32(math.Inf(-1))
			if r.IntN(5) == 0 {
				p.Lower[j] = -1
			}
		}
		_, err := Solve(background, p, nil, Options{})
		var unbounded *UnboundedError
		if !errors.As(err, &unbounded) {
			continue
		}
		rays++
		length, slope := 0.0, 0.0
		for j, v := range unbounded.Ray {
			length += math.Abs(v) * math.Sqrt(wide.At(j, j))
			slope += v * float64(p.G[j])
			require.False(t, p.Lower[j] == -1 && v < -1e-6, "round %d: a bound ends the ray", round)
		}
		require.LessOrEqual(t, exactForm(wide, unbounded.Ray, unbounded.Ray), 6*float64(n)*u*length*length,
			"round %d", round)
		require.Negative(t, slope, "round %d", round)
	}
	t.Log(rays, "of", rounds)
	assert.Greater(t, rays, rounds*69/100)
}

// A bound that is out of range, in steps along a direction without curvature, is still a bound.
func TestARayWithAFarBoundIsNone(t *testing.T) {
	inf := math.Inf(1)
	p := Problem[float64]{H: mat.DenseOf(2, 2, []float64{1e20, -1e10, -1e10, 1}), G: []float64{0, -1},
		Upper: []float64{1e300, inf}}
	for m := Auto; m < methodCount; m++ {
		res, err := Solve(background, p, nil, Options{Method: m})
		require.Error(t, err)
		var unbounded *UnboundedError
		require.False(t, errors.As(err, &unbounded), "%v: %v, %v", m, err, res.Status)
	}
	p.Upper[0] = inf
	_, err := Solve(background, p, nil, Options{})
	var unbounded *UnboundedError
	require.ErrorAs(t, err, &unbounded)
}
