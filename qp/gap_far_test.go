package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// flatHessian is H = BᵀB, along whose flat direction f hardly curves.
type flatHessian struct {
	b, h mat.Dense[float64]
	flat []float64 // of elements −1, 0 and 1
}

// flatBounded is a problem with bounds only and a known minimum x, where the bounds have the multipliers z, and a
// starting point that may be far out along the flat direction.
type flatBounded struct {
	Problem[float64]
	b           mat.Dense[float64]
	x, z, start []float64
}

// flatHessian makes an H of up to the given order of which nothing is rounded to T.
func flatHessianOf[T mat.Float](r flatMaker, most int) (f flatHessian) {
	for {
		n := 1 + r.IntN(most)
		f = flatHessian{b: mat.NewDense[float64](1+r.IntN(n+1), n), flat: make([]float64, n)}
		for j := range f.flat {
			f.flat[j] = r.number(1)
		}
		f.flat[r.IntN(n)] = 1
		for i := range f.b.Rows {
			r.fillFactor(f.b.Row(i), f.flat)
		}
		f.h = gram(f.b)
		exact := true
		for i := range n {
			for j := range n {
				exact = exact && isSum[T](f.h.At(i, j), 0, column(f.b, i), column(f.b, j))
			}
		}
		if exact {
			return f
		}
	}
}

// fillFactor makes a row that is orthogonal to flat, or nearly so, or one that is small.
func (r flatMaker) fillFactor(row, flat []float64) {
	last := 0
	for j := range row {
		row[j] = r.number(2) * float64(r.IntN(2))
		if flat[j] != 0 {
			last = j
		}
	}
	if r.IntN(4) == 0 {
		mat.Scal(math.Ldexp(1, -r.IntN(r.deep)), row)
		return
	}
	row[last] -= mat.Dot(row, flat) / flat[last]
	if r.IntN(3) == 0 {
		row[r.IntN(len(row))] += math.Ldexp(r.number(1), -r.IntN(r.deep))
	}
}

// isSum reports whether v is the sum of init and the products of a and b, exactly, and a number of T.
func isSum[T mat.Float](v, init float64, a, b []float64) bool {
	var left doubleDouble
	left.plus(init, 0)
	for k := range a {
		left.add(a[k], b[k])
	}
	left.plus(-v, 0)
	return left.value() == 0 && float64(T(v)) == v
}

func column(m mat.Dense[float64], j int) []float64 {
	c := make([]float64, m.Rows)
	for i := range c {
		c[i] = m.At(i, j)
	}
	return c
}

// flatProblemOf makes a problem with that H. Some minima are far out, too, and few bounds end the flat direction.
func flatProblemOf[T mat.Float](r flatMaker, f flatHessian) flatBounded {
	for {
		p := flatBounded{Problem: Problem[float64]{H: f.h}, b: f.b}
		out := 0.0
		if r.IntN(4) == 0 {
			out = math.Ldexp(1, r.IntN(r.deep))
		}
		from := math.Ldexp(float64(1-r.IntN(3)/2), r.IntN(40))
		exact := true
		for j, v := range f.flat {
			p.x = append(p.x, r.number(3)+out*v)
			p.z = append(p.z, r.place(p.x[j], &p.Lower, &p.Upper))
			if v != 0 && r.IntN(8) > 0 {
				p.open(j, v > 0)
			}
			p.start = append(p.start, p.x[j]+from*v+r.number(2)*float64(r.IntN(2)))
		}
		for j := range f.flat {
			hx := mat.Dot(f.h.Row(j), p.x)
			p.G = append(p.G, p.z[j]-hx)
			exact = exact && isSum[float64](hx, 0, f.h.Row(j), p.x) &&
				isSum[T](p.z[j]-hx, p.z[j], []float64{-1}, []float64{hx})
		}
		if r.IntN(3) == 0 {
			clear(p.start)
		}
		if exact {
			return p
		}
	}
}

// open takes a bound of variable j away.
func (p *flatBounded) open(j int, upper bool) {
	if upper {
		p.Upper[j], p.z[j] = math.Inf(1), max(p.z[j], 0)
	} else {
		p.Lower[j], p.z[j] = math.Inf(-1), min(p.z[j], 0)
	}
	if math.IsInf(p.Lower[j], 0) && math.IsInf(p.Upper[j], 0) {
		p.z[j] = 0
	}
}

// excess is by how much f is larger at y than at the minimum.
func (p flatBounded) excess(y []float64) float64 {
	d, e := slices.Clone(y), 0.0
	mat.Axpy(-1, p.x, d)
	for i := range p.b.Rows {
		v := mat.Dot(p.b.Row(i), d)
		e += v * v / 2
	}
	return e + mat.Dot(p.z, d)
}

