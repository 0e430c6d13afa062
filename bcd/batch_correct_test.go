package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// hiddenObjective is the part of F that has u = u_n in it, for one sample, by its
// definition: with the targets of the layers above in r, and all else at the forward
// activations.
func hiddenObjective(m *minibatch[float64], n, sample int, u []float64) float64 {
	gamma := m.correction.rates.gamma[n-1]
	var sum float64
	for j, v := range u {
		sum += gamma * (v*v/2 - v*m.batch.Z[n].At(sample, j))
	}
	for _, e := range m.graph.out[n] {
		for k := range e.w.Rows {
			z := m.batch.Z[e.to].At(sample, k)
			for j, v := range u {
				z += e.w.At(k, j) * (v - max(0, m.batch.Z[n].At(sample, j)))
			}
			y := m.batch.all.y.Row(sample)
			switch {
			case e.to <= m.graph.layers():
				sum += m.correction.rates.gamma[e.to-1] * (max(0, z)*max(0,
					z)/2 - (m.batch.A[e.to].At(sample, k)+m.correction.r[e.to].At(sample, k))*z)
			case m.batch.loss.Name() == hinge:
				sum += math.Pow(max(0, 1-y[k]*z), 2) / 2
			default:
				sum += math.Pow(y[k]-z, 2) / 2
			}
		}
	}
	return sum
}

func TestStepsOfTheHiddenVariablesLowerTheObjective(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.correctHidden(len(testBatch))
		for n := m.graph.layers(); n >= 1; n-- {
			var last []float64
			for i := range testBatch {
				last = append(last, hiddenObjective(m, n, i, m.batch.A[n].Row(i)[:m.graph.widths[n]]))
			}
			for _, steps := range []int{1, 5, 300} {
				m.correction.inner, m.correction.innerLast = steps, steps
				m.correction.stepHidden(n, len(testBatch))
				for i := range testBatch {
					u := movedActivations(m, n, i)
					value := hiddenObjective(m, n, i, u)
					assert.LessOrEqual(t, value, last[i]+1e-12, "layer %d, sample %d, %d steps", n, i, steps)
					last[i] = value
					for _, v := range u {
						assert.GreaterOrEqual(t, v, 0.)
					}
				}
			}
			// At the optimum no coordinate can be moved to lower it.
			for i := range testBatch {
				u := movedActivations(m, n, i)
				for j, v := range u {
					for _, h := range []float64{1e-4, -min(v, 1e-4)} {
						u[j] = v + h
						assert.GreaterOrEqual(t, hiddenObjective(m, n, i, u), last[i]-1e-12)
					}
					u[j] = v
				}
			}
		}
	})
}

// movedActivations is U_n of a sample: max(0, Z_n) + R_n.
func movedActivations(m *minibatch[float64], n, sample int) []float64 {
	u := append([]float64(nil), m.correction.r[n].Row(sample)...)
	for j := range u {
		u[j] += m.batch.A[n].Row(sample)[j]
	}
	return u
}

func TestSamplesWithoutASlopeTakeNoPart(t *testing.T) {
	// step returns the weights after a step for so many samples as use says, of a batch in which the hinge has
	// nothing against every third one.
	step := func(use func(m *minibatch[float64]) int) *minibatch[float64] {
		m := testMinibatch(t, testSpecs["skips"], hinge)
		require.NoError(t, m.weights.inputs.project(t.Context(), m.memory))
		m.memory.remember(m.batch)
		require.NoError(t, m.memory.invertHidden())
		out := m.graph.layers() + 1
		for i := 0; i < len(testBatch); i += 3 {
			for k, y := range m.batch.all.y.Row(i) {
				m.batch.Z[out].Set(i, k, 2*y)
			}
		}
		m.batch.judge(span{0, m.batch.Rows})
		rows := use(m)
		m.correction.correctHidden(rows)
		m.weights.step(rows, 0.1)
		m.graph.unpack()
		return m
	}
	some := step(func(m *minibatch[float64]) int {
		active := m.correction.dropSatisfied()
		assert.Equal(t, 8, active)
		var want []int
		for i, sample := range testBatch {
			if i%3 > 0 {
				want = append(want, sample)
			}
		}
		assert.Equal(t, want, m.batch.used.samples)
		for i, sample := range want {
			assert.Positive(t, mat.Asum(m.correction.r[m.graph.layers()+1].Row(i)), "row %d", i)
			assert.Equal(t, 1., m.batch.used.y.Row(i)[m.batch.data.Labels[sample]])
			for n := 1; n <= m.graph.layers(); n++ {
				before := 3*(i/2) + 1 + i%2
				assert.Equal(t, m.batch.A[n].Row(before), m.batch.used.A[n].Row(i))
				assert.Equal(t, m.batch.Z[n].Row(before), m.batch.used.Z[n].Row(i))
			}
		}
		return active
	})
	all := step(func(m *minibatch[float64]) int { return len(testBatch) })
	for n := 1; n <= all.graph.layers()+1; n++ {
		assert.True(t, mat.EqualApprox(all.iterate.Weights(n), some.iterate.Weights(n), 1e-12), "layer %d", n)
	}
}

func TestCorrectionsHaveTheRelativeSizeOfTheLastOne(t *testing.T) {
	m := testMinibatch(t, testSpecs["skips"], hinge)
	m.correction.correctHidden(len(testBatch))
	relative := func(n int) float64 {
		f := m.batch.Activations(n).Clone()
		return float64(mat.NormFrobenius(m.correction.r[n]) / mat.NormFrobenius(f))
	}
	want := relative(m.graph.layers())
	assert.Greater(t, want, 0.)
	for n := 1; n < m.graph.layers(); n++ {
		assert.InEpsilon(t, want, relative(n), 1e-12, "layer %d", n)
	}
}

func TestCorrectionOfTheOutputIsTheResidual(t *testing.T) {
	eachMinibatch(t, func(t *testing.T, m *minibatch[float64]) {
		m.correction.correctHidden(len(testBatch))
		out := m.graph.layers() + 1
		for i := range testBatch {
			for k, y := range m.batch.all.y.Row(i) {
				want := y - m.batch.Z[out].At(i, k)
				if m.batch.loss.Name() == hinge {
					want = y * max(0, y*want)
				}
				assert.InDelta(t, want, m.correction.r[out].At(i, k), 1e-14)
			}
		}
	})
}
