package mat

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"ridge/asm"
	"ridge/internal/processors"
)

// chain is a flow whose parts record what they saw.
type chain struct {
	flow   *flow
	runs   [][]atomic.Int32 // of each part of each stage
	early  atomic.Int32     // parts that began before the stages were done that they need
	second func()           // is called by the parts of stage 1
}

func (c *chain) part(s *stage, t int) {
	for i := range c.flow.stages[:s.needs] {
		if done := &c.flow.stages[i]; done.done.Load() < int64(done.count) {
			c.early.Add(1)
		}
	}
	c.runs[s.block][t].Add(1)
	if s.block == 1 && c.second != nil {
		c.second()
	}
}

// newChain is a flow of stages with counts parts, each of which needs the stage before the last one.
func newChain(workers Workers, counts []int, second func()) (*flow, *chain) {
	c := &chain{second: second}
	f := getFlow(c, workers, 2, len(counts))
	c.flow = f
	for i, n := range counts {
		c.runs = append(c.runs, make([]atomic.Int32, n))
		f.add(stageSpec{block: i, width: 1, down: 1, count: n, needs: max(0, len(f.stages)-1)})
	}
	return f, c
}

func TestAFlowDoesEachPartOnceAfterThoseThatItNeeds(t *testing.T) {
	for _, workers := range []int{1, 2, 3, 16} {
		restore := processors.Pretend(workers)
		for range 20 {
			f, c := newChain(Workers(workers), []int{3, 1, 64, 130, 1, 0, 7, 65}, nil)
			f.run()
			require.Zero(t, c.early.Load(), "%d workers", workers)
			for i := range c.runs {
				for k := range c.runs[i] {
					require.EqualValues(t, 1, c.runs[i][k].Load(), "stage %d, part %d, %d workers", i, k, workers)
				}
			}
			putFlow(f)
		}
		restore()
	}
}

func TestAFlowEndsIfAPartPanics(t *testing.T) {
	for _, workers := range []int{1, 2, 4} {
		restore := processors.Pretend(workers)
		f, c := newChain(Workers(workers), []int{5, 1, 5, 5}, func() { panic("broken") })
		require.PanicsWithValue(t, "broken", f.run, "%d workers", workers)
		for i := range c.runs[3] {
			require.Zero(t, c.runs[3][i].Load(), "%d workers", workers)
		}
		putFlow(f)
		restore()
	}
}

// sleeping is a flow whose stage 1 has one part, which calls end after another worker has fallen asleep over it. It
// returns a channel that is closed when that one has ended.
func sleeping(end func()) (f *flow, ended chan struct{}) {
	ended = make(chan struct{})
	f, _ = newChain(2, []int{5, 1, 5, 5}, func() {
		go func() {
			defer close(ended)
			f.do(1)
		}()
		for f.asleep.Load() == 0 { // it has taken a part of stage 3, which needs this one
			runtime.Gosched()
		}
		end()
	})
	return f, ended
}

func TestWorkersDoNotWaitForAPartThatPanics(t *testing.T) {
	f, ended := sleeping(func() { panic("broken") })
	require.PanicsWithValue(t, "broken", func() { f.do(0) })
	<-ended
	require.Zero(t, f.asleep.Load())
	putFlow(f)
}

func TestAWorkerThatSleepsIsWokenByTheEndOfTheStage(t *testing.T) {
	f, ended := sleeping(func() {})
	f.do(0)
	<-ended
	require.Zero(t, f.asleep.Load())
	for i := range f.stages {
		require.EqualValues(t, f.stages[i].count, f.stages[i].done.Load(), "stage %d", i)
	}
	putFlow(f)
}

func TestAWorkerSpinsForASmallPartOfItsTime(t *testing.T) {
	const us, ms = time.Microsecond, time.Millisecond
	for _, c := range []struct{ elapsed, spun, want time.Duration }{
		{0, 0, 200 * us},
		{0, 150 * us, 50 * us},
		{100 * us, 199 * us, 50 * us}, // as long as waking takes, whatever it has spun
		{8 * ms, 200 * us, 500 * us},
		{8 * ms, 700 * us, 50 * us},
		{time.Hour, 0, ms},
	} {
		w := waiter{begin: time.Now(), spun: c.spun}
		require.Equal(t, c.want, w.limit(w.begin.Add(c.elapsed)), "%+v", c)
	}
}

func TestWorkersOfAFlowTakeTheirOwnPartsFirst(t *testing.T) {
	f, _ := newChain(2, nil, nil)
	f.workers = 2
	defer putFlow(f)
	f.add(stageSpec{first: 2, width: 1, down: 2, count: 9})
	s := &f.stages[0]
	var taken [2][]int
	for range 5 {
		for who := range taken {
			if part, ok := s.take(f.own(s, who)); ok {
				taken[who] = append(taken[who], part)
			}
		}
	}
	require.Equal(t, [2][]int{{4, 5, 6, 7, 8}, {0, 1, 2, 3}}, taken)
}

