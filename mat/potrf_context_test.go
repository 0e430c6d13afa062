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

// A context that does not end changes nothing: large matrices are worked on in smaller parts.
func TestAContextLeavesTheBits(t *testing.T) {
	large := 2600 // in blocks
	if testing.Short() {
		large = 300 // minutes on an emulated processor
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	for name, c := range map[string]struct {
		orders []int
		plain  func(mat.Uplo, mat.Dense[float64], mat.Workers) error
		until  func(context.Context, mat.Uplo, mat.Dense[float64], mat.Workers) error
	}{
		"Potrf": {[]int{0, 5, 300, large}, mat.Potrf[float64], mat.PotrfContext[float64]}, // in place and in panels
		"Potri": {[]int{0, 5, 150, 700}, mat.Potri[float64], mat.PotriContext[float64]},
	} {
		rnd := rand.New(rand.NewPCG(1, 4))
		for _, n := range c.orders {
			for _, uplo := range []mat.Uplo{mat.Lower, mat.Upper} {
				a := dominant(rnd, n)
				want := a.Clone()
				require.NoError(t, c.plain(uplo, want, 1))
				require.NoError(t, c.until(ctx, uplo, a, 2))
				require.True(t, mat.Equal(want, a), "%s of %d rows", name, n)
			}
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

func TestPotriContextEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	a := mat.NewDense[float64](2, 2)
	require.ErrorIs(t, mat.PotriContext(ctx, mat.Lower, a, 1), context.Canceled)
	var e *mat.SingularError
	require.ErrorAs(t, mat.PotriContext(context.Background(), mat.Lower, a, 1), &e)
	assert.Equal(t, 1, e.Index)
}
