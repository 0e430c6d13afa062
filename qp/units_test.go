package qp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/thorough"
	"ridge/mat"
)

// inUnits is p with f multiplied by c, and variable j measured in units of v[j].
func inUnits(p Problem[float64], c float64, v []float64) Problem[float64] {
	q := Problem[float64]{H: p.H.Clone()}
	rescale(q.H, v)
	mat.Scal(c, q.H.Data)
	for j, s := range v {
		q.G = append(q.G, c*p.G[j]*s)
		if p.Lower != nil {
			q.Lower = append(q.Lower, p.Lower[j]/s)
		}
		if p.Upper != nil {
			q.Upper = append(q.Upper, p.Upper[j]/s)
		}
	}
	return q
}

// randomPowers returns n random powers of two from 2^−size to 2^size.
func randomPowers(n, size int, r *rand.Rand) []float64 {
	v := make([]float64, n)
	for i := range v {
		v[i] = math.Exp2(float64(r.IntN(2*size+1) - size))
	}
	return v
}

// requireSameAnswer requires that q, which is p in other units, has the answer of p in these units,
// bit by bit.
func requireSameAnswer[T mat.Float](t testing.TB, p, q Problem[T], x0 []T, c float64, v []float64, o Options) {
	t.Helper()
	y0 := make([]T, len(v))
	for i, s := range v {
		y0[i] = T(float64(x0[i]) / s)
	}
	want, wantErr := Solve(background, p, x0, o)
	got, gotErr := Solve(background, q, y0, o)
	require.Equal(t, wantErr == nil, gotErr == nil, "%v, %v", wantErr, gotErr)
	for i, s := range v {
		require.Equal(t, float64(want.X[i]), float64(got.X[i])*s,
			"%v: x[%d], in units of %g; c is %g", o.Method, i, s, c)
	}
	require.Equal(t, c*want.Objective, got.Objective)
	want.Objective = got.Objective
	if want.Status == Unbounded {
		want.Certificate = got.Certificate
	}
	require.Equal(t, want.Info, got.Info)
}

