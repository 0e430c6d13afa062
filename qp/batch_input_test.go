package qp

import (
	"fmt"
	"math"
	"reflect"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/mat"
)

func TestSolveBatchOfNothing(t *testing.T) {
	s, err := NewSolver(mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background,
		Batch[float64]{G: mat.NewDense[float64](0, 2), X: mat.NewDense[float64](0, 2)})
	require.NoError(t, err)
	assert.Equal(t, BatchInfo{Status: Optimal}, info)

	s, err = NewSolver(mat.Dense[float64]{}, Options{})
	require.NoError(t, err)
	for _, m := range []int{3, 100} {
		info, err = s.SolveBatch(background,
			Batch[float64]{G: mat.NewDense[float64](m, 0), X: mat.NewDense[float64](m, 0)})
		require.NoError(t, err)
		assert.Equal(t, BatchInfo{Status: Optimal, Solved: m}, info)
	}
}

func TestSolveBatchRefusesBadInput(t *testing.T) {
	for _, m := range []int{4, 100} {
		for _, c := range []struct {
			break_  func(b *Batch[float64])
			status  Status
			refused int
			message string
		}{
			{func(b *Batch[float64]) { b.G.Set(2, 1, math.NaN()); b.G.Set(m-1, 0, math.NaN()) }, InvalidInput, 2,
				"qp: problem 2: g[1] = NaN is not a finite number"},
			{func(b *Batch[float64]) { b.X.Set(2, 0, math.Inf(1)) }, InvalidInput, 1,
				"qp: problem 2: x[0] = +Inf is not a finite number"},
			{func(b *Batch[float64]) { b.Lower.Set(2, 1, math.NaN()) }, InvalidInput, 1,
				"qp: problem 2: lower[1] = NaN is not a number"},
			{func(b *Batch[float64]) { b.Upper.Set(1, 2, -9) }, Infeasible, 1,
				"qp: problem 1: no finite x[2] is between its bounds 1 and -9"},
			{func(b *Batch[float64]) {
				b.Lower, b.Upper = mat.DenseOf(1, 3, constant(3, 5)), mat.DenseOf(1, 3, constant(3, 4))
			}, Infeasible, m, "qp: problem 0: no finite x[0] is between its bounds 5 and 4"},
		} {
			h, b := makeBatch[float64](m, 3, 10, newRand(32))
			b.Lower.Fill(1)
			b.Upper.Fill(2)
			b.Problems = make([]Info, m)
			c.break_(&b)
			start := b.X.Clone()
			s, err := NewSolver(h, Options{})
			require.NoError(t, err)
			info, err := s.SolveBatch(background, b)
			require.EqualError(t, err, c.message)
			assert.Equal(t, c.status, info.Status)
			for i, p := range b.Problems {
				if p.Status == Optimal {
					assert.LessOrEqual(t, p.KKT(), 1e-9)
					assert.Subset(t, []float64{1, 2}, []float64{math.Floor(b.X.At(i, 0))}, "the others are solved")
				} else {
					assert.Contains(t, []Status{InvalidInput, Infeasible}, p.Status)
					assert.True(t, reflect.DeepEqual(start.Row(i), b.X.Row(i)) || p.Status == InvalidInput,
						"nothing is changed")
				}
			}
			assert.Equal(t, m-c.refused, info.Solved)
		}
	}
}

// Whether a problem is refused as it is read or only as it is solved, the error is that of the first.
func TestTheErrorOfABatchIsThatOfTheFirstProblemWithOne(t *testing.T) {
	for _, m := range []int{4, 100} {
		for _, first := range []int{0, 2} {
			s, err := NewSolver(mat.NewDense[float64](1, 1), Options{})
			require.NoError(t, err)
			b := Batch[float64]{G: mat.NewDense[float64](m, 1), Lower: mat.NewDense[float64](m, 1),
				Upper: mat.NewDense[float64](m, 1), X: mat.NewDense[float64](m, 1), Problems: make([]Info, m)}
			b.Upper.Fill(1)
			falls, empty := first, m-1-first
			b.G.Set(falls, 0, 1)
			b.Lower.Set(falls, 0, math.Inf(-1))
			b.Lower.Set(empty, 0, 2)
			total, err := s.SolveBatch(background, b)
			if falls < empty {
				var unbounded *UnboundedError
				require.ErrorAs(t, err, &unbounded)
				assert.Equal(t, falls, unbounded.Problem)
			} else {
				var infeasible *InfeasibleError
				require.ErrorAs(t, err, &infeasible)
				assert.Equal(t, empty, infeasible.Problem)
			}
			assert.Equal(t, m-2, total.Solved)
			assert.Equal(t, []Status{Unbounded, Infeasible},
				[]Status{b.Problems[falls].Status, b.Problems[empty].Status})
		}
	}
}

