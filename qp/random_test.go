package qp

import (
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// everyMethod lists Auto and all methods that can be forced.
var everyMethod = []Method{Auto, CoordinateDescent, BlockPivoting, InteriorPoint, ProjectedNewton}

// gram returns BᵀB of a k×n matrix B, summed in one order for both triangles.
func gram(b mat.Dense[float64]) mat.Dense[float64] {
	h := mat.NewDense[float64](b.Cols, b.Cols)
	for i := range b.Cols {
		for j := range i + 1 {
			s := 0.0
			for k := range b.Rows {
				s += b.At(k, i) * b.At(k, j)
			}
			h.Set(i, j, s)
			h.Set(j, i, s)
		}
	}
	return h
}

// rescale replaces H by DHD.
func rescale(h mat.Dense[float64], d []float64) {
	for i, di := range d {
		for j, dj := range d {
			h.Set(i, j, h.At(i, j)*di*dj)
		}
	}
}

// randomHessian returns an n×n positive semidefinite matrix of one of many kinds, and
// the name of the kind.
func randomHessian(n int, r *rand.Rand) (mat.Dense[float64], string) {
	rank := r.IntN(n + 1)
	switch r.IntN(8) {
	case 0:
		return hessian(n, math.Pow(10, 6*r.Float64()), r), "definite"
	case 1:
		return hessian(n, math.Pow(10, 6+6*r.Float64()), r), "ill-conditioned"
	case 2: // exact, as all its elements are small integers
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = float64(r.IntN(7) - 3)
		}
		return gram(b), "integers of low rank"
	case 3: // singular but for rounding
		b := mat.NewDense[float64](rank, n)
		for i := range b.Data {
			b.Data[i] = r.NormFloat64()
		}
		return gram(b), "low rank"
	case 4: // some variables are the same, or opposite
		b := mat.NewDense[float64](n, n)
		for i := range b.Data {
			b.Data[i] = r.NormFloat64()
		}
		for j := range n {
			from, sign := r.IntN(j+1), float64(2*r.IntN(2)-1)
			for k := range n {
				b.Set(k, j, sign*b.At(k, from))
			}
		}
		return gram(b), "duplicates"
	case 5: // variables that H does not know
		h := hessian(n, 100, r)
		d := constant(n, 1)
		for i := range d {
			d[i] = float64(r.IntN(2))
		}
		rescale(h, d)
		return h, "zero rows"
	case 6:
		h := hessian(n, 100, r)
		d := make([]float64, n)
		for i := range d {
			d[i] = math.Exp2(math.Round(20 * (2*r.Float64() - 1)))
		}
		rescale(h, d)
		return h, "badly scaled"
	default:
		h := mat.NewDense[float64](n, n)
		for i := range n {
			h.Set(i, i, float64(r.IntN(4)))
		}
		return h, "diagonal"
	}
}

// randomBounds returns bounds of every kind around numbers of about the given size.
func randomBounds(n int, size, huge float64, r *rand.Rand) (lower, upper []float64) {
	lower, upper = infinite(n, -1), infinite(n, 1)
	only := r.IntN(10) // the kind of all of them, or a mixture
	for i := range n {
		kind := only
		if kind > 4 {
			kind = r.IntN(9)
		}
		a, b := size*r.NormFloat64(), size*r.NormFloat64()
		switch kind {
		case 0: // none
		case 1:
			lower[i] = 0
		case 2:
			lower[i], upper[i] = min(a, b), max(a, b)
		case 3:
			lower[i], upper[i] = 0, size
		case 4:
			lower[i], upper[i] = -huge, huge // what some take for infinite
		case 5:
			upper[i] = a
		case 6:
			lower[i], upper[i] = a, a
		case 7:
			lower[i], upper[i] = a, math.Nextafter(a, math.Inf(1))
		case 8:
			lower[i] = a
		}
	}
	return lower, upper
}