func TestAPartBelongsToTheWorkerWhoseTurnItsFirstColumnIs(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 20_000 {
		f := flow{workers: 1 + r.IntN(130), unit: 1 + r.IntN(70)}
		s := stage{stageSpec: stageSpec{first: r.IntN(3000), width: r.IntN(300), down: 1 + r.IntN(80),
			offset: r.IntN(200), count: r.IntN(stageParts + 1)}}
		worker, want := r.IntN(f.workers), uint64(0)
		for k := range s.count {
			if column := s.first + (s.offset+k)/s.down*s.width; column/f.unit%f.workers == worker {
				want |= 1 << k
			}
		}
		require.Equal(t, want, f.own(&s, worker), "%+v, %d workers, units of %d, worker %d", s.stageSpec, f.workers,
			f.unit, worker)
	}
}

// shuffle replaces the pool. It runs a flow's parts one after the other, in an order that the workers could cause: each
// has taken a part, and one of those that can begin ends next. Some parts end only when nothing else can.
func shuffle(random *rand.Rand) func(workers, n int, b body) {
	return func(workers, n int, b body) {
		f, ok := b.(*flow)
		if !ok {
			for _, i := range random.Perm(n) {
				b.do(i)
			}
			return
		}
		type part struct {
			s    *stage
			t    int
			slow bool
		}
		var left []part
		for i := range f.stages {
			s := &f.stages[i]
			for t := range s.count {
				left = append(left, part{s, s.offset + t, random.IntN(12) == 0})
			}
		}
		for done := 0; len(left) > 0; {
			for done < len(f.stages) && f.stages[done].done.Load() == int64(f.stages[done].count) {
				done++
			}
			next := -1
			for i, p := range left[:min(workers, len(left))] {
				if p.s.needs <= done && (next < 0 || left[next].slow && (!p.slow || random.IntN(2) == 0)) {
					next = i
				}
			}
			f.body.part(left[next].s, left[next].t)
			left[next].s.done.Add(1)
			left = append(left[:next], left[next+1:]...)
		}
	}
}

func TestFactorizationsHaveTheSameBitsInEveryOrderOfTheirParts(t *testing.T) {
	t.Run("float32", testOrders[float32])
	t.Run("float64", testOrders[float64])
}

func testOrders[T Float](t *testing.T) {
	const n, k = 600, 450
	random := rand.New(rand.NewPCG(1, 2))
	a, spd := NewDense[T](n, n), NewDense[T](n, n)
	for i := range a.Data {
		a.Data[i] = T(random.Float64() - 0.5)
	}
	Copy(spd, a)
	for i := range n {
		spd.Data[i*n+i] = n
	}
	ipiv := make([]int, k)
	for _, c := range []struct {
		name   string
		a      Dense[T]
		factor func(a Dense[T], w Workers)
	}{
		{"potrf lower", spd, func(a Dense[T], w Workers) { require.NoError(t, Potrf(Lower, a, w)) }},
		{"potrf upper", spd, func(a Dense[T], w Workers) { require.NoError(t, Potrf(Upper, a, w)) }},
		{"getrf", a.View(0, 0, k, k+40), func(a Dense[T], w Workers) { require.Zero(t, getrfBlocks(a, k, ipiv, w)) }},
	} {
		want, got := c.a.Clone(), c.a.Clone()
		c.factor(want, 1)
		pivots := slices.Clone(ipiv)
		for _, workers := range []int{2, 5, 16} {
			t.Run(fmt.Sprintf("%s, %d workers", c.name, workers), func(t *testing.T) {
				restore := processors.Pretend(workers)
				defer restore()
				pool := dispatch
				dispatch = shuffle(random)
				defer func() { dispatch = pool }()
				Copy(got, c.a)
				c.factor(got, Workers(workers))
				require.True(t, slices.Equal(want.Data, got.Data))
				require.Equal(t, pivots, ipiv)
			})
		}
	}
}

// If a worker sums before the columns of the block are packed, few workers do not show it: they are all at the diagonal
// block by then.
func TestSumsOfCholeskyFactorizationsNeedThePackedColumns(t *testing.T) {
	t.Run("float32", testPackedBeforeSums[float32])
	t.Run("float64", testPackedBeforeSums[float64])
}

func testPackedBeforeSums[T Float](t *testing.T) {
	kern := asm.For[T]()
	for n := 500; n < 700; n += 20 {
		for workers := 1; workers <= 16; workers++ {
			c := &leftLooking[T]{kern: kern, a: Dense[T]{Rows: n, Cols: n}, h: roundUp(potrfHeight, kern.NR), tiles: 1}
			f := &flow{workers: workers}
			stages := leftLookingStages[T]{c, f, workers, CeilDiv(n, kern.NR)}
			stages.addAll()
			packed := make([]int, CeilDiv(n, c.h)) // stages until a block is packed
			for i := range f.stages {
				switch s := &f.stages[i]; s.kind {
				case potrfPack:
					packed[s.block] = i + 1
				case potrfDiagonal, potrfSum, potrfSolveSum:
					require.GreaterOrEqual(t, s.needs, packed[s.block], "n=%d, %d workers, stage %d", n, workers, i)
				}
			}
		}
	}
}
