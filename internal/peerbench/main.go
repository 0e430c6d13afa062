// Command peerbench is ridge's driver for the peer benchmark: one operation of one
// size, timed by a protocol that drivers of other libraries follow as well, so that
// the benchmark can run them in turn and compare.
//
//	peerbench OP SHAPE DTYPE THREADS
//
// prints "seconds checksum norm" of
//
//	gemmNN gemmNT gemmTN gemmTT   MxNxK      C = op(A)·op(B)
//	syrkN syrkT                   NxK        lower triangle of A·Aᵀ (A N×K), of Aᵀ·A (A K×N)
//	syr2kN syr2kT                 NxK        the same of A·Bᵀ + B·Aᵀ, of Aᵀ·B + Bᵀ·A
//	symmL symmR                   NxR        S·B (B N×R), B·S (B R×N), S symmetric
//	trmmL trmmR                   NxR        L·B (B N×R), B·Lᵀ (B R×N)
//	potrf potrfU                  N          lower, upper Cholesky factor
//	getrf                         N          L·U with partial pivoting
//	geqrf                         MxN        Householder reflections; R is compared
//	trsmL trsmR                   NxR        L·X = B (B N×R), X·Lᵀ = B (B R×N)
//	gemvN gemvT                   MxN        A·x, Aᵀ·x
//	dot axpy                      N
//	nnqp boxqp                    w784b100…  bounded QPs, from the file data/OP_SHAPE.qp
//	qp                            FILE       a quadratic program, as package qpfile reads it
//	nnls                          FILE       min ‖Ax − b‖ over x ≥ 0: m n, and m lines of a row of A and
//	                                         an element of b
//
// and "NA 0 0" for operations that it does not have. DTYPE is f32 or f64 (QPs: f64). The matrices
// are row-major.
//
// The seconds are the median of several calls: CPU time of the process for one thread, which other processes on the
// core do not lengthen, and wall time for more. The checksum is Σ outᵢ·vᵢ for a fixed pseudo-random v, and norm the
// 2-norm of its terms. For bounded QPs they are a KKT residual relative to max|b|, for people, and 0: the benchmark
// measures one in other units on the x that is written (qpdata.kkt). qp and nnls print "seconds status primal dual gap
// objective" instead: what is measured of the answer is relative, at the default tolerance (f32 and f64).
//
//	peerbench scale [-workers 1,2,4] [-sizes 784,4096] [-data FOLDER] [-epochs 3]
//
// prints the time and the efficiency of level 3 and of trainings by the number of workers instead.
//
// Environment: REPS (7) is the number of calls, WALL forces wall time, PEERS_DATA
// (data) is the folder of the QP files, and QP_OUT receives the solution as raw
// float64, that of qp followed by the multipliers of the rows.
//
// Exit status: 0, 1 if the operation failed, 2 if the command line or the
// environment makes no sense.
package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"strconv"

	"ridge/asm"
	"ridge/mat"
)

func main() {
	os.Exit(run(os.Args[1:], os.Getenv, os.Stdout, os.Stderr))
}

// run is main with its surroundings as arguments. It returns the exit status.
func run(args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	if len(args) > 0 && args[0] == "scale" {
		return runScale(args[1:], getenv, stdout, stderr)
	}
	r, err := parseRequest(args, getenv)
	if err != nil {
		return misuse(stderr, err)
	}
	runtime.GOMAXPROCS(r.threads)
	keepCollectorAway()
	if isGeneral(r.op) {
		a, err := measureGeneral(r)
		if err != nil {
			fmt.Fprintf(stderr, "peerbench: %s %s: %v\n", r.op, r.shape, err)
			return 1
		}
		fmt.Fprintln(stdout, a)
		return 0
	}
	m, err := r.measure()
	var badShape *shapeError
	switch {
	case errors.Is(err, errNotAvailable):
		fmt.Fprintln(stdout, "NA 0 0")
		return 0
	case errors.As(err, &badShape):
		return misuse(stderr, err)
	case err != nil:
		fmt.Fprintf(stderr, "peerbench: %s %s: %v\n", r.op, r.shape, err)
		return 1
	}
	fmt.Fprintf(stdout, "%.9g %.12g %.6g\n", m.seconds, m.checksum, m.norm)
	return 0
}

func misuse(stderr io.Writer, err error) int {
	fmt.Fprintf(stderr,
		"peerbench: %v\nusage: peerbench OP SHAPE DTYPE THREADS, as in: peerbench gemmNN 784x784x784 f32 1\n       "+
			"peerbench scale -h\n", err)
	return 2
}

// request is one measurement to make.
type request struct {
	op, shape string
	single    bool // float32
	threads   int
	watch     stopwatch
	files     qpFiles
}

// measurement is what is printed.
type measurement struct{ seconds, checksum, norm float64 }

// errNotAvailable says that we do not have the operation.
var errNotAvailable = errors.New("not available")

func parseRequest(args []string, getenv func(string) string) (request, error) {
	if len(args) != 4 {
		return request{}, fmt.Errorf("%d arguments, want 4", len(args))
	}
	if _, err := asm.Selected(); err != nil {
		return request{}, err
	}
	r := request{op: args[0], shape: args[1], files: qpFilesFrom(getenv)}
	switch args[2] {
	case "f32":
		r.single = true
	case "f64":
	default:
		return request{}, fmt.Errorf("dtype %q, want f32 or f64", args[2])
	}
	var err error
	if r.threads, err = positive(args[3]); err != nil {
		return request{}, fmt.Errorf("threads: %w", err)
	}
	r.watch = newStopwatch(timesCPU(r.threads, getenv("WALL")))
	if s := getenv("REPS"); s != "" {
		if r.watch.reps, err = positive(s); err != nil {
			return request{}, fmt.Errorf("REPS: %w", err)
		}
	}
	return r, nil
}

// timesCPU reports whether to time by the CPU and not by the wall.
func timesCPU(threads int, wall string) bool { return threads == 1 && wall == "" }

// positive parses a whole number above zero.
func positive(s string) (int, error) {
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%q is not a positive number", s)
	}
	return n, nil
}

func (r request) measure() (measurement, error) {
	switch {
	case isQP(r.op) && r.single:
		return measurement{}, errNotAvailable // the residual that the benchmark asks for is below float32's
	case isQP(r.op):
		return measureQP(r)
	case r.single:
		return measureBLAS[float32](r)
	default:
		return measureBLAS[float64](r)
	}
}

func (r request) workers() mat.Workers { return mat.Workers(r.threads) }

// keepCollectorAway leaves the garbage collector to explicit calls between timed
// sections: its goroutines would count in the CPU time of the process.
func keepCollectorAway() {
	const enough = 8 << 30 // bytes; above it memory is worth more than the measurement
	debug.SetMemoryLimit(enough)
	debug.SetGCPercent(-1)
}
