package bcd

import (
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/race"
	"ridge/mat"
)

// roundingBound is how much of the objective a block step may seem to add to it: the
// rounding of z (a sum of some hundred products) and of the sum over samples.
const roundingBound = 1e-12

// assertDescent checks that no block step of a trace raised the objective, and that
// each iteration begins where the last one ended.
func assertDescent(t *testing.T, trace train.Trace, bound float64) {
	t.Helper()
	for i, e := range trace {
		limit := 1 + bound
		require.LessOrEqual(t, e.Value(ObjectiveAfterU), e.Value(ObjectiveBefore)*limit,
			"U step of iteration %d", e.Epoch)
		require.LessOrEqual(t, e.Value(ObjectiveAfterV), e.Value(ObjectiveAfterU)*limit,
			"V step of iteration %d", e.Epoch)
		require.LessOrEqual(t, e.Value(ObjectiveAfterW), e.Value(ObjectiveAfterV)*limit,
			"W step of iteration %d", e.Epoch)
		if i > 0 {
			require.Equal(t, trace[i-1].Value(ObjectiveAfterW), e.Value(ObjectiveBefore))
		}
	}
}

// converge trains with exact blocks and checks what the theory says: descent in every block
// step, U blocks solved, and a stationarity that falls, to that part of the first one.
func converge(t *testing.T, net *nn.Network[float64], d train.Data[float64], o FullOptions, workers mat.Workers,
	part float64) {
	t.Helper()
	o.BlockTolerance = 1e-8
	trace, err := fitFull(t.Context(), net, d, o, train.Control{Workers: workers})
	require.NoError(t, err)
	require.Len(t, trace, o.Iterations)
	assertDescent(t, trace, roundingBound)
	for _, e := range trace {
		require.LessOrEqual(t, e.Value(BlockKKT), 1e-8, "iteration %d", e.Epoch)
	}
	first, last := trace[0], trace[len(trace)-1]
	rate, _ := Rate(trace)
	t.Logf(
		"objective %.6g to %.6g; stationarity %.3g to %.3g (%.2g of iteration 1), falling by %.4f an iteration; "+
			"largest gradient left by V and W %.1g; activity %.2f to %.2f; train error %.2f %%; %.0f s",
		first.Value(ObjectiveBefore), last.Value(ObjectiveAfterW), first.Value(Stationarity), last.Value(Stationarity),
		last.Value(Stationarity)/first.Value(Stationarity),
		rate, largestGradient(trace), first.Activity, last.Activity, 100*last.TrainError, last.Seconds)
	assert.LessOrEqual(t, last.Value(Stationarity), part*first.Value(Stationarity))
	assert.Less(t, rate, 1.0)
}

func largestGradient(trace train.Trace) (largest float64) {
	for _, e := range trace {
		largest = max(largest, e.Value(BlockGradient))
	}
	return largest
}

func TestFullBatchesConverge(t *testing.T) {
	if race.Enabled {
		t.Skip("runs on one goroutine")
	}
	d := traintest.Clusters[float64](120, 6, 3, 1)
	for _, objective := range []Objective{Tikhonov, Fenchel} {
		for _, loss := range []string{squared, hinge} {
			t.Run(objective.String()+"/"+loss, func(t *testing.T) {
				net := testNetwork[float64](t, nn.Spec{Inputs: 6, Hidden: []int{6, 4}, Outputs: 3}, loss, 1)
				converge(t, net, d, FullOptions{
					Objective: objective, Gamma: []float64{0.1}, Lambda: 1e-3, LambdaOut: 1e-3, Iterations: 100,
				}, 1, 0.01)
			})
		}
	}
}

// TestFullBatchesConvergeOnMNIST is the same on images, as many as a few seconds allow.
func TestFullBatchesConvergeOnMNIST(t *testing.T) {
	folder := os.Getenv("RIDGE_MNIST")
	if folder == "" || testing.Short() {
		t.Skip("takes seconds, and RIDGE_MNIST has to name the folder of the MNIST files")
	}
	d := readMNIST(t, folder, 60)
	for _, objective := range []Objective{Tikhonov, Fenchel} {
		for _, loss := range []string{squared, hinge} {
			t.Run(objective.String()+"/"+loss, func(t *testing.T) {
				net := testNetwork[float64](t, nn.Spec{Inputs: d.X.Cols, Hidden: []int{8, 6}, Outputs: 10}, loss, 1)
				net.Mean = nn.ColumnMean(d.X, mat.AllWorkers)
				converge(t, net, d, FullOptions{
					Objective: objective, Gamma: []float64{0.1}, Lambda: 1e-3, LambdaOut: 1e-3, Iterations: 40,
				}, mat.AllWorkers, 0.05)
			})
		}
	}
}

// readMNIST reads the first n training samples. The package that reads data sets
// for the program is above this one.
func readMNIST(t *testing.T, folder string, n int) train.Data[float64] {
	t.Helper()
	const pixels = 28 * 28
	images := readIDX(t, filepath.Join(folder, "train-images-idx3-ubyte"), 16, n*pixels)
	d := train.Data[float64]{X: mat.NewDense[float64](n, pixels), Labels: make([]int, n)}
	for i, grey := range images {
		d.X.Data[i] = float64(float32(grey) / 255) // as the program has it
	}
	for i, label := range readIDX(t, filepath.Join(folder, "train-labels-idx1-ubyte"), 8, n) {
		d.Labels[i] = int(label)
	}
	return d
}

// readIDX returns size bytes after the header of a file, plain or with .gz.
func readIDX(t *testing.T, path string, header, size int) []byte {
	t.Helper()
	var r io.Reader
	if f, err := os.Open(path); err == nil {
		defer f.Close()
		r = f
	} else {
		f, err := os.Open(path + ".gz")
		require.NoError(t, err)
		defer f.Close()
		r, err = gzip.NewReader(f)
		require.NoError(t, err)
	}
	b := make([]byte, header+size)
	_, err := io.ReadFull(r, b)
	require.NoError(t, err)
	return b[header:]
}
