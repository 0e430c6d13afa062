package gonumblas

import (
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/lapack"
)

// operations are the routines compared with gonum's own code.
var operations = slices.Concat(level1Operations(), level2Operations(),
	level3Operations(), choleskyOperations(), factorOperations())

func level1Operations() []operation {
	type f = func(l library, n int, x, y []float64)
	type g = func(l library, n int, x, y []float32)
	double := func(name string, do f) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			x, y := randomVector(2*n, 1), randomVector(2*n, 2)
			return func() {}, func(l library) { do(l, n, x, y) }
		}}
	}
	single := func(name string, do g) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			x, y := randomSingle(2*n, 1), randomSingle(2*n, 2)
			return func() {}, func(l library) { do(l, n, x, y) }
		}}
	}
	return []operation{
		double("Ddot", func(l library, n int, x, y []float64) { l.Ddot(n, x, 1, y, 1) }),
		double("Ddot/inc=2", func(l library, n int, x, y []float64) { l.Ddot(n, x, 2, y, 2) }),
		double("Dnrm2", func(l library, n int, x, y []float64) { l.Dnrm2(n, x, 1) }),
		double("Dasum", func(l library, n int, x, y []float64) { l.Dasum(n, x, 1) }),
		double("Idamax", func(l library, n int, x, y []float64) { l.Idamax(n, x, 1) }),
		double("Daxpy", func(l library, n int, x, y []float64) { l.Daxpy(n, 1e-9, x, 1, y, 1) }),
		double("Dscal", func(l library, n int, x, y []float64) { l.Dscal(n, -1, x, 1) }),
		double("Dcopy", func(l library, n int, x, y []float64) { l.Dcopy(n, x, 1, y, 1) }),
		double("Dswap", func(l library, n int, x, y []float64) { l.Dswap(n, x, 1, y, 1) }),
		double("Drot", func(l library, n int, x, y []float64) { l.Drot(n, x, 1, y, 1, 0.8, 0.6) }),
		single("Sdot", func(l library, n int, x, y []float32) { l.Sdot(n, x, 1, y, 1) }),
		single("Snrm2", func(l library, n int, x, y []float32) { l.Snrm2(n, x, 1) }),
		single("Sasum", func(l library, n int, x, y []float32) { l.Sasum(n, x, 1) }),
		single("Isamax", func(l library, n int, x, y []float32) { l.Isamax(n, x, 1) }),
		single("Saxpy", func(l library, n int, x, y []float32) { l.Saxpy(n, 1e-9, x, 1, y, 1) }),
		single("Srot", func(l library, n int, x, y []float32) { l.Srot(n, x, 1, y, 1, 0.8, 0.6) }),
		single("Sscal", func(l library, n int, x, y []float32) { l.Sscal(n, -1, x, 1) }),
		single("Sdot/inc=2", func(l library, n int, x, y []float32) { l.Sdot(n, x, 2, y, 2) }),
		single("Scopy", func(l library, n int, x, y []float32) { l.Scopy(n, x, 1, y, 1) }),
		single("Sswap", func(l library, n int, x, y []float32) { l.Sswap(n, x, 1, y, 1) }),
	}
}

func level2Operations() []operation {
	type f = func(l library, n int, a, x, y []float64)
	double := func(name string, do f) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			a, x, y := dominant(n), randomVector(2*n, 2), randomVector(2*n, 3)
			old := append([]float64(nil), x...)
			return func() { copy(x, old) }, func(l library) { do(l, n, a, x, y) }
		}}
	}
	ops := []operation{
		double("Dgemv/N", func(l library, n int, a, x, y []float64) {
			l.Dgemv(blas.NoTrans, n, n, 1, a, n, x, 1, 0, y, 1)
		}),
		double("Dgemv/T", func(l library, n int, a, x, y []float64) {
			l.Dgemv(blas.Trans, n, n, 1, a, n, x, 1, 0, y, 1)
		}),
		double("Dgemv/N,inc=2", func(l library, n int, a, x, y []float64) {
			l.Dgemv(blas.NoTrans, n, n, 1, a, n, x, 2, 0, y, 2)
		}),
		double("Dgemv/T,inc=2", func(l library, n int, a, x, y []float64) {
			l.Dgemv(blas.Trans, n, n, 1, a, n, x, 2, 0, y, 2)
		}),
		double("Dger", func(l library, n int, a, x, y []float64) { l.Dger(n, n, 1e-9, x, 1, y, 1, a, n) }),
		double("Dger/inc=2", func(l library, n int, a, x, y []float64) { l.Dger(n, n, 1e-9, x, 2, y, 2, a, n) }),
	}
	for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
		suffix := "/" + string(rune(ul))
		ops = append(ops,
			double("Dsymv"+suffix, func(l library, n int, a, x, y []float64) {
				l.Dsymv(ul, n, 1, a, n, x, 1, 0, y, 1)
			}),
			double("Dsyr"+suffix, func(l library, n int, a, x, y []float64) { l.Dsyr(ul, n, 1e-9, x, 1, a, n) }),
			double("Dsyr2"+suffix, func(l library, n int, a, x, y []float64) {
				l.Dsyr2(ul, n, 1e-9, x, 1, y, 1, a, n)
			}),
		)
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			suffix := suffix + string(rune(t))
			ops = append(ops,
				double("Dtrmv"+suffix, func(l library, n int, a, x, y []float64) {
					l.Dtrmv(ul, t, blas.NonUnit, n, a, n, x, 1)
				}),
				double("Dtrsv"+suffix, func(l library, n int, a, x, y []float64) {
					l.Dtrsv(ul, t, blas.NonUnit, n, a, n, x, 1)
				}),
				double("Dtrsv"+suffix+",inc=2", func(l library, n int, a, x, y []float64) {
					l.Dtrsv(ul, t, blas.NonUnit, n, a, n, x, 2)
				}),
			)
		}
	}
	return append(ops, level2SingleOperations()...)
}

