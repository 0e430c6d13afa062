package gradient

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/mat"
)

// The Rayleigh quotients of the columns of Q, which are computed some columns at a time, are the diagonal of QᵀSQ.
func TestRayleighQuotientsAreThoseOfAllColumns(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for _, order := range []int{1, quotients - 1, quotients, quotients + 1, 3*quotients + 5} {
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
