package mat_test

import (
	"fmt"
	"testing"

	"ridge/internal/thorough"
	"ridge/mat"
)

// product is alpha·A·B + beta·C with random operands, and its expected result. That is shared by
// all ways of storing A and B, because the oracles take most of the time of the tests.
type product[T mat.Float] struct {
	a, bT, c    mat.Dense[T]
	alpha, beta T
	want, scale mat.Dense[float64]
}

func newProduct[T mat.Float](m, n, k int, alpha, beta T) product[T] {
	r := newRand(m + 1000*n + 1000000*k)
	p := product[T]{a: random[T](r, m, k), bT: random[T](r, n, k), c: random[T](r, m, n), alpha: alpha, beta: beta}
	p.want, p.scale = productOracleFor[T](float64(alpha), widen(mat.NoTrans, p.a), widen(mat.NoTrans, p.bT),
		float64(beta), widen(mat.NoTrans, p.c))
	return p
}

// check runs the product on framed operands, stored as tA and tB say.
func (p product[T]) check(t testing.TB, tA, tB mat.Transpose, w mat.Workers) {
	name := lazy{"%s%s %d×%d×%d alpha %v beta %v workers %v",
		[]any{letter(tA), letter(tB), p.c.Rows, p.c.Cols, p.a.Cols, p.alpha, p.beta, w}}
	left, right := stored(tA, p.a), stored(opposite(tB), p.bT)
	a, b := framedCopy(mat.NoTrans, left, nan[T]()), framedCopy(mat.NoTrans, right, nan[T]())
	c := framedCopy(mat.NoTrans, p.c, T(-987654))
	if p.beta == 0 {
		c.Fill(nan[T]())
	}

	mat.Gemm(tA, tB, p.alpha, a.Dense, b.Dense, p.beta, c.Dense, w)

	requireWithin(t, c.Dense, p.want, p.scale, gamma[T](productSteps(p.a.Cols)), "%s", name)
	c.requireFrameIntact(t, "c of %s", name)
	a.requireFrameIntact(t, "a of %s", name)
	b.requireFrameIntact(t, "b of %s", name)
	requireSameBits(t, left, a.Dense, "operand changed: a of %s", name)
	requireSameBits(t, right, b.Dense, "operand changed: b of %s", name)
}

// checkGemm runs one product and compares it with the oracle.
func checkGemm[T mat.Float](t testing.TB, tA, tB mat.Transpose, m, n, k int, alpha, beta T, w mat.Workers) {
	t.Helper()
	newProduct(m, n, k, alpha, beta).check(t, tA, tB, w)
}

// checkGemms is checkGemm for A and B as they are and transposed, with each of the given numbers of
// workers.
func checkGemms[T mat.Float](t testing.TB, m, n, k int, alpha, beta T, workers ...mat.Workers) {
	t.Helper()
	p := newProduct(m, n, k, alpha, beta)
	for _, tA := range transposes {
		for _, tB := range transposes {
			for _, w := range workers {
				p.check(t, tA, tB, w)
			}
		}
	}
}

func requireSameWide(t testing.TB, before, after mat.Dense[float64], msg string, args ...any) {
	t.Helper()
	requireSameBits(t, before, after, "operand changed: "+msg, args...)
}

func TestGemmIsRightAtEveryEdgeOfTheTile(t *testing.T) {
	both(t, testGemmTileEdges[float32], testGemmTileEdges[float64])
}

func testGemmTileEdges[T mat.Float](t *testing.T) {
	mr, nr, _, _, _ := tileOf[T]()
	rows, cols, depths := upTo(2*mr+1), upTo(2*nr+1), []int{7, 1, 2}
	if !thorough.Tests() {
		cols, depths = append(upTo(5), around(nr/2, nr, 2*nr)...), []int{3}
	}
	for i, k := range depths {
		for _, m := range rows {
			for _, n := range cols {
				if i > 0 && (m+n)%3 != 0 {
					continue // all edges at the first depth
				}
				checkGemms[T](t, m, n, k, 1, 0, 1)
			}
		}
	}
}

func TestGemmIsRightAtEveryEdgeOfTheCacheBlocks(t *testing.T) {
	both(t, testGemmBlockEdges[float32], testGemmBlockEdges[float64])
}

