package qp

import (
	"fmt"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/mat"
)

// argument is an argument that a test makes invalid: a vector, or the data of a matrix.
type argument[T mat.Float] struct {
	name     string
	values   []T
	infinite bool // whether infinite elements are allowed
}

// Every NaN and infinity is refused with a typed error that names it, and the starting point is
// unchanged.
func TestNonFiniteNumbersAreRefusedEverywhere(t *testing.T) {
	t.Run("float32", testNumbersThatAreNone[float32])
	t.Run("float64", testNumbersThatAreNone[float64])
}

func testNumbersThatAreNone[T mat.Float](t *testing.T) {
	nan, inf := T(math.NaN()), T(math.Inf(1))
	for name, call := range map[string]func() ([]argument[T], func() (Status, error)){
		"Solve": solveArguments[T], "SolveBatch": batchArguments[T], "GeneralSolver.Solve": generalArguments[T],
		"LeastSquares": leastSquaresArguments[T],
	} {
		arguments, _ := call()
		for k, a := range arguments {
			for i := range a.values {
				for _, v := range []T{nan, inf, -inf} {
					if a.infinite && v == v {
						continue
					}
					spoilt, solve := call()
					spoilt[k].values[i] = v
					before := copies(spoilt)
					status, err := solve()
					var refused *InputError
					require.ErrorAs(t, err, &refused, "%s, %v in %s[%d]", name, v, a.name, i)
					require.Equal(t, InvalidInput, status)
					require.Equal(t, a.name, refused.Operand, name)
					require.True(t, refused.Value == float64(v) || math.IsNaN(refused.Value))
					if name != "SolveBatch" { // whose x receives the results
						for q := range spoilt {
							require.True(t, sameBits(before[q], spoilt[q].values),
								"%s: %s was changed", name, spoilt[q].name)
						}
					}
				}
			}
		}
	}
}

func copies[T mat.Float](arguments []argument[T]) (all [][]T) {
	for _, a := range arguments {
		all = append(all, slices.Clone(a.values))
	}
	return all
}

func sameBits[T mat.Float](a, b []T) bool {
	for i, v := range a {
		if math.Float64bits(float64(v)) != math.Float64bits(float64(b[i])) {
			return false
		}
	}
	return true
}

func solveArguments[T mat.Float]() ([]argument[T], func() (Status, error)) {
	p, x := Problem[T]{mat.DenseOf(2, 2, []T{2, 1, 1, 2}), []T{1, 1}, []T{0, 0}, []T{1, 1}}, []T{1, 0}
	return []argument[T]{{"H", p.H.Data, false}, {"g", p.G, false}, {"lower", p.Lower, true}, {"upper", p.Upper, true},
			{"x", x, false}}, func() (Status, error) {
			res, err := Solve(background, p, x, Options{})
			return res.Status, err
		}
}

func batchArguments[T mat.Float]() ([]argument[T], func() (Status, error)) {
	h, row := mat.DenseOf(2, 2, []T{2, 1, 1, 2}), func(v T) mat.Dense[T] { return mat.DenseOf(2, 2, []T{v, v, v, v}) }
	b := Batch[T]{G: row(1), Lower: row(0), Upper: row(1), X: row(0)}
	return []argument[T]{{"H", h.Data, false}, {"g", b.G.Data, false}, {"lower", b.Lower.Data, true},
			{"upper", b.Upper.Data, true}, {"x", b.X.Data, false}}, func() (Status, error) {
			s, err := NewSolver(h, Options{})
			if err != nil {
				return InvalidInput, err
			}
			info, err := s.SolveBatch(background, b)
			return info.Status, err
		}
}

func generalArguments[T mat.Float]() ([]argument[T], func() (Status, error)) {
	h, a := mat.DenseOf(2, 2, []T{2, 1, 1, 2}), mat.DenseOf(1, 2, []T{1, -1})
	g, lower, upper, rowLower, rowUpper, x, y := []T{1, 1}, []T{0, 0}, []T{1, 1}, []T{0}, []T{1}, []T{1, 0}, []T{1}
	return []argument[T]{
			{"H", h.Data, false}, {"A", a.Data, false}, {"g", g, false}, {"lower", lower, true}, {"upper", upper, true},
			{"rowLower", rowLower, true}, {"rowUpper", rowUpper, true}, {"x", x, false}, {"y", y, false},
		}, func() (Status, error) {
			s, err := NewGeneralSolver(h, a, Options{})
			if err != nil {
				return InvalidInput, err
			}
			info, err := s.Solve(background, g, lower, upper, rowLower, rowUpper, x, y)
			return info.Status, err
		}
}

