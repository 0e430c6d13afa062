package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/nn"
	"ridge/bcd/train"
	"ridge/bcd/train/traintest"
	"ridge/internal/lambda"
	"ridge/internal/processors"
)

// lambdaRun is what a run says about its choice.
type lambdaRun struct {
	Network   []int
	Epochs    int
	Lambda    float64
	LambdaOut float64 `json:"lambda_out"`
	Choice    *struct {
		Folds, Divisions, Chosen int
		Tried                    []struct {
			Hidden    []int
			Epochs    int
			Lambda    float64
			LambdaOut float64 `json:"lambda_out"`
			InputStep float64 `json:"input_step"`
			Loss      float64
		}
	} `json:"lambda_choice"`
	InputStep float64 `json:"input_step"`
}

// usualChoice is what chosen makes of a table without noise, with the usual options.
func usualChoice(t *testing.T) lambdaRun {
	t.Helper()
	usualOnce.Do(func() { usualRun = chosen(t, 0) })
	return usualRun
}

var (
	usualOnce sync.Once
	usualRun  lambdaRun
)

// chosen trains on a table of ten columns, the first of which decides the class, apart from noise.
func chosen(t *testing.T, noise float64, args ...string) lambdaRun {
	t.Helper()
	rng := rand.New(rand.NewPCG(1, 2))
	var b strings.Builder
	for range 150 {
		var first float64
		for j := range 10 {
			x := rng.NormFloat64()
			if j == 0 {
				first = x
			}
			fmt.Fprintf(&b, "%.4f,", x)
		}
		fmt.Fprintln(&b, math.Sin(3*first)+noise*rng.NormFloat64() > 0)
	}
	return ran(t, b.String(), append([]string{"--net", "50"}, args...)...)
}

// ran trains on a table.
func ran(t *testing.T, text string, args ...string) (run lambdaRun) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
	out := succeed(t, append([]string{"--data", path, "--json", "-"}, args...)...)
	require.NoError(t, json.Unmarshal([]byte(out.stdout), &run))
	return run
}

func TestSmallTablesChooseLambdaByHeldOutSamples(t *testing.T) {
	tried := usualChoice(t)
	require.NotNil(t, tried.Choice)
	assert.Equal(t, 3, tried.Choice.Folds)
	assert.Equal(t, 3, tried.Choice.Divisions)
	require.Len(t, tried.Choice.Tried, 7)
	best := tried.Choice.Tried[tried.Choice.Chosen]
	assert.Equal(t, best.Lambda, tried.Lambda, "it is what the training has")
	assert.Equal(t, best.LambdaOut, tried.LambdaOut)
	first := tried.Choice.Tried[2]
	assert.NotEqual(t, tried.Lambda, first.Lambda)
	assert.Less(t, best.Loss, first.Loss)

	defer processors.Pretend(3)()
	assert.Equal(t, chosen(t, 0, "--epochs", "9", "--workers", "1"), chosen(t, 0, "--epochs", "9", "--workers", "3"))
}

// Without --net, the hidden layers are chosen, too, and the chosen ones are in the report and in the model file.
func TestSmallTablesChooseTheirHiddenLayers(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	var b strings.Builder
	for range 10 {
		x, y, z := rng.NormFloat64(), rng.NormFloat64(), rng.NormFloat64()
		fmt.Fprintf(&b, "%.4f,%.4f,%.4f,%v\n", x, y, z, x*y > 0)
	}
	run := ran(t, b.String(), "--epochs", "1")
	require.Len(t, run.Choice.Tried, 8, "nothing is longer than the epochs that are given")
	assert.Equal(t, []int{300}, run.Choice.Tried[0].Hidden)
	assert.Equal(t, []int{300, 100}, run.Choice.Tried[4].Hidden)
	best := run.Choice.Tried[run.Choice.Chosen]
	assert.Equal(t, best.Hidden, run.Network[1:len(run.Network)-1], "it is what the training has")
	assert.Equal(t, best.Lambda, run.Lambda)
	assert.Equal(t, 1, run.Epochs)
	given := ran(t, b.String(), "--lambda", "0.1", "--epochs", "1")
	assert.Nil(t, given.Choice)
	assert.Equal(t, []int{300}, given.Network[1:len(given.Network)-1])
}

