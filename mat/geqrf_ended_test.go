package mat

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/asm"
)

func TestGeqrfEndsBetweenColumns(t *testing.T) {
	done := make(chan struct{})
	close(done)
	for _, cols := range []int{20, 100} { // in place, and in blocks
		for _, w := range []Workers{1, 2} {
			a := NewDense[float64](100, cols)
			for i := range a.Data {
				a.Data[i] = float64(i * i % 11)
			}
			before, tau := a.Clone(), make([]float64, cols)
			assert.False(t, geqrfUntil(a, tau, w, done))
			assert.True(t, Equal(before, a), "nothing has begun")

			kern := asm.For[float64]()
			nb := reflectorBlock(kern, cols)
			f := newGeqrf(kern, a, nb, false, make([]float64, geqrfSize(kern, a, nb, false)))
			f.done = done
			f.factor(tau, w)
			assert.True(t, Equal(before, a), "no column has been factored")
		}
	}
}