// minimum returns f at the minimum, and the size of its terms.
func (p flatBounded) minimum() (f, size float64) {
	size = 1e-3
	for j, x := range p.x {
		f += x * (p.G[j] + p.z[j]) / 2
		size += math.Abs(p.G[j]*x) + p.H.At(j, j)*x*x/2
	}
	return f, size
}

// wrongBy is how wrong an answer is, relative to the terms of f at the minimum.
func (p flatBounded) wrongBy(x []float64, objective float64) float64 {
	f, size := p.minimum()
	return max(math.Abs(p.excess(x)), math.Abs(objective-f)) / size
}

func newFlatMaker(seed uint64, digits int) flatMaker {
	r := flatMaker{Rand: newRand(seed)}
	r.deep = 1 + r.IntN(digits)
	return r
}

// flatOf makes problem seed. H has elements of up to twice the given number of binary digits.
func flatOf[T mat.Float](seed uint64, digits int) flatBounded {
	r := newFlatMaker(seed, digits)
	return flatProblemOf[T](r, flatHessianOf[T](r, 8))
}

func solveFlat[T mat.Float](p flatBounded, o Options) (Result[T], error) {
	return Solve(background, Problem[T]{H: matrixAs[T](p.H), G: numbersAs[T](p.G), Lower: numbersAs[T](p.Lower),
		Upper: numbersAs[T](p.Upper)}, numbersAs[T](p.start), o)
}

// flatDigits is how many digits float64 and float32 have for elements of B, and flatError how wrong an optimal f may
// be.
const (
	flatDigits, flatDigits32 = 22, 11
	flatError, flatError32   = 1e-6, 1e-2
)

// hardFlat are seeds of flatOf[float64]. Where the gap is relative to the terms of f at x alone, these are wrong.
var hardFlat = []uint64{
	4691, 13745, 53695, 85759, 88919, 112266, 126734, 134897,
	139607, 146320, 146731, 153125, 211202, 216484, 221764, 222414, 232758, 238980, 290773,
}

// Starting points far out, where f hardly changes, are not optimal, and the known minimum is found from there.
func TestOptimalFarOutWithinBoundsMeansTheKnownMinimum(t *testing.T) {
	t.Parallel()
	seeds := slices.Clone(hardFlat)
	for seed := range uint64(repeats(t, 30000)) {
		seeds = append(seeds, seed)
	}
	solved := 0
	for _, seed := range seeds {
		p := flatOf[float64](seed, flatDigits)
		res, err := solveFlat[float64](p, Options{})
		if err != nil {
			require.Equal(t, PrecisionLimit, res.Status, "seed %d: %v", seed, err)
			continue
		}
		solved++
		require.Empty(t, complaint(p.Problem, p.start, 1e-9, res, err), "seed %d", seed)
		require.LessOrEqual(t, p.wrongBy(res.X, res.Objective), flatError, "seed %d", seed)
	}
	assert.GreaterOrEqual(t, 1000*solved, 995*len(seeds), "%d of %d", solved, len(seeds))
}

func TestOptimalFarOutInFloat32MeansTheKnownMinimum(t *testing.T) {
	t.Parallel()
	all, solved := repeats(t, 30000), 0
	for seed := range uint64(all) {
		p := flatOf[float32](seed, flatDigits32)
		res, err := solveFlat[float32](p, Options{})
		if err != nil {
			require.Equal(t, PrecisionLimit, res.Status, "seed %d: %v", seed, err)
			continue
		}
		solved++
		require.LessOrEqual(t, p.wrongBy(numbersAs[float64](res.X), res.Objective), flatError32, "seed %d", seed)
	}
	assert.GreaterOrEqual(t, 100*solved, 98*all, "%d of %d", solved, all)
}

// Every method that is forced is as honest, though it may end at a limit.
func TestNoMethodIsWrongFarOut(t *testing.T) {
	t.Parallel()
	forEveryMethod(t, func(t *testing.T, m Method) {
		seeds := slices.Clone(hardFlat)
		for seed := range uint64(repeats(t, 3000)) {
			seeds = append(seeds, seed)
		}
		for _, seed := range seeds {
			p := flatOf[float64](seed, flatDigits)
			res, err := solveFlat[float64](p, Options{Method: m})
			require.NotEqual(t, Unbounded, res.Status, "seed %d", seed)
			if err == nil {
				require.LessOrEqual(t, p.wrongBy(res.X, res.Objective), flatError, "seed %d", seed)
			}
		}
	})
}

