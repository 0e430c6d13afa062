package qp

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"os"
	"testing"

	"ridge/mat"
)

type net struct {
	lines []string
	out   *os.File
}

func (n *net) put(label string, parts ...any) {
	h := fnv.New64a()
	var status Status
	for _, p := range parts {
		switch v := p.(type) {
		case []float64:
			for _, e := range v {
				binary.Write(h, binary.LittleEndian, math.Float64bits(e))
			}
		case []float32:
			for _, e := range v {
				binary.Write(h, binary.LittleEndian, math.Float32bits(e))
			}
		case GeneralInfo:
			status = v.Status
			fmt.Fprintf(h, "%d %d %d %x %x", v.Status, v.Iterations, v.Factorizations, v.Objective, v.Certificate)
		case Info:
			status = v.Status
			fmt.Fprintf(h, "%d %d %d %d %x %x %d %d", v.Status, v.Method, v.Iterations, v.Factorizations, v.Objective, v.Certificate, v.AtLower, v.AtUpper)
		case BatchInfo:
			status = v.Status
			fmt.Fprintf(h, "%x", v)
		case error:
			fmt.Fprintf(h, "%T %s", v, v.Error())
			var inf *InfeasibleError
			if errors.As(v, &inf) {
				fmt.Fprintf(h, "%x %x", inf.Farkas, inf.Reach)
			}
			var unb *UnboundedError
			if errors.As(v, &unb) {
				fmt.Fprintf(h, "%x", unb.Ray)
			}
		case nil:
		default:
			panic(fmt.Sprintf("%T", p))
		}
	}
	fmt.Fprintf(n.out, "%s %v %016x\n", label, status, h.Sum64())
}

func netGeneral[T mat.Float](n *net, label string, p GeneralProblem[T], o Options) {
	res, err := SolveGeneral(context.Background(), p, o)
	n.put(label, res.X, res.RowMultipliers, res.BoundMultipliers, res.GeneralInfo, err)
}