func leastSquaresArguments[T mat.Float]() ([]argument[T], func() (Status, error)) {
	p := LeastSquaresProblem[T]{
		A: mat.DenseOf(2, 2, []T{1, 2, 3, 4}), B: []T{1, 1}, Lower: []T{0, 0}, Upper: []T{1, 1},
		C: mat.DenseOf(1, 2, []T{1, -1}), RowLower: []T{0}, RowUpper: []T{1},
	}
	return []argument[T]{
			{"A", p.A.Data, false}, {"B", p.B, false}, {"lower", p.Lower, true}, {"upper", p.Upper, true},
			{"C", p.C.Data, false}, {"rowLower", p.RowLower, true}, {"rowUpper", p.RowUpper, true},
		}, func() (Status, error) {
			res, err := LeastSquares(background, p, Options{})
			return res.Status, err
		}
}

func TestGeneralAndLeastSquaresPanicOnShapes(t *testing.T) {
	one, two := []float64{1}, []float64{1, 1}
	a := mat.DenseOf(1, 2, two)
	s, err := NewGeneralSolver(mat.DenseOf(2, 2, []float64{1, 0, 0, 1}), a, Options{})
	require.NoError(t, err)
	solve := func(g, lower, upper, rowLower, rowUpper, x, y []float64) func() {
		return func() { _, _ = s.Solve(background, g, lower, upper, rowLower, rowUpper, x, y) }
	}
	for name, call := range map[string]func(){
		"g":                  solve(one, nil, nil, nil, nil, two, one),
		"no g":               solve(nil, nil, nil, nil, nil, two, one),
		"lower":              solve(two, one, nil, nil, nil, two, one),
		"upper":              solve(two, nil, one, nil, nil, two, one),
		"rowLower":           solve(two, nil, nil, two, nil, two, one),
		"rowUpper":           solve(two, nil, nil, nil, two, two, one),
		"x":                  solve(two, nil, nil, nil, nil, one, one),
		"no x":               solve(two, nil, nil, nil, nil, nil, one),
		"y":                  solve(two, nil, nil, nil, nil, two, two),
		"no y":               solve(two, nil, nil, nil, nil, two, nil),
		"z":                  func() { s.BoundMultipliers(one) },
		"H of another order": func() { _, _ = NewGeneralSolver(mat.DenseOf(1, 1, one), a, Options{}) },
		"A without rows": func() {
			_, _ = NewGeneralSolver(mat.DenseOf(1, 1, one), mat.NewDense[float64](0, 2), Options{})
		},
		"B": func() {
			_, _ = LeastSquares(background, LeastSquaresProblem[float64]{A: a, B: two},
				Options{})
		},
		"Lower": func() {
			_, _ = LeastSquares(background, LeastSquaresProblem[float64]{A: a, B: one, Lower: one}, Options{})
		},
		"Upper": func() {
			_, _ = LeastSquares(background, LeastSquaresProblem[float64]{A: a, B: one, Upper: one}, Options{})
		},
		"C": func() {
			_, _ = LeastSquares(background, LeastSquaresProblem[float64]{A: a, B: one, C: mat.DenseOf(2, 1, two)},
				Options{})
		},
	} {
		require.Panics(t, call, name)
	}
	require.NotPanics(t, solve(two, nil, nil, nil, nil, two, one))
}

// Package mat refuses them, too.
func TestOutputsThatOverlapPanic(t *testing.T) {
	a := mat.DenseOf(2, 2, []float64{1, 0, 0, 1})
	s, err := NewSolver(a, Options{})
	require.NoError(t, err)
	general, err := NewGeneralSolver(a, a, Options{})
	require.NoError(t, err)
	memory := make([]float64, 4)
	one, two, g := memory[:2], memory[1:3], []float64{1, 1}
	matrix := mat.DenseOf(1, 2, one)
	for want, call := range map[string]func(){
		"qp: x and g overlap":         func() { _, _ = s.Solve(background, one, nil, nil, two) },
		"qp: x and lower overlap":     func() { _, _ = s.Solve(background, g, one, nil, two) },
		"qp: x and upper overlap":     func() { _, _ = s.Solve(background, g, nil, one, two) },
		"qp: lower and upper overlap": func() { s.Multipliers(one, two) },
		"qp: x and y overlap":         func() { _, _ = general.Solve(background, g, g, g, g, g, one, two) },
		"qp: x and rowUpper overlap":  func() { _, _ = general.Solve(background, g, nil, nil, nil, one, two, g) },
		"qp: y and upper overlap":     func() { _, _ = general.Solve(background, g, nil, two, nil, nil, g, one) },
		"qp: Batch.X and Batch.G overlap": func() {
			_, _ = s.SolveBatch(background, Batch[float64]{G: matrix, X: matrix})
		},
		"qp: Batch.X and Batch.Lower overlap": func() {
			_, _ = s.SolveBatch(background,
				Batch[float64]{G: a, Lower: matrix, X: mat.DenseOf(2, 2, memory)})
		},
		"qp: Batch.X and Batch.Upper overlap": func() {
			_, _ = s.SolveBatch(background,
				Batch[float64]{G: a, Upper: matrix, X: mat.DenseOf(2, 2, memory)})
		},
	} {
		t.Run(want, func(t *testing.T) {
			defer func() { require.Contains(t, fmt.Sprint(recover()), want) }()
			call()
		})
	}
}
