package mat

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/processors"
)

// A context that ends while a factorization is at work must reach whatever does the work.
func TestFactorizationsEndWhenTheContextEndsAmidThem(t *testing.T) {
	defer processors.Pretend(2)()
	potrf := func(ctx context.Context, a Dense[float64]) error { return PotrfContext(ctx, Lower, a, 2) }
	potri := func(ctx context.Context, a Dense[float64]) error { return PotriContext(ctx, Lower, a, 2) }
	always, stored := func(body) bool { return true }, false
	afterTrtri := func(b body) bool {
		part, ok := b.(*trtriBlocks[float64])
		stored = stored || ok && part.storing
		return stored && !ok
	}
	for name, c := range map[string]struct {
		rows, cols int
		counts     func(body) bool
		factor     func(ctx context.Context, a Dense[float64]) error
		last       float64 // what the end of the diagonal is then; 0: a copy is factored
	}{
		"Potrf in panels":       {600, 600, always, potrf, 4},
		"Potrf in blocks":       {potrfLeaf + 1, potrfLeaf + 1, always, potrf, 4},
		"Potri's inverse":       {600, 600, always, potri, 4},
		"Potri's product of it": {900, 900, afterTrtri, potri, 0.25},
		"Potrf of a Cholesky": {600, 600, always, func(ctx context.Context, a Dense[float64]) error {
			var c Cholesky[float64]
			err := c.FactorContext(ctx, Lower, a, 2)
			require.Panics(t, func() { c.N(); c.L() }, "there is no factor")
			return err
		}, 0},
		"Geqrf of a QR": {1200, 900, always, func(ctx context.Context, a Dense[float64]) error {
			var q QR[float64]
			err := q.FactorContext(ctx, a, 2)
			require.Panics(t, func() { q.Rank() }, "there is no factorization")
			return err
		}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			a := NewDense[float64](c.rows, c.cols)
			for i := range c.cols {
				a.Set(i, i, 4)
			}
			require.ErrorIs(t, c.factor(canceledAmid(t, c.counts), a), context.Canceled)
			if c.last != 0 {
				require.Equal(t, c.last, a.At(c.cols-1, c.cols-1))
			}
		})
	}
}

// canceledAmid has everything done by the caller, part by part, until the test ends. It returns a context that is
// canceled as the second part begins that counts.
func canceledAmid(t *testing.T, counts func(body) bool) context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	pool, begun := dispatch, 0
	t.Cleanup(func() { dispatch = pool })
	begin := func() {
		if begun++; begun == 2 {
			cancel()
		}
	}
	dispatch = func(_, n int, b body) {
		f, isFlow := b.(*flow)
		if isFlow && counts(b) {
			f.body = countedFlow{f.body, begin}
		}
		for i := range n {
			if !isFlow && counts(b) {
				begin()
			}
			b.do(i)
		}
	}
	return ctx
}

// countedFlow calls begin as each part begins.
type countedFlow struct {
	flowBody
	begin func()
}

func (c countedFlow) part(s *stage, t int) {
	c.begin()
	c.flowBody.part(s, t)
}