// withMinimum ends the name of a problem that was made to have a minimum.
const withMinimum = ", with a minimum"

// randomProblem returns a problem with a positive semidefinite H, a point to start
// from and a few words on what it is. It may be unbounded, unless its name ends with
// withMinimum.
func randomProblem(n int, r *rand.Rand) (p Problem[float64], x0 []float64, name string) {
	p.H, name = randomHessian(n, r)
	p.G = make([]float64, n)
	size := []float64{1, 1, 1, 1e-6, 1e6}[r.IntN(5)]
	huge := 1e20
	if name != "definite" && name != "ill-conditioned" {
		huge = 1e3 * size // a solution may be there, and gradients there have an error
	}
	p.Lower, p.Upper = randomBounds(n, size, huge, r)
	x0 = make([]float64, n)
	y := make([]float64, n)
	for i := range n {
		y[i] = min(max(size*r.NormFloat64(), p.Lower[i]), p.Upper[i])
	}
	switch r.IntN(5) {
	case 0: // y is the solution, or one of them
		name += withMinimum
		for i := range n {
			switch kind := r.IntN(4); {
			case kind == 0 && !math.IsInf(p.Lower[i], 0):
				y[i] = p.Lower[i]
			case kind == 1 && !math.IsInf(p.Upper[i], 0):
				y[i] = p.Upper[i]
			}
		}
		for i, d := range naiveGradient(p, y) {
			p.G[i] = -d
			multiplier := float64(r.IntN(3)) * r.Float64() // often 0
			switch {
			case y[i] == p.Lower[i]:
				p.G[i] += multiplier
			case y[i] == p.Upper[i]:
				p.G[i] -= multiplier
			}
		}
	case 1: // no linear term
	case 2:
		for i := range n {
			p.G[i] = float64(r.IntN(5) - 2)
		}
	default:
		for i := range n {
			p.G[i] = r.NormFloat64() * size
		}
	}
	if r.IntN(2) == 0 {
		for i := range n {
			x0[i] = size * r.NormFloat64()
		}
	}
	return p, x0, name
}

// magnitude bounds what the elements of Hx + g are the sums of.
func magnitude(p Problem[float64], x []float64) float64 {
	worst := 0.0
	for i, g := range p.G {
		s := math.Abs(g)
		for j, v := range x {
			s += math.Abs(p.H.At(i, j) * v)
		}
		worst = math.Max(worst, s)
	}
	return worst
}

// complaint says what is wrong with an answer to p, whose H is positive semidefinite,
// from x0 on: everything that it claims is measured anew, in plain loops. It is empty if
// nothing is. That the solve did not end where it could have is not wrong here.
func complaint(p Problem[float64], x0 []float64, tolerance float64, res Result[float64], err error) string {
	n := len(p.G)
	x := res.X
	if len(x) != n {
		return "there is no x"
	}
	for i, v := range x {
		if !(p.Lower[i] <= v && v <= p.Upper[i]) || math.IsInf(v, 0) {
			return fmt.Sprintf("x[%d] = %v is not between %v and %v", i, v, p.Lower[i], p.Upper[i])
		}
	}
	kkt, scale, rounding := naiveKKT(p, x), naiveScale(p), roundingOf(p, x)
	gap, size := naiveGap(p, x, rounding)
	other, ofSize := naiveGap(p, x, -rounding) // ties may go either way
	gapRounding := math.Abs(gap-other) + math.Abs(size-ofSize)*min(1, res.Gap)
	for i, e := range naiveUnits(p) {
		gapRounding += (math.Abs(x[i]) + multiplierBound(p, i)) * e * rounding
	}
	within := kkt < tolerance*scale*(1-1e-12)-rounding && gap < tolerance*size*(1-1e-12)-gapRounding
	switch {
	case (err == nil) != (res.Status == Optimal):
		return fmt.Sprintf("status %v with the error %v", res.Status, err)
	case kkt/scale != res.KKT() && !(math.Abs(kkt-res.KKT()*scale) <= rounding*(1+1e-9)+1e-15*kkt):
		return fmt.Sprintf("the residual is %g, not %g", kkt, res.KKT()*scale)
	case gap/size != res.Gap && !(math.Abs(gap-res.Gap*size) <= gapRounding+1e-13*(size+gap)+1e-300):
		return fmt.Sprintf("the gap is %g of %g, not %g", gap, size, res.Gap*size)
	case res.Status == Optimal && !(kkt <= tolerance*scale*(1+1e-12)+rounding):
		return fmt.Sprintf("optimal with a residual of %g of %g", kkt, scale)
	case res.Status == Optimal && !(gap <= tolerance*size*(1+1e-12)+gapRounding):
		return fmt.Sprintf("optimal with a gap of %g of %g", gap, size)
	case res.Status != Optimal && within:
		return fmt.Sprintf("%v with a residual of %g of %g", res.Status, kkt, scale)
	case res.Status == PrecisionLimit && kkt > rounding && kkt > ulp(p, x):
		return fmt.Sprintf("precision limit with a residual of %g, where rounding is %g", kkt, rounding)
	}
	if c := complaintOfError(p, res, err); c != "" {
		return c
	}
	return complaintOfValues(p, x0, res)
}