func testGemmBlockEdges[T mat.Float](t *testing.T) {
	mr, nr, kc, mc, nc := tileOf[T]()
	var shapes [][3]int
	depths := pick(around(kc, 2*kc), around(kc, kc+kc/4, 2*kc, 2*kc+kc/2)) // slabs are up to a quarter longer than KC
	for _, k := range depths {
		for _, m := range pick([]int{mr + 1}, around(mr, 2*mr)) {
			shapes = append(shapes, [3]int{m, nr - 1, k})
		}
		for _, n := range pick(nil, []int{nr, nr + 1}) {
			shapes = append(shapes, [3]int{mr + 1, n, k})
		}
	}
	for _, m := range around(mc, mc+mr) {
		shapes = append(shapes, [3]int{m, 3, 5})
	}
	for _, n := range around(nc, nc+nr) {
		shapes = append(shapes, [3]int{2, n, 3})
	}
	for _, s := range shapes {
		checkGemms[T](t, s[0], s[1], s[2], 1.5, -0.5, 1)
	}
	// Two edges at once; these are large.
	checkGemm[T](t, mat.NoTrans, mat.Trans, mc+1, 2*nr+1, kc+1, 1.5, -0.5, 1)
	if thorough.Tests() {
		checkGemm[T](t, mat.Trans, mat.NoTrans, mc+mr+1, 3*nr+1, kc+1, 1.5, -0.5, 1)
		checkGemm[T](t, mat.NoTrans, mat.NoTrans, 3*mr+1, nc+nr+1, kc+1, 1.5, -0.5, 1)
		checkGemm[T](t, mat.Trans, mat.Trans, 3*mr+1, nc+nr+1, kc+1, 1.5, -0.5, 1)
	}
}

// The large operand of a skinny product is packed row by row, by several workers.
func TestGemmIsRightForSkinnyShapesInMemory(t *testing.T) {
	both(t, testGemmSkinnyInMemory[float32], testGemmSkinnyInMemory[float64])
}

func testGemmSkinnyInMemory[T mat.Float](t *testing.T) {
	if testing.Short() {
		t.Skip("operands of megabytes take long on an emulated processor")
	}
	_, nr, _, _, _ := tileOf[T]()
	for _, c := range []struct {
		tA          mat.Transpose
		m, n, k     int
		alpha, beta T
	}{
		{mat.NoTrans, 3, (1030/nr+1)*nr + 1, 4100, 1.5, -0.5}, // a single column in the last panel
		{mat.Trans, 2, 4100, 1030, 1, 0},
		{mat.Trans, 1030, 3, 4100, 1, 0},
	} {
		p := newProduct(c.m, c.n, c.k, c.alpha, c.beta)
		p.check(t, c.tA, mat.NoTrans, 3)
		if c.m == 3 {
			p.check(t, c.tA, mat.NoTrans, 1)
		}
	}
}

// Shapes for which a product may not take the blocked path: small in all dimensions, or in one or
// two, and vectors.
func TestGemmIsRightForSmallAndSkinnyShapes(t *testing.T) {
	both(t, testGemmSkinny[float32], testGemmSkinny[float64])
}

func testGemmSkinny[T mat.Float](t *testing.T) {
	var shapes [][3]int
	for _, n := range pick([]int{8, 33},
		[]int{4, 8, 12, 15, 16, 17, 24, 31, 32, 33, 47, 48, 49, 63, 64, 65, 80, 96, 127, 128, 129}) {
		shapes = append(shapes, [3]int{n, n, n})
	}
	long := 300
	if thorough.Tests() {
		long = 1001
	}
	for _, s := range pick([]int{1, 10}, []int{1, 2, 3, 9, 10, 11}) {
		shapes = append(shapes,
			[3]int{s, long, 5}, [3]int{long, s, 5}, [3]int{s, 5, long}, [3]int{5, s, long},
			[3]int{s, long, s}, [3]int{long, s, s}, [3]int{s, s, long}, [3]int{70, s, 90}, [3]int{s, 70, 90})
	}
	for _, s := range shapes {
		checkGemms[T](t, s[0], s[1], s[2], 1, 1, 1)
	}
	// Large enough for an operand to be read in place, in the order of memory.
	for _, s := range pick([][3]int{{330, 5, 50}},
		[][3]int{{500, 10, 97}, {10, 333, 131}, {97, 9, 401}, {2100, 3, 40}, {3, 40, 2100}}) {
		checkGemms[T](t, s[0], s[1], s[2], 1.5, 0.5, 1)
		checkGemms[T](t, s[0], s[1], s[2], 1, 0, 3)
	}
}

