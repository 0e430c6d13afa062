package mat_test

import (
	"math"
	"testing"

	"ridge/mat"
)

// Symmetric test matrices, in float64; narrow rounds them to T.

// narrow rounds a to T.
func narrow[T mat.Float](a mat.Dense[float64]) mat.Dense[T] {
	n := mat.NewDense[T](a.Rows, a.Cols)
	mat.Convert(n, a)
	return n
}

// wellConditioned is a random symmetric matrix with a condition number of at most about 3: I plus
// noise of norm 1/2.
func wellConditioned(seed, n int) mat.Dense[float64] {
	r := newRand(seed)
	a := mat.NewDense[float64](n, n)
	for i := range n {
		a.Set(i, i, 1)
		for j := range i {
			v := (r.Float64() - 0.5) / float64(n)
			a.Set(i, j, v)
			a.Set(j, i, v)
		}
	}
	return a
}

// graded is D·A·D where A is well conditioned and D falls from 1 to 2⁻²⁰ in random order. Its
// condition number is about 2⁴⁰, but harmless to a Cholesky factorization.
func graded(seed, n int) mat.Dense[float64] {
	a := wellConditioned(seed, n)
	d := make([]float64, n)
	for i, p := range newRand(seed).Perm(n) {
		d[i] = math.Ldexp(1, -20*p/max(1, n-1))
	}
	for i := range n {
		for j := range n {
			a.Set(i, j, d[i]*a.At(i, j)*d[j])
		}
	}
	return a
}

// hilbert has the elements 1/(i+j+1), and a condition number of about e^(3.5n).
func hilbert(n int) mat.Dense[float64] {
	a := mat.NewDense[float64](n, n)
	for i := range n {
		for j := range n {
			a.Set(i, j, 1/float64(i+j+1))
		}
	}
	return a
}

// withCondition has eigenvalues from 1 down to 1/cond, spread geometrically, and random
// eigenvectors: the columns of a product of n Householder reflections.
func withCondition(seed, n int, cond float64) mat.Dense[float64] {
	r := newRand(seed)
	a := mat.NewDense[float64](n, n)
	for i := range n {
		a.Set(i, i, math.Pow(cond, -float64(i)/float64(max(1, n-1))))
	}
	v, av := make([]float64, n), make([]float64, n)
	for range n {
		var vv float64
		for i := range v {
			v[i] = r.NormFloat64()
			vv += v[i] * v[i]
		}
		// (I − 2vvᵀ/vᵀv)·A·(I − 2vvᵀ/vᵀv) = A − vwᵀ − wvᵀ with w = 2(Av − v·vᵀAv/vᵀv)/vᵀv.
		var vav float64
		for i := range n {
			av[i] = dotProduct(a.Row(i), v)
			vav += v[i] * av[i]
		}
		w := av
		for i := range n {
			w[i] = 2 * (av[i] - v[i]*vav/vv) / vv
		}
		for i := range n {
			row, vi, wi := a.Row(i), v[i], w[i]
			for j := range row {
				row[j] -= vi*w[j] + wi*v[j]
			}
		}
	}
	mat.Symmetrize(mat.Lower, a, 1)
	return a
}

// laplacian is the second difference on n points: 2 on the diagonal, −1 next to it.
func laplacian(n int) mat.Dense[float64] {
	a := mat.NewDense[float64](n, n)
	for i := range n {
		a.Set(i, i, 2)
		if i > 0 {
			a.Set(i, i-1, -1)
			a.Set(i-1, i, -1)
		}
	}
	return a
}

// integral is L·D·Lᵀ for a sparse unit lower triangle L of small integers and D = diag(d). If the
// elements of d are perfect squares, every step of a Cholesky factorization is exact in any order,
// and pivot i is d[i].
func integral(seed int, d []float64) mat.Dense[float64] {
	n := len(d)
	r := newRand(seed)
	l := mat.NewDense[float64](n, n)
	for i := range n {
		l.Set(i, i, 1)
		for range min(i, 2) {
			l.Set(i, r.IntN(i), float64(r.IntN(3)-1))
		}
	}
	a := mat.NewDense[float64](n, n)
	lT := l.Transposed()
	for i := range n {
		for p, v := range l.Row(i)[:i+1] {
			if v != 0 { // for at most three p
				mat.Axpy(v*d[p], lT.Row(p), a.Row(i))
			}
		}
	}
	return a
}

// inverse inverts a symmetric matrix by Gauss–Jordan elimination without pivoting, which positive
// definiteness allows.
func inverse(a mat.Dense[float64]) mat.Dense[float64] {
	n := a.Rows
	m, inv := a.Clone(), mat.NewDense[float64](n, n)
	for i := range n {
		inv.Set(i, i, 1)
	}
	for p := range n {
		pivot, left, right := m.At(p, p), m.Row(p), inv.Row(p)
		for j := range n {
			left[j] /= pivot
			right[j] /= pivot
		}
		for i := range n {
			rowLeft, rowRight := m.Row(i), inv.Row(i)
			f := rowLeft[p]
			if i == p || f == 0 {
				continue
			}
			for j := range n {
				rowLeft[j] -= f * left[j]
				rowRight[j] -= f * right[j]
			}
		}
	}
	return inv
}

// norm1 is max_j Σ_i |a_ij|.
func norm1(a mat.Dense[float64]) float64 {
	var largest float64
	for j := range a.Cols {
		var s float64
		for i := range a.Rows {
			s += math.Abs(a.At(i, j))
		}
		largest = max(largest, s)
	}
	return largest
}

func TestTestMatricesAreWhatTheyClaim(t *testing.T) {
	const n = 12
	for _, c := range []struct {
		name     string
		a        mat.Dense[float64]
		cond, by float64 // condition number in the 1-norm, accurate to a factor
	}{
		{"well conditioned", wellConditioned(1, n), 2, 2},
		{"cond 1e6", withCondition(1, n, 1e6), 1e6, 10},
		{"laplacian", laplacian(n), 4 * n * n / math.Pi / math.Pi, 2},
		{"hilbert", hilbert(6), 2.9e7, 1.1},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := norm1(c.a) * norm1(inverse(c.a))
			requireClose(t, math.Log(got), math.Log(c.cond), math.Log(c.by), "log of the condition number %g", got)
		})
	}
}