// multiplierBound is the size of the bounds of variable i that are finite.
func multiplierBound(p Problem[float64], i int) float64 {
	s := 0.0
	for _, b := range []float64{p.Lower[i], p.Upper[i]} {
		if !math.IsInf(b, 0) {
			s += math.Abs(b)
		}
	}
	return s
}

// ulp is what the residual may be because x has to be rounded to float64.
func ulp(p Problem[float64], x []float64) float64 {
	worst, unit := 0.0, naiveUnits(p)
	for i := range x {
		s := 0.0
		for j, v := range x {
			s += math.Abs(p.H.At(i, j)) * math.Abs(math.Nextafter(v, math.Inf(1))-v)
		}
		worst = math.Max(worst, s/unit[i])
	}
	return worst
}

// complaintOfError checks that the error and the status say the same, and that a ray is
// one.
func complaintOfError(p Problem[float64], res Result[float64], err error) string {
	var unbounded *UnboundedError
	var incomplete *StatusError
	switch {
	case err == nil:
		return ""
	case errors.As(err, &incomplete):
		if incomplete.Status != res.Status || incomplete.Certificate != res.Certificate || res.Status > IterationLimit {
			return fmt.Sprintf("status %v, error %v", res.Status, err)
		}
		return ""
	case !errors.As(err, &unbounded) || res.Status != Unbounded:
		return fmt.Sprintf("status %v, error %v", res.Status, err)
	}
	// Along a ray f falls at the rate of gᵀRay, for as long as H·Ray does not matter.
	v := unbounded.Ray
	slope, noise := 0.0, 0.0
	for i, e := range v {
		if e < 0 && !math.IsInf(p.Lower[i], -1) || e > 0 && !math.IsInf(p.Upper[i], 1) {
			return fmt.Sprintf("the ray %v leaves the box", v)
		}
		slope += p.G[i] * e
		noise += float64(4*len(v)) * 0x1p-53 * math.Abs(p.G[i]*e)
	}
	for i := range v {
		curve, own := 0.0, 0.0
		for j, e := range v {
			curve += p.H.At(i, j) * e
			own += math.Sqrt(p.H.At(i, i)*p.H.At(j, j)) * math.Abs(e)
		}
		if math.Abs(curve) > 1e-9*own {
			return fmt.Sprintf("H·ray = %g in element %d", curve, i)
		}
	}
	if maxAbs(v) != 1 || !(slope < -noise) {
		return fmt.Sprintf("gᵀray = %g for the ray %v", slope, v)
	}
	return ""
}

