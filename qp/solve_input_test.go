package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestSolveRefusesBadInput(t *testing.T) {
	nan, inf := math.NaN(), math.Inf(1)
	good := func() Problem[float64] {
		return Problem[float64]{mat.DenseOf(2, 2, []float64{2, 1, 1, 2}), []float64{1, 1}, []float64{0, 0},
			[]float64{1, 1}}
	}
	for _, c := range []struct {
		name    string
		break_  func(p *Problem[float64], x []float64, o *Options)
		status  Status
		message string
	}{
		{"NaN in H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(1, 0, nan) }, InvalidInput,
			"qp: H[1,0] = NaN is not a finite number"},
		{"Inf in H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(0, 1, inf) }, InvalidInput,
			"qp: H[0,1] = +Inf is not a finite number"},
		{"asymmetric H", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(0, 1, 0) }, InvalidInput,
			"qp: H[1,0] = 1 differs from the element across the diagonal (both triangles must be stored)"},
		{"zero on the diagonal", func(p *Problem[float64], _ []float64, _ *Options) { p.H.Set(1, 1, 0) }, Indefinite,
			"qp: H is not positive semidefinite: the pivot of variable 1 is negative, or 0 in a row that is not"},
		{"NaN in g", func(p *Problem[float64], _ []float64, _ *Options) { p.G[1] = nan }, InvalidInput,
			"qp: g[1] = NaN is not a finite number"},
		{"Inf in g", func(p *Problem[float64], _ []float64, _ *Options) { p.G[0] = -inf }, InvalidInput,
			"qp: g[0] = -Inf is not a finite number"},
		{"NaN in lower", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[1] = nan }, InvalidInput,
			"qp: lower[1] = NaN is not a number"},
		{"NaN in upper", func(p *Problem[float64], _ []float64, _ *Options) { p.Upper[0] = nan }, InvalidInput,
			"qp: upper[0] = NaN is not a number"},
		{"NaN in x0", func(_ *Problem[float64], x []float64, _ *Options) { x[0] = nan }, InvalidInput,
			"qp: x[0] = NaN is not a finite number"},
		{"bounds crossed", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[1] = 2 }, Infeasible,
			"qp: no finite x[1] is between its bounds 2 and 1"},
		{"lower bound +Inf", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower[0], p.Upper[0] = inf, inf },
			Infeasible, "qp: the lower bound of x[0] is +Inf"},
		{"upper bound -Inf", func(p *Problem[float64], _ []float64, _ *Options) { p.Lower, p.Upper[1] = nil, -inf },
			Infeasible, "qp: the upper bound of x[1] is -Inf"},
		{"tolerance below 0", func(_ *Problem[float64], _ []float64, o *Options) { o.Tolerance = -1 }, InvalidInput,
			"qp: Options.Tolerance = -1 is not a finite number ≥ 0"},
		{"tolerance NaN", func(_ *Problem[float64], _ []float64, o *Options) { o.Tolerance = nan }, InvalidInput,
			"qp: Options.Tolerance = NaN is not a finite number ≥ 0"},
		{"iterations below 0", func(_ *Problem[float64], _ []float64, o *Options) { o.MaxIterations = -3 },
			InvalidInput, "qp: Options.MaxIterations = -3 is negative"},
		{"overflow", func(p *Problem[float64], x []float64, _ *Options) {
			x[0], x[1], p.Upper, p.H.Data[0] = 1e200, 0, nil, 1e200
		}, InvalidInput, "qp: x[0] = 1e+200 makes Hx + g overflow"},
	} {
		t.Run(c.name, func(t *testing.T) {
			p, x, o := good(), []float64{0.5, 0.5}, Options{}
			c.break_(&p, x, &o)
			res, err := Solve(background, p, x, o)
			require.EqualError(t, err, c.message)
			assert.Equal(t, c.status, res.Status)
			assert.Nil(t, res.X)
			assert.True(t, math.IsNaN(res.Objective), "there is no x")
			assert.Equal(t, unmeasured(), res.Certificate)
		})
	}
}

func TestSolveDetectsAnIndefiniteMatrix(t *testing.T) {
	h := hiddenIndefinite()
	res, err := Solve(background, Problem[float64]{H: h, G: []float64{1, 0, 1}}, nil, Options{})
	var npd *IndefiniteError
	require.ErrorAs(t, err, &npd)
	assert.Contains(t, []int{0, 1, 2}, npd.Variable)
	assert.Equal(t, Indefinite, res.Status)
	assert.ErrorContains(t, err, "qp: H is not positive semidefinite: the pivot of variable ")
	assert.Len(t, res.X, 3)
}

func TestSolvePanicsOnShapes(t *testing.T) {
	h := mat.DenseOf(2, 2, []float64{1, 0, 0, 1})
	g := []float64{1, 1}
	for name, call := range map[string]func(){
		"H": func() { _, _ = NewSolver(mat.NewDense[float64](2, 3), Options{}) },
		"stride": func() {
			_, _ = NewSolver(mat.Dense[float64]{Rows: 2, Cols: 2, Data: []float64{1, 0, 0, 1}}, Options{})
		},
		"g":     func() { _, _ = Solve(background, Problem[float64]{H: h, G: g[:1]}, nil, Options{}) },
		"lower": func() { _, _ = Solve(background, Problem[float64]{H: h, G: g, Lower: g[:1]}, nil, Options{}) },
		"upper": func() { _, _ = Solve(background, Problem[float64]{H: h, G: g, Upper: g[:0]}, nil, Options{}) },
		"x0":    func() { _, _ = Solve(background, Problem[float64]{H: h, G: g}, []float64{1, 2, 3}, Options{}) },
	} {
		assert.Panics(t, call, name)
	}
}

func TestSolveDoesNotChangeItsInput(t *testing.T) {
	k := makeKnown(20, 1e4, 0.5, 0, newRand(16))
	before := Problem[float64]{k.H.Clone(), slices.Clone(k.G), slices.Clone(k.Lower), slices.Clone(k.Upper)}
	x0 := constant(20, 7)
	_, err := Solve(background, k.Problem, x0, Options{})
	require.NoError(t, err)
	assert.Equal(t, before, k.Problem)
	assert.Equal(t, constant(20, 7), x0)
}

func TestSolveTakesViews(t *testing.T) {
	k := makeKnown(10, 100, 0.5, 0, newRand(18))
	wide := mat.NewDense[float64](12, 17)
	wide.Fill(math.NaN())
	view := wide.View(1, 3, 10, 10)
	mat.Copy(view, k.H)
	want, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	k.H = view
	got, err := Solve(background, k.Problem, nil, Options{})
	require.NoError(t, err)
	assert.Equal(t, want, got)
}

func TestSolveDoesNotReadOutsideOfAView(t *testing.T) {
	k := makeKnown(30, 1e6, 0.5, 0, newRand(91))
	wide := mat.NewDense[float64](31, 40)
	wide.Fill(math.NaN())
	view := wide.View(1, 4, 30, 30)
	mat.Copy(view, k.H)
	for _, m := range everyMethod {
		want, err := Solve(background, k.Problem, nil, Options{Method: m})
		requireNoFailure(t, err)
		viewed := k.Problem
		viewed.H = view
		got, err := Solve(background, viewed, nil, Options{Method: m})
		requireNoFailure(t, err)
		assert.Equal(t, want, got, "%v", m)
	}
}