// Only a product shows that such a problem can't be solved; sweeps have written its point by then.
func TestAStartThatOverflowsIsProjected(t *testing.T) {
	for _, m := range []int{4, 100} {
		s, err := NewSolver(mat.DenseOf(2, 2, []float64{1e200, 0, 0, 1e200}), Options{})
		require.NoError(t, err)
		b := Batch[float64]{G: mat.NewDense[float64](m, 2), Lower: mat.NewDense[float64](1, 2),
			X: mat.NewDense[float64](m, 2), Problems: make([]Info, m)}
		b.G.Fill(-1e200)
		b.X.Set(2, 0, -5)
		b.X.Set(2, 1, 1e200)
		total, err := s.SolveBatch(background, b)
		require.EqualError(t, err, "qp: problem 2: x[1] = 1e+200 makes Hx + g overflow")
		assert.Equal(t, InvalidInput, b.Problems[2].Status)
		for _, c := range []Certificate{b.Problems[2].Certificate, total.Certificate} {
			assert.True(t, math.IsNaN(c.KKT()) && math.IsNaN(c.Gap), "%+v", c)
		}
		assert.True(t, math.IsNaN(b.Problems[2].Objective))
		assert.Equal(t, []float64{0, 1e200}, b.X.Row(2))
		assert.Equal(t, []float64{1, 1}, b.X.Row(1))
	}
}

func TestSolveBatchNamesTheProblemThatIsIndefinite(t *testing.T) {
	// Indefinite only in all variables together, which only problem 5 frees.
	h := hiddenIndefinite()
	for _, m := range []int{8, 50} {
		b := Batch[float64]{G: mat.NewDense[float64](m, 3), Lower: mat.NewDense[float64](m, 3),
			Upper: mat.NewDense[float64](m, 3), X: mat.NewDense[float64](m, 3)}
		b.G.Fill(1)
		b.G.Set(5, 0, 2)
		for j := range 3 {
			b.Lower.Set(5, j, math.Inf(-1))
			b.Upper.Set(5, j, math.Inf(1))
		}
		b = b.clone()
		s, err := NewSolver(h, Options{})
		require.NoError(t, err)
		info, err := s.SolveBatch(background, b)
		var npd *IndefiniteError
		require.ErrorAs(t, err, &npd)
		assert.Equal(t, 5, npd.Problem)
		assert.ErrorContains(t, err, "qp: problem 5: H is not positive semidefinite")
		assert.Equal(t, Indefinite, info.Status)
		assert.Equal(t, m-1, info.Solved)
		assert.Equal(t, Indefinite, b.Problems[5].Status)
	}
}

func TestSolveBatchPanicsOnShapes(t *testing.T) {
	h, good := makeBatch[float64](5, 3, 10, newRand(33))
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	for name, break_ := range map[string]func(b *Batch[float64]){
		"G":        func(b *Batch[float64]) { b.G = b.G.ColView(0, 2) },
		"X":        func(b *Batch[float64]) { b.X = b.X.RowView(0, 4) },
		"Lower":    func(b *Batch[float64]) { b.Lower = b.Lower.RowView(0, 2) },
		"Upper":    func(b *Batch[float64]) { b.Upper = mat.NewDense[float64](1, 4) },
		"Problems": func(b *Batch[float64]) { b.Problems = make([]Info, 4) },
	} {
		b := good
		break_(&b)
		func() {
			defer func() { assert.Contains(t, fmt.Sprint(recover()), "qp: Batch."+name+" ") }() // a message of ours
			_, _ = s.SolveBatch(background, b)
		}()
	}
}