func TestGemmAcceptsEmptyMatrices(t *testing.T) {
	both(t, testGemmEmpty[float32], testGemmEmpty[float64])
}

func testGemmEmpty[T mat.Float](t *testing.T) {
	for _, s := range [][3]int{{0, 0, 0}, {0, 3, 4}, {3, 0, 4}, {3, 4, 0}, {0, 0, 5}, {0, 5, 0}, {5, 0, 0}} {
		checkGemms[T](t, s[0], s[1], s[2], 1, 0, 1, 3)
		checkGemms[T](t, s[0], s[1], s[2], 1, 2, 1, 3)
	}
}

func TestGemmTakesTheSameMatrixTwiceAndInterleavedViews(t *testing.T) {
	both(t, testGemmSharing[float32], testGemmSharing[float64])
}

func testGemmSharing[T mat.Float](t *testing.T) {
	r := newRand(2)
	slab := random[T](r, 30, 90)
	a, b, c := slab.ColView(0, 30), slab.ColView(30, 30), slab.ColView(60, 30)

	want, scale := productOracle(1, widen(mat.NoTrans, a), widen(mat.Trans, b), 0, widen(mat.NoTrans, c))
	mat.Gemm(mat.NoTrans, mat.NoTrans, 1, a, b, 0, c, 1)
	requireWithin(t, c, want, scale, gamma[T](productSteps(30)), "three views of one matrix")

	want, scale = productOracle(1, widen(mat.NoTrans, a), widen(mat.NoTrans, a), 0, widen(mat.NoTrans, c))
	mat.Gemm(mat.NoTrans, mat.Trans, 1, a, a, 0, c, 1)
	requireWithin(t, c, want, scale, gamma[T](productSteps(30)), "A·Aᵀ")
}

func TestGemmGivesTheSameBitsForAnyNumberOfWorkers(t *testing.T) {
	both(t, testGemmWorkers[float32], testGemmWorkers[float64])
}

func testGemmWorkers[T mat.Float](t *testing.T) {
	_, nr, kc, mc, _ := tileOf[T]()
	shapes := [][3]int{{65, 64, 65}, {550, 10, 50}, {10, 550, 50}, {30, 31, kc + 40}, {330, 10, 100}}
	if thorough.Tests() {
		shapes = append(shapes, [3]int{10, 11, 3000}, [3]int{130, 120, kc + 9},
			[3]int{mc + 5, nr + 1, 40}, [3]int{5, 2000, 40})
	}
	for _, s := range shapes {
		for _, tA := range transposes {
			for _, tB := range transposes {
				r := newRand(3)
				m, n, k := s[0], s[1], s[2]
				aRows, aCols := shapeOf(tA, m, k)
				bRows, bCols := shapeOf(tB, k, n)
				a, b, c := random[T](r, aRows, aCols), random[T](r, bRows, bCols), random[T](r, m, n)
				want := c.Clone()
				mat.Gemm(tA, tB, 1.5, a, b, 0.5, want, 1)
				for _, w := range workerCounts() {
					got := c.Clone()
					mat.Gemm(tA, tB, 1.5, a, b, 0.5, got, w)
					requireSameBits(t, want, got, "%s%s %v, %d workers", letter(tA), letter(tB), s, w)
				}
			}
		}
	}
}

