package qp

// spectrum holds what a solve knows about the eigenvalues of H.
type spectrum struct {
	spread  float64 // see probing
	probed  bool
	work    float64 // work spent on the probe
	lowRank bool    // H has at most n/rankShare directions with curvature, up to rounding
}

const (
	// suspicious is the fraction of n above which spread causes the rank to be probed: the rank of H is at least about
	// n/spread.
	suspicious = 1.0 / 8
	// rankShare is n divided by the largest rank that counts as low.
	rankShare = 3
)

// stiff reports whether few directions have most of the curvature.
func (r *run) stiff() bool { return r.spectrum.spread > suspicious*float64(len(r.x)) }

// veryStiff reports whether even fewer have: half as many.
func (r *run) veryStiff() bool { return r.spectrum.spread > 2*suspicious*float64(len(r.x)) }

// lowRank reports whether the rank of H is low, as it is for Gram matrices of smooth functions. It factors only as many
// columns as needed: n³/18 operations, once. If there are few variables, pivoting tells as soon.
func (r *run) lowRank() bool {
	n := len(r.x)
	if r.spectrum.probed || !r.stiff() || r.sweepsAreExpensive() {
		return r.spectrum.lowRank
	}
	f, kept := &r.factor, r.effort
	f.prepare(n)
	f.forget()
	for i := range n {
		if r.curvature.e[i] > 0 {
			f.order = append(f.order, i)
		}
	}
	most := min(ceilDiv(n, rankShare), len(f.order))
	a, smallest := f.eliminate(&r.view, 0), 1.0
	rank, _ := f.pivotBlock(&r.view, a, 0, 0, most, &smallest)
	f.forget()
	r.effort = kept // the probe is not charged to the first problem
	r.spectrum.probed, r.spectrum.lowRank = true, rank < most
	r.spectrum.work = float64(n) * float64(rank) * float64(rank)
	return r.spectrum.lowRank
}

// singular reports whether the factor has shown that H is singular.
func (r *run) singular() bool { return r.factor.singular || len(r.factor.dependent) > 0 }

// mostlyDependent reports whether less than half of the free variables have a row in the factor.
func (r *run) mostlyDependent() bool { return len(r.factor.dependent) > len(r.factor.order) }
