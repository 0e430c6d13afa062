package columns

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// manyColumns has plain numbers and all other kinds, in random order.
func manyColumns(r *rand.Rand, n int) *Inputs {
	in := &Inputs{}
	for range n {
		c := Column{Kind: Number, Mean: r.NormFloat64(), Divisor: 0.1 + r.Float64(), Fill: r.NormFloat64()}
		switch r.IntN(8) {
		case 0:
			c = Column{Kind: Dropped}
		case 1:
			c = Column{Kind: Levels, Levels: []string{"a", "b"}, Means: []float64{0.3, 0.6}, Divisor: 1}
		case 2:
			c.Missing = &Affine{Mean: 0.1, Divisor: 1}
		case 3:
			c.Curve = &Curve{At: []float64{-1, 0, 2}, To: []float64{0, 0.5, 1}, Mean: 0.4, Divisor: 0.3}
		case 4:
			c.Pieces = &Pieces{At: []float64{-1, 0, 1}, Means: []float64{0.5, 0.2}, Divisor: 0.5}
		}
		in.Columns = append(in.Columns, c)
	}
	return in
}

func TestAnApplierDoesWhatInputsDo(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for n := range 40 {
		in := manyColumns(r, n)
		a := NewApplier(in)
		require.Equal(t, in.Width(), a.Width())
		row, want, got := make([]float32, n), make([]float32, in.Width()), make([]float32, in.Width())
		for range 50 {
			for j := range row {
				row[j] = float32(r.IntN(5)-1) / 2
				if r.IntN(5) == 0 {
					row[j] = float32(math.NaN())
				}
			}
			in.Apply(want, row)
			a.Apply(got, row)
			require.Equal(t, want, got)
		}
		assert.Zero(t, testing.AllocsPerRun(10, func() { a.Apply(got, row) }))
	}
}

func BenchmarkApply(b *testing.B) {
	in := &Inputs{Columns: make([]Column, 784)}
	for j := range in.Columns {
		in.Columns[j] = Column{Kind: Number, Mean: float64(j), Divisor: 255}
	}
	row, dst := make([]float32, 784), make([]float32, 784)
	for name, apply := range map[string]func(dst, row []float32){"Inputs": in.Apply, "Applier": NewApplier(in).Apply} {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(4 * 784)
			for b.Loop() {
				apply(dst, row)
			}
		})
	}
}
