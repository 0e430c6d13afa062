package qp

import (
	"math"
	"slices"
)

// naiveGradient is Hx + g in plain loops.
func naiveGradient(p Problem[float64], x []float64) []float64 {
	grad := make([]float64, len(x))
	for i := range x {
		g, row := p.G[i], p.H.Row(i)
		for j, v := range x {
			g += row[j] * v
		}
		grad[i] = g
	}
	return grad
}

// naiveUnits returns the natural units by their definition.
func naiveUnits(p Problem[float64]) []float64 {
	unit := make([]float64, len(p.G))
	for i := range unit {
		unit[i] = math.Sqrt(p.H.At(i, i))
	}
	scale, _ := scaleIn(p, unit)
	if scale == 0 {
		scale = 1
	}
	for i := range unit {
		switch {
		case unit[i] == 0 && p.G[i] == 0:
			unit[i] = 1
		case unit[i] == 0:
			unit[i] = math.Abs(p.G[i]) / scale
		}
	}
	return unit
}

// scaleIn returns the scale of certificates: the largest slope at the point next to 0 that no bound
// balances, but at least a millionth of the largest gᵢ, and the largest decrease of f along one
// variable. Variables without curvature do not count.
func scaleIn(p Problem[float64], unit []float64) (slope, fall float64) {
	x := nearestTo0(p)
	for i, d := range naiveGradient(p, x) {
		if p.H.At(i, i) == 0 {
			continue
		}
		if !p.fixes(i) {
			slope = max(slope, 0x1p-20*math.Abs(p.G[i])/unit[i])
		}
		if move := naiveMove(p, i, x[i], d, unit[i]); move > 0 {
			slope = max(slope, math.Abs(d)/unit[i])
			fall = max(fall, move*math.Abs(d)/unit[i]-move*move/2)
		}
	}
	return slope, fall
}

func nearestTo0(p Problem[float64]) []float64 {
	x := make([]float64, len(p.G))
	for i := range x {
		if p.Lower != nil {
			x[i] = max(x[i], p.Lower[i])
		}
		if p.Upper != nil {
			x[i] = min(x[i], p.Upper[i])
		}
	}
	return x
}

// naiveMove is |P(y − d) − y| of variable i, all in natural units, computed as P(y − d) − y = max(l
// − y, min(u − y, −d)). In the original form, y − d would be rounded to a neighbour of y if y is
// large and d small.
func naiveMove(p Problem[float64], i int, x, d, unit float64) float64 {
	move := -d / unit
	if p.Upper != nil {
		move = math.Min(move, (p.Upper[i]-x)*unit)
	}
	if p.Lower != nil {
		move = max(move, (p.Lower[i]-x)*unit)
	}
	return math.Abs(move)
}

// naiveKKT is the KKT residual in natural units.
func naiveKKT(p Problem[float64], x []float64) float64 {
	worst, unit := 0.0, naiveUnits(p)
	for i, d := range naiveGradient(p, x) {
		worst = max(worst, naiveMove(p, i, x[i], d, unit[i]))
	}
	return worst
}

func naiveScale(p Problem[float64]) float64 {
	slope, _ := scaleIn(p, naiveUnits(p))
	return slope
}

// naiveGap returns the difference of f(x) and the dual objective of the multipliers at x, and its
// divisor. A slope is a multiplier if it is at least as long as the distance to its bound, up to
// slack. A rounding error of the difference may count as one that is magnified times as large: there are two divisors,
// and the larger quotient is the gap.
func naiveGap(p Problem[float64], x []float64, slack float64) (gap, size, magnified float64) {
	unit, fall, curved := naiveUnits(p), 0.0, 0.0
	_, size = scaleIn(p, unit)
	lost, most := naiveFar(p, x)
	for i, d := range naiveGradient(p, x) {
		if p.fixes(i) {
			continue // its multiplier is its slope
		}
		hx := d - p.G[i]
		gap += x[i] * (hx + p.G[i])
		curved += x[i] * hx / 2
		size += math.Abs(x[i] * p.G[i])
		bound := math.Inf(1)
		if d >= 0 && p.Lower != nil {
			bound = p.Lower[i]
		}
		if d < 0 && p.Upper != nil {
			bound = p.Upper[i]
		}
		if math.Abs(x[i]-bound)*unit[i] <= math.Abs(d)/unit[i]+slack {
			gap -= d * bound
			size += math.Abs(d * bound)
		} else {
			fall += d / unit[i] * d / unit[i] / 2
		}
	}
	gap, size = math.Abs(gap)+fall, size+math.Abs(curved)
	if (gap+lost)/most > gap/size { // products might underflow
		return gap + lost, most, max(1, most/size)
	}
	return gap, size, 1
}

// naiveFar returns what a gap far out may hide, and the most that it is relative to. Where the terms of f are not far
// larger than f and what they are up to the bounds, there is no such limit.
func naiveFar(p Problem[float64], x []float64) (lost, most float64) {
	unit, origin, linear := naiveUnits(p), nearestTo0(p), naiveLinear(p)
	slope, fall := scaleIn(p, unit)
	f, terms, near := 0.0, 0.0, 0.0
	for i, d := range naiveGradient(p, x) {
		if p.fixes(i) {
			continue
		}
		room, farthest := math.Inf(1), math.Abs(origin[i])
		for _, b := range []struct {
			bounds []float64
			toward bool
		}{{p.Lower, !math.Signbit(d)}, {p.Upper, math.Signbit(d)}} {
			if b.bounds == nil {
				continue
			}
			if b.toward {
				room = math.Abs(x[i] - b.bounds[i])
			}
			if math.Abs(b.bounds[i]-origin[i])*unit[i] <= 0x1p20*slope {
				farthest = max(farthest, math.Abs(b.bounds[i]))
			}
		}
		size := func(x float64) float64 { return math.Abs(linear[i])*x + p.H.At(i, i)*x*x/2 }
		from := min(math.Abs(x[i]), farthest)
		f += x[i] * (d + linear[i]) / 2
		terms += size(math.Abs(x[i]))
		near += size(from)
		lost += math.Abs(d) * min(room, math.Abs(x[i])+from)
	}
	most = 64 * (math.Abs(f) + fall + near)
	if terms <= most || most == 0 {
		return 0, math.Inf(1)
	}
	return lost + 0x1p-52*terms, most
}

// naiveLinear is g with what the fixed variables add to it.
func naiveLinear(p Problem[float64]) []float64 {
	g := slices.Clone(p.G)
	for i := range g {
		for j := range g {
			if p.fixes(j) {
				g[i] += p.H.At(i, j) * p.Lower[j]
			}
		}
	}
	return g
}

func naiveObjective(p Problem[float64], x []float64) float64 {
	s := 0.0
	for i, d := range naiveGradient(p, x) {
		s += x[i] * (d + p.G[i]) / 2
	}
	return s
}