// Other hidden layers are candidates beside the usual ones, unless the layers are given.
func TestGivenLayersAreTheOnlyCandidates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "t.csv")
	require.NoError(t,
		os.WriteFile(path, []byte(bands(100, func(band int) string { return string("abab"[band%4]) })), 0o644))
	for args, want := range map[string][][]int{
		"":                                  {{300}, {300, 100}, {100, 100}},
		"--epochs 1":                        {{300}, {300, 100}},
		"--epochs 1 --metric gram":          {{300}, {300, 100}},
		"--epochs 1 --choose-lambda yes":    {{300}, {300, 100}},
		"--epochs 1 --net 300":              {{300}},
		"--epochs 1 --net 20,20":            {{20, 20}},
		"--epochs 1 --net 5,6 --skip 0:2":   {{5, 6}},
		"--choose-lambda yes --data digits": {{300}},
	} {
		if !strings.Contains(args, "--data") {
			args += " --data " + path
		}
		candidates, err := preparedOf(t, strings.Fields(args)...).candidates()
		require.NoError(t, err)
		var hidden [][]int
		for _, c := range candidates {
			hidden = append(hidden, c.Net.Spec().Hidden)
			longer := 1
			if slices.Equal(c.Net.Spec().Hidden, []int{100, 100}) {
				longer = 3
			}
			assert.Equal(t, longer, c.Longer, "%s: %v", args, c.Net.Spec().Hidden)
		}
		assert.Equal(t, want, hidden, args)
	}
}

// Samples that --weight repeats are chosen by, too.
func TestWeightsLeaveTheChoice(t *testing.T) {
	usual, run := chosen(t, 0.5, "--epochs", "3"), chosen(t, 0.5, "--epochs", "3", "--weight", "true:4")
	require.NotNil(t, run.Choice)
	require.Len(t, run.Choice.Tried, len(usual.Choice.Tried))
	assert.NotEqual(t, usual.Choice.Tried[2].Loss, run.Choice.Tried[2].Loss)
	for _, r := range []lambdaRun{usual, run, chosen(t, 0, "--epochs", "3", "--weight", "true:4")} {
		assert.Equal(t, r.Choice.Tried[r.Choice.Chosen].Lambda, r.Lambda, "it is what the training has")
	}
}

// A loss that is given is that of the choice, too, and the model says which it has.
func TestTheChoiceOfLambdaIsByTheLossThatIsGiven(t *testing.T) {
	model := filepath.Join(t.TempDir(), "m.safetensors")
	hinge := chosen(t, 0.5, "--epochs", "9")
	run := chosen(t, 0.5, "--epochs", "9", "--loss", "softmax2", "--save", model)
	require.Len(t, run.Choice.Tried, 7)
	assert.Equal(t, hinge.Choice.Tried[2].Lambda, run.Choice.Tried[2].Lambda)
	assert.NotEqual(t, hinge.Choice.Tried[2].Loss, run.Choice.Tried[2].Loss)
	read, err := nn.Load[float32](model)
	require.NoError(t, err)
	assert.Equal(t, "softmax2", read.Loss.Name())
	assert.Equal(t, 1., read.Temperature, "its outputs are log-odds")
}

func TestLambdaIsNotChosenWhereItIsGiven(t *testing.T) {
	for _, args := range [][]string{
		{"--lambda", "0.1"}, {"--lambda-out", "0.1"}, {"--choose-lambda", "no"}, {"--l1", "1e-4"},
		{"--batch", "0", "--iterations", "1"}, {"--solver", "adam"},
	} {
		assert.Nil(t, chosen(t, 1, args...).Choice, "%v", args)
	}
	for _, args := range [][]string{{"--lambda", "1"}, {"--solver", "adam"}} {
		o := execute(t.Context(), append(args, "--choose-lambda", "yes", "--data", "nowhere.csv")...)
		assert.EqualValues(t, exitUsage, o.code, "%v: before the data are read", args)
		assert.Contains(t, o.stderr, "--choose-lambda yes: ")
	}
}

