package mat

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/asm"
)

// finish divides the pieces of a block of C among workers as a job does, and lets each take from its own chunk first.
// It returns when the last worker ends, and when all would end if the work were spread evenly. The unit of time is a
// register tile.
func finish[T Float](s *packedProduct[T], workers int) (last, even float64) {
	n := s.pieces()
	cost := make([]float64, n)
	for i := range cost {
		t := s.piece(i)
		for r := t.i; r < t.i+t.rows; r += s.kern.MR {
			for c := t.j; c < t.j+t.cols; c += s.kern.NR {
				row, col := s.i+r, s.j+c
				if s.part == full || s.part == lower && row+s.kern.MR > col || s.part == upper && row < col+s.kern.NR {
					cost[i]++
				}
			}
		}
	}
	return deal(cost, workers)
}

// deal has workers take what takes so long, each from its own chunk first. It returns what finish does.
func deal(cost []float64, workers int) (last, even float64) {
	n := len(cost)
	next := dealer(n, min(workers, n))
	clock := make([]float64, min(workers, n))
	for range n {
		who := 0 // the worker that is free first
		for w := range clock {
			if clock[w] < clock[who] {
				who = w
			}
		}
		i := next(who)
		clock[who] += cost[i]
		last = max(last, clock[who])
		even += cost[i] / float64(workers)
	}
	return last, even
}

// For any number of workers, none has much more work than the others.
func TestProductsAreCutEvenly(t *testing.T) {
	t.Run("float32", testCut[float32])
	t.Run("float64", testCut[float64])
}

func testCut[T Float](t *testing.T) {
	kern := *asm.For[T]()
	kern.MR, kern.NR, kern.KC, kern.MC, kern.NC = 14, 32, 384, 672, 2048 // as on a server
	for _, c := range []struct {
		m, n, k int
		part    part
		most    map[int]float64 // the largest excess over the even share, by number of workers
	}{
		{784, 784, 784, full, map[int]float64{1: 1, 2: 1.02, 4: 1.03, 8: 1.05, 16: 1.1}},
		{50, 300, 784, full, map[int]float64{1: 1, 2: 1.01, 4: 1.21}},
		{500, 784, 784, full, map[int]float64{2: 1.02, 4: 1.05, 16: 1.12}},
		{2048, 2048, 2048, full, map[int]float64{2: 1.01, 8: 1.03, 16: 1.05, 64: 1.12, 128: 1.2}},
		{8192, 8192, 8192, full, map[int]float64{2: 1.01, 16: 1.02, 64: 1.05, 128: 1.1}},
		{784, 784, 784, lower, map[int]float64{1: 1, 2: 1.04, 4: 1.05, 8: 1.1, 16: 1.2}},
		{784, 784, 784, upper, map[int]float64{1: 1, 2: 1.04, 4: 1.05, 8: 1.1, 16: 1.2}},
		{4096, 4096, 784, lower, map[int]float64{2: 1.01, 16: 1.05, 64: 1.12}},
		{4096, 4096, 784, upper, map[int]float64{2: 1.01, 16: 1.05, 64: 1.12}},
		{784, 784, 60000, lower, map[int]float64{2: 1.04, 16: 1.2}},
	} {
		for workers, most := range c.most {
			s := &packedProduct[T]{product: product[T]{m: c.m, n: c.n, k: c.k, part: c.part}, kern: &kern,
				kc: slabLength(c.k, kern.KC)}
			rows, depth := s.blockSize(workers)
			var last, even float64
			s.eachBlock(rows, depth, func() {
				s.grid = s.cut(workers)
				l, e := finish(s, workers)
				last, even = last+l, even+e
			})
			require.LessOrEqual(t, last/even, most, "%d×%d×%d, part %d, %d workers", c.m, c.n, c.k, c.part, workers)
			t.Logf("%d×%d×%d, part %d, %d workers: %.3f", c.m, c.n, c.k, c.part, workers, last/even)
		}
	}
}

