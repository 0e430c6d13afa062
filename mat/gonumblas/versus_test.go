package gonumblas

import (
	"flag"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"

	"ridge/mat"
)

// library is the set of routines that is compared.
type library interface {
	blas.Float64
	blas.Float32
	lapack.Float64
	Dlauum(ul blas.Uplo, n int, a []float64, lda int)
}

// gonumLibrary is gonum's own code.
type gonumLibrary struct {
	gonumBLAS
	gonumLAPACK
}

func use(l library) {
	blas64.Use(l)
	blas32.Use(l)
	lapack64.Use(l)
}

var roundFlag = flag.Duration("round", 20*time.Millisecond, "duration of a round of BenchmarkVersus")

var belowFlag = flag.Bool("below", false, "BenchmarkSmall lists all sizes with a ratio below 0.95")

var controlFlag = flag.Bool("control", false, "compare gonum with itself, to measure the noise of a ratio")

var sizesFlag = flag.String("sizes", "100,1000", "sizes of BenchmarkVersus")

// BenchmarkVersus reports how many times as fast as gonum's own code a routine is. Both run alternately:
//
//	go test -run '^$' -bench Versus -benchtime 1x -cpu 1 ./mat/gonumblas -sizes 100,1000
func BenchmarkVersus(b *testing.B) {
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			for range b.N {
				for _, n := range sizes(b) {
					ours, theirs := op.compare(n, 5, *roundFlag)
					b.ReportMetric(theirs/ours, fmt.Sprintf("x@%d", n))
					b.ReportMetric(ours*1e6, fmt.Sprintf("µs@%d", n))
				}
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkSmall reports the least ratio over all sizes from 1 to 100, and its size. Sizes at which package mat is
// slower are measured again, for longer, as single values vary by some percent.
func BenchmarkSmall(b *testing.B) {
	for _, op := range operations {
		b.Run(op.name, func(b *testing.B) {
			for range b.N {
				worst, at := math.Inf(1), 0
				var below []string
				for n := 1; n <= 100; n++ {
					ratio := 0.0
					for rounds := 9; rounds < 500 && ratio < 0.97; rounds *= 3 {
						ratio = median(op.turns(n, rounds, 30*time.Microsecond).ratios())
					}
					if ratio < worst {
						worst, at = ratio, n
					}
					if *belowFlag && ratio < 0.95 {
						below = append(below, fmt.Sprintf("%d: %.2f", n, ratio))
					}
				}
				if below != nil {
					b.Log(strings.Join(below, ", ")) // one line: a benchmark prints ten at most
				}
				b.ReportMetric(worst, "least")
				b.ReportMetric(float64(at), "n")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

func sizes(b *testing.B) (list []int) {
	for rest := *sizesFlag; rest != ""; {
		var n int
		if _, err := fmt.Sscanf(rest, "%d", &n); err != nil {
			b.Fatal(err)
		}
		list = append(list, n)
		rest = rest[len(fmt.Sprint(n)):]
		if rest != "" {
			rest = rest[1:]
		}
	}
	return list
}

// compare returns the seconds of a call of size n: the least of some rounds, each of the given duration. Restoring the
// arguments before each call is not counted.
func (op operation) compare(n, rounds int, round time.Duration) (ours, theirs float64) {
	t := op.turns(n, rounds, round)
	restoring := slices.Min(t.restoring)
	return slices.Min(t.ours) - restoring, slices.Min(t.theirs) - restoring
}

// turns holds the seconds of a call in each round. Each round measures both, alternately.
type turns struct{ ours, theirs, restoring []float64 }

func (op operation) turns(n, rounds int, round time.Duration) (t turns) {
	libraries := [2]library{With(mat.Workers(runtime.GOMAXPROCS(0))), gonumLibrary{}}
	if *controlFlag {
		libraries[0] = gonumLibrary{}
	}
	defer use(Implementation{})
	restore, run := op.prepare(n)
	var calls [2]int
	for q, l := range libraries {
		use(l)
		// The first calls take longer: their code is not in the cache, and the processor may have to wake its vector
		// units.
		for begin := time.Now(); time.Since(begin) < 200*time.Microsecond; {
			seconds(restore, run, l, 1)
		}
		for k := 1; calls[q] == 0; k *= 2 {
			if d := seconds(restore, run, l, k); d > round.Seconds()/2 {
				calls[q] = k
			}
		}
	}
	each := func(l library, run func(library), calls int) float64 {
		return seconds(restore, run, l, calls) / float64(calls)
	}
	for range rounds {
		use(libraries[0])
		t.ours = append(t.ours, each(libraries[0], run, calls[0]))
		use(libraries[1])
		t.theirs = append(t.theirs, each(libraries[1], run, calls[1]))
		t.restoring = append(t.restoring, each(nil, func(library) {}, calls[0]))
	}
	return t
}

// ratios are gonum's times over ours. The two times of a round are measured close together, so a longer slowdown of the
// machine affects both.
func (t turns) ratios() (list []float64) {
	for i, r := range t.restoring {
		list = append(list, (t.theirs[i]-r)/(t.ours[i]-r))
	}
	return list
}

func median(x []float64) float64 {
	slices.Sort(x)
	return x[len(x)/2]
}

func seconds(restore func(), run func(library), l library, calls int) float64 {
	begin := time.Now()
	for range calls {
		restore()
		run(l)
	}
	return time.Since(begin).Seconds()
}

// operation is a routine with arguments that depend on a size. restore rewrites the arguments that run overwrites.
type operation struct {
	name    string
	prepare func(n int) (restore func(), run func(library))
}

func randomVector(n int, seed uint64) []float64 {
	rnd := rand.New(rand.NewPCG(seed, uint64(n)))
	x := make([]float64, n)
	for i := range x {
		x[i] = rnd.Float64() - 0.5
	}
	return x
}

func randomSingle(n int, seed uint64) []float32 {
	x := make([]float32, n)
	for i, v := range randomVector(n, seed) {
		x[i] = float32(v)
	}
	return x
}

// dominant is a symmetric positive definite n×n matrix with well-conditioned triangles.
func dominant(n int) []float64 {
	a := randomVector(n*n, 1)
	for i := range n {
		for j := range i {
			a[i*n+j] = a[j*n+i]
		}
		a[i*n+i] = 1 + float64(n)/3
	}
	return a
}

func dominantSingle(n int) []float32 {
	a := make([]float32, n*n)
	for i, v := range dominant(n) {
		a[i] = float32(v)
	}
	return a
}
