package mat_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestFactorContextAndQContextGiveTheBitsOfFactorAndQ(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, size := range [][2]int{{0, 3}, {5, 3}, {200, 300}, {1200, 1110}} { // the last one is updated in parts
		a := random[float64](rnd, size[0], size[1])
		var want, got mat.QR[float64]
		want.Factor(a, 1)
		for _, c := range []context.Context{ctx, context.Background()} {
			require.NoError(t, got.FactorContext(c, a, 2))
			k := min(size[0], size[1])
			r, s := mat.NewDense[float64](k, size[1]), mat.NewDense[float64](k, size[1])
			want.R(r)
			got.R(s)
			assert.Equal(t, r, s, size)
			u, v := mat.NewDense[float64](size[0], k), mat.NewDense[float64](size[0], k)
			want.Q(u, 1)
			require.NoError(t, got.QContext(c, v, 2))
			assert.Equal(t, u, v, size)
		}
	}
}

func TestFactorContextEndsWithTheContext(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 3))
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, size := range [][2]int{{5, 3}, {1200, 900}, {0, 5}, {5, 0}} {
		k := min(size[0], size[1])
		a, r := random[float64](rnd, size[0], size[1]), mat.NewDense[float64](k, size[1])
		var q mat.QR[float64]
		q.Factor(a, 1)
		require.ErrorIs(t, q.FactorContext(ctx, a, 1), context.Canceled)
		assert.Panics(t, func() { q.R(r) }, "an earlier factor is gone, too")
		q.Factor(a, 1)
		assert.NotPanics(t, func() { q.R(r) })
		require.ErrorIs(t, q.QContext(ctx, mat.NewDense[float64](size[0], k), 1), context.Canceled)
	}
}