// Each slab of a panel is in one share, and no worker packs much more than the others, if there are enough for all.
func TestPackingIsSharedEvenly(t *testing.T) {
	kern := *asm.For[float32]()
	kern.MR, kern.NR, kern.KC, kern.MC, kern.NC = 14, 32, 384, 672, 2048 // as on a server
	for _, c := range []struct {
		m, n, k, workers int
		most             float64 // when the last worker is done, in relation to what all have on the average
	}{
		{784, 784, 784, 1, 1}, {784, 784, 784, 2, 1.02}, {784, 784, 784, 16, 1.15}, {784, 784, 784, 48, 1.36},
		{784, 784, 784, 64, 1.31}, {784, 784, 784, 96, 1.86}, {784, 784, 784, 128, 1.34},
		{2048, 2048, 2048, 2, 1.03}, {2048, 2048, 2048, 128, 1.9}, {100, 70, 1000, 16, 1.56},
	} {
		s := &packedProduct[float32]{product: product[float32]{m: c.m, n: c.n, k: c.k}, kern: &kern,
			kc: slabLength(c.k, kern.KC), shares: c.workers * sharesPerWorker}
		rows, depth := s.blockSize(c.workers)
		s.eachBlock(rows, depth, func() {
			elements, packed := make([]float64, s.shares), make([]int, s.slabsOfA()+s.slabsOfB())
			for q := range s.shares {
				for u := s.firstOfShare(q); u < s.firstOfShare(q+1); u++ {
					width := kern.MR
					if u < s.slabsOfB() {
						width = kern.NR
					}
					elements[q] += float64(width) * float64(s.slabLength(s.slabBegin(u%s.slabs())))
					packed[u]++
				}
			}
			require.Equal(t, slices.Repeat([]int{1}, len(packed)), packed, "%+v", c)
			last, even := deal(elements, c.workers)
			require.LessOrEqual(t, last/even, c.most, "%+v", c)
		})
	}
}

// Every wanted element gets each term in exactly one piece.
func TestPiecesCoverWhatIsWanted(t *testing.T) {
	kern := *asm.For[float32]()
	kern.MR, kern.NR, kern.KC, kern.MC, kern.NC = 6, 16, 64, 12, 48
	for _, part := range []part{full, lower, upper} {
		for _, workers := range []int{1, 2, 3, 16} {
			const m, n, k = 100, 100, 200
			s := &packedProduct[float32]{product: product[float32]{m: m, n: n, k: k, part: part}, kern: &kern, kc: 64}
			var terms [m][n]int // that are added to each element
			rows, depth := s.blockSize(workers)
			s.eachBlock(rows, depth, func() {
				s.grid = s.cut(workers)
				for p := range s.pieces() {
					piece := s.piece(p)
					for i := range piece.rows {
						for j := range piece.cols {
							terms[s.i+piece.i+i][s.j+piece.j+j] += s.depth
						}
					}
				}
			})
			for i := range m {
				for j := range n {
					wanted := part == full || part == lower && i >= j || part == upper && i <= j
					require.LessOrEqual(t, terms[i][j], k)
					require.True(t, !wanted || terms[i][j] == k,
						"element %d, %d of part %d, %d workers", i, j, part, workers)
				}
			}
		}
	}
}

// If the operands are small integers, every sum is exact, so blocks, workers and order make no difference.
func TestPackedProductsAreRightForAnyBlocksAndWorkers(t *testing.T) {
	const m, n, k = 83, 83, 150
	integers := func(rows, cols, step int) Dense[float64] {
		x := NewDense[float64](rows, cols)
		for i := range x.Data {
			x.Data[i] = float64(i*step%7 - 3)
		}
		return x
	}
	small := *asm.For[float64]()
	small.KC, small.MC, small.NC = 48, 2*small.MR, 2*small.NR
	for _, kern := range []*asm.Kernels[float64]{asm.For[float64](), &small} {
		for _, tA := range []Transpose{NoTrans, Trans} {
			for _, tB := range []Transpose{NoTrans, Trans} {
				a, b := integers(m, k, 5), integers(k, n, 3)
				want := integers(m, n, 2)
				for i := range m {
					for j := range n {
						sum := 0.0
						for p := range k {
							sum += a.At(i, p) * b.At(p, j)
						}
						want.Set(i, j, 3*sum-2*want.At(i, j))
					}
				}
				if tA == Trans {
					x := NewDense[float64](k, m)
					TransposeTo(x, a)
					a = x
				}
				if tB == Trans {
					x := NewDense[float64](n, k)
					TransposeTo(x, b)
					b = x
				}
				for _, part := range []part{full, lower, upper} {
					for _, w := range []Workers{1, 2, 3, 8} {
						c := integers(m, n, 2)
						p := product[float64]{m: m, n: n, k: k, tA: tA, tB: tB, alpha: 3, beta: -2, a: a, b: b, c: c,
							part: part}
						p.runPacked(kern, slabLength(k, kern.KC), nil, w)
						old := integers(m, n, 2)
						for i := range m {
							for j := range n {
								if part == full || part == lower && j <= i || part == upper && j >= i {
									require.Equal(t, want.At(i, j), c.At(i, j),
										"element %d, %d of part %d, %d workers", i, j, part, w)
								} else {
									require.Equal(t, old.At(i, j), c.At(i, j),
										"element %d, %d outside of part %d, %d workers", i, j, part, w)
								}
							}
						}
					}
				}
			}
		}
	}
}
