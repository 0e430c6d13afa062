package gradient

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// Where slopes and activations are so small that no element of a gradient is a normal number, those of the weights are
// 0, and those of the biases, which read ones, are as always.
func TestGradientsThatUnderflowAreZero(t *testing.T) {
	for _, c := range []struct{ slope, activation, want float64 }{
		{1e-22, 1e-20, 0},
		{1e-20, 1e-22, 0},
		{1e-40, 1, 0},
		{0, 1, 0},
		{1e-22, 1e-10, 4e-32},
		{1, 1e-30, 4e-30},
		{1, 1, 4},
		{1, math.NaN(), math.NaN()},
		{0, math.Inf(1), math.NaN()},
	} {
		b := newBackprop(testNetwork[float32](t, testSpecs["skips"], "softmax", 1), 6, 1)
		b.Rows = 4
		g := b.slope(3)
		require.Equal(t, 4, g.Rows)
		g.Fill(float32(c.slope))
		for _, p := range b.parts[2] {
			b.A[p.Layer].ColView(0, p.Width).Fill(float32(c.activation))
		}
		b.grad[2].Fill(7)
		b.gradientOf(3, g)
		for j, got := range b.grad[2].Row(1) {
			want := c.want
			if j == b.grad[2].Cols-1 {
				want = 4 * c.slope
			}
			requireNear(t, want, got, "%+v, column %d", c, j)
		}
	}
}

// requireNear is for numbers in 32 bits, subnormal ones among them. NaN is near to NaN, and nothing but 0 to 0.
func requireNear(t *testing.T, want float64, got float32, what ...any) {
	t.Helper()
	switch {
	case math.IsNaN(want):
		require.True(t, got != got, what...)
	case want == 0:
		require.Zero(t, got, what...)
	default:
		require.InEpsilon(t, want, got, 1e-4, what...)
	}
}

// One large sample among small ones counts.
func TestGradientsOfASingleSampleCount(t *testing.T) {
	b := newBackprop(testNetwork[float32](t, testSpecs["chain"], "softmax", 1), 6, 1)
	b.Rows = 6
	g := b.slope(2)
	g.Fill(1e-30)
	b.A[1].Fill(1e-30)
	g.Set(5, 2, 0.5)
	b.A[1].Set(5, 3, 4)
	b.gradientOf(2, g)
	assert.Equal(t, float32(2), b.grad[1].At(2, 3))
}

func TestSubnormalSlopesBecomeZero(t *testing.T) {
	b := newBackprop(testNetwork[float32](t, testSpecs["chain"], "softmax", 1), 2, 1)
	b.Rows = 2
	b.A[1].Fill(1)
	b.du[1].Fill(1e-40)
	b.du[1].Set(1, 2, 1e-37)
	g := b.derivative(1)
	assert.Equal(t, float32(1e-37), g.At(1, 2))
	g.Set(1, 2, 0)
	assert.Zero(t, mat.NormMax(g))
}
