package bcd

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
	"ridge/mat"
)

// naiveObjective is F from its definition, a sample and a unit at a time.
func naiveObjective(l *lift[float64]) float64 {
	var f float64
	for i := range l.samples() {
		u := [][]float64{l.x.Row(i)}
		for n := 1; n <= l.layers(); n++ {
			u = append(u, l.hidden(n).Row(i))
		}
		for n := 1; n <= l.layers(); n++ {
			layer := l.net.Layers[n-1]
			for j := range layer.W.Rows {
				w := layer.W.Row(j)
				z := w[len(w)-1]
				k := 0
				for _, m := range layer.From {
					for _, v := range u[m] {
						z += w[k] * v
						k++
					}
				}
				uj := u[n][j]
				phi := (uj - z) * (uj - z) / 2
				if l.objective == Fenchel {
					phi = uj*uj/2 + math.Max(0, z)*math.Max(0, z)/2 - uj*z
				}
				f += l.gamma[n-1] * phi
			}
		}
		for k := range l.net.V.Rows {
			v := l.net.V.Row(k)
			o := v[len(v)-1]
			for j, uj := range u[l.layers()] {
				o += v[j] * uj
			}
			y := l.y.At(i, k)
			r := y - o
			if l.net.Loss.Name() == hinge {
				r = math.Max(0, 1-y*o)
			}
			f += r * r / 2
		}
	}
	n := float64(l.samples())
	norm := func(w mat.Dense[float64]) (s float64) {
		for i := range w.Rows {
			for j := range w.Cols - 1 {
				s += w.At(i, j) * w.At(i, j)
			}
		}
		return s
	}
	f += n / 2 * l.lambdaOut * norm(l.net.V)
	for _, layer := range l.net.Layers {
		f += n / 2 * l.lambda * norm(layer.W)
	}
	return f
}

func TestObjectiveIsItsDefinition(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 7)
		want := naiveObjective(l)
		assert.InDelta(t, want, l.total(), 1e-12*want)
	})
}

// F is piecewise quadratic, so that central differences are exact but for rounding,
// and for the kinks of its derivative between the two points.
func TestGradientAgreesWithFiniteDifferences(t *testing.T) {
	const h = 1e-5
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 6)
		grads := l.gradients()
		for name, block := range l.blocks() {
			for i := range block.Rows {
				for j := range block.Cols {
					old := block.At(i, j)
					block.Set(i, j, old+h)
					l.refresh()
					up := l.total()
					block.Set(i, j, old-h)
					l.refresh()
					down := l.total()
					block.Set(i, j, old)
					require.InDelta(t, (up-down)/(2*h), grads[name].At(i, j), 1e-4, "%s (%d, %d)", name, i, j)
				}
			}
		}
	})
}

func TestStationarityIsTheNormOfTheProjectedGradientStep(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 600) // more than one block of rows
		var sum float64
		for name, g := range l.gradients() {
			for i := range g.Rows {
				for j, v := range g.Row(i) {
					if name == "U" {
						u := l.u.At(i, j)
						v = u - math.Max(0, u-v)
					}
					sum += v * v
				}
			}
		}
		want := math.Sqrt(sum) / 600
		assert.InDelta(t, want, l.stationarity(), 1e-12*want)
	})
}

// What is almost at its bound is almost stationary: relaxed steps come no closer.
func TestStationarityIsContinuousAtTheBound(t *testing.T) {
	eachCase(t, func(t *testing.T, c testCase) {
		l := testLift(t, c, 60)
		at := l.stationarity()
		for i, u := range l.u.Data {
			if u == 0 {
				l.u.Data[i] = 1e-12
			}
		}
		l.refresh()
		assert.InEpsilon(t, at, l.stationarity(), 1e-9)
	})
}

func TestStationarityDoesNotDependOnWorkers(t *testing.T) {
	defer processors.Pretend(3)()
	l := testLift(t, testCase{"", testSpecs["skips"], Fenchel, hinge}, 2000)
	one := l.stationarity()
	l.workers = 2
	assert.Equal(t, one, l.stationarity())
}
