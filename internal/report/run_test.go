package report

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/jedib0t/go-pretty/v6/text"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
)

// recipe is a method with settings that are right.
func recipe(m *train.Method, settings map[string]string) train.Recipe {
	r, err := m.Configure(train.Problem{Samples: 1438, Layers: 2, Bits: 32}, settings)
	if err != nil {
		panic(err)
	}
	return r
}

// with sets one more option of a run.
func with(r *Run, name, text string) {
	m, options := r.Recipe.Method(), r.Recipe.Options()
	settings := map[string]string{}
	for _, o := range m.Options {
		if o.Used(m.Options, options) {
			settings[o.Name] = o.Text(options)
		}
	}
	settings[name] = text
	r.Recipe = recipe(m, settings)
}

// sampleRun is a run of n iterations on numbers that are easy to recognize.
func sampleRun(n int) *Run {
	r := &Run{
		Samples: Samples{Dataset: "digits", Train: 1438, Test: 359, Classes: 10},
		Solver:  "bcd", Loss: "hinge", Centred: true, Seed: 7,
		Network: []int{64, 300, 100, 10}, Parameters: 50610,
		Recipe: recipe(bcd.FullBatches.Method, map[string]string{
			"gamma": "0.1,1", "lambda": "1e-4", "lambda-out": "2e-5", "theta": "1",
			"iterations": strconv.Itoa(max(n, 1)),
		}),
		Machine: Machine{ISA: "avx2", Workers: 2, Precision: 32}, Seconds: 3.25,
	}
	for i := 1; i <= n; i++ {
		f := 1 / float64(i)
		r.Trace = append(r.Trace, train.Epoch{
			Epoch: i, Loss: math.NaN(), Activity: []float64{0.5, 0.2},
			TrainError: f / 10, ValidationError: math.NaN(), TestError: 0.02 + f/10, Seconds: float64(i) / 4,
			Values: map[string]float64{
				bcd.Theta: 1, bcd.ObjectiveBefore: f, bcd.ObjectiveAfterU: 0.9 * f, bcd.ObjectiveAfterV: 0.8 * f,
				bcd.ObjectiveAfterW: 0.7 * f,
				bcd.Stationarity:    f * f, bcd.Distance: 1 - f, bcd.BlockKKT: 1e-9, bcd.BlockGradient: 1e-10,
				bcd.SecondsU: 0.1, bcd.SecondsV: 0.02, bcd.SecondsW: 0.03,
			},
		})
	}
	return r
}

func tableOf(t *testing.T, r *Run, colour bool) string {
	t.Helper()
	var b strings.Builder
	require.NoError(t, r.WriteTable(&b, colour))
	return b.String()
}

func TestTheTableOfARunShowsTraceAndFacts(t *testing.T) {
	r := sampleRun(3)
	r.Saved = []string{"m.safetensors"}
	const want = ` iter  objective  stationarity  active  train err  test err     time
─────────────────────────────────────────────────────────────────────
    1   0.700000     1.000e+00    42 %    10.00 %   12.00 %   0.25 s
    2   0.350000     2.500e-01    42 %     5.00 %    7.00 %   0.50 s
    3   0.233333     1.111e-01    42 %     3.33 %    5.33 %   0.75 s

 data         digits: 1,438 training, 359 test samples, 10 classes
 network      64-300-100-10, 50,610 weights
 method       bcd, fenchel, squared hinge loss, centred inputs
 parameters   γ 0.1,1, λ 1e-4, λ_out 2e-5, θ 1, seed 7
 machine      avx2, 2 workers, float32
 iterations   3 in 3.25 s
 objective    0.2333, stationarity 1.111e-01
 train error  3.33 % (48 of 1,438)
 test error   5.33 % (19 of 359)
 saved        m.safetensors
`
	assert.Equal(t, want, tableOf(t, r, false))
}

func TestRunTableTellsHowTheIterationEnded(t *testing.T) {
	r := sampleRun(4)
	assert.Contains(t, tableOf(t, r, false), " 4 in 3.25 s\n")
	with(r, "iterations", "40")
	r.Ended = "interrupted"
	assert.Contains(t, tableOf(t, r, false), " 4 of 40 in 3.25 s, then interrupted\n")
}

func TestRunTableOfARunWithoutIterations(t *testing.T) {
	r := sampleRun(0)
	with(r, "iterations", "5")
	r.Ended = "interrupted"
	got := tableOf(t, r, false)
	assert.NotContains(t, got, "iter ")
	assert.Contains(t, got, "0 of 5 in 3.25 s, then interrupted")
	assert.Contains(t, got, "test error   –")
}

func TestRunTableShowsValidation(t *testing.T) {
	r := sampleRun(2)
	assert.NotContains(t, tableOf(t, r, false), "val")
	r.Validation = 1000
	for i := range r.Trace {
		r.Trace[i].ValidationError = 0.5 / float64(i+1)
	}
	got := tableOf(t, r, false)
	assert.Contains(t, got, "val. err")
	assert.Contains(t, got, "1,438 training, 1,000 validation, 359 test samples")
	assert.Contains(t, got, "validation error  25.00 % (250 of 1,000)")
}

