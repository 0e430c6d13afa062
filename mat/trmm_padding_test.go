package mat

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/internal/scratch"
)

// A panel of few columns is copied into memory whose rest holds what it held before. The sign of a zero showed it.
func TestTrmmDoesNotReadWhatMemoryHeldBefore(t *testing.T) {
	const n, cols = 2, 3
	a := DenseOf(n, n, []float32{-1e-30, 0, 0, 1}) // the first row of the product is −1e-60, which rounds to −0
	product := func(before float32) []uint32 {
		for size := 1; size <= 1<<12; size *= 2 {
			buf := scratch.Get[float32](size)
			for i := range buf.Data {
				buf.Data[i] = before
			}
			scratch.Put(buf)
		}
		b := NewDense[float32](n, cols+1).ColView(0, cols) // with a gap, so that it is copied
		for j := range cols {
			b.Data[j], b.Data[b.Stride+j] = 1e-30, 1
		}
		Trmm(Left, Lower, NoTrans, NonUnit, 1, a, b, 1)
		var bits []uint32
		for i := range n {
			for _, v := range b.Row(i) {
				bits = append(bits, math.Float32bits(v))
			}
		}
		return bits
	}
	assert.Equal(t, product(0), product(float32(math.NaN())))
}
