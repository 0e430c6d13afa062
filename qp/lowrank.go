package qp

// spectrum is what a solve knows about the eigenvalues of H.
type spectrum struct {
	spread  float64 // see looksSymmetric
	probed  bool
	work    float64 // that the probe took
	lowRank bool    // H has no more than n/rankShare directions with a curvature, to rounding
}

const (
	// suspicious is the share of n that spread must be above for the rank to be looked at: that of H is
	// at least n/spread, about.
	suspicious = 1.0 / 8
	// rankShare is n, over the largest rank that counts as low.
	rankShare = 3
)

// stiff says that few directions have most of the curvature.
func (r *run) stiff() bool { return r.spectrum.spread > suspicious*float64(len(r.x)) }

// lowRank reports whether the rank of H is low, as that of Gram matrices of smooth functions is. It factors no
// more columns than that takes: n³/18 operations, once.
func (r *run) lowRank() bool {
	n := len(r.x)
	if r.spectrum.probed || !r.stiff() {
		return r.spectrum.lowRank
	}
	f := &r.factor
	count, work := f.factorizations, f.work
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
	f.factorizations, f.work = count, work // it is no part of the problem that happens to be the first
	r.spectrum.probed, r.spectrum.lowRank = true, rank < most
	r.spectrum.work = float64(n) * float64(rank) * float64(rank)
	return r.spectrum.lowRank
}

// mostlyDependent says that less than half of the free variables have a row in the factor.
func (r *run) mostlyDependent() bool { return len(r.factor.dependent) > len(r.factor.order) }
