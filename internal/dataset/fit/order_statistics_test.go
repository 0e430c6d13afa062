package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

func TestRadixSelectFindsTheOrderStatisticsOfTheSortedValues(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for name, draw := range map[string]func() float64{
		"normal":       r.NormFloat64,
		"heavy tails":  func() float64 { return math.Exp(20 * r.NormFloat64()) },
		"few values":   func() float64 { return float64(r.IntN(5) - 2) },
		"zeros":        func() float64 { return math.Copysign(0, float64(r.IntN(2))-0.5) },
		"tiny":         func() float64 { return r.NormFloat64() * 1e-44 },
		"neighbours":   func() float64 { return 1 + float64(r.IntN(1000))*0x1p-23 },
		"the largest":  func() float64 { return math.MaxFloat32 * float64(r.IntN(3)-1) },
		"two outliers": func() float64 { return r.NormFloat64() + 1e6*float64(r.IntN(500)/499) },
	} {
		for _, n := range []int{1, 2, 11, 1000} {
			values, at := make([]float32, n), make([]int, 0, n)
			for i := range values {
				values[i] = float32(draw())
				if i%(1+n/20) == 0 {
					at = append(at, i)
				}
			}
			at = append(at, n-1)
			given := slices.Clone(values)
			require.Equal(t, orderStatisticsOfSorted(slices.Sorted(slices.Values(values)), at), radixSelect(values, at),
				"%s, %d", name, n)
			require.Equal(t, given, values, name)
		}
	}
}

func TestWorkersDoNotChangeTheCurves(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	for _, rows := range []int{700, sortedBelow + 1} {
		tab := tableOf(make([]float32, 9))
		tab.Rows, tab.Cells = rows, make([]float32, 9*rows)
		for i := range tab.Cells {
			tab.Cells[i] = float32(math.Exp(2 * r.NormFloat64()))
			if i%9 == 4 || i%9 == 7 && i%11 == 0 {
				tab.Cells[i] = float32(i % 7)
			}
		}
		want, _, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
		require.NoError(t, err)
		assert.NotNil(t, want.Columns[8].Curve)
		assert.Nil(t, want.Columns[4].Curve)
		for _, workers := range []int{0, 2, 5, 100} {
			got, _, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: workers})
			require.NoError(t, err)
			assert.Equal(t, want, got, workers)
		}
	}
}

func BenchmarkOrderStatistics(b *testing.B) {
	for _, n := range []int{sortedBelow, 1_000_000} {
		r, values := rand.New(rand.NewPCG(1, 1)), make([]float32, n)
		for i := range values {
			values[i] = float32(math.Exp(2 * r.NormFloat64()))
		}
		at := []int{0, n / 32, n / 8, n / 4, 3 * n / 8, n / 2, 5 * n / 8, 3 * n / 4, 7 * n / 8, 31 * n / 32, n - 1}
		b.Run(fmt.Sprintf("radix/%d", n), func(b *testing.B) {
			for b.Loop() {
				radixSelect(values, at)
			}
		})
		b.Run(fmt.Sprintf("sort/%d", n), func(b *testing.B) {
			for b.Loop() {
				orderStatisticsOfSorted(slices.Sorted(slices.Values(values)), at)
			}
		})
	}
}
