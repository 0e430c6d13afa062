package main

import (
	"bufio"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"strconv"
	"strings"

	"ridge/internal/qpfile"
	"ridge/mat"
	"ridge/qp"
)

// isGeneral reports whether op is a quadratic program, or least squares problem, in a file of its
// own.
func isGeneral(op string) bool { return op == "qp" || op == "nnls" }

// answer is what is printed of such a problem, and what is written to QP_OUT.
type answer struct {
	seconds              float64
	status               qp.Status
	certificate          qp.Certificate
	objective            float64
	x, multipliersOfRows []float64
}

// String is "seconds status primal dual gap objective"; the words of a status are joined.
func (a answer) String() string {
	return fmt.Sprintf("%.9g %s %.3g %.3g %.3g %.15g", a.seconds, strings.ReplaceAll(a.status.String(), " ", "-"),
		a.certificate.Primal, max(a.certificate.Dual, a.certificate.Complementarity), a.certificate.Gap, a.objective)
}

// measureGeneral solves the problem in the file r.shape. Infeasible and unbounded are answers, too.
func measureGeneral(r request) (answer, error) {
	measure := measureProblem[float64]
	if r.single {
		measure = measureProblem[float32]
	}
	a, err := measure(r)
	if err != nil || r.files.output == "" {
		return a, err
	}
	raw, err := binary.Append(nil, binary.LittleEndian, append(a.x, a.multipliersOfRows...))
	if err != nil {
		return a, err
	}
	return a, writeFile(r.files.output, raw)
}

func measureProblem[T mat.Float](r request) (answer, error) {
	solve, err := problemFrom[T](r)
	if err != nil {
		return answer{}, err
	}
	return timeSolve(r.watch, solve)
}

// problemFrom reads a problem, and returns what solves it.
func problemFrom[T mat.Float](r request) (func() (answer, error), error) {
	options := qp.Options{Workers: r.workers()}
	if r.op == "nnls" {
		a, b, err := readLeastSquares(r.shape)
		if err != nil {
			return nil, err
		}
		p := qp.LeastSquaresProblem[T]{A: matrixOf[T](a), B: vectorOf[T](b), Lower: make([]T, a.Cols)}
		return func() (answer, error) {
			res, err := qp.LeastSquares(context.Background(), p, options)
			return answer{0, res.Status, res.Certificate, res.Objective, wide(res.X), nil}, err
		}, nil
	}
	f, err := qpfile.Read(r.shape)
	if err != nil {
		return nil, err
	}
	p := qp.GeneralProblem[T]{H: matrixOf[T](f.P), G: vectorOf[T](f.Q), A: matrixOf[T](f.A),
		RowLower: vectorOf[T](f.Lower), RowUpper: vectorOf[T](f.Upper)}
	return func() (answer, error) {
		res, err := qp.SolveGeneral(context.Background(), p, options)
		return answer{0, res.Status, res.Certificate, res.Objective + f.R, wide(res.X), wide(res.RowMultipliers)}, err
	}, nil
}

// timeSolve measures the median seconds of solve, as those of the other quadratic programs are. What is refused is
// not repeated.
func timeSolve(s stopwatch, solve func() (answer, error)) (answer, error) {
	var a answer
	var err error
	refused := new(qp.InputError)
	seconds := s.solve(func() {
		if !errors.As(err, &refused) {
			a, err = solve()
		}
	})
	if errors.As(err, &refused) {
		return a, err
	}
	a.seconds = seconds
	return a, nil
}

// readLeastSquares reads "m n", and then m lines of a row of A and an element of b.
func readLeastSquares(name string) (a mat.Dense[float64], b []float64, err error) {
	f, err := os.Open(name)
	if err != nil {
		return a, nil, err
	}
	defer f.Close()
	a, b, err = decodeLeastSquares(f)
	if err != nil {
		return a, nil, fmt.Errorf("%s: %w", name, err)
	}
	return a, b, nil
}

func decodeLeastSquares(r io.Reader) (a mat.Dense[float64], b []float64, err error) {
	scan := bufio.NewScanner(r)
	scan.Split(bufio.ScanWords)
	next := func() (string, error) {
		if scan.Scan() {
			return scan.Text(), nil
		}
		if err := scan.Err(); err != nil {
			return "", err
		}
		return "", io.ErrUnexpectedEOF
	}
	var size [2]int
	for i := range size {
		word, err := next()
		if err != nil {
			return a, nil, err
		}
		size[i], err = strconv.Atoi(word)
		if err != nil || size[i] < 1 || size[i] > qpfile.MostElements {
			return a, nil, fmt.Errorf("%q is not a size", word)
		}
	}
	m, n := size[0], size[1]
	if m > qpfile.MostElements/(n+1) {
		return a, nil, fmt.Errorf("%d×%d is more than can be stored", m, n)
	}
	var values []float64 // grows as they come
	for range m {
		for j := range n + 1 {
			word, err := next()
			if err != nil {
				return a, nil, err
			}
			v, err := strconv.ParseFloat(word, 64)
			if err != nil || math.IsNaN(v) || math.IsInf(v, 0) {
				return a, nil, fmt.Errorf("%q is not a finite number", word)
			}
			if j == n {
				b = append(b, v)
			} else {
				values = append(values, v)
			}
		}
	}
	if scan.Scan() {
		return a, nil, fmt.Errorf("%q after the last number", scan.Text())
	}
	return mat.DenseOf(m, n, values), b, scan.Err()
}

func matrixOf[T mat.Float](m mat.Dense[float64]) mat.Dense[T] {
	d := mat.NewDense[T](m.Rows, m.Cols)
	mat.Convert(d, m)
	return d
}

func vectorOf[T mat.Float](v []float64) []T {
	w := make([]T, len(v))
	for i, e := range v {
		w[i] = T(e)
	}
	return w
}

func wide[T mat.Float](v []T) []float64 {
	w := make([]float64, len(v))
	for i, e := range v {
		w[i] = float64(e)
	}
	return w
}
