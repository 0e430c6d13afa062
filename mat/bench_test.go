package mat_test

import (
	"fmt"
	"testing"

	"ridge/mat"
)

// measure runs f b.N times and reports its speed in GFLOP/s. The benchmarks use
// all workers, so that -cpu 1,2,… chooses the number of threads. For benchstat:
//
//	go test -run '^$' -bench 'Gemm/f32/NN' -cpu 1 -count 10 ./mat
func measure(b *testing.B, flops float64, f func()) {
	f() // warm-up: buffers, page faults
	for b.Loop() {
		f()
	}
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

// BenchmarkForkJoin measures the overhead of a parallel call: each worker has nothing to do, or works for about two
// microseconds. With several indices for each, whoever is done looks for some of the others that are left.
func BenchmarkForkJoin(b *testing.B) {
	for _, steps := range []int{0, 500} {
		for _, each := range []int{1, 4} {
			for _, workers := range []mat.Workers{1, 2, 4, 8, 16} {
				b.Run(fmt.Sprintf("steps=%d/each=%d/workers=%d", steps, each, workers), func(b *testing.B) {
					forkJoin(b, steps/each, workers, each*int(workers))
				})
			}
		}
	}
}

func forkJoin(b *testing.B, steps int, workers mat.Workers, indices int) {
	sums := make([]struct {
		sum float64
		_   [120]byte
	}, indices)
	work := func(i int) {
		s := 1.0
		for range steps {
			s = s*0.5 + 1
		}
		sums[i].sum += s
	}
	defer mat.HoldWorkers()()
	for b.Loop() {
		mat.Parallel(workers, len(sums), work)
	}
}
