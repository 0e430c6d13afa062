package mat

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
)

// apartSizes are some that are cut in all ways: few and many panels, ends within a panel, tall and wide.
var apartSizes = [][3]int{
	{170, 170, 170}, {300, 170, 100}, {50, 300, 784}, {33, 2000, 100}, {2000, 33, 100}, {500, 500, 500},
	{1500, 1500, 1500},
}

// Whatever is wanted of C is in one block of one region, and no region is much larger than the others.
func TestRegionsAreWhatIsWanted(t *testing.T) {
	for _, size := range apartSizes {
		for _, part := range []part{full, lower, upper} {
			for workers := 2; workers <= mostApart; workers++ {
				m, n := size[0], size[1]
				if part != full {
					n = m
				}
				b := apart[float32]{kern: asm.For[float32]()}
				b.product = product[float32]{m: m, n: n, k: size[2], part: part}
				if !b.cut(workers) {
					continue
				}
				count, largest := b.down*b.across, 0
				have, want := make([]int, m*n), make([]int, m*n)
				for i := range count {
					rows, cols, first := b.region(i)
					largest = max(largest, mark(have, n, rows, cols, part, first))
				}
				wanted := mark(want, n, span{0, m}, span{0, n}, part, 0)
				require.True(t, slices.Equal(want, have), "%v, part %d, %d workers", size, part, workers)
				assert.Equal(t, workers, count, "%v, part %d", size, part)
				assert.LessOrEqual(t, float64(largest*count), 1.2*float64(wanted), "%v, part %d", size, part)
			}
		}
	}
}

func TestBandsAreAboutEven(t *testing.T) {
	t.Run("float32", testBands[float32])
	t.Run("float64", testBands[float64])
}

func testBands[T Float](t *testing.T) {
	below := func(n int) int { return n * (n + 1) / 2 }
	for n := 50; n <= 1000; n++ {
		for _, part := range []part{lower, upper} {
			for workers := 2; workers <= mostApart; workers++ {
				b := apart[T]{kern: asm.For[T]()}
				b.product = product[T]{m: n, n: n, k: n, part: part}
				if !b.cut(workers) {
					assert.Less(t, n, 20*workers*b.panel(), "many panels can be cut evenly")
					continue
				}
				for i := range workers {
					band := b.band(i)
					elements := below(band.to) - below(band.from)
					assert.LessOrEqual(t, float64(elements*workers), mostUneven*float64(below(n)+n*b.kern.NR/2),
						"%d rows, part %d, band %d of %d", n, part, i, workers)
				}
			}
		}
	}
}

// mark adds 1 to what is wanted of some rows and columns of a matrix of n columns, and returns how many elements that
// are.
func mark(terms []int, n int, rows, cols span, p part, first int) (elements int) {
	for row := rows.from; row < rows.to; row++ {
		for col := cols.from; col < cols.to; col++ {
			if p == full || p == lower && row >= max(col, first) || p == upper && col >= max(row, first) {
				terms[row*n+col]++
				elements++
			}
		}
	}
	return elements
}

func TestProductsApartHaveTheBitsOfOneWorker(t *testing.T) {
	t.Run("float32", testApartBits[float32])
	t.Run("float64", testApartBits[float64])
}

func testApartBits[T Float](t *testing.T) {
	defer processors.Pretend(mostApart)()
	rng := rand.New(rand.NewPCG(1, 2))
	random := func(rows, cols int) Dense[T] {
		m := NewDense[T](rows, cols)
		for i := range m.Data {
			m.Data[i] = T(rng.NormFloat64())
		}
		return m
	}
	stored := func(tr Transpose, rows, cols int) Dense[T] {
		if tr == Trans {
			return random(cols, rows)
		}
		return random(rows, cols)
	}
	sizes := append(apartSizes[:6:6], [][3]int{{600, 80, 200}, {700, 90, 300}, {800, 100, 256}}...)
	for i, size := range sizes {
		m, n, k := size[0], size[1], size[2]
		tA, tB, beta := Transpose(i%2), Transpose(i/2%2), []T{0, 1, 0.3}[i%3]
		a, b, c, s := stored(tA, m, k), stored(tB, k, n), random(m, n), random(m, m)
		want, wantS := c.Clone(), s.Clone()
		uplo := []Uplo{Lower, Upper}[i%2]
		Gemm(tA, tB, 0.7, a, b, beta, want, 1)
		Syrk(uplo, tA, 0.7, a, beta, wantS, 1)
		for w := Workers(2); w <= mostApart; w++ {
			have, haveS := c.Clone(), s.Clone()
			Gemm(tA, tB, 0.7, a, b, beta, have, w)
			Syrk(uplo, tA, 0.7, a, beta, haveS, w)
			assert.True(t, Equal(want, have), "Gemm %v, %d workers", size, w)
			assert.True(t, Equal(wantS, haveS), "Syrk %v, %d workers", size, w)
		}
	}
}
