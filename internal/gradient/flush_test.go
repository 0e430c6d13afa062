package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/mat"
)

// historiesOf returns what a rule keeps of gradients.
func historiesOf(r rule[float32]) []mat.Dense[float32] {
	var all []mat.Dense[float32]
	rest := func(u updates[float32]) {
		for _, one := range u.all {
			all = append(all, one.h, one.k)
		}
	}
	switch r := r.(type) {
	case *elementwiseRule[float32]:
		rest(r.updates)
	case *scheduleFreeRule[float32]:
		for _, u := range r.all {
			all = append(all, u.v)
		}
	case *muonRule[float32]:
		rest(r.rest)
		for _, b := range r.blocks {
			all = append(all, b.momentum)
		}
	case *soapRule[float32]:
		rest(r.rest)
		for _, b := range r.blocks {
			all = append(all, b.momentum, b.squares, b.left.moments, b.right.moments)
		}
	case *kroneckerRule[float32]:
		for _, b := range r.blocks {
			all = append(all, b.momentum)
		}
	}
	return all
}

// Without gradients, histories fall until they are subnormal numbers, which rounding would hold for ever.
func TestHistoriesWithoutGradientsVanish(t *testing.T) {
	for _, s := range solvers {
		if s == adaGrad {
			continue // its squares stay
		}
		net := testNetwork[float32](t, testSpecs["chain"], "softmax", 2)
		o := s.defaults
		o.Momentum, o.Momentum2, o.RMSDecay, o.Memory = min(o.Momentum, 0.9), 0.9, 0.9, 0.9
		tr := newTrainer(t.Context(), train.Task[float32]{Net: net, Train: traintest.Clusters[float32](20, 5, 3, 1),
			Workers: 1}, s, o)
		if r, ok := tr.rule.(*muonRule[float32]); ok {
			r.adam.Momentum2 = 0.9
		}
		tr.step([]int{1, 7, 3}, 1e-3)
		tr.step([]int{2, 8, 0}, 1e-3)
		for _, g := range tr.grad {
			g.Fill(0)
		}
		for batch := 2; batch < 1400; batch++ {
			tr.rule.apply(batch, 1e-3)
		}
		for _, h := range historiesOf(tr.rule) {
			assert.Zero(t, mat.NormMax(h), "%v", s)
		}
	}
}

// TestAdaGradKeepsSmallSums: they only grow, until they are normal numbers.
func TestAdaGradKeepsSmallSums(t *testing.T) {
	w, g := mat.NewDense[float32](1, 2), mat.NewDense[float32](1, 2)
	g.Fill(1e-20)
	u := updates[float32]{formula: adaGradFormula, options: &Options{Delta: 1e-30}, workers: 1}
	u.add(w, g, 2, 1)
	for batch := range 150 {
		u.apply(batch, 0.1)
	}
	assert.InEpsilon(t, 150e-40, u.all[0].h.At(0, 0), 1e-3)
}

func TestMomentsOfWhatIsNeverActiveVanish(t *testing.T) {
	m := newMoments[float32](3, 1, train.NewAdder(t.Context(), nil))
	x := mat.DenseOf(2, 3, []float32{1, 2, 3, 1, 1, 1})
	for batch := range 1400 {
		m.update(x, 2, 0.9)
		x.Set(0, 1, 0)
		x.Set(1, 1, 0)
		if inverseIsDue(batch) {
			m.invert(0.1, 1)
		}
	}
	m.invert(0.1, 1)
	assert.Zero(t, m.mean.At(1, 0))
	assert.Zero(t, m.mean.At(1, 1))
	assert.Zero(t, m.mean.At(2, 1))
	assert.NotZero(t, m.mean.At(2, 0))
}

// Nothing feeds the moments of a factor any more, of K-FAC's S where all samples are satisfied.
func TestMomentsThatFadeAltogetherVanish(t *testing.T) {
	m := momentsOf[float32](1e-44, 1e-44, 1e-44, 1e-44)
	m.invert(0.1, 1)
	assert.Zero(t, mat.NormMax(m.mean.ColView(0, 1)))
	assert.Zero(t, m.mean.At(1, 1))
}
