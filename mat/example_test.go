package mat_test

import (
	"fmt"

	"ridge/mat"
)

// Fit a line y = v₀ + v₁x by ridge regression: (AᵀA + λI)·v = Aᵀy.
func Example() {
	a := mat.DenseOf(4, 2, []float64{
		1, 0,
		1, 1,
		1, 2,
		1, 3,
	})
	y := []float64{1, 3, 5, 7}

	gram := mat.NewDense[float64](2, 2)
	mat.Syrk(mat.Lower, mat.Trans, 1, a, 0, gram, mat.AllWorkers)
	const lambda = 1e-9
	for i := range 2 {
		gram.Set(i, i, gram.At(i, i)+lambda)
	}
	v := make([]float64, 2)
	mat.Gemv(mat.Trans, 1, a, y, 0, v, mat.AllWorkers)

	var c mat.Cholesky[float64]
	if err := c.Factor(gram, mat.AllWorkers); err != nil {
		fmt.Println(err)
		return
	}
	c.SolveVec(v)
	fmt.Printf("y = %.3f + %.3f·x\n", v[0], v[1])
	// Output: y = 1.000 + 2.000·x
}

func ExampleGemm() {
	a := mat.DenseOf(2, 3, []float32{
		1, 2, 3,
		4, 5, 6,
	})
	b := mat.DenseOf(2, 3, []float32{
		1, 0, 1,
		0, 1, 0,
	})
	c := mat.NewDense[float32](2, 2)
	mat.Gemm(mat.NoTrans, mat.Trans, 1, a, b, 0, c, mat.AllWorkers) // C := A·Bᵀ
	fmt.Println(c)
	// Output:
	// [ 4 2]
	// [10 5]
}

func ExampleSyrk() {
	a := mat.DenseOf(3, 2, []float64{
		1, 2,
		3, 4,
		5, 6,
	})
	c := mat.NewDense[float64](2, 2)
	mat.Syrk(mat.Lower, mat.Trans, 1, a, 0, c, mat.AllWorkers) // the lower triangle of AᵀA
	mat.Symmetrize(mat.Lower, c, 1)
	fmt.Println(c)
	// Output:
	// [35 44]
	// [44 56]
}

func ExampleTrsm() {
	l := mat.DenseOf(2, 2, []float64{
		2, 0,
		1, 4,
	})
	b := mat.DenseOf(2, 1, []float64{2, 9})
	mat.Trsm(mat.Left, mat.Lower, mat.NoTrans, mat.NonUnit, 1, l, b, mat.AllWorkers) // L·X = B
	fmt.Println(b.Data)
	// Output: [1 2]
}

func ExampleDense_View() {
	m := mat.DenseOf(3, 4, []float32{
		0, 1, 2, 3,
		4, 5, 6, 7,
		8, 9, 10, 11,
	})
	v := m.View(1, 1, 2, 2) // no copy
	v.Fill(-1)
	fmt.Println(m)
	// Output:
	// [0  1  2  3]
	// [4 -1 -1  7]
	// [8 -1 -1 11]
}

func ExampleDense_gonum() {
	type general struct { // as blas64.General, which RawMatrix of gonum's Dense returns
		Rows, Cols int
		Data       []float64
		Stride     int
	}
	raw := general{Rows: 2, Cols: 2, Stride: 3, Data: []float64{
		1, 2, 0,
		3, 4,
	}}
	m := mat.Dense[float64](raw)
	m.Set(1, 1, -4)
	fmt.Println(raw.Data) // no copy

	back := general(m)
	fmt.Println(back.Rows, back.Cols, back.Stride)
	// Output:
	// [1 2 0 3 -4]
	// 2 2 3
}

func ExampleDense_Transposed() {
	m := mat.DenseOf(2, 3, []float64{
		1, 2, 3,
		4, 5, 6,
	})
	fmt.Println(m.Transposed())
	// Output:
	// [1 4]
	// [2 5]
	// [3 6]
}

func ExampleDense_Format() {
	m := mat.DenseOf(2, 3, []float64{
		1, 0.5, -20,
		1.0 / 3, 1e-9, 7,
	})
	fmt.Printf("%.3g\n\n", m)
	fmt.Printf("%8.2f\n\n", m)

	large := mat.NewDense[float32](100, 30)
	fmt.Println(large) // %+v would print all of it
	// Output:
	// [    1   0.5 -20]
	// [0.333 1e-09   7]
	//
	// [    1.00     0.50   -20.00]
	// [    0.33     0.00     7.00]
	//
	// 100×30
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// ⋮
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
	// [0 0 0 0 0 … 0 0 0 0 0]
}

func ExampleConvert() {
	pixels := mat.DenseOf(1, 3, []float32{0, 0.5, 1})
	wide := mat.NewDense[float64](1, 3)
	mat.Convert(wide, pixels)
	fmt.Println(wide.Data)
	// Output: [0 0.5 1]
}

func ExampleParallel() {
	squares := make([]int, 5)
	mat.Parallel(mat.AllWorkers, len(squares), func(i int) { squares[i] = i * i })
	fmt.Println(squares)
	// Output: [0 1 4 9 16]
}

func ExampleAdd() {
	a := mat.DenseOf(2, 2, []float64{
		1, 2,
		3, 4,
	})
	b := mat.DenseOf(2, 2, []float64{
		10, 20,
		30, 40,
	})
	mat.Add(a, a, b) // a := a + b
	fmt.Println(a)
	// Output:
	// [11 22]
	// [33 44]
}

func ExampleSub() {
	m := mat.DenseOf(2, 3, []float64{
		1, 2, 3,
		4, 5, 6,
	})
	last := m.ColView(2, 1)
	mat.Sub(last, last, m.ColView(0, 1)) // views of columns are matrices, too
	fmt.Println(m)
	// Output:
	// [1 2 2]
	// [4 5 2]
}

func ExampleScale() {
	m := mat.DenseOf(1, 3, []float32{1, 2, 3})
	half := mat.NewDense[float32](1, 3)
	mat.Scale(half, 0.5, m)
	fmt.Println(half)
	// Output: [0.5 1 1.5]
}

func ExampleHadamard() {
	a := mat.DenseOf(1, 3, []float64{1, 2, 3})
	mask := mat.DenseOf(1, 3, []float64{1, 0, 1})
	mat.Hadamard(a, a, mask)
	fmt.Println(a)
	// Output: [1 0 3]
}

func ExampleEqualApprox() {
	a := mat.DenseOf(1, 2, []float64{0.1 + 0.2, 3000})
	b := mat.DenseOf(1, 2, []float64{0.3, 3001})
	fmt.Println(mat.Equal(a, b))
	fmt.Println(mat.EqualApprox(a, b, 1e-9))
	fmt.Println(mat.EqualApprox(a, b, 1e-3))
	// Output:
	// false
	// false
	// true
}

func ExampleNorm1() {
	a := mat.DenseOf(2, 2, []float64{
		3, -2,
		0, 6,
	})
	fmt.Println("max:", mat.NormMax(a))
	fmt.Println("1:", mat.Norm1(a))
	fmt.Println("Inf:", mat.NormInf(a))
	fmt.Println("Frobenius:", mat.NormFrobenius(a))
	// Output:
	// max: 6
	// 1: 8
	// Inf: 6
	// Frobenius: 7
}

func ExampleIamax() {
	x := []float64{1, -7, 7, 3}
	i := mat.Iamax(x)
	fmt.Println(i, x[i])
	// Output: 1 -7
}