// netReused solves p cold, warm from its answer, warm from a moved answer with another g, and cancelled in the middle.
func netReused(n *net, label string, p GeneralProblem[float64], r *rand.Rand) {
	s, err := NewGeneralSolver(p.H, p.A, Options{})
	if err != nil {
		n.put(label+" refused", err)
		return
	}
	x, y, z := make([]float64, s.N()), make([]float64, s.M()), make([]float64, s.N())
	for k := range 4 {
		g := append([]float64(nil), p.G...)
		switch k {
		case 2:
			for j := range g {
				g[j] *= 1 + 0.1*r.NormFloat64()
			}
		case 3:
			for j := range x {
				x[j] += r.NormFloat64()
			}
		}
		info, err := s.Solve(context.Background(), g, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
		s.BoundMultipliers(z)
		n.put(fmt.Sprintf("%s reused %d", label, k), x, y, z, info, err)
	}
	clear(x)
	clear(y)
	info, err := s.Solve(endAfter(1+r.IntN(40)), p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
	n.put(label+" canceled", x, y, info, err)
	info, err = s.Solve(context.Background(), p.G, p.Lower, p.Upper, p.RowLower, p.RowUpper, x, y)
	n.put(label+" after it", x, y, info, err)
}

func netBounded[T mat.Float](n *net, label string, p Problem[T], x0 []T, o Options) {
	res, err := Solve(context.Background(), p, x0, o)
	n.put(label, res.X, res.LowerMultipliers, res.UpperMultipliers, res.Info, err)
}

func netLeast[T mat.Float](n *net, label string, p LeastSquaresProblem[T], o Options) {
	res, err := LeastSquares(context.Background(), p, o)
	n.put(label, res.X, res.RowMultipliers, res.BoundMultipliers, []float64{res.Residual}, res.GeneralInfo, err)
}

func TestZZNet(t *testing.T) {
	path := os.Getenv("QPNET")
	if path == "" {
		t.Skip()
	}
	only := os.Getenv("QPNET_ONLY")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	n := &net{out: f}
	for name, part := range map[string]func(n *net){"bounded": netsBounded, "general": netsGeneral, "least": netsLeast, "batch": netsBatch} {
		if only == "" || only == name {
			part(n)
		}
	}
}

func netsBounded(n *net) {
	r := newRand(1)
	for k := range 1500 {
		p, x0, _ := randomProblem(1+r.IntN(14), r)
		m := everyMethod[k%len(everyMethod)]
		netBounded(n, fmt.Sprintf("bounded %d", k), p, x0, Options{Method: m})
		if k%4 == 0 {
			netBounded(n, fmt.Sprintf("bounded32 %d", k), problemAs[float32](p), numbersAs[float32](x0), Options{Method: m})
		}
		if k%5 == 0 {
			netBounded(n, fmt.Sprintf("bounded limit %d", k), p, x0, Options{Method: m, MaxIterations: 1 + r.IntN(4)})
		}
	}
	for k := range 300 { // reused, warm, canceled
		p, x0, _ := randomProblem(2+r.IntN(30), r)
		s, err := NewSolver(p.H, Options{Method: everyMethod[k%len(everyMethod)]})
		if err != nil {
			continue
		}
		x := append([]float64(nil), x0...)
		lm, um := make([]float64, len(x)), make([]float64, len(x))
		for round := range 5 {
			g := append([]float64(nil), p.G...)
			for j := range g {
				g[j] *= 1 + 0.05*r.NormFloat64()
			}
			ctx := context.Background()
			if round == 3 {
				ctx = endAfter(1 + r.IntN(5))
			}
			info, err := s.Solve(ctx, g, p.Lower, p.Upper, x)
			s.Multipliers(lm, um)
			n.put(fmt.Sprintf("bounded reused %d %d", k, round), x, lm, um, info, err)
		}
	}
	for seed := range uint64(1500) {
		pf := flatOf[float64](seed, flatDigits)
		res, err := solveFlat[float64](pf, Options{Method: everyMethod[seed%5]})
		n.put(fmt.Sprintf("flat %d", seed), res.X, res.LowerMultipliers, res.UpperMultipliers, res.Info, err)
		pf = flatOf[float32](seed, flatDigits32)
		res32, err := solveFlat[float32](pf, Options{Method: everyMethod[seed%5]})
		n.put(fmt.Sprintf("flat32 %d", seed), res32.X, res32.LowerMultipliers, res32.UpperMultipliers, res32.Info, err)
	}
	for _, seed := range hardFlat {
		res, err := solveFlat[float64](flatOf[float64](seed, flatDigits), Options{})
		n.put(fmt.Sprintf("hardflat %d", seed), res.X, res.Info, err)
	}
	for _, size := range []int{30, 80, 150} {
		for _, kind := range benchKinds {
			h, g, lower, upper := benchProblem(kind, size)
			for _, m := range everyMethod {
				netBounded(n, fmt.Sprint("bench ", kind, size, m), Problem[float64]{h, g, lower, upper}, nil, Options{Method: m})
			}
		}
		for k := range kernels {
			for _, noise := range []float64{0, 0.01} {
				netBounded(n, fmt.Sprint("kernel ", k, size, noise), smoothKernel(k, size, noise), nil, Options{})
			}
		}
		netBounded(n, fmt.Sprint("penalty ", size), penalty(size, size/4, 1e4, r), nil, Options{})
		netBounded(n, fmt.Sprint("portfolio ", size), portfolio(size, 1e3, r), nil, Options{})
	}
}

func netsGeneral(n *net) {
	r := newRand(2)
	for k := range 1200 {
		s := shape{n: 1 + r.IntN(12), m: r.IntN(10), sparse: r.Float64() * 0.8, degenerate: k%3 == 0, odd: k%4 == 0}
		if k%5 != 0 {
			s.rank = r.IntN(s.n + 1)
		}
		p := randomGeneral(s, r)
		label := fmt.Sprintf("general %d", k)
		switch k % 7 {
		case 3:
			if s.m > 0 {
				p.makeInfeasible(r)
			}
		case 5:
			p.makeUnbounded(s.rank, r)
		}
		q := p.GeneralProblem
		switch k % 6 {
		case 1:
			q = withHuge(q, 1e20)
		case 2:
			q, _ = inRandomUnits(q, 30, r)
		}
		netGeneral(n, label, q, Options{})
		if k%3 == 0 {
			netGeneral(n, label+" 32", GeneralProblem[float32]{H: matrixAs[float32](p.H), G: numbersAs[float32](p.G),
				Lower: numbersAs[float32](p.Lower), Upper: numbersAs[float32](p.Upper), A: matrixAs[float32](p.A),
				RowLower: numbersAs[float32](p.RowLower), RowUpper: numbersAs[float32](p.RowUpper)}, Options{})
		}
		if k%4 == 0 {
			netGeneral(n, label+" limit", q, Options{MaxIterations: 1 + r.IntN(25)})
		}
		if k%2 == 0 {
			netReused(n, label, q, r)
		}
	}
	for seed := range uint64(700) {
		r := newRand(9000 + seed)
		p := integerGeneral(r)
		q, _ := inRandomUnits(p.GeneralProblem, []int{0, 8, 30}[r.IntN(3)], r)
		if r.IntN(4) == 0 {
			q = withHuge(q, 1e20)
		}
		netGeneral(n, fmt.Sprint("integer ", seed), q, Options{})
		if seed%5 == 0 {
			netReused(n, fmt.Sprint("integer ", seed), q, r)
		}
	}
	for seed := range uint64(1200) {
		netGeneral(n, fmt.Sprint("nearlyflat ", seed), nearlyFlat(seed).GeneralProblem, Options{})
	}
	for _, seed := range hardFarOut {
		netGeneral(n, fmt.Sprint("hardfar ", seed), nearlyFlat(seed).GeneralProblem, Options{})
		netReused(n, fmt.Sprint("hardfar ", seed), nearlyFlat(seed).GeneralProblem, r)
	}
	for seed := range uint64(120) {
		netGeneral(n, fmt.Sprint("contradictory ", seed), contradictoryRows(seed), Options{})
		netGeneral(n, fmt.Sprint("contradictory huge ", seed), withHuge(contradictoryRows(seed), 1e20), Options{})
	}
	for k := range 150 {
		p := withLargeNumbers(math.Pow(10, 4+float64(k%12)), k%2 == 0, r)
		netGeneral(n, fmt.Sprint("large ", k), p, Options{})
		netReused(n, fmt.Sprint("large ", k), p, r)
	}
	for seed := range uint64(300) {
		res, err := roundedRank[float32](seed, seed%3 == 0)
		n.put(fmt.Sprint("rounded32 ", seed), res.X, res.RowMultipliers, res.BoundMultipliers, res.GeneralInfo, err)
		res64, err := roundedRank[float64](seed, seed%3 == 0)
		n.put(fmt.Sprint("rounded64 ", seed), res64.X, res64.RowMultipliers, res64.BoundMultipliers, res64.GeneralInfo, err)
	}
	for k := range 4 {
		netGeneral(n, fmt.Sprint("decades ", k), nineDecades(r), Options{})
	}
	for name, p := range map[string]GeneralProblem[float64]{
		"fit2": fit(80, 2, math.Sin), "fit5": fit(60, 5, func(t float64) float64 { return math.Sin(8 * t) }), "steps": steps(60), "control": control(20),
		"huge": huge(40), "transport": transport(8), "margins": margins(40, 10), "far": oneFarBound(), "falling": falling(),
	} {
		netGeneral(n, "family "+name, p, Options{})
		netReused(n, "family "+name, p, newRand(uint64(len(name))))
	}
	for k := range 6 { // sparse
		s := shape{n: 150 + 50*k, m: 60, sparse: 0.97, degenerate: k%2 == 0}
		p := randomGeneral(s, r)
		p.H = identity(s.n)
		netReused(n, fmt.Sprint("sparse ", k), p.GeneralProblem, r)
	}
}

func netsLeast(n *net) {
	r := newRand(3)
	for k := range 900 {
		m, cols := 1+r.IntN(14), 1+r.IntN(10)
		p := LeastSquaresProblem[float64]{A: randomMatrix(m, cols, r), B: randomMatrix(m, 1, r).Data}
		if k%3 == 1 {
			p.A = illConditioned(max(m, cols), min(m, cols), math.Pow(10, 10*r.Float64()), r)
			m, cols = p.A.Rows, p.A.Cols
			p.B = randomMatrix(m, 1, r).Data
		}
		if k%5 == 0 {
			p.Lambda = r.Float64()
		}
		p.Lower, p.Upper = infinite(cols, -1), infinite(cols, 1)
		for j := range cols {
			if r.IntN(2) == 0 {
				p.Lower[j] = -r.Float64()
			}
			if r.IntN(3) == 0 {
				p.Upper[j] = r.Float64()
			}
		}
		if k%2 == 0 {
			c := r.IntN(5)
			p.C = randomMatrix(c, cols, r)
			p.RowLower, p.RowUpper = make([]float64, c), make([]float64, c)
			for i := range c {
				p.RowLower[i] = r.NormFloat64()
				p.RowUpper[i] = p.RowLower[i] + max(0, r.NormFloat64())
				if r.IntN(3) == 0 {
					p.RowLower[i] = math.Inf(-1)
				}
			}
			if k%8 == 0 {
				clear(p.RowUpper)
				for i := range c {
					p.RowLower[i] = math.Inf(-1)
				}
			}
		}
		netLeast(n, fmt.Sprint("least ", k), p, Options{})
		if k%4 == 0 {
			netLeast(n, fmt.Sprint("least limit ", k), p, Options{MaxIterations: 1 + r.IntN(10)})
		}
		if k%4 == 2 {
			netLeast(n, fmt.Sprint("least 32 ", k), LeastSquaresProblem[float32]{A: matrixAs[float32](p.A), B: numbersAs[float32](p.B),
				Lambda: p.Lambda, Lower: numbersAs[float32](p.Lower), Upper: numbersAs[float32](p.Upper), C: matrixAs[float32](p.C),
				RowLower: numbersAs[float32](p.RowLower), RowUpper: numbersAs[float32](p.RowUpper)}, Options{})
		}
	}
	for seed := range uint64(20) {
		netLeast(n, fmt.Sprint("dependent ", seed), nearlyDependent(seed), Options{})
	}
}

func netsBatch(n *net) {
	r := newRand(4)
	for k := range 40 {
		m, cols := 1+r.IntN(200), 1+r.IntN(40)
		h, b := makeBatch[float64](m, cols, math.Pow(10, 4*r.Float64()), r)
		netBatch(n, fmt.Sprint("batch ", k), h, b)
		h32, b32 := makeBatch[float32](m, cols, math.Pow(10, 3*r.Float64()), r)
		netBatch(n, fmt.Sprint("batch32 ", k), h32, b32)
	}
}

func netBatch[T mat.Float](n *net, label string, h mat.Dense[T], b Batch[T]) {
	b = b.clone()
	s, err := NewSolver(h, Options{})
	if err != nil {
		n.put(label, err)
		return
	}
	for round := range 2 {
		info, err := s.SolveBatch(context.Background(), b)
		n.put(fmt.Sprint(label, round), b.X.Data, info, err)
		for i, p := range b.Problems {
			n.put(fmt.Sprint(label, round, i), p)
		}
	}
}
