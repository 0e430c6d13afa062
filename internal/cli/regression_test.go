package cli

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
)

// heat writes a table with two numbers to predict, in units that are far from each other.
func heat(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("kelvin,fuel,a,joule\n")
	for i := range rows {
		a := float64(i*7919%1000) / 500
		fmt.Fprintf(&b, "%g,%s,%g,%g\n", 300+20*a*a, []string{"gas", "coal"}[i%2], a, 1e6*(a-float64(i%2)))
	}
	path := filepath.Join(t.TempDir(), "heat.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	return path
}

func TestARegressionOnTheCommandLine(t *testing.T) {
	data, model := heat(t, 500), filepath.Join(t.TempDir(), "m")
	training := argsOf("--target kelvin,joule --net 50 --validation 50 --choose-lambda no --json -")
	o := succeed(t, append(training, "--data", data, "--save", model)...)
	assertHasAll(t, inOneLine(o.stderr),
		"350 training, 50 validation, 100 test samples (drawn by seed 1), a regression of kelvin, joule",
		"squared loss",
		"of the training targets' variance, during epoch ",
		"; R² below is by that of the test targets",
		"test: joule RMSE")
	type accuracy []struct {
		Target        string
		RMSE, MAE, R2 float64
	}
	var run struct {
		Targets   []string
		Fit       accuracy `json:"test_accuracy"`
		TestError float64  `json:"test_error"`
	}
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &run))
	assert.Equal(t, []string{"kelvin", "joule"}, run.Targets)
	require.Len(t, run.Fit, 2)
	for _, a := range run.Fit {
		assert.Greater(t, a.R2, 0.9, a.Target)
		assert.LessOrEqual(t, a.MAE, a.RMSE)
	}
	assert.Greater(t, run.Fit[1].RMSE, 1e3, "in its own unit")
	unexplained := (2 - run.Fit[0].R2 - run.Fit[1].R2) / 2 // of the variance of the test samples
	assert.InDelta(t, unexplained, run.TestError, 0.02, "of that of the training samples, which is about the same")

	var e struct{ Accuracy accuracy }
	o = succeed(t, "eval", "--model", model, "--data", data, "--part", "all", "--json")
	require.NoError(t, json.Unmarshal([]byte(o.stdout), &e))
	assert.Greater(t, e.Accuracy[0].R2, 0.9)

	rows := parseCSV(t, string(read(t, data)))
	predictions := parseCSV(t, succeed(t, "predict", "--model", model, "--data", data).stdout)
	assert.Equal(t, []string{"index", "kelvin", "joule"}, predictions[0])
	squares := 0.
	for i, p := range predictions[1:] {
		truth, err := strconv.ParseFloat(rows[i+1][0], 64)
		require.NoError(t, err)
		answer, err := strconv.ParseFloat(p[1], 64)
		require.NoError(t, err)
		squares += (truth - answer) * (truth - answer)
	}
	assert.InEpsilon(t, e.Accuracy[0].RMSE, math.Sqrt(squares/500), 1e-9)

	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	row, err := nn.NewRowPredictor(net)
	require.NoError(t, err)
	numbers, err := row.Numbers([]string{rows[1][1], rows[1][2]})
	require.NoError(t, err)
	for k, v := range numbers {
		want, err := strconv.ParseFloat(predictions[1][k+1], 64)
		require.NoError(t, err)
		assert.InDelta(t, want, v, 1e-4*(1+math.Abs(want)))
	}
}

func TestARegressionRefusesWhatIsForClasses(t *testing.T) {
	data, model := heat(t, 60), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "4", "--epochs", "1", "--save", model)
	for line, want := range map[string]string{
		"--loss hinge": "--loss hinge: a regression (heat.csv predicts numbers) has the loss squared",

		"predict --top 2 --model " + model: "--top: " + model + " predicts numbers and no classes",
	} {
		o := execute(t.Context(), argsOf(line, "--data", data)...)
		assert.Equal(t, exitUsage, o.code, line)
		assert.Contains(t, o.stderr, want)
	}
	o := execute(t.Context(), "predict", "--scores", "--model", model, "--data", "nowhere.csv")
	assert.Contains(t, o.stderr, "--scores: "+model+" predicts numbers and no classes", "before the data are read")
}
