package mat_test

import (
	"slices"
	"testing"
	"time"

	"ridge/mat"
)

// BenchmarkThreads reports how many times as fast two workers are as one, with 1000 rows. Rounds of both alternate, and
// of the product, too: it is what the machine's second core gives at most. The times are those that a sixteenth of the
// rounds stays below, so that rounds that others disturbed do not count:
//
//	go test -run '^$' -bench Threads -benchtime 70x -cpu 2 ./mat
func BenchmarkThreads(b *testing.B) {
	b.Run("f64", benchmarkThreads[float64])
	b.Run("f32", benchmarkThreads[float32])
}

// threadsRoutine is a routine that overwrites a copy of a matrix, and its operations divided by n³.
type threadsRoutine[T mat.Float] struct {
	name       string
	from       mat.Dense[T]
	operations float64
	run        func(w mat.Workers)
}

// threadsRoutines work on f, and some overwrite c.
func threadsRoutines[T mat.Float](a, spd, f, c mat.Dense[T]) []threadsRoutine[T] {
	const n, t = mat.NoTrans, mat.Trans
	tau, ipiv := make([]T, a.Rows), make([]int, a.Rows)
	return []threadsRoutine[T]{
		{"gemm", a, 2, func(w mat.Workers) { mat.Gemm(n, n, 1, f, spd, 0, c, w) }},
		{"symm", a, 2, func(w mat.Workers) { mat.Symm(mat.Left, mat.Lower, 1, spd, f, 0, c, w) }},
		{"syrk", a, 1, func(w mat.Workers) { mat.Syrk(mat.Lower, n, 1, f, 0, c, w) }},
		{"syr2k", a, 2, func(w mat.Workers) { mat.Syr2k(mat.Lower, n, 1, f, spd, 0, c, w) }},
		{"trmm", a, 1, func(w mat.Workers) { mat.Trmm(mat.Left, mat.Lower, n, mat.NonUnit, 1, spd, f, w) }},
		{"trsm", a, 1, func(w mat.Workers) { mat.Trsm(mat.Left, mat.Lower, t, mat.NonUnit, 1, spd, f, w) }},
		{"potrf", spd, 1. / 3, func(w mat.Workers) { _ = mat.Potrf(mat.Lower, f, w) }},
		{"getrf", a, 2. / 3, func(w mat.Workers) { _ = mat.Getrf(f, ipiv, w) }},
		{"geqrf", a, 4. / 3, func(w mat.Workers) { mat.Geqrf(f, tau, w) }},
	}
}

func benchmarkThreads[T mat.Float](b *testing.B) {
	const n = 1000
	a, spd := random[T](newRand(1), n, n), random[T](newRand(2), n, n)
	f, c := mat.NewDense[T](n, n), mat.NewDense[T](n, n)
	for i := range n {
		spd.Set(i, i, 3*n)
	}
	routines := threadsRoutines(a, spd, f, c)
	times := make([][2][]float64, len(routines))
	for range b.N {
		for i, r := range routines {
			for w := range 2 {
				mat.Copy(f, r.from)
				begin := time.Now()
				r.run(mat.Workers(w + 1))
				times[i][w] = append(times[i][w], time.Since(begin).Seconds())
			}
		}
	}
	for i, r := range routines {
		for w := range 2 {
			slices.Sort(times[i][w])
		}
		one, two := times[i][0][b.N/16], times[i][1][b.N/16]
		b.ReportMetric(r.operations*n*n*n/one/1e9, "GFLOP/s-"+r.name)
		b.ReportMetric(one/two, "x-"+r.name)
	}
	b.ReportMetric(0, "ns/op")
}