// Powers of two for variables, and of four for f, change no bit of the scaled answer, for every
// method.
func TestAnswersDoNotDependOnUnits(t *testing.T) {
	count, sizes := 300, []int{60}
	if thorough.Tests() {
		count, sizes = 2000, []int{60, 200}
	}
	r := newRand(310)
	for k := range count {
		p, x0, name := randomProblem(1+r.IntN(14), r)
		v, c := randomPowers(len(x0), 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
		if !t.Run(fmt.Sprintf("%d %s", k, name), func(t *testing.T) {
			requireSameAnswer(t, p, inUnits(p, c, v), x0, c, v, Options{Method: everyMethod[k%len(everyMethod)]})
		}) {
			return
		}
	}
	for _, n := range sizes { // for which Auto uses all methods
		for _, kind := range benchKinds {
			h, g, lower, upper := benchProblem(kind, n)
			p := Problem[float64]{h, g, lower, upper}
			v, c := randomPowers(n, 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
			for _, m := range everyMethod {
				requireSameAnswer(t, p, inUnits(p, c, v), make([]float64, n), c, v, Options{Method: m})
			}
		}
		for k := range kernels {
			p, v, c := smoothKernel(k, n, 0.01), randomPowers(n, 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
			requireSameAnswer(t, p, inUnits(p, c, v), make([]float64, n), c, v, Options{})
		}
	}
}

func TestFloat32AnswersDoNotDependOnUnits(t *testing.T) {
	r := newRand(311)
	for k := range 300 {
		n := 1 + r.IntN(12)
		p := randomTiny(n, 1e3, r)
		wide := problemAs[float32](p)
		load(p.H.Data, wide.H.Data) // as rounded to float32
		load(p.G, wide.G)
		load(p.Lower, wide.Lower)
		load(p.Upper, wide.Upper)
		v, c := randomPowers(n, 8, r), math.Exp2(float64(2*(r.IntN(21)-10)))
		requireSameAnswer(t, wide, problemAs[float32](inUnits(p, c, v)), make([]float32, n), c, v,
			Options{Method: everyMethod[k%len(everyMethod)]})
	}
}

// Other factors change only rounding errors: the answers are optimal in each other's units.
func TestAnyUnitsWillDo(t *testing.T) {
	r := newRand(312)
	for k := range 300 {
		k := makeKnown(2+r.IntN(30), math.Pow(10, 8*r.Float64()), r.Float64(), float64(k%4), r)
		v := randomPowers(len(k.G), 30, r)
		for i := range v {
			v[i] *= 1 + r.Float64()
		}
		c := math.Exp2(80*r.Float64() - 40)
		res, err := Solve(background, inUnits(k.Problem, c, v), nil, Options{})
		require.NoError(t, err)
		x := make([]float64, len(v))
		for i, s := range v {
			x[i] = min(max(res.X[i]*s, -1), 1)
		}
		require.LessOrEqual(t, naiveKKT(k.Problem, x), 1.1e-9*naiveScale(k.Problem))
	}
}

func TestBatchesDoNotDependOnUnits(t *testing.T) {
	r := newRand(313)
	for range 20 {
		const m = 40
		n := 2 + r.IntN(40)
		h, b := makeBatch[float64](m, n, math.Pow(10, 3*r.Float64()), r)
		b = b.clone()
		v, c := randomPowers(n, 30, r), math.Exp2(float64(2*(r.IntN(41)-20)))
		scaled := Batch[float64]{G: b.G.Clone(), Lower: b.Lower.Clone(), Upper: b.Upper.Clone(), X: b.X.Clone(),
			Problems: make([]Info, m)}
		hs := h.Clone()
		rescale(hs, v)
		mat.Scal(c, hs.Data)
		for i := range m {
			for j, s := range v {
				scaled.G.Set(i, j, c*s*b.G.At(i, j))
				for _, x := range []mat.Dense[float64]{scaled.Lower, scaled.Upper, scaled.X} {
					x.Set(i, j, x.At(i, j)/s)
				}
			}
		}
		for q, side := range []Batch[float64]{b, scaled} {
			s, err := NewSolver([]mat.Dense[float64]{h, hs}[q], Options{Tolerance: 1e-7})
			require.NoError(t, err)
			_, err = s.SolveBatch(background, side)
			require.NoError(t, err)
		}
		for i := range m {
			for j, s := range v {
				require.Equal(t, b.X.At(i, j), scaled.X.At(i, j)*s)
			}
			b.Problems[i].Objective *= c
			require.Equal(t, b.Problems[i], scaled.Problems[i])
		}
	}
}

func solve32(t *testing.T, n int, h, g []float32) Result[float32] {
	t.Helper()
	res, err := Solve(background, Problem[float32]{H: mat.DenseOf(n, n, h), G: g, Lower: make([]float32, n)},
		nil, Options{})
	require.NoError(t, err)
	return res
}

// A gradient is not a distance: when they were compared, x = 0 passed for optimal.
func TestALargeCurvatureIsNoSmallGradient(t *testing.T) {
	for _, h := range []float64{1e5, 1e9, 1e15, 1e30} {
		p := Problem[float64]{mat.DenseOf(1, 1, []float64{h}), []float64{-h}, []float64{0}, []float64{1}}
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err)
		assert.Equal(t, 1.0, res.X[0])
		small, err := Solve(background, problemAs[float32](p), nil, Options{})
		require.NoError(t, err)
		assert.Equal(t, float32(1), small.X[0])

		const m = fewProblems
		s, err := NewSolver(problemAs[float32](p).H, Options{})
		require.NoError(t, err)
		b := Batch[float32]{G: mat.NewDense[float32](m, 1), Lower: mat.NewDense[float32](1, 1),
			Upper: mat.DenseOf(1, 1, []float32{1}), X: mat.NewDense[float32](m, 1)}
		b.G.Fill(-float32(h))
		_, err = s.SolveBatch(background, b)
		require.NoError(t, err)
		for i := range m {
			assert.Equal(t, float32(1), b.X.At(i, 0))
		}
	}
}

func TestAMultipleOfTheObjectiveHasTheSameSolution(t *testing.T) {
	for _, c := range []float64{1, 1e5, 1e8, 1e-8, 3e20} {
		p := Problem[float64]{mat.DenseOf(3, 3, []float64{4, -1, 1, -1, 3, 1, 1, 1, 2}), []float64{-1, 1, -3},
			make([]float64, 3), nil}
		p = inUnits(p, c, constant(3, 1))
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err)
		assert.InDeltaSlice(t, []float64{0, 0, 1.5}, res.X, 1e-9, "c = %g", c)
		small, err := Solve(background, problemAs[float32](p), nil, Options{})
		require.NoError(t, err)
		assert.InDeltaSlice(t, []float32{0, 0, 1.5}, small.X, 1e-5, "c = %g", c)
	}
}

func TestVariablesOfDifferentUnitsInFloat32(t *testing.T) {
	res := solve32(t, 2, []float32{1, -9e4, -9e4, 1e10}, []float32{-1, -1e5})
	assert.InDelta(t, 10, res.X[0], 1e-3)
	assert.InDelta(t, 1e-4, res.X[1], 1e-8)
}

// Non-negative least squares with columns in raw units.
func TestNonNegativeLeastSquaresInRawUnits(t *testing.T) {
	r := newRand(314)
	for _, c := range []struct {
		rows, cols int
		scales     []float64
	}{
		{89, 5, []float64{1, 1e3, 1e-4, 1e6, 50}},
		{40, 5, []float64{1e7, 1e-3, 1, 2e4, 1e-1}},
		{150, 4, []float64{5.8e4, 3e4, 3.7e4, 1.2e4}}, // flowers in micrometres
		{100, 64, nil}, // pixels from 0 to 255
	} {
		a, b := mat.NewDense[float64](c.rows, c.cols), make([]float64, c.rows)
		for i := range c.rows {
			for j := range c.cols {
				scale := 255.0
				if c.scales != nil {
					scale = c.scales[j]
				}
				a.Set(i, j, math.Floor(scale*r.Float64()*1e6)/1e6)
			}
			b[i] = 3 * r.Float64()
		}
		p := leastSquares(a, b)
		unit, v := Problem[float64]{}, naiveUnits(p)
		for i := range v {
			v[i] = 1 / v[i]
		}
		unit = inUnits(p, 1, v)
		best, err := Solve(background, unit, nil, Options{Tolerance: 1e-12})
		require.NoError(t, err)
		res, err := Solve(background, p, nil, Options{})
		require.NoError(t, err)
		assert.InEpsilon(t, best.Objective, res.Objective, 1e-9)
		small, err := Solve(background, problemAs[float32](p), nil, Options{})
		require.NoError(t, err)
		assert.InEpsilon(t, best.Objective, small.Objective, 1e-3)
	}
}

// The problems of Moré and Toraldo with their H: a diagonal matrix after one reflection.
func TestMoreToraldoIllConditioned(t *testing.T) {
	const n = 100
	for _, cond := range []float64{6, 12} {
		r := newRand(315)
		y, d, norm := make([]float64, n), make([]float64, n), 0.0
		for i := range n {
			y[i], d[i] = 2*r.Float64()-1, math.Pow(10, cond*float64(i)/(n-1))
			norm += y[i] * y[i]
		}
		h := mat.NewDense[float64](n, n)
		for i := range n {
			for j := range n {
				s := 0.0
				for k := range n {
					reflect := func(a int) float64 {
						v := -2 * y[a] * y[k] / norm
						if a == k {
							v++
						}
						return v
					}
					s += reflect(i) * d[k] * reflect(j)
				}
				h.Set(i, j, s)
			}
		}
		mat.Symmetrize(mat.Lower, h, 1)
		want := make([]float64, n)
		for i := range want {
			want[i] = 2*r.Float64() - 1
			if i%3 == 0 {
				want[i] = math.Copysign(1, want[i])
			}
		}
		p := withSolution(h, constant(n, -1), constant(n, 1), want)
		for _, m := range everyMethod {
			res, err := solveHonestly(t, p, make([]float64, n), Options{Method: m})
			if !settles(m) {
				continue
			}
			require.NoError(t, err)
			assert.LessOrEqual(t, rise(res.X, naiveGradient(p, res.X), want, naiveGradient(p, want)),
				1e-8*math.Abs(res.Objective), "%v", m)
		}
	}
}
