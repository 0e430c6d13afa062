package qp

import (
	"math"
	"slices"

	"ridge/mat"
)

// units are the powers of two by which the variables, the rows and the objective of a problem are
// scaled before it is solved, so that its original units do not matter:
//
//	x = 2^variable·x̂,   f = 2^objective·f̂,   Ĥ = 2^variable·H·2^variable/2^objective,   Â = 2^row·A·2^variable.
//
// Powers of two change no bit of a number's mantissa. x̂ is in units of √f̂, like the natural units
// of [Certificate].
type units struct {
	variable, row []int
	objective     int
	base          [2][]int // of variable and row, before gauge
	// component numbers the variables that are not connected to a curved variable, by the rows that
	// they share; it is −1 for all other variables. For each component, x̂ is determined only up to
	// a factor, which gauge chooses.
	component    []int
	rowComponent []int
	components   int
	lost         []lostElement
}

// equilibrate scales h and a, in place, so that the largest element of every row of a, and of
// every column of h and a together, is about 1 (Ruiz, A scaling algorithm to equilibrate both
// rows and columns norms in matrices, Report RAL-TR-2001-034; Stellato et al., OSQP, Math. Prog.
// Comput. 12, 2020, section 5.1).
//
// Ruiz's iteration converges to different scalings from different units. To avoid that, it starts
// from units that depend only on the data: from h for variables that have curvature, and from there
// along the rows for all others. It works on the exponents of the elements, because in the units on
// the way the elements themselves may be out of range. In those at the end none exceeds 4, as none
// does after a single pass: its row and its column have largest elements that are no smaller.
func equilibrate(h, a *indexedMatrix, w mat.Workers) *units {
	n, m := a.full.Cols, a.full.Rows
	u := &units{variable: make([]int, n), row: make([]int, m), component: make([]int, n), rowComponent: make([]int, m)}
	u.canonical(h, a)
	const passes = 24
	for range passes {
		if !u.ruiz(h, a, w) {
			break
		}
	}
	u.findLost(a)
	h.scale(u.variable, u.variable, w)
	a.scale(u.row, u.variable, w)
	u.base = [2][]int{u.variable, u.row}
	u.variable, u.row = slices.Clone(u.variable), slices.Clone(u.row)
	return u
}

const unreached = -2

// canonical chooses the initial units.
func (u *units) canonical(h, a *indexedMatrix) {
	for i := range u.row {
		u.rowComponent[i] = unreached
	}
	var left bool
	for j := range u.variable {
		u.component[j] = unreached
		if d := h.diagonal(j); d > 0 {
			u.variable[j] = -(exponent(d) >> 1)
			u.component[j] = -1
		} else {
			left = true
		}
	}
	u.spread(a, -1)
	for j := 0; left && j < len(u.variable); j++ {
		if u.component[j] == unreached {
			u.component[j] = u.components
			u.spread(a, u.components)
			u.components++
		}
	}
}

// spread chooses the units of all rows and variables that are connected to a component whose
// variables have units. A row gets its unit from the largest element in a column that has one, and
// a variable from the largest element in such a row.
func (u *units) spread(a *indexedMatrix, component int) {
	best := make(map[int]int)
	for changed := true; changed; {
		changed = false
		clear(best)
		for i := range u.row {
			if u.rowComponent[i] != unreached {
				continue
			}
			largest, found := 0, false
			a.each(i, func(j int, v float64) {
				if u.component[j] == component {
					if k := exponent(v) + u.variable[j]; !found || k > largest {
						largest, found = k, true
					}
				}
			})
			if !found {
				continue
			}
			u.row[i], u.rowComponent[i], changed = -largest, component, true
			a.each(i, func(j int, v float64) {
				if u.component[j] == unreached {
					k := exponent(v) + u.row[i]
					if b, ok := best[j]; !ok || k > b {
						best[j] = k
					}
				}
			})
		}
		for j, k := range best {
			u.variable[j], u.component[j] = -k, component
		}
	}
}

// ruiz divides rows and columns by the square roots of their largest elements, and reports whether
// that changed anything.
func (u *units) ruiz(h, a *indexedMatrix, w mat.Workers) (changed bool) {
	n, m := len(u.variable), len(u.row)
	largest, curved, row := make([]int, n), make([]int, h.full.Rows), make([]int, m)
	for j := range largest {
		largest[j] = noExponent
	}
	for i := range m {
		row[i] = half(a.largest(i, u.row[i], u.variable, largest))
	}
	mat.Parallel(w, len(curved), func(i int) { curved[i] = h.largest(i, u.variable[i], u.variable, nil) })
	for j, k := range curved {
		largest[j] = max(largest[j], k)
	}
	for j, k := range largest {
		by := half(k)
		u.variable[j] += by
		changed = changed || by != 0
	}
	for i, by := range row {
		u.row[i] += by
		changed = changed || by != 0
	}
	return changed
}

