package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"testing"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/gradient"
)

// sampleBatchRun is sampleRun with mini-batches.
func sampleBatchRun(n int) *Run {
	r := sampleRun(n)
	r.Recipe = recipe(bcd.MiniBatches.Method, map[string]string{
		"gamma": "0.1,1", "lambda": "1e-4", "lambda-out": "2e-5", "step": "0.5", "input-step": "4", "damping": "0.75",
		"batch": "50", "epochs": strconv.Itoa(max(n, 1)), "seed": "7",
	})
	for i := range r.Trace {
		e := &r.Trace[i]
		f := e.Value(bcd.ObjectiveBefore)
		e.Loss, e.Values = 0.5*f, map[string]float64{bcd.Eta: 0.3 * f, bcd.Halvings: float64(i)}
	}
	return r
}

func TestRunTableOfMinibatches(t *testing.T) {
	const want = ` epoch      loss  active  train err  test err     time
───────────────────────────────────────────────────────
     1  0.500000    42 %    10.00 %   12.00 %   0.25 s
     2  0.250000    42 %     5.00 %    7.00 %   0.50 s
     3  0.166667    42 %     3.33 %    5.33 %   0.75 s

 data         digits: 1,438 training, 359 test samples, 10 classes
 network      64-300-100-10, 50,610 weights
 method       bcd, fenchel, squared hinge loss, centred inputs
 parameters   γ 0.1,1, λ 1e-4, λ_out 2e-5, η 0.5 (input ×4), δ 0.75,
              metric spectral (step 0.012), decay 0.83, batches of 50,
              seed 7
 machine      avx2, 2 workers, float32
 epochs       3 in 3.25 s
 loss         0.1667, steps halved 3 times
 train error  3.33 % (48 of 1,438), during epoch 3
 test error   5.33 % (19 of 359)
`
	assert.Equal(t, want, tableOf(t, sampleBatchRun(3), false))
}

// sampleGradientRun is sampleBatchRun by Adam.
func sampleGradientRun(n int) *Run {
	r := sampleBatchRun(n)
	r.Solver, r.Loss = "adam", "softmax"
	r.Recipe = recipe(gradient.Adam.Method,
		map[string]string{"rate": "2e-3", "batch": "50", "epochs": strconv.Itoa(max(n, 1))})
	for i := range r.Trace {
		e := &r.Trace[i]
		e.Activity, e.Values = nil, map[string]float64{gradient.LearningRate: e.Value(bcd.Eta)}
	}
	return r
}

func TestRunTableOfGradientSolvers(t *testing.T) {
	table := tableOf(t, sampleGradientRun(3), false)
	assert.Contains(t, table, ` epoch      loss  train err  test err     time
───────────────────────────────────────────────
     1  0.500000    10.00 %   12.00 %   0.25 s
`)
	for _, fact := range []string{
		" method       adam, softmax cross-entropy, centred inputs\n",
		" parameters   rate 0.002, poly, momentum 0.9, momentum2 0.999, δ 1e-8,",
		" loss         0.1667\n",
	} {
		assert.Contains(t, table, fact)
	}
	assert.NotContains(t, table, "rms")
	assert.NotContains(t, table, "γ")
}

func TestFilesOfGradientSolvers(t *testing.T) {
	r := sampleGradientRun(2)
	var b bytes.Buffer
	require.NoError(t, r.WriteJSON(&b))
	var got map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	for name, want := range map[string]any{
		"solver": "adam", "loss": "softmax", "objective_kind": nil, "learning_rate": 2e-3, "rate_policy": "poly",
		"momentum": 0.9, "momentum2": 0.999, "rms_decay": nil, "delta": 1e-8, "weight_decay": 0.0, "objective": nil,
	} {
		assert.Equal(t, want, got[name], name)
	}
	last := got["trace"].([]any)[1].(map[string]any)
	for name, want := range map[string]any{"learning_rate": 0.15, "forward_loss": 0.25, "eta": nil, "halvings": nil} {
		assert.Equal(t, want, last[name], name)
	}
	header := csvHeader(t, r)
	assert.Subset(t, header, []string{"learning_rate", "forward_loss"})
	for _, name := range []string{"objective", "theta", "eta", "halvings", "activity_1"} {
		assert.NotContains(t, header, name)
	}
}

func TestFilesOfMinibatches(t *testing.T) {
	r := sampleBatchRun(2)
	var b bytes.Buffer
	require.NoError(t, r.WriteJSON(&b))
	var got struct {
		Batch int
		Trace []map[string]*float64
	}
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	assert.Equal(t, 50, got.Batch)
	for name, want := range map[string]float64{"forward_loss": 0.25, "eta": 0.15, "halvings": 1} {
		require.NotNil(t, got.Trace[1][name], name)
		assert.Equal(t, want, *got.Trace[1][name], name)
	}
	assert.Nil(t, got.Trace[1]["objective"])

	b.Reset()
	require.NoError(t, r.WriteCSV(&b))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	column := map[string]string{}
	for i, name := range lines[0] {
		column[name] = lines[2][i]
	}
	for name, want := range map[string]string{"forward_loss": "0.25", "eta": "0.15", "halvings": "1"} {
		assert.Equal(t, want, column[name], name)
	}
	for _, name := range []string{"objective", "theta", "seconds_u", "learning_rate", "nonzero"} {
		assert.NotContains(t, column, name)
	}
}

func TestReportOfASparseRun(t *testing.T) {
	r := sampleBatchRun(2)
	with(r, "l1", "2e-4")
	r.Trace[0].Values[bcd.Nonzero], r.Trace[1].Values[bcd.Nonzero] = 0.5, 0.0925
	table := tableOf(t, r, false)
	for _, fact := range []string{"nonzero", "50.00 %", "λ₁ 2e-4", "9.25 % of the weights, biases not counted"} {
		assert.Contains(t, table, fact)
	}
	var b bytes.Buffer
	require.NoError(t, r.WriteJSON(&b))
	var got map[string]any
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	assert.Equal(t, 2e-4, got["l1"])
	assert.Equal(t, 0.0925, got["nonzero"])
	b.Reset()
	require.NoError(t, r.WriteCSV(&b))
	assert.Contains(t, b.String(), "0.0925")

	// With everything there can be, it still fits the terminal.
	r.Validation = 10000
	for i := range r.Trace {
		e := &r.Trace[i]
		e.ValidationError, e.TrainError, e.TestError, e.Loss = 1, 1, 1, 0.00012345
		e.Values[bcd.Nonzero] = 1
	}
	assert.LessOrEqual(t, text.LongestLineLen(tableOf(t, r, false)), Width)

	r.Trace = nil
	assert.NotContains(t, tableOf(t, r, false), "nonzero")
}

// What a method measures that the columns' list does not have follows it.
func TestMeasuresOfOtherMethodsAreColumns(t *testing.T) {
	method := *bcd.FullBatches.Method
	method.Measures = append(slices.Clip(method.Measures), train.Measure{Name: "temperature"})
	r := sampleRun(1)
	r.Recipe = recipe(&method, nil)
	r.Trace[0].Values["temperature"] = 0.25
	var b bytes.Buffer
	require.NoError(t, r.WriteCSV(&b))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	i := slices.Index(lines[0], "temperature")
	assert.Equal(t, slices.Index(lines[0], "seconds_w")+1, i, "after the usual ones, before the activities")
	assert.Equal(t, "0.25", lines[1][i])
}
