package qp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// flatMaker makes problems with a known minimum in which nothing is rounded, and points far out at which f is nearly
// minimal: H has directions of little curvature, rows nearly repeat others, and multipliers are small.
type flatMaker struct {
	*rand.Rand
	deep int // the smallest differences are about 2^-deep
}

func (r flatMaker) number(most int) float64 { return wholeNumber(r.Rand, most) }

func (r flatMaker) hessian(n int) (h mat.Dense[float64]) {
	rank := r.IntN(n + 1)
	if r.IntN(3) == 0 || rank == 0 {
		return h
	}
	b := mat.NewDense[float64](rank, n)
	for i := range b.Data {
		b.Data[i] = r.number(2) * float64(r.IntN(2))
	}
	for i := range rank {
		if r.IntN(2) == 0 {
			mat.Scal(math.Ldexp(1, -r.IntN(min(r.deep, 20))), b.Row(i))
		}
	}
	return gram(b)
}

func (r flatMaker) fillRows(a mat.Dense[float64]) {
	for i := range a.Rows {
		row := a.Row(i)
		if i == 0 || r.IntN(3) > 0 {
			for j := range row {
				row[j] = r.number(3) * float64(r.IntN(2))
			}
			continue
		}
		mat.Axpy(r.number(2), a.Row(r.IntN(i)), row)
		if r.IntN(2) == 0 {
			row[r.IntN(len(row))] += math.Ldexp(r.number(2), -r.IntN(r.deep))
		}
	}
}

// place is placeBounds with some multipliers that are small.
func (r flatMaker) place(v float64, lower, upper *[]float64) float64 {
	multiplier := placeBounds(r.Rand, v, lower, upper)
	if multiplier != 0 && r.IntN(4) == 0 {
		multiplier = math.Ldexp(multiplier, -r.IntN(min(r.deep, 25)))
	}
	return multiplier
}

func nearlyFlat(seed uint64) knownGeneral {
	r := flatMaker{Rand: newRand(seed)}
	n := 1 + r.IntN(10)
	m := r.IntN(2*n + 3)
	r.deep = 1 + r.IntN(45)
	p := knownGeneral{GeneralProblem: GeneralProblem[float64]{A: mat.NewDense[float64](m, n)}, y: make([]float64, m)}
	p.H = r.hessian(n)
	r.fillRows(p.A)
	p.finish(r.Rand, r.place)
	return p
}

// hardFarOut are seeds of nearlyFlat. Where the gap is relative to the terms of f alone, or Farkas vectors cancel
// nothing, some of these are wrong.
var hardFarOut = []uint64{
	4851, 9348, 16494, 69597, 73906, 78423, 79102, 79126, 95396, 95440, 96848, 102528, 105443, 108575, 112950,
	113422, 114851, 116413, 123057, 142284, 167313, 169321, 181094, 190442, 205450, 241795, 244372, 256441, 288686,
	305674, // the smallest elements of a ray make up for its descent
}

// An optimal answer has the known minimum, even where points far out have nearly the same f, and no problem with a
// minimum is called infeasible or unbounded.
func TestOptimalFarOutMeansTheKnownMinimum(t *testing.T) {
	t.Parallel()
	seeds := slices.Clone(hardFarOut)
	for seed := range uint64(repeats(t, 30000)) {
		seeds = append(seeds, seed)
	}
	solved, hard := 0, 0
	for i, seed := range seeds {
		p := nearlyFlat(seed)
		minimum, size := p.objective(p.x), 1e-3
		for j, x := range p.x {
			size += math.Abs(p.G[j] * x)
		}
		res, err := SolveGeneral(background, p.GeneralProblem, Options{})
		if err != nil {
			require.Equal(t, PrecisionLimit, res.Status, "seed %d: %v", seed, err)
			continue
		}
		solved++
		if i < len(hardFarOut) {
			hard++
		}
		require.InDelta(t, minimum, res.Objective, 1e-6*size, "seed %d", seed)
	}
	assert.GreaterOrEqual(t, hard, len(hardFarOut)*4/5, "of the hard ones")
	assert.GreaterOrEqual(t, 100*solved, 99*len(seeds)-1000, "%d of %d", solved, len(seeds))
}

// Units that are powers of four change no bit of the certificate, whatever the gap is relative to: that depends on the
// rows in units of their largest elements.
func TestCertificatesFarOutDoNotDependOnUnits(t *testing.T) {
	for i, seed := range slices.Concat(hardFarOut, []uint64{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}) {
		p, r := nearlyFlat(seed), newRand(uint64(i))
		unit := func() float64 { return math.Ldexp(1, 2*(r.IntN(21)-10)) }
		v, w := constant(len(p.G), 1), constant(len(p.RowLower), 1)
		for _, units := range [][]float64{v, w} {
			for k := range units {
				units[k] = unit()
			}
		}
		want, wantErr := SolveGeneral(background, p.GeneralProblem, Options{})
		got, err := SolveGeneral(background, p.inUnits(unit(), v, w).GeneralProblem, Options{})
		require.Equal(t, wantErr == nil, err == nil, "seed %d", seed)
		require.Equal(t, want.Status, got.Status, "seed %d", seed)
		require.Equal(t, want.Certificate, got.Certificate, "seed %d", seed)
	}
}

// Added bounds leave nearer ones as they are, and no variable without a point.
func TestConfinedVariablesKeepTheirNearerBounds(t *testing.T) {
	p := &program{a: indexMatrix(mat.NewDense[float64](0, 3)), lower: []float64{math.Inf(-1), 0, -9},
		upper: []float64{math.Inf(1), 1, -8}}
	p.confine(4)
	assert.Equal(t, []float64{-4, 0, -9}, p.lower)
	assert.Equal(t, []float64{4, 1, -8}, p.upper)
}
