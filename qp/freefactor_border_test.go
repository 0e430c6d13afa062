package qp

import (
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// After any small change of the free variables, a border gives the solution of a new factor.
func TestBorderSolvesLikeANewFactor(t *testing.T) {
	r := newRand(96)
	const n = 60
	bordered := 0
	for trial := range 60 {
		h := hessian(n, math.Pow(10, float64(trial%4)), r)
		isFree := make([]bool, n)
		for i := range isFree {
			isFree[i] = r.IntN(3) > 0
		}
		var free []int
		list := func() {
			free = free[:0]
			for i, is := range isFree {
				if is {
					free = append(free, i)
				}
			}
		}
		list()
		slack, grad := make([]float64, n), make([]float64, n)
		for i := range slack {
			slack[i], grad[i] = r.Float64(), r.NormFloat64()
		}
		f, fresh := freeFactor{effort: new(effort)}, freeFactor{effort: new(effort)}
		v := viewOf(h)
		require.True(t, f.factor(v, free, slack))
		for range 1 + trial%6 {
			i := r.IntN(n)
			isFree[i] = !isFree[i]
		}
		list()
		require.True(t, f.reach(v, free, slack))
		if f.border.size() > 0 {
			bordered++
		}
		require.True(t, fresh.factor(v, free, slack))
		got, want := make([]float64, n), make([]float64, n)
		f.solve(grad, got)
		fresh.solve(grad, want)
		require.InDeltaSlice(t, want, got, 1e-10*mat.AbsMax(want))
		for i, is := range isFree {
			if !is {
				require.Zero(t, got[i])
			}
		}
		require.True(t, f.factor(v, free, slack))
		assert.Zero(t, f.border.size(), "factor leaves no border")
		slices.Sort(f.order)
		assert.Equal(t, free, f.order)
	}
	assert.Greater(t, bordered, 20)
}

func TestBorderRefusesASingularChange(t *testing.T) {
	h := duplicated(6, 97) // variables come in equal pairs
	var first, other int
	for i := range 6 {
		for j := range i {
			if h.At(i, i) == h.At(i, j) && h.At(i, j) == h.At(j, j) {
				first, other = j, i
			}
		}
	}
	require.NotEqual(t, first, other)
	f := freeFactor{effort: new(effort)}
	v := viewOf(h)
	slack := make([]float64, 6)
	require.True(t, f.factor(v, []int{first}, slack))
	both := []int{first, other}
	assert.False(t, f.takeBorder(v, both, f.countKept(both)))
	assert.False(t, f.reach(v, both, slack))
	assert.Zero(t, f.border.size())
}
