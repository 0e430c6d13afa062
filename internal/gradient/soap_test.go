package gradient

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// Gradients whose squares underflow, all of a matrix together, leave no subnormal numbers in the means of squares.
func TestSquaresOfVanishingGradientsAreZero(t *testing.T) {
	for _, c := range []struct{ gradient, old, moment, square float64 }{
		{1e-21, 0, 0, 0},
		{1e-21, 1e-10, 0.5e-10, 0.5e-10},
		{0, 1e-10, 0.5e-10, 0.5e-10},
		{1e-17, 0, 10e-34, 0.5e-34},
		{1e-3, 0, 10e-6, 0.5e-6},
		{1e-3, 1, 0.5 + 10e-6, 0.5 + 0.5e-6},
		{math.NaN(), 0, math.NaN(), math.NaN()},
	} {
		grad := mat.NewDense[float32](2, 20)
		grad.Fill(float32(c.gradient))
		b := newSOAPBlock(mat.NewDense[float32](2, 20), grad, &Options{Momentum2: 0.5, Delta: 1}, 1)
		b.left.moments.Fill(float32(c.old))
		b.squares.Fill(float32(c.old))
		b.measure()
		b.step(1, 0.1, 1)
		b.remember(0.5, 1)
		requireNear(t, c.moment, b.left.moments.At(1, 0), "%+v", c)
		requireNear(t, c.square, b.squares.At(0, 0), "%+v", c)
	}
}

// The Rayleigh quotients of the columns of Q, which are computed some columns at a time, are the diagonal of QᵀSQ.
func TestRayleighQuotientsAreThoseOfAllColumns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, order := range []int{1, columnsAtOnce - 1, columnsAtOnce, columnsAtOnce + 1, 3*columnsAtOnce + 5} {
		b := newBasis[float64](order)
		for _, m := range []mat.Dense[float64]{b.q, b.image} { // of S·Q
			for i := range m.Data {
				m.Data[i] = random.NormFloat64()
			}
		}
		b.loops.quotients.do(1)
		for j := range order {
			want := 0.
			for i := range order {
				want += b.q.At(i, j) * b.image.At(i, j)
			}
			assert.InDelta(t, want, b.values[j], 1e-12, "column %d of %d", j, order)
			assert.Equal(t, j, b.order[j])
		}
	}
}