func TestBatchesFarOutHaveTheKnownMinima(t *testing.T) {
	t.Parallel()
	t.Run("float64", func(t *testing.T) { testFlatBatches[float64](t, flatDigits, flatError) })
	t.Run("float32", func(t *testing.T) { testFlatBatches[float32](t, flatDigits32, flatError32) })
}

func testFlatBatches[T mat.Float](t *testing.T, digits int, most float64) {
	all, solved, rounds := 0, 0, repeats(t, 2000)
	for seed := range uint64(rounds) {
		r := newFlatMaker(seed, digits)
		h := flatHessianOf[T](r, 8)
		m, n := fewProblems+r.IntN(9), h.h.Rows
		problems, next := make([]flatBounded, m), func() mat.Dense[T] { return mat.NewDense[T](m, n) }
		b := Batch[T]{G: next(), Lower: next(), Upper: next(), X: next(), Problems: make([]Info, m)}
		for i := range problems {
			p := flatProblemOf[T](r, h)
			problems[i] = p
			load(b.G.Row(i), p.G)
			load(b.Lower.Row(i), p.Lower)
			load(b.Upper.Row(i), p.Upper)
			load(b.X.Row(i), p.start)
		}
		s, err := NewSolver(matrixAs[T](h.h), Options{})
		require.NoError(t, err)
		_, _ = s.SolveBatch(background, b)
		for i, p := range problems {
			info := b.Problems[i]
			if all++; info.Status != Optimal {
				require.Equal(t, PrecisionLimit, info.Status, "seed %d, problem %d", seed, i)
				continue
			}
			solved++
			wrong := p.wrongBy(numbersAs[float64](b.X.Row(i)), info.Objective)
			require.LessOrEqual(t, wrong, most, "seed %d, problem %d", seed, i)
		}
	}
	assert.GreaterOrEqual(t, 100*solved, 98*all, "%d of %d", solved, all)
}

// besideFarFixed is min ½(x₁² + x₂²) − (1 − ε)x₁x₂ − x₁ + x₂, where a fixed third variable takes back what g has more
// than that, and a start far out where f is 127.5. At the minimum it is −½.
func besideFarFixed() (p Problem[float64], start []float64) {
	inf := math.Inf(1)
	const e, c = 1 - 0x1p-53, 0x1p29
	p = Problem[float64]{H: mat.DenseOf(3, 3, []float64{1, -e, c, -e, 1, c, c, c, 0x1p113}),
		G: []float64{-1 - c, 1 - c, 0}, Lower: []float64{-inf, -inf, 1}, Upper: []float64{inf, inf, 1}}
	return p, []float64{0x1p30 + 0.5, 0x1p30 - 0.5, 1}
}

// What a fixed variable adds to the slopes is a part of the linear term, so that g and it may cancel.
func TestFixedVariablesDoNotHideGapsFarOut(t *testing.T) {
	p, start := besideFarFixed()
	f := func(x []float64) float64 { return (x[0]-x[1])*(x[0]-x[1])/2 + 0x1p-53*x[0]*x[1] - x[0] + x[1] }
	require.InDelta(t, 127.5, f(start), 1e-6)
	res, err := Solve(background, p, start, Options{})
	require.NoError(t, err)
	assert.InDelta(t, -0.5, f(res.X), 1e-6)
	s, err := NewSolver(p.H, Options{})
	require.NoError(t, err)
	row := func(v []float64) mat.Dense[float64] { return mat.DenseOf(1, 3, v) }
	x := slices.Clone(start)
	b := Batch[float64]{G: row(p.G), Lower: row(p.Lower), Upper: row(p.Upper), X: row(x)}
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	assert.InDelta(t, -0.5, f(x), 1e-6)
}

// The terms of f do not depend on whether a part of the slopes is written into g or comes from a fixed variable.
func TestTermsFarOutCountWhatFixedVariablesAdd(t *testing.T) {
	const pull = -5
	x, inf := 2., math.Inf(1)
	written := point{x: []float64{x, 1}, grad: []float64{3*x + pull, 0}, g: []float64{pull, 0},
		lower: []float64{-inf, 1}, upper: []float64{inf, 1}, curvature: []float64{math.Sqrt(3), 1}}
	pulled := written
	pulled.g = []float64{0, 0}
	pulled.atZero = slopesAtZero(mat.DenseOf(2, 2, []float64{3, pull, pull, 9}), pulled.g, pulled.lower, pulled.upper,
		make([]float64, 2))
	want, wantTerms := written.terms()
	f, terms := pulled.terms()
	assert.Equal(t, want, f)
	assert.Equal(t, wantTerms, terms)
}
