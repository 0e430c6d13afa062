package qp

import (
	"errors"
	"fmt"
	"math"

	"ridge/mat"
)

// magnitude bounds the sums of the magnitudes of the terms of Hx + g.
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

// complaint says what is wrong with an answer to p, whose H is positive semidefinite, starting from
// x0. Every claim is checked anew in plain loops. The result is empty if nothing is wrong. Ending
// too early is not considered wrong here.
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
	gap, size, magnified := naiveGap(p, x, rounding)
	other, ofSize, _ := naiveGap(p, x, -rounding) // ties may go either way
	gapRounding := math.Abs(gap-other) + math.Abs(size-ofSize)*min(1, res.Gap)
	for i, e := range naiveUnits(p) {
		gapRounding += (math.Abs(x[i]) + multiplierBound(p, i)) * e * rounding
	}
	gapRounding *= magnified
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

// lacksMultiplier reports whether variable i, of unit e, presses against a bound, whatever rounding did to its slope,
// while the lower less the upper multiplier is not that slope.
func lacksMultiplier(p Problem[float64], x []float64, i int, e, slope, multiplier float64) bool {
	room, terms := math.Inf(1), math.Abs(p.G[i])
	if slope > 0 && p.Lower != nil {
		room = x[i] - p.Lower[i]
	} else if slope < 0 && p.Upper != nil {
		room = p.Upper[i] - x[i]
	}
	for j, v := range x {
		terms += math.Abs(p.H.At(i, j) * v)
	}
	rounding := float64(4*len(x)+8) * 0x1p-53 * terms
	presses := room*e <= (math.Abs(slope)-rounding)/e*(1-0x1p-50)
	return presses && !math.IsInf(slope, 0) && !(math.Abs(slope-multiplier) <= rounding)
}

// multiplierBound is the size of the finite bounds of variable i.
func multiplierBound(p Problem[float64], i int) float64 {
	s := 0.0
	for _, b := range []float64{p.Lower[i], p.Upper[i]} {
		if !math.IsInf(b, 0) {
			s += math.Abs(b)
		}
	}
	return s
}

// ulp is the part of the residual that may come from rounding x to float64.
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

// complaintOfError checks that the error agrees with the status, and that a ray is valid.
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
	// Along a ray f falls at the rate gᵀRay, as long as H·Ray is negligible.
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
	if mat.AbsMax(v) != 1 || !(slope < -noise) {
		return fmt.Sprintf("gᵀray = %g for the ray %v", slope, v)
	}
	return ""
}

// complaintOfValues checks the numbers that come with x, and that f is not above its value at the
// start.
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
		presses := func(room, slope float64) bool { return room*e <= slope/e*(1+0x1p-50) } // a tie may go either way
		if !(lower >= 0 && upper >= 0) || lower > 0 && !presses(v-p.Lower[i], lower) ||
			upper > 0 && !presses(p.Upper[i]-v, upper) {
			return fmt.Sprintf("multipliers %g and %g of x[%d] = %g between %g and %g",
				lower, upper, i, v, p.Lower[i], p.Upper[i])
		}
		if lacksMultiplier(p, x, i, e, grad[i], lower-upper) {
			return fmt.Sprintf("multipliers %g and %g of x[%d] = %g between %g and %g, whose slope is %g",
				lower, upper, i, v, p.Lower[i], p.Upper[i], grad[i])
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
