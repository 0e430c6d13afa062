package mat_test

import (
	"context"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// dominant is a symmetric positive definite matrix of any order.
func dominant(rnd *rand.Rand, n int) mat.Dense[float64] {
	a := random[float64](rnd, n, n)
	for i := range n {
		a.Set(i, i, 2*float64(n))
	}
	return a
}

func TestPotrfContextGivesTheBitsOfPotrf(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 4))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	orders := []int{0, 5, 300} // in place and in panels
	if !testing.Short() {
		orders = append(orders, 2600) // in blocks: minutes on an emulated processor
	}
	for _, n := range orders {
		for _, uplo := range []mat.Uplo{mat.Lower, mat.Upper} {
			a := dominant(rnd, n)
			want := a.Clone()
			require.NoError(t, mat.Potrf(uplo, want, 1))
			require.NoError(t, mat.PotrfContext(ctx, uplo, a, 2))
			require.True(t, mat.Equal(want, a), "%d", n)
		}
	}
}

func TestPotrfContextEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := mat.NewDense[float64](2, 2) // not positive definite
	require.ErrorIs(t, mat.PotrfContext(ctx, mat.Lower, a, 1), context.Canceled)
	var e *mat.NotPositiveDefiniteError
	require.ErrorAs(t, mat.PotrfContext(context.Background(), mat.Lower, a, 1), &e)
	assert.Equal(t, 1, e.Minor)
}

func TestPotriContextGivesTheBitsOfPotri(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 5))
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for _, n := range []int{0, 5, 150, 700} {
		for _, uplo := range []mat.Uplo{mat.Lower, mat.Upper} {
			a := dominant(rnd, n)
			want := a.Clone()
			require.NoError(t, mat.Potri(uplo, want, 1))
			require.NoError(t, mat.PotriContext(ctx, uplo, a, 2))
			require.True(t, mat.Equal(want, a), "%d", n)
		}
	}
}

func TestPotriContextEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := mat.NewDense[float64](2, 2)
	require.ErrorIs(t, mat.PotriContext(ctx, mat.Lower, a, 1), context.Canceled)
	var e *mat.SingularError
	require.ErrorAs(t, mat.PotriContext(context.Background(), mat.Lower, a, 1), &e)
	assert.Equal(t, 1, e.Index)
}