// Samples that are in random order have layers and λ that need no choice, but not the input step.
func TestDigitsChooseTheInputStepAlone(t *testing.T) {
	digits := func(args ...string) (run lambdaRun) {
		usual := []string{"--limit", "1000", "--epochs", "1", "--damping", "30", "--json", "-"}
		out := succeed(t, append(usual, args...)...)
		require.NoError(t, json.Unmarshal([]byte(out.stdout), &run))
		return run
	}
	page := filepath.Join(t.TempDir(), "r.html")
	run := digits("--report", page)
	require.NotNil(t, run.Choice)
	assert.Contains(t, string(read(t, page)), "<h2>Choice of the input step</h2>")
	var steps, penalties []float64
	for _, tried := range run.Choice.Tried {
		steps, penalties = append(steps, tried.InputStep), append(penalties, tried.Lambda)
	}
	assert.Equal(t, []float64{4, 6, 8}, steps)
	assert.Equal(t, slices.Repeat([]float64{run.Lambda}, 3), penalties)
	assert.Equal(t, run.Choice.Tried[run.Choice.Chosen].InputStep, run.InputStep, "it is what the training has")
	assert.NotEqual(t, 4., run.InputStep, "with so much damping all steps are short")
	for _, args := range [][]string{
		{"--choose-lambda", "no"}, {"--input-step", "4"}, {"--metric", "spectral-all", "--net", "20,20"},
	} {
		assert.Nil(t, digits(args...).Choice, "%v", args)
	}
	all := digits("--choose-lambda", "yes")
	assert.Len(t, all.Choice.Tried, 6)
	given := digits("--choose-lambda", "yes", "--input-step", "5")
	assert.Len(t, given.Choice.Tried, 4)
	assert.EqualValues(t, 5, given.InputStep)
}

// What is chosen is what the training has: the widths, and more epochs where the chosen network has more.
func TestTheChosenNetworkBringsItsWidthsAndEpochs(t *testing.T) {
	learn := traintest.Checkerboard[float32]() // which two units cannot tell
	for longer := range 2 {
		of := trainingOf(t, "--batch", "50")
		var from []lambda.Candidate[float32]
		for i, hidden := range [][]int{{2}, {20, 20}} {
			net, err := nn.New(nn.Spec{Inputs: 2, Hidden: hidden, Outputs: 2},
				nn.Loss[float32](nn.Hinge[float32]{}), nn.Init{}, 1)
			require.NoError(t, err)
			from = append(from, lambda.Candidate[float32]{Net: net, Longer: 1 + i*longer})
		}
		nothingKept, err := newKeeper(&of.flags.keep, nil, &speaker{w: io.Discard})
		require.NoError(t, err)
		task := lambda.Task[float32]{Candidates: from, Learn: learn, Recipe: of.plan.recipe, Seed: of.plan.seed}
		choice, err := makeChoice(t.Context(), of.plan, task, math.MaxInt64, &choiceRecord{keeper: nothingKept})
		require.NoError(t, err)
		plan := withChoice(of.plan, task, choice)
		assert.Empty(t, of.plan.options, "what was asked for stays as it is")
		assert.Equal(t, 1, choice.Candidate)
		assert.Equal(t, []int{20, 20}, plan.net)
		assert.NotContains(t, plan.options, "input-step", "it is the usual one")
		_, other := plan.options["lambda"]
		assert.Equal(t, choice.OtherPenalties, other)
		tried := choice.Tried[choice.Chosen]
		assert.Equal(t, (1+longer)*choice.Tried[0].Epochs, tried.Epochs)
		if longer == 0 {
			assert.NotContains(t, plan.options, "epochs", "they are the usual ones")
		} else {
			assert.Equal(t, strconv.Itoa(tried.Epochs), plan.options["epochs"])
		}
	}
}

// The folds of the choice know how many samples there are in all.
func TestTheChoiceOfLambdaHasTheMetricOfTheTraining(t *testing.T) {
	plan := trainingOf(t, "--batch", "50").plan
	for whole, want := range map[int]bcd.Metric{1199: bcd.SpectralMetric, 1200: bcd.SpectralAllMetric} {
		r, err := plan.recipe(train.Problem{Samples: 800, Whole: whole, Layers: 10, Loss: "hinge"})
		require.NoError(t, err)
		assert.Equal(t, want, r.Options().(*bcd.BatchOptions).Metric)
	}
}

// A training that may end early can have any number of epochs; those of the choice have the usual number.
func TestTheChoiceOfLambdaTakesTheUsualEpochs(t *testing.T) {
	long := chosen(t, 0, "--epochs", "1000000", "--validation", "30", "--early-stop", "1")
	require.NotNil(t, long.Choice)
	assert.NotEqual(t, usualChoice(t).Choice.Tried, long.Choice.Tried, "of fewer samples")
}

// Random labels are learnt by heart, which only held-out samples show.
func TestTheChoiceOfLambdaIsBySamplesThatAreHeldOut(t *testing.T) {
	for _, tried := range chosen(t, 1e9).Choice.Tried {
		assert.Greater(t, tried.Loss, 0.5, "λ = %g", tried.Lambda)
	}
}
