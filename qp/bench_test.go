package qp

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"

	"ridge/mat"
)

// benchProblem is one of four kinds of problem: non-negative (nn) or in a box, with H
// well-conditioned (w: WᵀW/n + I, W of normal numbers) or of condition 1e6 (c). About half of the
// variables end at a bound.
func benchProblem(kind string, n int) (h mat.Dense[float64], g, lower, upper []float64) {
	r := newRand(uint64(n))
	width := 0.35
	if kind[len(kind)-1] == 'w' {
		w := mat.NewDense[float64](n, n)
		h = mat.NewDense[float64](n, n)
		for i := range w.Data {
			w.Data[i] = r.NormFloat64()
		}
		for i := range n {
			h.Set(i, i, 1)
		}
		mat.Syrk(mat.Lower, mat.Trans, 1/float64(n), w, 1, h, 1)
		mat.Symmetrize(mat.Lower, h, 1)
	} else {
		h, width = hessian(n, 1e6, r), 2.5*float64(n)
	}
	g = make([]float64, n)
	for i := range g {
		g[i] = r.NormFloat64()
	}
	if kind[:2] == "nn" {
		return h, g, make([]float64, n), nil
	}
	return h, g, constant(n, -width), constant(n, width)
}

var benchKinds = []string{"nn/w", "nn/c", "box/w", "box/c"}

// BenchmarkSolve measures a whole solve from zeros, including NewSolver, for three tolerances.
func BenchmarkSolve(b *testing.B) {
	for _, kind := range benchKinds {
		for _, n := range []int{100, 784} {
			h, g, lower, upper := benchProblem(kind, n)
			for _, tolerance := range []float64{1e-6, 1e-9, 1e-12} {
				b.Run(fmt.Sprintf("%s/n=%d/tolerance=%g", kind, n, tolerance), func(b *testing.B) {
					var info Info
					for b.Loop() {
						s, err := NewSolver(h, Options{Tolerance: tolerance, Workers: 1})
						if err != nil {
							b.Fatal(err)
						}
						info, _ = s.Solve(background, g, lower, upper, make([]float64, n))
					}
					report(b, info)
				})
			}
		}
	}
}

// BenchmarkWarm solves again with an existing Solver, from the solution for a g that differs by 1
// %, and from zeros for comparison.
func BenchmarkWarm(b *testing.B) {
	const n = 784
	for _, kind := range benchKinds {
		h, g, lower, upper := benchProblem(kind, n)
		s, err := NewSolver(h, Options{Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		moved := moveBy(g, 0.01)
		x := make([]float64, n)
		b.Run(kind+"/cold", func(b *testing.B) {
			for k := 0; b.Loop(); k++ {
				clear(x)
				s.Reset()
				info, _ := s.Solve(background, [][]float64{g, moved}[k%2], lower, upper, x)
				report(b, info)
			}
		})
		b.Run(kind+"/warm", func(b *testing.B) {
			for k := 0; b.Loop(); k++ {
				info, _ := s.Solve(background, [][]float64{g, moved}[k%2], lower, upper, x)
				report(b, info)
			}
		})
	}
}

// moveBy returns v plus normal numbers whose norm is the given fraction of v's norm.
func moveBy(v []float64, share float64) []float64 {
	r := rand.New(rand.NewPCG(7, 7))
	d := make([]float64, len(v))
	for i := range d {
		d[i] = r.NormFloat64()
	}
	mat.Scal(share*mat.Nrm2(v)/mat.Nrm2(d), d)
	mat.Axpy(1, v, d)
	return d
}

// BenchmarkSolveBatch solves 1,000 problems that share H.
func BenchmarkSolveBatch(b *testing.B) {
	const n, m = 784, 1000
	for _, kind := range []string{"nn/w", "box/w"} {
		h, _, lower, upper := benchProblem(kind, n)
		r := newRand(9)
		batch := Batch[float64]{
			G: mat.NewDense[float64](m, n), X: mat.NewDense[float64](m, n), Lower: mat.DenseOf(1, n, lower),
		}
		if upper != nil {
			batch.Upper = mat.DenseOf(1, n, upper)
		}
		for i := range batch.G.Data {
			batch.G.Data[i] = r.NormFloat64()
		}
		s, err := NewSolver(h, Options{Tolerance: 1e-6, Workers: 1})
		if err != nil {
			b.Fatal(err)
		}
		b.Run(kind, func(b *testing.B) {
			for b.Loop() {
				clear(batch.X.Data)
				info, err := s.SolveBatch(background, batch)
				if err != nil || info.Status != Optimal {
					b.Fatal(info, err)
				}
			}
			b.ReportMetric(b.Elapsed().Seconds()/float64(b.N)/m*1e6, "µs/problem")
		})
	}
}

func report(b *testing.B, info Info) {
	if info.Status != Optimal && info.Status != PrecisionLimit {
		b.Fatalf("%+v", info)
	}
	b.ReportMetric(float64(info.Iterations), "iterations")
	b.ReportMetric(math.Log10(max(info.KKT(), 1e-99)), "log10(KKT)")
}
