package mat_test

import (
	"testing"
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