func TestGemmPanicsNamingTheShapes(t *testing.T) {
	d := mat.NewDense[float64]
	for _, c := range []struct {
		name    string
		tA, tB  mat.Transpose
		a, b, c mat.Dense[float64]
		message string
	}{
		{"inner", mat.NoTrans, mat.NoTrans, d(2, 3), d(4, 5), d(2, 5), "mat: Gemm: op(a) is 2×3, op(b) 4×5, c 2×5"},
		{"inner of transposes", mat.Trans, mat.Trans, d(2, 3), d(4, 5), d(3, 4),
			"mat: Gemm: op(a) is 3×2, op(b) 5×4, c 3×4"},
		{"rows of c", mat.NoTrans, mat.NoTrans, d(2, 3), d(3, 5), d(3, 5), "mat: Gemm: op(a) is 2×3, op(b) 3×5, c 3×5"},
		{"columns of c", mat.NoTrans, mat.NoTrans, d(2, 3), d(3, 5), d(2, 4),
			"mat: Gemm: op(a) is 2×3, op(b) 3×5, c 2×4"},
		{"short a", mat.NoTrans, mat.NoTrans, mat.Dense[float64]{Rows: 2, Cols: 3, Stride: 3, Data: make([]float64, 5)},
			d(3, 5), d(2, 5),
			"mat: Gemm: a: 2×3 with stride 3 on 5 elements"},
		{"stride of b", mat.NoTrans, mat.NoTrans, d(2, 3),
			mat.Dense[float64]{Rows: 3, Cols: 5, Stride: 4, Data: make([]float64, 50)}, d(2, 5),
			"mat: Gemm: b: 3×5 with stride 4 on 50 elements"},
		{"negative c", mat.NoTrans, mat.NoTrans, d(2, 3), d(3, 5), mat.Dense[float64]{Rows: -2, Cols: 5, Stride: 5},
			"mat: Gemm: c: -2×5 with stride 5 on 0 elements"},
	} {
		t.Run(c.name, func(t *testing.T) {
			requirePanics(t, c.message, func() { mat.Gemm(c.tA, c.tB, 1, c.a, c.b, 0, c.c, 1) })
		})
	}
}

func FuzzGemm(f *testing.F) {
	f.Add(uint16(3), uint16(4), uint16(5), byte(0), int8(2), int8(0))
	f.Add(uint16(33), uint16(65), uint16(130), byte(3), int8(-1), int8(3))
	f.Fuzz(func(t *testing.T, m, n, k uint16, flags byte, alpha, beta int8) {
		rows, cols, depth := int(m%90), int(n%90), int(k%600)
		tA, tB, w := transposedIf(flags&1 != 0), transposedIf(flags&2 != 0), mat.Workers(1+flags>>2&3)
		checkGemm(t, tA, tB, rows, cols, depth, float32(alpha)/2, float32(beta)/2, w)
		checkGemm(t, tA, tB, rows, cols, depth, float64(alpha)/2, float64(beta)/2, w)
	})
}

func BenchmarkGemm(b *testing.B) {
	b.Run("f32", benchmarkGemm[float32])
	b.Run("f64", benchmarkGemm[float64])
}

func benchmarkGemm[T mat.Float](b *testing.B) {
	square := [][3]int{{16, 16, 16}, {64, 64, 64}, {256, 256, 256}, {784, 784, 784}, {2048, 2048, 2048}}
	for _, c := range []struct {
		tA, tB mat.Transpose
		shapes [][3]int
	}{
		{mat.NoTrans, mat.NoTrans, append(square, [3]int{60000, 10, 784})},
		{mat.NoTrans, mat.Trans, append(square, [3]int{60000, 784, 784})},
		{mat.Trans, mat.NoTrans, append(square, [3]int{784, 784, 60000}, [3]int{784, 10, 60000})},
	} {
		for _, s := range c.shapes {
			m, n, k := s[0], s[1], s[2]
			b.Run(fmt.Sprintf("%s%s/%dx%dx%d", letter(c.tA), letter(c.tB), m, n, k), func(b *testing.B) {
				r := newRand(1)
				aRows, aCols := shapeOf(c.tA, m, k)
				bRows, bCols := shapeOf(c.tB, k, n)
				x, y, z := random[T](r, aRows, aCols), random[T](r, bRows, bCols), mat.NewDense[T](m, n)
				measure(b, 2*float64(m)*float64(n)*float64(k), func() {
					mat.Gemm(c.tA, c.tB, 1, x, y, 0, z, mat.AllWorkers)
				})
			})
		}
	}
}