// In float32, one variant of each routine stands for all: the code is the same.
func level2SingleOperations() []operation {
	single := func(name string, do func(l library, n int, a, x, y []float32)) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			a, x, y := dominantSingle(n), randomSingle(n, 2), randomSingle(n, 3)
			old := append([]float32(nil), x...)
			return func() { copy(x, old) }, func(l library) { do(l, n, a, x, y) }
		}}
	}
	const upper, no, nonUnit = blas.Upper, blas.NoTrans, blas.NonUnit
	return []operation{
		single("Sgemv/N", func(l library, n int, a, x, y []float32) { l.Sgemv(no, n, n, 1, a, n, x, 1, 0, y, 1) }),
		single("Sgemv/T", func(l library, n int, a, x, y []float32) {
			l.Sgemv(blas.Trans, n, n, 1, a, n, x, 1, 0, y, 1)
		}),
		single("Sger", func(l library, n int, a, x, y []float32) { l.Sger(n, n, 1e-9, x, 1, y, 1, a, n) }),
		single("Ssymv/U", func(l library, n int, a, x, y []float32) { l.Ssymv(upper, n, 1, a, n, x, 1, 0, y, 1) }),
		single("Ssyr/U", func(l library, n int, a, x, y []float32) { l.Ssyr(upper, n, 1e-9, x, 1, a, n) }),
		single("Ssyr2/U", func(l library, n int, a, x, y []float32) { l.Ssyr2(upper, n, 1e-9, x, 1, y, 1, a, n) }),
		single("Strmv/UN", func(l library, n int, a, x, y []float32) { l.Strmv(upper, no, nonUnit, n, a, n, x, 1) }),
		single("Strsv/UN", func(l library, n int, a, x, y []float32) { l.Strsv(upper, no, nonUnit, n, a, n, x, 1) }),
	}
}

func level3Operations() []operation {
	type f = func(l library, n int, a, b, c []float64)
	double := func(name string, do f) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			a, b, c := dominant(n), randomVector(n*n, 2), randomVector(n*n, 3)
			old := append([]float64(nil), b...)
			return func() { copy(b, old) }, func(l library) { do(l, n, a, b, c) }
		}}
	}
	var ops []operation
	for _, ta := range []blas.Transpose{blas.NoTrans, blas.Trans} {
		for _, tb := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			ops = append(ops,
				double("Dgemm/"+string([]rune{rune(ta), rune(tb)}), func(l library, n int, a, b, c []float64) {
					l.Dgemm(ta, tb, n, n, n, 1, a, n, b, n, 0, c, n)
				}))
		}
	}
	for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
		for _, s := range []blas.Side{blas.Left, blas.Right} {
			ops = append(ops,
				double("Dsymm/"+string([]rune{rune(s), rune(ul)}), func(l library, n int, a, b, c []float64) {
					l.Dsymm(s, ul, n, n, 1, a, n, b, n, 0, c, n)
				}))
		}
		for _, t := range []blas.Transpose{blas.NoTrans, blas.Trans} {
			ops = append(ops,
				double("Dsyrk/"+string([]rune{rune(ul), rune(t)}), func(l library, n int, a, b, c []float64) {
					l.Dsyrk(ul, t, n, n, 1, a, n, 0, c, n)
				}),
				double("Dsyr2k/"+string([]rune{rune(ul), rune(t)}), func(l library, n int, a, b, c []float64) {
					l.Dsyr2k(ul, t, n, n, 1, a, n, b, n, 0, c, n)
				}))
			for _, s := range []blas.Side{blas.Left, blas.Right} {
				suffix := "/" + string([]rune{rune(s), rune(ul), rune(t)})
				ops = append(ops,
					double("Dtrmm"+suffix, func(l library, n int, a, b, c []float64) {
						l.Dtrmm(s, ul, t, blas.NonUnit, n, n, 1, a, n, b, n)
					}),
					double("Dtrsm"+suffix, func(l library, n int, a, b, c []float64) {
						l.Dtrsm(s, ul, t, blas.NonUnit, n, n, 1, a, n, b, n)
					}))
			}
		}
	}
	return append(ops, level3SingleOperations()...)
}