// complaintOfValues checks the numbers that come with x, and that f is not above that at
// the start.
func complaintOfValues(p Problem[float64], x0 []float64, res Result[float64]) string {
	x := res.X
	start := make([]float64, len(x))
	for i := range start {
		start[i] = min(max(x0[i], p.Lower[i]), p.Upper[i])
	}
	grad, startGrad := naiveGradient(p, x), naiveGradient(p, start)
	eps := float64(4*len(x)+8) * 0x1p-53
	rounding, startRounding, moved := eps*magnitude(p, x), eps*magnitude(p, start), 0.0
	values, unit := 0.0, naiveUnits(p)
	for i, v := range x {
		moved += math.Abs(v-start[i]) * (rounding + startRounding)
		values += math.Abs(v) * (math.Abs(grad[i]) + math.Abs(p.G[i]) + rounding/eps)
		lower, upper, e := res.LowerMultipliers[i], res.UpperMultipliers[i], unit[i]
		if !(lower >= 0 && upper >= 0) || lower > 0 && !((v-p.Lower[i])*e <= lower/e) || upper > 0 && !((p.Upper[i]-v)*e <= upper/e) {
			return fmt.Sprintf("multipliers %g and %g of x[%d] = %g between %g and %g", lower, upper, i, v, p.Lower[i], p.Upper[i])
		}
	}
	switch risen := rise(x, grad, start, startGrad); {
	case risen > moved:
		return fmt.Sprintf("f has risen by %g", risen)
	case !(math.Abs(naiveObjective(p, x)-res.Objective) <= eps*values+1e-300):
		return fmt.Sprintf("f is %g, not %g", naiveObjective(p, x), res.Objective)
	}
	return ""
}

// forEveryMethod runs a test for Auto and each of the methods that can be forced.
func forEveryMethod(t *testing.T, test func(t *testing.T, m Method)) {
	for _, m := range everyMethod {
		t.Run(m.String(), func(t *testing.T) { test(t, m) })
	}
}

// solveHonestly solves p and requires that nothing is wrong with the answer.
func solveHonestly(t testing.TB, p Problem[float64], x0 []float64, o Options) (Result[float64], error) {
	t.Helper()
	if x0 == nil {
		x0 = make([]float64, len(p.G))
	}
	res, err := Solve(background, p, x0, o)
	tolerance := o.Tolerance
	if tolerance == 0 {
		tolerance = 1e-9
	}
	require.Empty(t, complaint(p, x0, tolerance, res, err), "%v: %+v", o.Method, res.Info)
	return res, err
}

// settles says that a method must not run out of iterations on a problem: only
// CoordinateDescent may, as it is slow where H is ill-conditioned.
func settles(m Method) bool { return m != CoordinateDescent }

func TestSolveIsNeverWrongOnRandomProblems(t *testing.T) {
	t.Parallel()
	count := 25000
	if testing.Short() {
		count = 500
	}
	r := newRand(60)
	unsettled, seen := 0, map[Status]int{}
	for k := range count {
		p, x0, name := randomProblem(1+r.IntN(12), r)
		m := everyMethod[k%len(everyMethod)]
		res, err := Solve(background, p, x0, Options{Method: m})
		if c := complaint(p, x0, 1e-9, res, err); c != "" {
			t.Fatalf("problem %d (%s), %v: %s\n%+v\nx0 = %v\n%+v", k, name, m, c, p, x0, res.Info)
		}
		if strings.HasSuffix(name, withMinimum) {
			require.NotEqual(t, Unbounded, res.Status, "problem %d (%s), %v", k, name, m)
		}
		if res.Status == IterationLimit && settles(m) {
			unsettled++
		}
		seen[res.Status]++
	}
	// Where H is singular but for rounding, and x large, it can take more than float64 to
	// tell that no step is left.
	assert.LessOrEqual(t, unsettled, 1+count/10000)
	for _, s := range []Status{Optimal, PrecisionLimit, IterationLimit, Unbounded} {
		assert.Positive(t, seen[s], "%v", s)
	}
}
