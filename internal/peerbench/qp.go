package main

import (
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"

	"ridge/mat"
	"ridge/qp"
)

// isQP reports whether op is one of the bounded quadratic programs.
func isQP(op string) bool { return op == "nnqp" || op == "boxqp" }

// qpTolerance is the KKT residual that the solver has to reach, as qp.Options defines it. The
// benchmark accepts 1e-6 of another residual, which it measures on the x that is written
// (qpdata.kkt); 9e-7 leaves room for the difference.
const qpTolerance = 9e-7

// qpFiles says where problems come from and where the solution goes.
type qpFiles struct {
	folder string
	output string // empty: nowhere
}

func qpFilesFrom(getenv func(string) string) qpFiles {
	f := qpFiles{folder: getenv("PEERS_DATA"), output: getenv("QP_OUT")}
	if f.folder == "" {
		f.folder = "data"
	}
	return f
}

// quadratic is min ½xᵀQx − bᵀx, l ≤ x ≤ u, for every row b of B.
type quadratic struct {
	q            mat.Dense[float64]
	lower, upper []float64
	b            mat.Dense[float64]
}

func measureQP(r request) (measurement, error) {
	path := filepath.Join(r.files.folder, r.op+"_"+r.shape+".qp")
	p, err := readQuadratic(path)
	if err != nil {
		return measurement{}, err
	}
	if _, err := p.leading(10).solve(1e-3, r.workers()); err != nil { // start threads, touch code
		return measurement{}, err
	}
	x, seconds, err := p.time(r.watch, r.workers())
	if err != nil {
		return measurement{}, err
	}
	if r.files.output != "" {
		if err := writeFloats(r.files.output, x); err != nil {
			return measurement{}, err
		}
	}
	return measurement{seconds: seconds, checksum: p.residual(x, r.workers())}, nil
}

// time returns the solution and the median seconds of the whole way from the data
// in memory to it. A first solve tells how many more can be afforded.
func (p quadratic) time(s stopwatch, w mat.Workers) (x mat.Dense[float64], seconds float64, err error) {
	seconds = s.solve(func() {
		if err == nil {
			x, err = p.solve(qpTolerance, w)
		}
	})
	return x, seconds, err
}

// solve starts from zeros. It returns an error for an answer that misses the
// tolerance, too.
func (p quadratic) solve(tolerance float64, w mat.Workers) (mat.Dense[float64], error) {
	n := p.q.Rows
	g := mat.NewDense[float64](p.b.Rows, n)
	for i, v := range p.b.Data {
		g.Data[i] = -v
	}
	x := mat.NewDense[float64](p.b.Rows, n)
	solver, err := qp.NewSolver(p.q, qp.Options{Tolerance: tolerance, Workers: w})
	if err != nil {
		return x, err
	}
	var status qp.Status
	if p.b.Rows == 1 {
		var info qp.Info
		info, err = solver.Solve(context.Background(), g.Row(0), p.lower, p.upper, x.Row(0))
		status = info.Status
	} else {
		var info qp.BatchInfo
		info, err = solver.SolveBatch(context.Background(), qp.Batch[float64]{
			G: g, X: x,
			Lower: mat.DenseOf(1, n, p.lower),
			Upper: mat.DenseOf(1, n, p.upper),
		})
		status = info.Status
	}
	if err == nil && status != qp.Optimal {
		err = fmt.Errorf("the solver ended with status %q", status)
	}
	return x, err
}

// leading is the problem in the first n variables and the first right-hand side.
func (p quadratic) leading(n int) quadratic {
	n = min(n, p.q.Rows)
	return quadratic{p.q.View(0, 0, n, n).Clone(), p.lower[:n], p.upper[:n], p.b.View(0, 0, 1, n).Clone()}
}

// residual is max|x − P(x − (Qx − b))| / max|b| over all problems, which is printed for people.
// Infeasible elements count.
func (p quadratic) residual(x mat.Dense[float64], w mat.Workers) float64 {
	g := p.b.Clone()
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, x, p.q, -1, g, w) // Q is symmetric
	var worst float64
	for i := range x.Rows {
		for j, v := range x.Row(i) {
			projected := min(max(v-g.At(i, j), p.lower[j]), p.upper[j])
			worst = max(worst, math.Abs(v-projected)) // NaN stays
		}
	}
	return worst / float64(mat.AbsMax(p.b.Data))
}

// readQuadratic reads a problem from a file.
func readQuadratic(path string) (quadratic, error) {
	f, err := os.Open(path)
	if err != nil {
		return quadratic{}, fmt.Errorf("%w (the runner of the benchmark writes it)", err)
	}
	defer f.Close()
	s, err := f.Stat()
	if err != nil {
		return quadratic{}, err
	}
	p, err := decodeQuadratic(f, s.Size())
	if err != nil {
		return quadratic{}, fmt.Errorf("%s: %w", path, err)
	}
	return p, nil
}

// decodeQuadratic reads, all of it little-endian: int64 n and m, float64 Q (n×n), l
// and u (n each) and B (m×n). The size of the whole is checked before anything is
// allocated.
func decodeQuadratic(r io.Reader, size int64) (quadratic, error) {
	var header [2]int64
	if err := binary.Read(r, binary.LittleEndian, &header); err != nil {
		return quadratic{}, fmt.Errorf("header: %w", err)
	}
	const most = 1 << 24 // of n and m: no product of them overflows
	n, m := header[0], header[1]
	if n < 1 || m < 1 || n > most || m > most {
		return quadratic{}, fmt.Errorf("header says %d variables and %d problems", n, m)
	}
	if want := 8 * (2 + n*n + 2*n + m*n); size != want {
		return quadratic{}, fmt.Errorf("header says %d variables and %d problems, which take %d bytes, not %d",
			n, m, want, size)
	}
	floats := make([]float64, n*n+2*n+m*n)
	if err := binary.Read(r, binary.LittleEndian, floats); err != nil {
		return quadratic{}, fmt.Errorf("data: %w", err)
	}
	next := func(rows, cols int64) mat.Dense[float64] {
		d := mat.DenseOf(int(rows), int(cols), floats[:rows*cols])
		floats = floats[rows*cols:]
		return d
	}
	return quadratic{q: next(n, n), lower: next(1, n).Data, upper: next(1, n).Data, b: next(m, n)}, nil
}

// writeFloats writes the elements of x to a file, row by row and little-endian. The
// file appears whole or not at all.
func writeFloats(path string, x mat.Dense[float64]) error {
	raw, err := binary.Append(nil, binary.LittleEndian, x.Data)
	if err != nil {
		return err
	}
	return writeFile(path, raw)
}