func level3SingleOperations() []operation {
	single := func(name string, do func(l library, n int, a, b, c []float32)) operation {
		return operation{name, func(n int) (restore func(), run func(library)) {
			a, b, c := dominantSingle(n), randomSingle(n*n, 2), randomSingle(n*n, 3)
			old := append([]float32(nil), b...)
			return func() { copy(b, old) }, func(l library) { do(l, n, a, b, c) }
		}}
	}
	const left, upper, no, nonUnit = blas.Left, blas.Upper, blas.NoTrans, blas.NonUnit
	return []operation{
		single("Sgemm/NN", func(l library, n int, a, b, c []float32) {
			l.Sgemm(no, no, n, n, n, 1, a, n, b, n, 0, c, n)
		}),
		single("Ssymm/LU", func(l library, n int, a, b, c []float32) {
			l.Ssymm(left, upper, n, n, 1, a, n, b, n, 0, c, n)
		}),
		single("Ssyrk/UN", func(l library, n int, a, b, c []float32) { l.Ssyrk(upper, no, n, n, 1, a, n, 0, c, n) }),
		single("Ssyr2k/UN", func(l library, n int, a, b, c []float32) {
			l.Ssyr2k(upper, no, n, n, 1, a, n, b, n, 0, c, n)
		}),
		single("Strmm/LUN", func(l library, n int, a, b, c []float32) {
			l.Strmm(left, upper, no, nonUnit, n, n, 1, a, n, b, n)
		}),
		single("Strsm/LUN", func(l library, n int, a, b, c []float32) {
			l.Strsm(left, upper, no, nonUnit, n, n, 1, a, n, b, n)
		}),
	}
}

// lapackArguments are the arguments of most routines: an n×n matrix, restored before each call, and
// workspace.
type lapackArguments struct {
	n          int
	a, b, tau  []float64
	work, more []float64
	ipiv       []int
}

// factored calls first once. The measured calls of do then use its result.
func factored(name string, symmetric bool, first, do func(l library, p lapackArguments)) operation {
	return operation{name, func(n int) (restore func(), run func(library)) {
		p := lapackArguments{n: n, a: dominant(n), b: randomVector(n*n, 2), tau: make([]float64, n),
			more: make([]float64, n*n), work: make([]float64, 64*(n+64)), ipiv: make([]int, n)}
		if !symmetric {
			p.a = randomVector(n*n, 4)
		}
		if first != nil {
			first(gonumLibrary{}, p)
		}
		oldA, oldB := append([]float64(nil), p.a...), append([]float64(nil), p.b...)
		restore = func() {
			copy(p.a, oldA)
			copy(p.b, oldB)
		}
		return restore, func(l library) { do(l, p) }
	}}
}

func choleskyOperations() (ops []operation) {
	potrf := func(ul blas.Uplo) func(l library, p lapackArguments) {
		return func(l library, p lapackArguments) { l.Dpotrf(ul, p.n, p.a, p.n) }
	}
	for _, ul := range []blas.Uplo{blas.Upper, blas.Lower} {
		suffix := "/" + string(rune(ul))
		ops = append(ops,
			factored("Dpotrf"+suffix, true, nil, potrf(ul)),
			factored("Dpotri"+suffix, true, potrf(ul), func(l library, p lapackArguments) {
				l.Dpotri(ul, p.n, p.a, p.n)
			}),
			factored("Dpotrs"+suffix, true, potrf(ul), func(l library, p lapackArguments) {
				l.Dpotrs(ul, p.n, p.n, p.a, p.n, p.b, p.n)
			}),
			factored("Dpotrs"+suffix+",1", true, potrf(ul), func(l library, p lapackArguments) {
				l.Dpotrs(ul, p.n, 1, p.a, p.n, p.b, 1)
			}),
			factored("Dpocon"+suffix, true, potrf(ul), func(l library, p lapackArguments) {
				l.Dpocon(ul, p.n, p.a, p.n, 1, p.work, p.ipiv)
			}),
			factored("Dpstrf"+suffix, true, nil, func(l library, p lapackArguments) {
				l.Dpstrf(ul, p.n, p.a, p.n, p.ipiv, -1, p.work)
			}),
			factored("Dlauum"+suffix, true, potrf(ul), func(l library, p lapackArguments) {
				l.Dlauum(ul, p.n, p.a, p.n)
			}),
			factored("Dtrtri"+suffix, true, nil, func(l library, p lapackArguments) {
				l.Dtrtri(ul, blas.NonUnit, p.n, p.a, p.n)
			}),
			factored("Dtrtrs"+suffix, true, nil, func(l library, p lapackArguments) {
				l.Dtrtrs(ul, blas.NoTrans, blas.NonUnit, p.n, p.n, p.a, p.n, p.b, p.n)
			}),
			factored("Dlansy"+suffix, true, nil, func(l library, p lapackArguments) {
				l.Dlansy(lapack.MaxColumnSum, ul, p.n, p.a, p.n, p.work)
			}),
		)
	}
	return ops
}

