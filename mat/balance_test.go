package mat

import (
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
	"ridge/internal/thorough"
)

// workModel replaces the pool: it runs one index after the other, and counts the multiplications of each worker. A
// worker is free again when the multiplications of its index are done.
type workModel struct {
	done     float64 // multiplications so far
	saved    float64 // multiplications done while the last worker to end was busy with others
	barriers int     // parallel regions
	pieces   int     // indices of parallel regions, or parts of a flow
	most     int     // workers of a parallel region, or a flow
}

// run runs the indices in the order in which workers would take them: first those of their own chunk, then those of the
// chunks after it.
func (l *workModel) run(workers, n int, b body) {
	chunks := min(workers, n)
	if f, ok := b.(*flow); ok && chunks > 1 {
		l.runFlow(workers, f)
		return
	}
	if chunks <= 1 {
		for i := range n {
			b.do(i)
		}
		return
	}
	next := dealer(n, chunks)
	clock, before := make([]float64, chunks), l.done
	for range n {
		who := 0
		for w := range clock {
			if clock[w] < clock[who] {
				who = w
			}
		}
		start := l.done
		dispatch = func(_, n int, b body) { // nested regions run on the same worker
			for i := range n {
				b.do(i)
			}
		}
		b.do(next(who))
		clock[who] += l.done - start
	}
	dispatch = l.run
	l.barriers++
	l.pieces += n
	l.most = max(l.most, chunks)
	l.saved += l.done - before - slices.Max(clock)
}

// runFlow runs the parts of a flow in the order in which workers would take them. The worker that takes a part begins
// it when the stages are done that it needs.
func (l *workModel) runFlow(workers int, f *flow) {
	clock, before := make([]float64, workers), l.done
	done := make([]float64, len(f.stages)+1) // when the stages before are done
	latest := 0.0
	dispatch = func(_, n int, b body) {
		for i := range n {
			b.do(i)
		}
	}
	for i := range f.stages {
		s := &f.stages[i]
		for range s.count {
			who := 0
			for w := range clock {
				if clock[w] < clock[who] {
					who = w
				}
			}
			start := l.done
			t, _ := s.take(f.own(s, who))
			f.body.part(s, t)
			clock[who] = max(clock[who], done[s.needs]) + l.done - start
			latest = max(latest, clock[who])
			l.pieces++
		}
		done[i+1] = latest
	}
	dispatch = l.run
	l.barriers++
	l.most = max(l.most, workers)
	l.saved += l.done - before - slices.Max(clock)
}

// dealer returns a function that says which index a worker takes next: one of its own chunk, or else of the chunks
// after it.
func dealer(n, chunks int) func(who int) int {
	v := visit{n: n, chunks: chunks}
	taken := make([]uint64, chunks)
	return func(who int) int {
		for {
			first, size := v.part(who)
			if taken[who] < size {
				taken[who]++
				return int(first + taken[who] - 1)
			}
			who = (who + 1) % chunks
		}
	}
}

// count runs f on a model of the given number of workers, on kernels that count instead of multiplying.
func count[T Float](workers int, f func(w Workers)) *workModel {
	l := new(workModel)
	kern := asm.For[T]()
	own, pool, restore := *kern, dispatch, processors.Pretend(workers)
	defer func() {
		*kern, dispatch = own, pool
		restore()
	}()
	dispatch = l.run
	kern.MR, kern.NR, kern.KC, kern.MC, kern.NC = 14, 32, 384, 672, 2048 // as on a server
	tiles := func(m, n, k int) { l.done += float64(roundUp(m, kern.MR)) * float64(n) * float64(k) }
	panel := func(m, n, k int) { tiles(m, roundUp(n, kern.NR/2), k) } // half as long if half of it is empty
	overwrite := func(m, n int, beta T, c []T, ldc int) {
		for i := 0; i < m && beta == 0; i++ {
			clear(c[i*ldc:][:n])
		}
	}
	kern.Gemm = func(m, n, k int, _ T, _, _ []T, beta T, c []T, ldc int) {
		tiles(m, kern.NR, k)
		overwrite(m, n, beta, c, ldc)
	}
	kern.GemmDirect = func(m, n, k int, _ T, _ []T, _, _ int, _ []T, _ int, beta T, c []T, ldc int) {
		panel(m, n, k)
		overwrite(m, n, beta, c, ldc)
	}
	kern.Trsm = func(m, n, k int, _ []T, _, _, _ int, _, _ []T, _, _ int) { panel(m, n, k+m/2) }
	kern.Axpyf = func(_, _, _, _ T, x, _, _, _, _ []T) { l.done += 4 * levelOne * float64(len(x)) }
	kern.Axpy = func(_ T, x, _ []T) { l.done += levelOne * float64(len(x)) }
	kern.PackA = func(int, []T, int, []T) {}
	kern.PackATrans, kern.PackB, kern.PackBTrans = kern.PackA, kern.PackA, kern.PackA
	// The kernels of this machine take at most its own NR columns.
	kern.Lacpy = func(m, n int, src []T, lds int, dst []T, ldd int) {
		for i := range m {
			copy(dst[i*ldd:][:n], src[i*lds:])
		}
	}
	f(Workers(workers))
	return l
}

