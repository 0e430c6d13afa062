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

// BenchmarkForkJoin measures the overhead of a parallel call: each worker works for about two
// microseconds.
func BenchmarkForkJoin(b *testing.B) {
	for _, workers := range []mat.Workers{1, 2, 4, 8, 16} {
		b.Run(fmt.Sprintf("workers=%d", workers), func(b *testing.B) {
			sums := make([]struct {
				sum float64
				_   [120]byte
			}, workers)
			work := func(i int) {
				s := 1.0
				for range 500 {
					s = s*0.5 + 1
				}
				sums[i].sum += s
			}
			defer mat.HoldWorkers()()
			for b.Loop() {
				mat.Parallel(workers, len(sums), work)
			}
		})
	}
}
