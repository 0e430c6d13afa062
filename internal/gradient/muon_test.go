package gradient

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// TestMomentumWithoutGradientsVanishes: before its squares are no normal numbers, and alone.
func TestMomentumWithoutGradientsVanishes(t *testing.T) {
	b := newMuonBlock(mat.NewDense[float32](2, 3), mat.NewDense[float32](2, 3), &Options{Momentum: 0.9}, 1)
	b.grad.Fill(1)
	b.step(0.1, 1)
	clear(b.grad.Row(0)) // the unit has no gradients any more
	for range 100 {
		b.step(0.1, 1)
	}
	assert.NotZero(t, b.momentum.At(0, 0), "0.9¹⁰⁰ of the rest")
	for range 350 {
		b.step(0.1, 1)
	}
	assert.Equal(t, []float32{0, 0, 0}, b.momentum.Row(0))
	assert.InDelta(t, 10, b.momentum.At(1, 0), 1e-3, "Σ 0.9ᵏ")
}

// TestMuonStopsWithoutGradients: the momentum's direction is as long however little is left of it.
func TestMuonStopsWithoutGradients(t *testing.T) {
	for _, unit := range []float32{1e-12, 1, 1e12} {
		b := newMuonBlock(mat.NewDense[float32](2, 3), mat.NewDense[float32](2, 3), &Options{Momentum: 0.9}, 1)
		b.grad.Set(0, 0, unit)
		b.grad.Set(1, 1, 2*unit)
		b.step(0.1, 1)
		b.grad.Fill(0)
		moves := 0
		for range 300 {
			before := b.weights.Clone()
			b.step(0.1, 1)
			if !mat.Equal(before, b.weights) {
				moves++
			}
		}
		assert.Equal(t, 124, moves, "0.9ᵏ⁺¹ ≥ 2⁻²⁰·1.9")
	}
}

// TestMuonGoesOnAfterABatchThatOverflows: that its norm is infinite must not make all others look like nothing.
func TestMuonGoesOnAfterABatchThatOverflows(t *testing.T) {
	b := newMuonBlock(mat.NewDense[float32](2, 3), mat.NewDense[float32](2, 3), &Options{Momentum: 0.9}, 1)
	b.grad.Fill(3e38)
	b.step(0.1, 1)
	before := b.weights.Clone()
	b.grad.Fill(1)
	b.step(0.1, 1)
	assert.False(t, mat.Equal(before, b.weights))
}
