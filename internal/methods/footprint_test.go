package methods_test

import (
	"runtime"
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/mat"
)

// heap is how many bytes are in use.
func heap() int64 {
	runtime.GC()
	runtime.GC() // the second takes what pools keep
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// takes returns how many bytes a training has at the end of its first epoch, and how many it says that it takes.
func takes(t *testing.T, m *train.Method, spec nn.Spec, samples, batch string) (got, want int64) {
	t.Helper()
	const bytes = 4
	loss, err := nn.ParseLoss[float32](m.Loss)
	require.NoError(t, err)
	rows, err := strconv.Atoi(samples)
	require.NoError(t, err)
	x, labels := mat.NewDense[float32](rows, spec.Inputs), make([]int, rows)
	for i := range rows {
		labels[i] = i % spec.Outputs
		for j := range spec.Inputs {
			x.Set(i, j, float32((i*31+j*17+i*j)%23))
		}
	}
	settings := map[string]string{m.Round + "s": "1"}
	if _, ok := m.Option("batch"); ok {
		settings["batch"] = batch
	}
	data := train.Data[float32]{X: x, Labels: labels}
	before := heap()
	net, err := nn.New(spec, loss, nn.Init{}, 1)
	require.NoError(t, err)
	net.Mean = nn.ColumnMean(x, 1)
	recipe, err := m.Configure(train.ProblemOf(net, data), settings)
	require.NoError(t, err)
	control := train.Control{Workers: 1, KeepBest: true, Progress: func(train.Epoch) { got = heap() - before }}
	_, err = train.Run(t.Context(), net, train.Samples[float32]{Train: data, Validation: data}, recipe, control)
	require.NoError(t, err)
	return got, bytes * recipe.Elements(spec, rows)
}

// TestNoMethodTakesMoreMemoryThanItSays: the bound is what a training is refused by before it begins.
func TestNoMethodTakesMoreMemoryThanItSays(t *testing.T) {
	const slack = 1 << 19 // what does not grow with the problem
	for name, s := range map[string]struct {
		spec           nn.Spec
		samples, batch string
	}{
		"wide inputs": {nn.Spec{Inputs: 300, Hidden: []int{10}, Outputs: 3}, "200", "50"},
		"wide layers": {nn.Spec{Inputs: 5, Hidden: []int{200, 300}, Outputs: 3}, "40", "20"},
		"large batch": {nn.Spec{Inputs: 20, Hidden: []int{80, 90}, Outputs: 3}, "3000", "3000"},
		"skips": {nn.Spec{Inputs: 300, Hidden: []int{200, 100, 150}, Outputs: 3,
			Skips: []nn.Skip{{From: 0, To: 2}, {From: 0, To: 3}, {From: 1, To: 3}}}, "30", "10"},
	} {
		for _, m := range train.Methods() {
			t.Run(name+" "+m.Name, func(t *testing.T) {
				got, want := takes(t, m, s.spec, s.samples, s.batch)
				assert.LessOrEqual(t, got, want+slack)
				if m != bcd.FullBatches.Method { // which has most of it only within a step
					assert.LessOrEqual(t, want, 2*got+slack, "so much is not needed")
				}
			})
		}
	}
}