// levelOne is how many times as long a multiplication takes outside of products.
const levelOne = 8

// TestWorkersHaveAboutTheSameToDo counts multiplications, including the padding of register tiles. It compares the work
// that is done with what all workers could do in the same time. The model leaves out barriers, packing and memory.
// docs/performance.md has the table, which go test -v prints.
func TestWorkersHaveAboutTheSameToDo(t *testing.T) {
	largest := 4096
	if !thorough.Tests() {
		largest = 2048
	}
	var memory [2][]float32 // of what is read and what is written, in turn: new memory takes longer than the rest
	for i := range memory {
		memory[i] = make([]float32, largest*largest)
	}
	for _, c := range []struct {
		name string
		n    int
		run  func(a, x Dense[float32], w Workers)
		even map[int]float64 // the least fraction of the time in which workers are busy
	}{
		{"gemm", 784, gemmNN, map[int]float64{1: 1, 2: 0.99, 16: 0.95, 128: 0.88}},
		{"gemm", 2048, gemmNN, map[int]float64{2: 0.99, 16: 0.98, 128: 0.98}},
		{"gemm", 4096, gemmNN, map[int]float64{2: 0.99, 16: 0.98, 128: 0.98}},
		{"syrk", 784, syrkN, map[int]float64{2: 0.98, 16: 0.9, 128: 0.78}},
		{"syrk", 2048, syrkN, map[int]float64{2: 0.99, 16: 0.95, 128: 0.65}},
		{"syrk", 4096, syrkN, map[int]float64{2: 0.99, 16: 0.98, 128: 0.85}},
		{"trsm", 784, trsmL, map[int]float64{2: 0.96, 8: 0.9, 16: 0.8, 64: 0.75, 128: 0.49}},
		{"trsm", 2048, trsmL, map[int]float64{2: 0.98, 16: 0.98, 128: 0.98}},
		{"trsm", 4096, trsmL, map[int]float64{2: 0.98, 16: 0.98, 128: 0.98}},
		{"potrf", 784, potrfL, map[int]float64{2: 0.97, 8: 0.8, 16: 0.72, 128: 0.1}},
		{"potrf", 2048, potrfL, map[int]float64{2: 0.99, 8: 0.94, 16: 0.91, 128: 0.38}},
		{"potrf", 4096, potrfL, map[int]float64{2: 0.98, 16: 0.95, 128: 0.65}},
		{"getrf", 784, getrfN, map[int]float64{2: 0.96, 8: 0.48, 64: 0.05}},
		{"getrf", 1000, getrfN, map[int]float64{2: 0.97, 8: 0.6, 64: 0.07}},
		{"getrf", 2048, getrfN, map[int]float64{2: 0.98, 8: 0.71, 16: 0.44}},
		{"trtri", 300, trtriL, map[int]float64{2: 0.97, 4: 0.98, 8: 0.9, 16: 0.5}},
		{"trtri", 784, trtriL, map[int]float64{2: 0.93, 4: 0.95, 8: 0.95, 16: 0.8, 64: 0.3}},
		{"lauum", 300, lauumL, map[int]float64{2: 0.95, 16: 0.43}},
	} {
		if c.n > largest {
			continue
		}
		a, x := square(memory[0], c.n), square(memory[1], c.n)
		for i := range c.n {
			a.Data[i*a.Stride+i] = 1
		}
		for _, workers := range []int{1, 2, 4, 8, 16, 32, 64, 128} {
			if c.even[workers] == 0 && !testing.Verbose() {
				continue // only for the table
			}
			l := count[float32](workers, func(w Workers) { c.run(a, x, w) })
			busy := l.done / (l.done - l.saved) / float64(workers)
			t.Logf("%-5s %4d %3d workers: %.2f busy, %d barriers, %.1f pieces each",
				c.name, c.n, workers, busy, l.barriers, float64(l.pieces)/float64(max(1, l.barriers)*workers))
			require.GreaterOrEqual(t, busy, c.even[workers], "%s, %d, %d workers", c.name, c.n, workers)
		}
	}
}