func TestRunTableFitsTheTerminal(t *testing.T) {
	r := sampleRun(20000)
	r.Validation = 10000
	r.Network = []int{784, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 10}
	with(r, "gamma", "0.1,0.123456,1,0.1,0.123456,1,0.1,0.123456,1")
	for i := range r.Trace {
		e := &r.Trace[i]
		e.Activity = make([]float64, 16)
		e.ValidationError = 1
		e.Values[bcd.ObjectiveAfterW] *= 1e-9
		e.Values[bcd.Stationarity] *= 1e-50
		e.TrainError, e.TestError, e.Activity[0] = 1, 1, 1
	}
	for _, colour := range []bool{false, true} {
		got := tableOf(t, r, colour)
		assert.LessOrEqual(t, text.LongestLineLen(got), Width)
		assert.LessOrEqual(t, strings.Count(got, "\n"), 32)
		assert.True(t, utf8.ValidString(got))
	}
}

func TestLongPathsStayInOnePiece(t *testing.T) {
	r := sampleRun(1)
	r.Saved = []string{"/" + strings.Repeat("very/long/", 12) + "model.safetensors"}
	assert.Contains(t, tableOf(t, r, false), r.Saved[0]+"\n")
}

func TestColourIsOnlyWhereAskedFor(t *testing.T) {
	text.EnableColors()
	r := sampleRun(3)
	plain, coloured := tableOf(t, r, false), tableOf(t, r, true)
	assert.NotContains(t, plain, "\x1b")
	assert.Contains(t, coloured, "\x1b[")
	uncoloured := strings.ReplaceAll(text.StripEscape(coloured), " \n", "\n") // padding of the header is coloured, too
	assert.Equal(t, plain, uncoloured, "colours must not move anything")
}

func TestIterationsAreShownInRoundSteps(t *testing.T) {
	for _, c := range []struct {
		n    int
		want []int
	}{
		{1, []int{1}},
		{3, []int{1, 2, 3}},
		{10, []int{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}},
		{11, []int{1, 2, 4, 6, 8, 10, 11}},
		{40, []int{1, 5, 10, 15, 20, 25, 30, 35, 40}},
		{41, []int{1, 5, 10, 15, 20, 25, 30, 35, 41}},
		{1000, []int{1, 100, 200, 300, 400, 500, 600, 700, 800, 900, 1000}},
	} {
		var got []int
		for i := 1; i <= c.n; i++ {
			if shown(i, c.n) {
				got = append(got, i)
			}
		}
		assert.Equal(t, c.want, got, "of %d", c.n)
	}
}

func TestNumbersInTablesHaveFourDigits(t *testing.T) {
	for _, c := range []struct {
		v    float64
		want string
	}{
		{0, "0"}, {0.012345, "0.01235"}, {0.25, "0.2500"}, {1.5, "1.500"}, {12345.678, "12346"},
		{0.001, "0.001000"}, {0.000999, "9.990e-04"}, {123456, "1.235e+05"}, {math.NaN(), none},
	} {
		assert.Equal(t, c.want, fixed(c.v, decimals(c.v)))
	}
	for v, want := range map[float64]string{
		0: "0", 1: "1", 0.1: "0.1", 1e-4: "1e-4", 2.5e-5: "2.5e-5", 1e6: "1e+6", 300: "300", 1e-12: "1e-12",
	} {
		assert.Equal(t, want, Number(v))
	}
	for s, want := range map[float64]string{0.004: "0.00 s", 9.994: "9.99 s", 12.34: "12.3 s", 100.4: "100 s"} {
		assert.Equal(t, want, seconds(s))
	}
}

