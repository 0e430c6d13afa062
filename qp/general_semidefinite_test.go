package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// 1 + half an ulp of the diagonal is what rounding to float32 makes of a Gram matrix of rank one.
func TestASaddlePointIsNoMinimum(t *testing.T) {
	above, below := float64(math.Nextafter32(1, 2)), float64(math.Nextafter32(1, 0))
	pair := func(b float64) []float64 { return []float64{1, b, b, 1} }
	box := []float64{1e15, 1e15}
	for name, c := range map[string]struct {
		h, g  []float64
		upper []float64
		want  map[int]Status // by bits
	}{
		"rounded to float32":  {pair(above), []float64{1, -1}, nil, map[int]Status{32: Unbounded, 64: Indefinite}},
		"by 5e-9":             {pair(1 + 5e-9), []float64{1, -1}, nil, map[int]Status{64: Indefinite}},
		"by 5e-9, in a box":   {pair(1 + 5e-9), []float64{1, -1}, box, map[int]Status{64: Indefinite}},
		"singular":            {pair(1), []float64{1, -1}, nil, map[int]Status{32: Unbounded, 64: Unbounded}},
		"singular, no slope":  {pair(1), []float64{1, 1}, nil, map[int]Status{32: Optimal, 64: Optimal}},
		"rounded, no slope":   {pair(above), []float64{1, 1}, nil, map[int]Status{32: Optimal, 64: Indefinite}},
		"definite by one ulp": {pair(below), []float64{1, -1}, nil, map[int]Status{32: Optimal, 64: Optimal}},
		"definite":            {pair(1 - 5e-9), []float64{1, -1}, nil, map[int]Status{64: Optimal}},
	} {
		for bits, want := range c.want {
			var got Status
			if bits == 32 {
				got = statusOfGeneral[float32](t, c.h, c.g, c.upper)
			} else {
				got = statusOfGeneral[float64](t, c.h, c.g, c.upper)
			}
			assert.Equal(t, want, got, "%s, float%d", name, bits)
		}
	}
}

// statusOfGeneral solves a problem of T with bounds ±upper, or none.
func statusOfGeneral[T mat.Float](t *testing.T, h, g, upper []float64) Status {
	t.Helper()
	n := len(g)
	p := GeneralProblem[T]{H: mat.NewDense[T](n, n), G: make([]T, n)}
	load(p.H.Data, h)
	load(p.G, g)
	if upper != nil {
		p.Lower, p.Upper = make([]T, n), make([]T, n)
		for j, u := range upper {
			p.Lower[j], p.Upper[j] = T(-u), T(u)
		}
	}
	r, err := SolveGeneral(background, p, Options{})
	assert.Equal(t, err == nil, r.Status == Optimal)
	return r.Status
}

func TestARayWithinRoundingMustFallAndMayNotEnd(t *testing.T) {
	inf := math.Inf(1)
	free, loose := []float64{inf, inf}, []float64{0, 0}
	for name, c := range map[string]struct {
		g, x, upper []float64
		row         []float64 // row · x ≤ 0
		want        []float64
	}{
		"falls":             {[]float64{1, -1}, []float64{-8, 8}, free, loose, []float64{-8, 8}},
		"nearly a ray":      {[]float64{1, -1}, []float64{-8, 8.000001}, free, loose, []float64{-8, 8.000001}},
		"rises":             {[]float64{1, -1}, []float64{8, -8}, free, loose, nil},
		"falls by rounding": {[]float64{1, 1.0000001}, []float64{8, -8}, free, loose, nil},
		"as flat as needed": {[]float64{1, -1}, []float64{-8, 8.00006}, free, loose, []float64{-8, 8.00006}},
		"not flat enough":   {[]float64{1, -1}, []float64{-8, 8.00007}, free, loose, nil},
		"is curved":         {[]float64{1, -1}, []float64{-8, 8.1}, free, loose, nil},
		"ends at a bound":   {[]float64{1, -1}, []float64{-8, 8}, []float64{inf, 9}, loose, nil},
		"ends at a row":     {[]float64{1, -1}, []float64{-8, 8}, free, []float64{0, 1}, nil},
		"leaves a row":      {[]float64{1, -1}, []float64{-8, 8}, free, []float64{1, 0}, []float64{-8, 8}},
	} {
		p := program{
			h: indexMatrix(mat.DenseOf(2, 2, []float64{1, 1, 1, 1})), a: indexMatrix(mat.DenseOf(1, 2, c.row)), g: c.g,
			lower: []float64{-inf, -inf, -inf}, upper: []float64{c.upper[0], c.upper[1], 0},
		}
		assert.Equal(t, c.want, p.roundedRay(c.x, roundoff[float32]()), name)
	}
}

// A bound of 1e30 may stand for none, but ends a ray.
func TestARayWithinRoundingIsNoneWhereAFarBoundEndsIt(t *testing.T) {
	above := float64(math.Nextafter32(1, 2))
	h, g := []float64{1, above, above, 1}, []float64{1, -1}
	assert.NotEqual(t, Unbounded, statusOfGeneral[float32](t, h, g, []float64{1e30, 1e30}))
	assert.Equal(t, Unbounded, statusOfGeneral[float32](t, h, g, nil))
}