// More would be slower, and so would fewer.
func TestCallsTakeAsManyWorkersAsTheyAreWorth(t *testing.T) {
	tall, wide := NewDense[float32](4096, 64), NewDense[float32](16, 8192)
	gemvTall := func(_, _ Dense[float32], w Workers) {
		Gemv(NoTrans, 1, tall, wide.Row(0)[:64], 0, wide.Row(1)[:4096], w)
	}
	trsmWide := func(a, _ Dense[float32], w Workers) { trsmL(a, wide, w) }

	for _, c := range []struct {
		run                        func(a, x Dense[float32], w Workers)
		n, workers, barriers, most int
	}{
		{potrfL, 150, 16, 0, 0},
		{potrfL, 200, 128, 0, 0},
		{potrfL, 300, 16, 1, 4},
		{potrfL, 785, 2, 1, 2},
		{getrfN, 512, 128, 1, 18},
		{getrfN, 785, 2, 1, 2},
		{gemmNN, 65, 8, 1, 8},
		{gemmNN, 100, 8, 1, 8},
		{gemmNN, 100, 128, 1, 8},
		{gemmNN, 162, 8, 1, 8},
		{gemmNN, 162, 128, 1, 24},
		{gemvTall, 1, 8, 1, 8},
		{gemvTall, 1, 128, 1, 22},
		{trsmWide, 16, 8, 1, 8},
		{trsmWide, 16, 128, 1, 22},
	} {
		a, x := NewDense[float32](c.n, c.n), NewDense[float32](c.n, c.n)
		for i := range c.n {
			a.Row(i)[i], x.Row(i)[i] = 1, 1
		}
		l := count[float32](c.workers, func(w Workers) { c.run(a, x, w) })
		require.Equal(t, c.barriers, l.barriers, "n=%d, %d workers", c.n, c.workers)
		assert.Equal(t, c.most, l.most, "n=%d, %d workers", c.n, c.workers)
	}
}

// TestTrmmFromTheRightTakesRowsThatL2Holds counts the indices of its parallel regions: the 16 panels of a triangle of
// order 512, and the pieces of the rows. At most 504 rows are taken at a time: 512 columns of them fill half of L2.
func TestTrmmFromTheRightTakesRowsThatL2Holds(t *testing.T) {
	const n, panels = 512, 16
	for _, c := range []struct{ rows, workers, pieces int }{
		{300, 2, 2},
		{1000, 2, 2},
		{1009, 2, 3},
		{1513, 2, 4},
		{1000, 16, 15}, // of 70 rows: 62.5 are not whole tiles
		{1120, 16, 16},
	} {
		a, b := NewDense[float32](n, n), NewDense[float32](c.rows, n)
		l := count[float32](c.workers, func(w Workers) { Trmm(Right, Lower, NoTrans, NonUnit, 1, a, b, w) })
		require.Equal(t, panels+c.pieces, l.pieces, "%d rows, %d workers", c.rows, c.workers)
		require.Equal(t, 2, l.barriers, "%d rows, %d workers", c.rows, c.workers)
	}
}

// TestTrmmCopiesItsTransposeBackOnAllWorkers counts parallel regions: packing, the product, and the copy.
func TestTrmmCopiesItsTransposeBackOnAllWorkers(t *testing.T) {
	for _, c := range []struct{ n, rows, workers, barriers int }{
		{784, 100, 1, 0},
		{784, 100, 2, 5}, // two slabs
		{784, 100, 16, 5},
	} {
		a, b := NewDense[float32](c.n, c.n), NewDense[float32](c.rows, c.n)
		l := count[float32](c.workers, func(w Workers) { Trmm(Right, Lower, Trans, NonUnit, 1, a, b, w) })
		require.Equal(t, c.barriers, l.barriers, "n=%d, %d rows, %d workers", c.n, c.rows, c.workers)
	}
}

// square is an n×n matrix of zeros in the memory.
func square(memory []float32, n int) Dense[float32] {
	a := DenseOf(n, n, memory[:n*n])
	clear(a.Data)
	return a
}

func gemmNN(a, x Dense[float32], w Workers) { Gemm(NoTrans, NoTrans, 1, a, a, 0, x, w) }
func syrkN(a, x Dense[float32], w Workers)  { Syrk(Lower, NoTrans, 1, a, 0, x, w) }
func trsmL(a, x Dense[float32], w Workers)  { Trsm(Left, Lower, NoTrans, NonUnit, 1, a, x, w) }
func potrfL(a, _ Dense[float32], w Workers) {
	if err := Potrf(Lower, a, w); err != nil {
		panic(err)
	}
}

func trtriL(a, _ Dense[float32], w Workers) {
	if err := Trtri(Lower, NonUnit, a, w); err != nil {
		panic(err)
	}
}

func lauumL(a, _ Dense[float32], w Workers) { Lauum(Lower, a, w) }

func getrfN(a, _ Dense[float32], w Workers) {
	if err := Getrf(a, make([]int, a.Rows), w); err != nil {
		panic(err)
	}
}