func TestTheJSONOfARunHasAllThatIsKnownOfIt(t *testing.T) {
	r := sampleRun(2)
	var b bytes.Buffer
	r.Provenance = Provenance{Command: []string{"--net=300,100"}, Skips: []string{"0:2"}, Limit: 50, Hash: "ab",
		Commit: "cd", Modified: true}
	require.NoError(t, r.WriteJSON(&b))
	assert.JSONEq(t, `{
		"solver": "bcd", "objective_kind": "fenchel", "loss": "hinge", "network": [64, 300, 100, 10],
		"init": "he", "dataset": "digits", "train_samples": 1438, "validation_samples": 0, "test_samples": 359,
		"classes": null, "scale": "", "pieces": false, "centred": true, "weight": null, "targets": null,
		"validation_accuracy": null, "test_accuracy": null, "test_recall": null, "test_balanced_accuracy": null,
		"test_guess_error": 1, "fold": null, "seed": 7, "isa": "avx2", "workers": 2, "precision": 32,
		"batch": 0, "step": null, "input_step": null, "damping": null, "iterations": 2, "seconds": 3.25,
		"best_epoch": null, "early_stop": null, "lambda_choice": null,
		"command": ["--net=300,100"], "skips": ["0:2"], "limit": 50, "samples_sha256": "ab",
		"commit": "cd", "modified": true, "version": null,
		"train_error": 0.05, "validation_error": null, "test_error": 0.07,
		"objective": 0.35, "stationarity": 0.25,
		"l1": 0, "nonzero": null,
		"learning_rate": null, "rate_policy": null, "momentum": null, "momentum2": null, "rms_decay": null,
		"delta": null, "weight_decay": null,
		"gamma": [0.1, 1], "lambda": 1e-4, "lambda_out": 2e-5, "tolerance": 0, "block_tolerance": 0.005, "theta": "1",
		"trace": [
			{"iteration": 1, "seconds": 0.25, "stationarity": 1, "distance": 0,
			 "objective": 1, "objective_after_u": 0.9, "objective_after_v": 0.8, "objective_after_w": 0.7,
			 "train_error": 0.1, "validation_error": null, "test_error": 0.12000000000000001,
			 "forward_loss": null, "eta": null, "halvings": null, "learning_rate": null, "nonzero": null},
			{"iteration": 2, "seconds": 0.5, "stationarity": 0.25, "distance": 0.5,
			 "objective": 0.5, "objective_after_u": 0.45, "objective_after_v": 0.4, "objective_after_w": 0.35,
			 "train_error": 0.05, "validation_error": null, "test_error": 0.07,
			 "forward_loss": null, "eta": null, "halvings": null, "learning_rate": null, "nonzero": null}
		]}`, b.String())
}

func TestTheJSONOfARunHasNullForWhatDoesNotExist(t *testing.T) {
	r := sampleRun(0)
	r.Seed = math.MaxUint64
	var b bytes.Buffer
	require.NoError(t, r.WriteJSON(&b))
	var got map[string]json.RawMessage
	require.NoError(t, json.Unmarshal(b.Bytes(), &got))
	for _, name := range []string{"train_error", "validation_error", "test_error", "objective", "stationarity"} {
		assert.Equal(t, "null", string(got[name]), name)
	}
	assert.Equal(t, "[]", string(got["trace"]))
	assert.Equal(t, "18446744073709551615", string(got["seed"]))

	r = sampleRun(1)
	r.Trace[0].Values[bcd.ObjectiveBefore] = math.Inf(1)
	require.NoError(t, r.WriteJSON(&b), "JSON has no infinity")
}

func TestTheCSVOfARunHasALineOfEachIteration(t *testing.T) {
	r := sampleRun(3)
	var b bytes.Buffer
	require.NoError(t, r.WriteCSV(&b))
	lines, err := csv.NewReader(&b).ReadAll()
	require.NoError(t, err)
	require.Len(t, lines, 4)
	column := map[string]string{}
	for i, name := range lines[0] {
		column[name] = lines[3][i]
	}
	e := r.Trace[2]
	for name, want := range map[string]float64{
		"iteration": 3, "theta": 1, "objective": 1. / 3, "objective_after_u": e.Value(bcd.ObjectiveAfterU),
		"objective_after_v": e.Value(bcd.ObjectiveAfterV),
		"objective_after_w": e.Value(bcd.ObjectiveAfterW), "stationarity": e.Value(bcd.Stationarity),
		"distance": e.Value(bcd.Distance), "block_kkt": 1e-9, "block_gradient": 1e-10,
		"train_error": e.TrainError, "test_error": e.TestError, "seconds": e.Seconds,
		"seconds_u": 0.1, "seconds_v": 0.02, "seconds_w": 0.03, "activity_1": 0.5, "activity_2": 0.2,
	} {
		got, err := strconv.ParseFloat(column[name], 64)
		require.NoError(t, err, name)
		assert.Equal(t, want, got, name)
	}
	assert.Len(t, column, 18, "no columns of other methods, and none of parts without samples")
	r.Validation = 5
	assert.Equal(t, slices.Insert(slices.Clone(lines[0]), slices.Index(lines[0], "test_error"), "validation_error"),
		csvHeader(t, r))
	r.Validation, r.Test = 0, 0
	assert.NotContains(t, csvHeader(t, r), "test_error")
	with(r, "l1", "2e-4")
	assert.Contains(t, csvHeader(t, r), "nonzero")
}

// csvHeader has the names of the columns of a run's trace.
func csvHeader(t *testing.T, r *Run) []string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, r.WriteCSV(&b))
	names, err := csv.NewReader(&b).Read()
	require.NoError(t, err)
	return names
}

func TestNamesOfClassesWithCommasHaveQuotes(t *testing.T) {
	r := Run{Samples: Samples{Classes: 2, Names: []string{"a,b", "c:d"}}}
	assert.Equal(t, `2 classes: "a,b", c:d`, r.taskFact())
	r.Names = slices.Repeat([]string{"a,b"}, 11)
	assert.True(t, strings.HasSuffix(r.taskFact(), `"a,b", … "a,b"`))
}