func TestSolveBatchTakesViews(t *testing.T) {
	h, b := makeBatch[float64](70, 9, 100, newRand(34))
	want := b.clone()
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	_, err = s.SolveBatch(background, want)
	require.NoError(t, err)

	wide := mat.NewDense[float64](70, 40)
	wide.Fill(math.NaN())
	view := func(j int, m mat.Dense[float64]) mat.Dense[float64] {
		v := wide.ColView(j, 9)
		mat.Copy(v, m)
		return v
	}
	b = Batch[float64]{G: view(0, b.G), Lower: view(10, b.Lower), Upper: view(20, b.Upper), X: view(30, b.X)}
	_, err = s.SolveBatch(background, b)
	require.NoError(t, err)
	assert.Equal(t, want.X, b.X.Clone())
	assert.True(t, math.IsNaN(wide.At(3, 9)), "nothing is written between")
}

// A problem whose numbers overflow float32 must not affect the others: neither their bits, nor the
// method that solves them, nor later batches.
func TestSolveBatchIsolatesAnOverflow(t *testing.T) {
	const n, m = 3, 4 * blockRows
	h := mat.NewDense[float32](n, n)
	h.Fill(0.3)
	for i := range n {
		h.Set(i, i, 2)
	}
	r := newRand(50)
	clean := Batch[float32]{G: mat.NewDense[float32](m, n), Lower: mat.NewDense[float32](1, n),
		X: mat.NewDense[float32](m, n), Problems: make([]Info, m)}
	for i := range clean.G.Data {
		clean.G.Data[i] = float32(r.NormFloat64())
	}
	clean.X.Fill(1)
	bad := clean.clone()
	for i := range n {
		bad.G.Set(0, i, 1e-39) // far below the start, so that it would be 1e39 in its units
	}
	solve := func(s *Solver[float32], b Batch[float32]) (Batch[float32], BatchInfo) {
		b = b.clone()
		info, err := s.SolveBatch(background, b)
		require.NoError(t, err)
		require.Equal(t, Optimal, info.Status)
		return b, info
	}
	var want Batch[float32]
	var wantInfo, cleanInfo BatchInfo
	for _, workers := range []mat.Workers{1, 2, 4} {
		s, err := NewSolver(h, Options{Workers: workers})
		require.NoError(t, err)
		_, before := solve(s, clean)
		got, info := solve(s, bad)
		_, after := solve(s, clean)
		assert.Equal(t, before, after, "the overflow outlived its batch")
		assert.LessOrEqual(t, info.Factorizations, 1, "the overflow cost its neighbours their sweeps")
		if workers == 1 {
			want, wantInfo, cleanInfo = got, info, before
			continue
		}
		assert.Equal(t, want.X, got.X, "%d workers", workers)
		assert.Equal(t, wantInfo, info, "%d workers", workers)
		assert.Equal(t, cleanInfo, before, "%d workers", workers)
	}
}

func TestSolveBatchDoesNotTakeAnOverflowForAnOptimum(t *testing.T) {
	h := mat.DenseOf(3, 3, []float64{1e70, 5e69, -9e69, 5e69, 1e70, 0, -9e69, 0, 1.3e70})
	b := Batch[float64]{
		G:     mat.NewDense[float64](fewProblems, 3),
		Lower: mat.DenseOf(1, 3, []float64{1.7e238, 4e237, 2.2e238}),
		Upper: mat.DenseOf(1, 3, []float64{1e239, 4e237, 2.2e238}),
		X:     mat.NewDense[float64](fewProblems, 3), Problems: make([]Info, fewProblems),
	}
	b.G.Fill(1)
	s, err := NewSolver(h, Options{})
	require.NoError(t, err)
	info, err := s.SolveBatch(background, b)
	var input *InputError
	require.ErrorAs(t, err, &input)
	assert.Equal(t, InvalidInput, info.Status)
	assert.Zero(t, info.Solved)
	for i := range fewProblems {
		assert.Equal(t, []float64{1.7e238, 4e237, 2.2e238}, b.X.Row(i), "inside the bounds")
	}
}