func factorOperations() (ops []operation) {
	getrf := func(l library, p lapackArguments) { l.Dgetrf(p.n, p.n, p.a, p.n, p.ipiv) }
	geqrf := func(l library, p lapackArguments) { l.Dgeqrf(p.n, p.n, p.a, p.n, p.tau, p.work, len(p.work)) }
	gelqf := func(l library, p lapackArguments) { l.Dgelqf(p.n, p.n, p.a, p.n, p.tau, p.work, len(p.work)) }
	for _, norm := range []lapack.MatrixNorm{lapack.MaxAbs, lapack.MaxColumnSum, lapack.MaxRowSum, lapack.Frobenius} {
		ops = append(ops,
			factored("Dlange/"+string(rune(norm)), false, nil, func(l library, p lapackArguments) {
				l.Dlange(norm, p.n, p.n, p.a, p.n, p.work)
			}))
	}
	return append(ops,
		factored("Dgetrf", false, nil, getrf),
		factored("Dgetri", false, getrf, func(l library, p lapackArguments) {
			l.Dgetri(p.n, p.a, p.n, p.ipiv, p.work, len(p.work))
		}),
		factored("Dgetrs", false, getrf, func(l library, p lapackArguments) {
			l.Dgetrs(blas.NoTrans, p.n, p.n, p.a, p.n, p.ipiv, p.b, p.n)
		}),
		factored("Dgetrs/1", false, getrf, func(l library, p lapackArguments) {
			l.Dgetrs(blas.NoTrans, p.n, 1, p.a, p.n, p.ipiv, p.b, 1)
		}),
		factored("Dgecon", false, getrf, func(l library, p lapackArguments) {
			l.Dgecon(lapack.MaxRowSum, p.n, p.a, p.n, 1, p.work, p.ipiv)
		}),
		factored("Dgeqrf", false, nil, geqrf),
		factored("Dorgqr", false, geqrf, func(l library, p lapackArguments) {
			l.Dorgqr(p.n, p.n, p.n, p.a, p.n, p.tau, p.work, len(p.work))
		}),
		factored("Dormqr", false, geqrf, func(l library, p lapackArguments) {
			l.Dormqr(blas.Left, blas.Trans, p.n, p.n, p.n, p.a, p.n, p.tau, p.b, p.n, p.work, len(p.work))
		}),
		factored("Dormqr/1", false, geqrf, func(l library, p lapackArguments) {
			l.Dormqr(blas.Left, blas.Trans, p.n, 1, p.n, p.a, p.n, p.tau, p.b, 1, p.work, len(p.work))
		}),
		factored("Dgelqf", false, nil, gelqf),
		factored("Dorglq", false, gelqf, func(l library, p lapackArguments) {
			l.Dorglq(p.n, p.n, p.n, p.a, p.n, p.tau, p.work, len(p.work))
		}),
		factored("Dormlq", false, gelqf, func(l library, p lapackArguments) {
			l.Dormlq(blas.Left, blas.Trans, p.n, p.n, p.n, p.a, p.n, p.tau, p.b, p.n, p.work, len(p.work))
		}),
		factored("Dgeqp3", false, nil, func(l library, p lapackArguments) {
			for j := range p.ipiv {
				p.ipiv[j] = -1
			}
			l.Dgeqp3(p.n, p.n, p.a, p.n, p.ipiv, p.tau, p.work, len(p.work))
		}),
		factored("Dgels", false, nil, func(l library, p lapackArguments) {
			l.Dgels(blas.NoTrans, p.n, p.n, p.n, p.a, p.n, p.b, p.n, p.work, len(p.work))
		}),
		factored("Dsyev", true, nil, func(l library, p lapackArguments) {
			l.Dsyev(lapack.EVCompute, blas.Upper, p.n, p.a, p.n, p.tau, p.work, len(p.work))
		}),
		factored("Dgesvd", false, nil, func(l library, p lapackArguments) {
			l.Dgesvd(lapack.SVDAll, lapack.SVDAll, p.n, p.n, p.a, p.n,
				p.tau, p.more, p.n, p.b, p.n, p.work, len(p.work))
		}),
	)
}
