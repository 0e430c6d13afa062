package mat

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestPotrfEndsBetweenBlocksOfRows(t *testing.T) {
	done := make(chan struct{})
	close(done)
	const n = 600
	for name, factor := range map[string]func(Uplo, Dense[float64], Workers, <-chan struct{}) int{
		"panels": potrfPanels[float64], "blocks": potrfBlocks[float64],
	} {
		for _, w := range []Workers{1, 2} {
			a := NewDense[float64](n, n)
			for i := range n {
				a.Set(i, i, 4)
			}
			assert.Equal(t, potrfEnded, factor(Lower, a, w, done), name)
			assert.Equal(t, 4.0, a.At(n-1, n-1), "%s: the last row is as it was", name)
			assert.Zero(t, factor(Lower, a, w, nil), name) // the first rows may have been factored before
		}
	}
}

func TestALargeUpdateOfPotrfEndsBetweenItsParts(t *testing.T) {
	if testing.Short() {
		t.Skip("billions of operations, which take minutes on an emulated processor")
	}
	ended := make(chan struct{})
	close(ended)
	const n, k, first = 2600, 256, 256
	a := NewDense[float32](n, k)
	a.Fill(1)
	for _, done := range []chan struct{}{nil, ended} {
		c := NewDense[float32](n, n)
		d := lookahead[float32]{uplo: Lower, a: c.View(0, 0, first, first)}
		d.update(product[float32]{k: k, alpha: -1, beta: 1, part: lower, a: a, b: a, tB: Trans}, c, 2, done)
		assert.Equal(t, 1, d.minor, "the next block has been factored")
		assert.Equal(t, float32(-k), c.At(n-1, first))
		assert.Equal(t, done == nil, c.At(n-1, n-1) == -k)
	}
}

func TestTheStepsOfAnInverseEndBetweenBlocks(t *testing.T) {
	done := make(chan struct{})
	const n = 600
	identity := func() Dense[float64] {
		a := NewDense[float64](n, n)
		setIdentity(a, 0)
		return a
	}
	tau := make([]float64, n)
	assert.True(t, orgqrUntil(identity(), tau, 1, done))
	assert.True(t, lauum(Lower, identity(), 1, done))
	close(done)
	assert.False(t, orgqrUntil(identity(), tau, 2, done))
	if !lauumFits[float64](n) {
		assert.False(t, lauum(Lower, identity(), 2, done))
	}
	assert.Equal(t, errEnded, trtri("Trtri", Lower, NonUnit, identity(), 1, done))
}