// half is the exponent of 1/√v, where k is that of v, rounded towards 0, so that v is unchanged if ¼ ≤ v < 4.
func half(k int) int {
	if k == noExponent {
		return 0
	}
	return -((k - 1) / 2)
}

// gauge chooses the units of the components without a curved variable. They make slopes (g) and
// distances (the bounds of variables and rows) equally large, as they are in natural units. If a
// component has only slopes or only distances, they get the size that they have elsewhere, or that
// the others have there if there are none. g and bounds are those of the problem.
func (u *units) gauge(g func(j int) float64, bounds problemBounds) {
	shift := make([]int, u.components+1) // curved variables come first
	if u.components > 0 {
		u.chooseShifts(shift, u.sizes(g, bounds))
	}
	for j, c := range u.component {
		u.variable[j] = u.base[0][j] + shift[c+1]
	}
	for i, c := range u.rowComponent {
		u.row[i] = u.base[1][i] - shift[max(c, -1)+1]
	}
	u.objective = 0
}

// chooseShifts sets the powers of two by which gauge changes the units of the components.
func (u *units) chooseShifts(shift []int, sizes []componentSize) {
	all := sizes[0]
	for c, s := range sizes[1:] {
		if s.slope.count > 0 && s.distance.count > 0 {
			shift[c+1] = (s.distance.mean() - s.slope.mean()) >> 1
			all.slope.join(s.slope, shift[c+1])
			all.distance.join(s.distance, -shift[c+1])
		}
	}
	if all.slope.count == 0 { // in natural units, slopes are distances, too
		all.slope = all.distance
	} else if all.distance.count == 0 {
		all.distance = all.slope
	}
	for c, s := range sizes[1:] {
		switch {
		case s.slope.count > 0 && s.distance.count > 0:
		case s.slope.count > 0:
			shift[c+1] = all.slope.mean() - s.slope.mean()
		case s.distance.count > 0:
			shift[c+1] = s.distance.mean() - all.distance.mean()
		}
	}
}

// scaled writes the bounds in the units.
func (u *units) scaled(bounds problemBounds, lower, upper []float64) {
	for k := range lower {
		l, v := bounds(k)
		lower[k], upper[k] = u.scaledBound(k, l), u.scaledBound(k, v)
	}
}

// scaledBound is a bound of variable k, or of row k − n, in the units.
func (u *units) scaledBound(k int, bound float64) float64 {
	if n := len(u.variable); k >= n {
		return timesPower(bound, u.row[k-n])
	}
	return timesPower(bound, -u.variable[k])
}

// slopeUnit is the power of two of a slope of f along variable j, and multiplierUnit that of the multiplier of row i.
func (u *units) slopeUnit(j int) int      { return u.objective - u.variable[j] }
func (u *units) multiplierUnit(i int) int { return u.objective + u.row[i] }

// componentSize holds the mean sizes of the slopes and distances of a component.
type componentSize struct{ slope, distance meanExponent }

// sizes measures the components in the units before gauge; variables without a component come
// first.
func (u *units) sizes(g func(j int) float64, bounds problemBounds) []componentSize {
	s, n := make([]componentSize, u.components+1), len(u.variable)
	for j, c := range u.component {
		l, v := bounds(j)
		if l == v {
			continue
		}
		s[c+1].slope.add(g(j), u.base[0][j])
		s[c+1].distance.add(l, -u.base[0][j])
		s[c+1].distance.add(v, -u.base[0][j])
	}
	for i, c := range u.rowComponent {
		if c == unreached { // an empty row
			continue
		}
		l, v := bounds(n + i)
		s[c+1].distance.add(l, u.base[1][i])
		s[c+1].distance.add(v, u.base[1][i])
	}
	return s
}

// meanExponent is the mean of exponents, rounded down, so that it shifts as they do.
type meanExponent struct{ sum, count int }

// add adds the exponent of 2^k·v, unless v is 0 or infinite.
func (m *meanExponent) add(v float64, k int) {
	if v != 0 && !math.IsInf(v, 0) {
		m.sum += exponent(v) + k
		m.count++
	}
}

// join adds everything in n, times 2^k.
func (m *meanExponent) join(n meanExponent, k int) {
	m.sum += n.sum + n.count*k
	m.count += n.count
}

func (m meanExponent) mean() int {
	if m.count == 0 {
		return 0
	}
	q := m.sum / m.count
	if m.sum%m.count < 0 {
		q--
	}
	return q
}
