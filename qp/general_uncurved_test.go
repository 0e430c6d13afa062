package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// nearlyLinear returns a bounded problem without curvature. The last variable is free, and in one row only.
func nearlyLinear(seed uint64) GeneralProblem[float64] {
	r := newRand(seed)
	n, m := 3+r.IntN(12), 1+r.IntN(8)
	p := GeneralProblem[float64]{H: mat.NewDense[float64](n, n), A: mat.NewDense[float64](m, n),
		Lower: make([]float64, n)}
	for range n {
		p.G, p.Upper = append(p.G, -r.Float64()), append(p.Upper, 1+r.Float64())
	}
	for i := range m {
		for j := range n {
			p.A.Set(i, j, float64(r.IntN(3)))
		}
		p.RowUpper = append(p.RowUpper, float64(1+r.IntN(4)))
	}
	p.Lower[n-1], p.Upper[n-1] = math.Inf(-1), math.Inf(1)
	for i := range m {
		p.A.Set(i, n-1, 0)
	}
	p.A.Set(0, n-1, 1) // it is what the others leave of the first row
	p.RowLower = constant(m, math.Inf(-1))
	p.RowLower[0] = p.RowUpper[0]
	return p
}

func TestCurvatureThatMakesNoDifferenceIsNotScaledBy(t *testing.T) {
	for name, curve := range map[string]func(h mat.Dense[float64], tiny float64, seed uint64){
		"a ridge": func(h mat.Dense[float64], tiny float64, _ uint64) {
			for j := range h.Rows {
				h.Set(j, j, tiny)
			}
		},
		"a single variable": func(h mat.Dense[float64], tiny float64, _ uint64) { h.Set(0, 0, tiny) },
		"half of them, and 1 for the others": func(h mat.Dense[float64], tiny float64, _ uint64) {
			for j := range h.Rows {
				h.Set(j, j, []float64{1, tiny}[j%2])
			}
		},
		"rank 1": func(h mat.Dense[float64], tiny float64, seed uint64) {
			v := randomMatrix(h.Rows, 1, newRand(seed))
			mat.Gemm(mat.NoTrans, mat.Trans, tiny, v, v, 0, h, 1)
		},
		"a free variable that rows bound": func(h mat.Dense[float64], tiny float64, _ uint64) {
			h.Set(h.Rows-1, h.Rows-1, tiny)
		},
		"of units that are far apart": func(h mat.Dense[float64], tiny float64, _ uint64) {
			for j := range h.Rows {
				h.Set(j, j, math.Ldexp(tiny, -20*j))
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for k := 0; k <= 120; k += 10 {
				for seed := range uint64(repeats(t, 200)) {
					p := nearlyLinear(seed)
					curve(p.H, math.Ldexp(1, -k), seed)
					res, err := SolveGeneral(background, p, Options{})
					require.NoError(t, err, "seed %d, 2^-%d: %+v", seed, k, res.GeneralInfo)
					p.H.Fill(0)
					curve(p.H, 0, seed)
					without, err := SolveGeneral(background, p, Options{})
					require.NoError(t, err)
					if k >= 40 {
						require.InEpsilon(t, without.Objective, res.Objective, 1e-8, "seed %d, 2^-%d", seed, k)
					}
				}
			}
		})
	}
}

// Equal costs: the ridge alone says that the shares are equal, and so does a tiny one if it is no rounding error.
func TestATinyRidgeChoosesAmongSolutions(t *testing.T) {
	for k := range 45 {
		h := math.Ldexp(1, -k)
		p := GeneralProblem[float64]{H: mat.DenseOf(2, 2, []float64{h, 0, 0, h}), G: []float64{-2, -2},
			Lower: []float64{0, 0}, A: mat.DenseOf(1, 2, []float64{1, 1}), RowUpper: []float64{1}}
		res, err := SolveGeneral(background, p, Options{})
		require.NoError(t, err)
		require.InDeltaSlice(t, []float64{0.5, 0.5}, res.X, 1e-6, "2^-%d", k)
	}
}

// The square of a small residual counts beside those of large ones, which may all be small at the solution.
func TestSmallSquaresAreKept(t *testing.T) {
	for _, g := range []float64{0, -1} {
		p := program{a: indexMatrix(mat.NewDense[float64](0, 2)), h: diagonalMatrix([]float64{1, 0x1p-70}),
			g: []float64{g, 0}, lower: []float64{-9, -9}, upper: []float64{9, 9}, nearestBound: 9, farthestBound: 9}
		h, dropped := p.withoutNegligible(lostCurvature)
		require.Equal(t, g != 0, dropped)
		if dropped {
			require.Equal(t, []float64{1, 0}, []float64{h.diagonal(0), h.diagonal(1)})
		}
	}
}

// reachesOf are those of x ≥ 0 with the given rows.
func reachesOf(rows [][]float64, rowLower, rowUpper, upper []float64) []float64 {
	a := mat.NewDense[float64](len(rows), len(upper))
	for i, row := range rows {
		copy(a.Row(i), row)
	}
	p := program{a: indexMatrix(a), lower: append(make([]float64, len(upper)), rowLower...),
		upper: append(slices.Clone(upper), rowUpper...)}
	return p.reaches()
}

func TestRowsImplyBounds(t *testing.T) {
	inf := math.Inf(1)
	type numbers = []float64
	for name, c := range map[string]struct {
		rows                      []numbers
		rowLower, rowUpper, upper numbers
		want                      numbers
	}{
		"own bounds":    {nil, nil, nil, numbers{3, inf}, numbers{3, inf}},
		"a sum":         {[]numbers{{1, 2}}, numbers{-inf}, numbers{4}, numbers{inf, inf}, numbers{4, 2}},
		"a lower bound": {[]numbers{{-1, -2}}, numbers{-4}, numbers{inf}, numbers{inf, inf}, numbers{4, 2}},
		"a difference":  {[]numbers{{1, -1}}, numbers{-inf}, numbers{1}, numbers{inf, 5}, numbers{6, 5}},
		"two without bounds": {[]numbers{{1, -1, -1}}, numbers{0}, numbers{0}, numbers{7, inf, inf},
			numbers{7, 7, 7}},
		"nothing": {[]numbers{{1, -1}}, numbers{-inf}, numbers{1}, numbers{inf, inf}, numbers{inf, inf}},
		"a chain": {[]numbers{{0, 1, -1}, {1, -1, 0}}, numbers{0, 0}, numbers{0, 0}, numbers{inf, inf, 2},
			numbers{2, 2, 2}},
		"out of range": {[]numbers{{1e-300, 1}}, numbers{-inf}, numbers{1e300}, numbers{inf, inf},
			numbers{inf, 1e300}},
	} {
		t.Run(name, func(t *testing.T) {
			require.Equal(t, c.want, reachesOf(c.rows, c.rowLower, c.rowUpper, c.upper))
		})
	}
}
