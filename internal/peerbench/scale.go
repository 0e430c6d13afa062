package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"runtime"
	"slices"
	"strings"

	"ridge/internal/processors"
)

// scaleUsage is what `peerbench scale -h` begins with.
const scaleUsage = `usage: peerbench scale [options]

Prints, tab-separated, how time depends on the number of workers: for each operation and size, and for
each training, the seconds of a call or an epoch, the speed-up over the first number of workers in the list,
and the efficiency, the speed-up by how many times as many workers there are. The numbers of workers take
turns, and the least of the rounds counts. On an idle machine only.

`

// scaling is what scale is to measure.
type scaling struct {
	workers []int
	sizes   []int
	samples func() (trainingSet, error)
	epochs  int
	rounds  int // in which the numbers of workers take turns
	watch   stopwatch
	only    string // what has it in the first columns of its rows
	out     io.Writer
	found   bool // something has
}

// runScale is the command scale. It returns the exit status.
func runScale(args []string, getenv func(string) string, stdout, stderr io.Writer) int {
	flags := flag.NewFlagSet("scale", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Usage = func() {
		fmt.Fprint(stderr, scaleUsage)
		flags.PrintDefaults()
	}
	workers := flags.String("workers", "", "numbers of workers (default 1,2,4,… and as many as can run)")
	sizes := flags.String("sizes", "784,2048,4096", "orders of the square matrices")
	data := flags.String("data", getenv("RIDGE_MNIST"),
		"folder of the MNIST files (default $RIDGE_MNIST); without one, data are made")
	epochs := flags.Int("epochs", 3, "epochs of each training")
	reps := flags.Int("reps", 7, "calls of an operation to take the median of")
	rounds := flags.Int("rounds", 3, "rounds of which the least time counts")
	only := flags.String("only", "", `measure what has this in its first columns: gemm, train, "train 784x3", f64, …`)
	if err := flags.Parse(args); errors.Is(err, flag.ErrHelp) {
		return 0
	} else if err != nil {
		return 2
	}
	s := scaling{epochs: *epochs, rounds: *rounds, only: *only, out: stdout, watch: newStopwatch(false)}
	s.watch.reps = *reps
	s.samples = func() (trainingSet, error) { return readTrainingSet(*data) }
	var err error
	if s.workers, err = numbers(*workers); err == nil {
		s.sizes, err = numbers(*sizes)
	}
	switch {
	case err != nil:
	case flags.NArg() > 0:
		err = fmt.Errorf("%q is no option", flags.Arg(0))
	case *epochs < 1 || *reps < 1 || *rounds < 1:
		err = errors.New("-epochs, -reps and -rounds must be positive")
	default:
		err = s.chooseWorkers(processors.Count())
	}
	if err != nil {
		fmt.Fprintf(stderr, "peerbench: scale: %v\n", err)
		return 2
	}
	keepCollectorAway()
	if err := s.run(); err != nil {
		fmt.Fprintf(stderr, "peerbench: scale: %v\n", err)
		return 1
	}
	return 0
}

// chooseWorkers chooses numbers of workers if none are given. A call would use no more workers than can run at the same
// time, so the rows of larger numbers would be of that many.
func (s *scaling) chooseWorkers(most int) error {
	if len(s.workers) == 0 {
		s.workers = doubling(most)
	}
	if w := slices.Max(s.workers); w > most {
		return fmt.Errorf("-workers %d: only %d can run at the same time here (processors, GOMAXPROCS, "+
			"limits of control groups)", w, most)
	}
	return nil
}

// numbers reads 1,2,4.
func numbers(list string) ([]int, error) {
	var out []int
	for _, word := range strings.FieldsFunc(list, func(r rune) bool { return r == ',' }) {
		n, err := positive(word)
		if err != nil {
			return nil, err
		}
		out = append(out, n)
	}
	return out, nil
}

// doubling returns 1, 2, 4, … below most, and most.
func doubling(most int) []int {
	var out []int
	for n := 1; n < most; n *= 2 {
		out = append(out, n)
	}
	return append(out, most)
}

// run measures with as many processors for Go as workers: a call uses no more workers than there are processors.
func (s *scaling) run() error {
	// The columns of plot/scale.go and peers/torch_scale.py.
	fmt.Fprintln(s.out, "what\tshape\tdtype\tworkers\tseconds\tGFLOP/s\tspeedup\tefficiency")
	procs := runtime.GOMAXPROCS(0)
	defer runtime.GOMAXPROCS(procs)
	for _, dtype := range []string{"f32", "f64"} {
		for _, o := range s.operations() {
			if err := s.operation(o, dtype); err != nil {
				return err
			}
		}
	}
	if err := s.trainings(); err != nil {
		return err
	}
	if !s.found {
		return fmt.Errorf("nothing has %q in its first columns", s.only)
	}
	return nil
}

// wants reports whether the rows that begin like this are to be measured.
func (s *scaling) wants(what, shape, dtype string) bool {
	wanted := strings.Contains(what+" "+shape+" "+dtype, s.only)
	s.found = s.found || wanted
	return wanted
}

// turns returns the least time that measure, given a number of workers, returns for each of them.
func (s *scaling) turns(measure func(workers int) (seconds float64, err error)) ([]float64, error) {
	least := slices.Repeat([]float64{math.Inf(1)}, len(s.workers))
	for range s.rounds {
		for i, w := range s.workers {
			runtime.GOMAXPROCS(w)
			seconds, err := measure(w)
			if err != nil {
				return nil, err
			}
			least[i] = min(least[i], seconds)
		}
	}
	return least, nil
}

// operation is one row for each number of workers.
type operation struct {
	op, shape string
	flops     float64
}

func (s *scaling) operations() []operation {
	ops := []operation{{"gemmNN", "50x300x784", 2 * 50 * 300 * 784}, {"gemmNN", "500x784x784", 2 * 500 * 784 * 784}}
	for _, n := range s.sizes {
		cube := float64(n) * float64(n) * float64(n)
		ops = append(ops,
			operation{"gemmNN", fmt.Sprintf("%dx%dx%d", n, n, n), 2 * cube},
			operation{"syrkN", fmt.Sprintf("%dx%d", n, n), cube},
			operation{"trsmL", fmt.Sprintf("%dx%d", n, n), cube},
			operation{"potrf", fmt.Sprint(n), cube / 3})
	}
	return ops
}

func (s *scaling) operation(o operation, dtype string) error {
	if !s.wants(o.op, o.shape, dtype) {
		return nil
	}
	least, err := s.turns(func(workers int) (float64, error) {
		m, err := request{op: o.op, shape: o.shape, single: dtype == "f32", threads: workers, watch: s.watch}.measure()
		return m.seconds, err
	})
	if err != nil {
		return fmt.Errorf("%s %s: %w", o.op, o.shape, err)
	}
	s.rows(o.op, o.shape, dtype, least, func(seconds float64) string {
		return fmt.Sprintf("%.1f", o.flops/seconds/1e9)
	})
	return nil
}

// rows prints a line for each number of workers, with these times.
func (s *scaling) rows(what, shape, dtype string, seconds []float64, speed func(seconds float64) string) {
	for i, w := range s.workers {
		speedup := seconds[0] / seconds[i]
		efficiency := speedup * float64(s.workers[0]) / float64(w)
		fmt.Fprintf(s.out, "%s\t%s\t%s\t%d\t%.4g\t%s\t%.2f\t%.2f\n",
			what, shape, dtype, w, seconds[i], speed(seconds[i]), speedup, efficiency)
	}
}