// The first two variables have a minimum, at ∓2¹⁹, whatever rounding has made of H among the others, which are
// bounded.
func TestAnIndefinitePartOfHWithinBoundsLeavesOthersTheirMinimum(t *testing.T) {
	below, above := float32(1-0x1p-20), math.Nextafter32(1, 2)
	inf := float32(math.Inf(1))
	p := GeneralProblem[float32]{
		H: mat.DenseOf(4, 4, []float32{
			1, below, 0, 0,
			below, 1, 0, 0,
			0, 0, 1, above,
			0, 0, above, 1,
		}),
		G:     []float32{0.5, -0.5, 0.25, -0.5},
		Lower: []float32{-inf, -inf, 0, 0},
		Upper: []float32{inf, inf, 1, 1},
	}
	r, err := SolveGeneral(background, p, Options{})
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float32{-0x1p19, 0x1p19}, r.X[:2], 1)
}

// Gram matrices of low rank in float32 have negative eigenvalues where those in float64 have none that matter. With a
// random g most problems have no minimum, with g = −Vb all have one.
func TestGramMatricesOfLowRankInFloat32AreSolvedAsInFloat64(t *testing.T) {
	seeds := uint64(300)
	if thorough.Asked() {
		seeds = 6000
	}
	for _, squares := range []bool{false, true} {
		counts := map[[2]Status]int{}
		for seed := range seeds {
			single, low := roundedRank[float32](seed, squares)
			double, high := roundedRank[float64](seed, squares)
			counts[[2]Status{single.Status, double.Status}]++
			if single.Status == Optimal {
				assert.LessOrEqual(t, single.Objective, 1e-3, "seed %d: x = 0 is feasible", seed)
			}
			if single.Status == Unbounded {
				assert.Equal(t, Unbounded, double.Status, "seed %d", seed)
				var e *UnboundedError
				require.ErrorAs(t, low, &e)
				assert.Len(t, e.Ray, len(single.X))
			}
			assert.NotEqual(t, Indefinite, single.Status, "seed %d", seed)
			assert.Equal(t, high == nil, double.Status == Optimal)
		}
		few := int(seeds / 12)
		lost := counts[[2]Status{PrecisionLimit, Unbounded}] + counts[[2]Status{PrecisionLimit, Optimal}]
		assert.LessOrEqual(t, lost, few)
		if squares {
			assert.Greater(t, counts[[2]Status{Optimal, Optimal}], int(seeds)-few)
		} else {
			assert.Greater(t, counts[[2]Status{Unbounded, Unbounded}], int(seeds)/4)
		}
	}
}

// roundedRank solves min ½‖Vᵀx‖² + gᵀx with some x ≥ 0 and rows Ax ≥ 0, all of random numbers of float32.
func roundedRank[T mat.Float](seed uint64, squares bool) (GeneralResult[T], error) {
	rng := rand.New(rand.NewPCG(seed, 24))
	random := func(rows, cols int) mat.Dense[T] {
		m := mat.NewDense[T](rows, cols)
		for i := range m.Data {
			m.Data[i] = T(float32(rng.NormFloat64()))
		}
		return m
	}
	n := 2 + rng.IntN(12)
	v := random(n, 1+rng.IntN(n-1))
	p := GeneralProblem[T]{H: mat.NewDense[T](n, n), G: random(1, n).Data, Lower: make([]T, n)}
	mat.Syrk(mat.Lower, mat.NoTrans, 1, v, 0, p.H, 1)
	mat.Symmetrize(mat.Lower, p.H, 1)
	if b := random(1, v.Cols).Data; squares {
		mat.Gemv(mat.NoTrans, -1, v, b, 0, p.G, 1)
	}
	for j := range p.Lower {
		if rng.IntN(3) < int(seed%3) {
			p.Lower[j] = T(math.Inf(-1))
		}
	}
	if seed%2 == 0 {
		p.A = random(1+rng.IntN(3), n)
		p.RowLower = make([]T, p.A.Rows)
	}
	return SolveGeneral(background, p, Options{Workers: 1})
}

// Block 1 is a ring of springs that a small curvature holds, and has its minimum where all x are 1. Block 2 is a matrix
// of rank one that rounding to float32 has made indefinite: where H is indefinite says nothing of the others.
func TestRowsThatNearlyCancelAreNoRayNextToAnIndefinitePartOfH(t *testing.T) {
	const ring, soft = 48, 0x1p-12
	const n = ring + 2
	inf := float32(math.Inf(1))
	p := GeneralProblem[float32]{H: mat.NewDense[float32](n, n), G: slices.Repeat([]float32{-soft}, n),
		Lower: slices.Repeat([]float32{-inf}, n)}
	for i := range ring {
		p.H.Set(i, i, 2+soft)
		p.H.Set(i, (i+1)%ring, -1)
		p.H.Set((i+1)%ring, i, -1)
	}
	const a = 1 - soft/2
	p.H.Set(ring, ring, 1)
	p.H.Set(ring, ring+1, a)
	p.H.Set(ring+1, ring, a)
	p.H.Set(ring+1, ring+1, 1-soft)
	p.G[ring], p.G[ring+1], p.Lower[ring+1] = 0, soft, 1
	r, err := SolveGeneral(background, p, Options{Workers: 1})
	require.NoError(t, err)
	want := slices.Repeat([]float32{1}, n)
	want[ring] = -a
	assert.InDeltaSlice(t, want, r.X, 1e-4)
}
