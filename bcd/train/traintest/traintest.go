// Package traintest helps to test methods: it makes samples and shapes of networks, and trains with several processes,
// which here are goroutines.
package traintest

import (
	"context"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// table is where processes add up their numbers.
type table struct {
	sync.Mutex
	all    *sync.Cond
	seats  int
	taken  int
	round  int
	single [][]float32
	double [][]float64
}

func newTable(seats int) *table {
	t := &table{seats: seats, single: make([][]float32, seats), double: make([][]float64, seats)}
	t.all = sync.NewCond(t)
	return t
}

// seat is the table as one of the processes has it.
type seat struct {
	*table
	number int
}

func (s seat) Processes() int { return s.seats }

func (s seat) Float32(_ context.Context, x []float32) error {
	return meet(s.table, s.single, s.number, x)
}

func (s seat) Float64(_ context.Context, x []float64) error {
	return meet(s.table, s.double, s.number, x)
}

// meet adds up in the order of the seats, so that all get the same bits.
func meet[T mat.Float](t *table, parts [][]T, number int, x []T) error {
	t.Lock()
	defer t.Unlock()
	parts[number] = append([]T(nil), x...)
	round := t.round
	t.taken++
	if t.taken == t.seats {
		sum := append([]T(nil), parts[0]...)
		for _, p := range parts[1:] {
			if len(p) != len(sum) {
				return fmt.Errorf("%d numbers where another process has %d", len(p), len(sum))
			}
			mat.Axpy(1, p, sum)
		}
		for k := range parts {
			parts[k] = append([]T(nil), sum...)
		}
		t.taken, t.round = 0, round+1
		t.all.Broadcast()
	}
	for t.round == round {
		t.all.Wait()
	}
	copy(x, parts[number])
	return nil
}

// Together trains a network on samples that several processes share, and returns the result of each.
func Together[T mat.Float](t testing.TB, net *nn.Network[T], parts []train.Data[T],
	r train.Recipe) ([]*nn.Network[T], []train.Trace) {
	t.Helper()
	nets, traces, errs := Controlled(net, parts, r, func(int) (context.Context, train.Control) {
		return t.Context(), train.Control{}
	})
	for k := range parts {
		require.NoError(t, errs[k])
	}
	return nets, traces
}

// Controlled is Together with what control returns for the processes by their numbers, and their errors. A process has
// one worker unless its control says how many.
func Controlled[T mat.Float](net *nn.Network[T], parts []train.Data[T], r train.Recipe,
	control func(k int) (context.Context, train.Control)) ([]*nn.Network[T], []train.Trace, []error) {
	samples := make([]train.Samples[T], len(parts))
	for k, d := range parts {
		samples[k].Train = d
	}
	return Evaluated(net, samples, r, control)
}

// Evaluated is Controlled with samples of every use.
func Evaluated[T mat.Float](net *nn.Network[T], parts []train.Samples[T], r train.Recipe,
	control func(k int) (context.Context, train.Control)) ([]*nn.Network[T], []train.Trace, []error) {
	common := newTable(len(parts))
	nets, traces, errs := make([]*nn.Network[T], len(parts)), make([]train.Trace, len(parts)), make([]error, len(parts))
	var wait sync.WaitGroup
	for k, s := range parts {
		nets[k] = net.Clone()
		wait.Go(func() {
			ctx, c := control(k)
			c.Workers, c.Sum = max(1, c.Workers), seat{common, k}
			traces[k], errs[k] = train.Run(ctx, nets[k], s, r, c)
		})
	}
	wait.Wait()
	return nets, traces, errs
}

// Share cuts samples into parts of the given sizes.
func Share[T mat.Float](d train.Data[T], sizes ...int) []train.Data[T] {
	var parts []train.Data[T]
	lo := 0
	for _, n := range sizes {
		parts = append(parts, train.Data[T]{X: d.X.RowView(lo, n), Labels: d.Labels[lo : lo+n]})
		lo += n
	}
	return parts
}

// Shapes are those that tests go through: one layer, a chain, and skips of every kind (from the input, from a hidden
// layer, several into one).
var Shapes = map[string]nn.Spec{
	"one layer": {Inputs: 4, Hidden: []int{5}, Outputs: 3},
	"chain":     {Inputs: 5, Hidden: []int{4, 3}, Outputs: 3},
	"skips": {Inputs: 4, Hidden: []int{3, 4, 3}, Outputs: 2,
		Skips: []nn.Skip{{From: 0, To: 2}, {From: 1, To: 3}, {From: 0, To: 3}}},
}

// Perturb gives the hidden layers of a network random biases, and the output random weights.
func Perturb[T mat.Float](net *nn.Network[T], rng *rand.Rand) {
	for _, layer := range net.Layers {
		for i := range layer.W.Rows {
			layer.W.Set(i, layer.W.Cols-1, T(0.3*rng.NormFloat64()))
		}
	}
	for i := range net.V.Data {
		net.V.Data[i] = T(0.5 * rng.NormFloat64())
	}
}

// Clusters returns n samples of as many columns as features in overlapping normal clusters, one for each class.
func Clusters[T mat.Float](n, features, classes int, seed uint64) train.Data[T] {
	rng := rand.New(rand.NewPCG(seed, 1))
	centres := mat.NewDense[float64](classes, features)
	for i := range centres.Data {
		centres.Data[i] = rng.NormFloat64()
	}
	d := train.Data[T]{X: mat.NewDense[T](n, features), Labels: make([]int, n)}
	for i := range n {
		d.Labels[i] = rng.IntN(classes)
		row := d.X.Row(i)
		for j := range row {
			row[j] = T(centres.At(d.Labels[i], j) + rng.NormFloat64())
		}
	}
	return d
}

// Checkerboard returns 300 samples of two features, in a grid on [-1, 1]², whose two classes are the colours of a board
// of four fields.
func Checkerboard[T mat.Float]() train.Data[T] {
	d := train.Data[T]{X: mat.NewDense[T](300, 2)}
	for i := range 300 {
		x, y := T(i%20)/10-0.95, T(i/20)/7.5-0.95
		copy(d.X.Row(i), []T{x, y})
		label := 0
		if (x > 0) != (y > 0) {
			label = 1
		}
		d.Labels = append(d.Labels, label)
	}
	return d
}
