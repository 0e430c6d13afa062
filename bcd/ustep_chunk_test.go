package bcd

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/internal/processors"
	"ridge/mat"
	"ridge/qp"
)

func TestBatchesOfQPsGrowWithTheWorkers(t *testing.T) {
	for _, row := range []struct{ n, workers, samples, want int }{
		{310, 1, 1 << 20, 13312},
		{310, 52, 1 << 20, 13312},
		{310, 128, 1 << 20, 2 * 13312},
		{1568, 1, 1 << 20, 2560},
		{1568, 16, 1 << 20, 2560},
		{1568, 128, 1 << 20, 12 * 2560},
		{1568, 128, 60000, 5 * 2560},
		{1 << 30, 1, 1 << 20, 512},
		{1 << 30, 7, 1 << 20, 3 * 512},
		{1 << 30, 7, 100, 512},
	} {
		assert.Equal(t, row.want, chunkFor(chunkRows(chunkElements, row.n), row.workers, row.samples), "%+v", row)
	}
}

// Whatever is left over with one worker, and solved in another way if it is little.
func TestBatchesOfQPsChangeNoBits(t *testing.T) {
	const n, few = 6, 512
	rng := rand.New(rand.NewPCG(1, 2))
	h := mat.NewDense[float32](n, n)
	for i := range n {
		h.Set(i, i, 2)
		for j := range i {
			h.Set(i, j, 0.3*rng.Float32())
		}
	}
	mat.Symmetrize(mat.Lower, h, 1)
	for _, samples := range []int{5, few, few + 3, 3*few + 7, 4*few + 8, 5*few + 300} {
		g := mat.NewDense[float32](samples, n)
		for i := range g.Data {
			g.Data[i] = float32(rng.NormFloat64())
		}
		solved := func(workers int) []float32 {
			solver, err := qp.NewSolver(h.Clone(), qp.Options{Workers: 1})
			require.NoError(t, err)
			x, lower := mat.NewDense[float32](samples, n), mat.NewDense[float32](1, n)
			for lo, hi := 0, 0; lo < samples; lo = hi {
				hi = chunkEnd(lo, samples, few, workers)
				assert.LessOrEqual(t, hi-lo, chunkFor(few, workers, samples))
				_, err := solver.SolveBatch(t.Context(), qp.Batch[float32]{
					G: g.RowView(lo, hi-lo), Lower: lower, X: x.RowView(lo, hi-lo),
				})
				require.NoError(t, err)
			}
			return x.Data
		}
		want := solved(1)
		for _, workers := range []int{2, 3, 7, 16} {
			require.Equal(t, want, solved(workers), "%d samples, %d workers", samples, workers)
		}
	}
}

// The bits of a U step don't depend on how many batches of QPs it has, nor on the workers.
func TestAUStepOfSeveralBatchesIsThatOfOne(t *testing.T) {
	defer processors.Pretend(16)()
	eachCase(t, func(t *testing.T, c testCase) {
		stepped := func(elements int, workers mat.Workers) []float64 {
			l := testLift(t, c, 3*512+300)
			l.chunkElements, l.workers = elements, workers
			_, err := l.stepU(t.Context(), 1, qp.Options{Workers: workers})
			require.NoError(t, err)
			return l.u.Data
		}
		want := stepped(chunkElements, 1)
		for _, workers := range []mat.Workers{1, 2, 16} {
			require.Equal(t, want, stepped(1, workers), "%d workers", workers)
		}
	})
}

// What a training is said to need covers the batches of any number of workers, and does not depend on it.
func TestBatchesOfQPsTakeNoMoreThanIsCounted(t *testing.T) {
	for _, samples := range []int{1, 1000, 20000, 60000, 1 << 20} {
		for _, width := range []int{10, 300, 784, 10000} {
			spec := nn.Spec{Inputs: 20, Hidden: []int{width}, Outputs: 10}
			order := width + spec.Outputs
			counted := stepElements(spec, samples, Tikhonov) - qpElements(int64(order))
			for _, workers := range []int{1, 16, 128, 1024} {
				most := min(samples, chunkFor(chunkRows(chunkElements, order), workers, samples))
				need := 4 * int64(most) * int64(order)
				assert.LessOrEqual(t, need, counted, "%d samples, %d wide, %d workers", samples, width, workers)
			}
		}
	}
}
