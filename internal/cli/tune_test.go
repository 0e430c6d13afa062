package cli

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/dataset"
)

// ring writes a table of two columns whose class depends on their product alone, so that a wide network is better than
// one of a single unit.
func ring(t *testing.T, target func(product float64) string) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("x,y,t\n")
	for i := range 120 {
		x, y := float64(i%11)-5, float64(i*7%13)-6
		b.WriteString(strings.Join([]string{strconv.FormatFloat(x, 'f', -1, 64), strconv.FormatFloat(y, 'f', -1, 64),
			target(x * y)}, ",") + "\n")
	}
	path := filepath.Join(t.TempDir(), "ring.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	return path
}

func TestTuneChoosesByCrossValidation(t *testing.T) {
	sign := func(p float64) string {
		if p > 0 {
			return "yes"
		}
		return "no"
	}
	data, out := ring(t, sign), filepath.Join(t.TempDir(), "out")
	args := []string{"tune", "--data", data, "--net", "1", "--grid", "net=1,30", "--grid", "lambda,lambda-out=x1,x3",
		"--epochs", "8", "--folds", "3", "--out", out}
	o := succeed(t, args...)
	assert.Contains(t, o.stdout, "defaults")
	assert.Regexp(t, `train --data \S+ --epochs 8 .*--net 30`, o.stdout)
	assert.NotContains(t, o.stdout, "--grid", "it is the command of a training")
	finished, err := filepath.Glob(filepath.Join(out, "tune_*.json"))
	require.NoError(t, err)
	assert.Len(t, finished, 4*3)

	// The same runs again, with another number of jobs: nothing is trained, and the output is the same.
	assert.Equal(t, o.stdout, succeed(t, append(args, "--jobs", "2")...).stdout)
	shared := succeed(t, append(args, "--jobs", "2", "--workers", "4")...)
	assert.Equal(t, o.stdout, strings.Replace(shared.stdout, " --workers 4", "", 1))
	csv := succeed(t, append(args, "--csv", "-")...)
	assert.True(t, strings.HasPrefix(csv.stdout, "settings,error,standard_error,runs,failed,seconds\n"), csv.stdout)
	assert.Len(t, strings.Split(strings.TrimSpace(csv.stdout), "\n"), 5)

	// The suggested command works.
	at := strings.Index(o.stdout, "  train --data")
	succeed(t, strings.Fields(strings.TrimSpace(o.stdout[at:]))[1:]...)
}

// A command that chose λ itself might train with one that the folds have not judged.
func TestTuneSuggestsALambdaThatItHasTried(t *testing.T) {
	data := ring(t, func(p float64) string { return strconv.FormatBool(p > 0) })
	for args, chosen := range map[string]bool{
		"":              false,
		"--lambda 0.2":  true,
		"--l1 1e-4":     true,
		"--solver adam": true,
	} {
		o := succeed(t, strings.Fields("tune --trials 1 --folds 2 --epochs 1 --net 3 --data "+data+" "+args)...)
		assert.Equal(t, !chosen, strings.Contains(o.stdout, "--choose-lambda no"), "%q: %s", args, o.stdout)
	}
}

// The folds train by the metric of the suggested command, although each of them has too few samples for it by itself.
// Multiples are those of the command's defaults.
func TestTuneTriesTheMetricOfTheWhole(t *testing.T) {
	for samples, want := range map[string][]string{
		"1199": {`"spectral" "0.0054" "2"`, `"spectral" "0.0054" "3"`},
		"1200": {`"spectral-all" "0.01" "2"`, `"spectral-all" "0.01" "3"`},
	} {
		out := filepath.Join(t.TempDir(), "out")
		succeed(t,
			strings.Fields("tune --net "+strings.Repeat("2,", 9)+
				"2 --folds 2 --trials 2 --grid spectral-decay=x1,x3 --epochs 1 --limit "+samples+" --out "+out)...)
		files, err := filepath.Glob(filepath.Join(out, "tune_*.json"))
		require.NoError(t, err)
		found := map[string]int{}
		for _, path := range files {
			var file struct {
				Run struct {
					Settings []struct{ Name, Value string }
				}
			}
			text, err := os.ReadFile(path)
			require.NoError(t, err)
			require.NoError(t, json.Unmarshal(text, &file))
			var values []string
			for _, s := range file.Run.Settings {
				if s.Name == "--metric" || strings.HasPrefix(s.Name, "--spectral-") {
					values = append(values, strconv.Quote(s.Value))
				}
			}
			found[strings.Join(values, " ")]++
		}
		assert.Equal(t, map[string]int{want[0]: 2, want[1]: 2}, found, samples)
	}
}

// Multiples are those of the defaults for the table's number of columns.
func TestMultiplesKnowTheColumns(t *testing.T) {
	for columns, want := range map[int]string{2000: "3", 2001: "0.36"} { // 1 and 0.12, as of 10,000 samples
		f := new(tuneFlags)
		cmd := &cobra.Command{}
		f.define(cmd.Flags())
		require.NoError(t,
			cmd.ParseFlags(strings.Fields("--net "+strings.Repeat("2,", 9)+"2 --grid spectral-decay=x3,1000")))
		plan, err := f.plan(cmd.Flags())
		require.NoError(t, err)
		f.trials, plan.whole = 3, 10000
		set := &dataset.Set{Train: dataset.Samples{Dim: columns * 10}}
		s := &tuning{flags: f, plan: plan, cmd: cmd, say: newSpeaker(cmd), data: new(dataset.Raw),
			rows: make([]int, 10000), set: set}
		require.NoError(t, s.draw())
		assert.Contains(t, fmt.Sprint(s.trials), "spectral-decay "+want+"]", columns)
	}
}

// Flags that change defaults, as --l1 does those of γ and the input step, change what the multiples are of; a flag of
// the option itself does not.
func TestMultiplesAreOfTheDefaultsThatTheOtherFlagsLeave(t *testing.T) {
	for args, want := range map[string]string{
		"--l1 3e-4 --grid gamma=x3":                    "gamma 0.21]",
		"--l1 3e-4 --grid input-step=x0.5":             "input-step 0.5]",
		"--grid gamma=x3":                              "gamma 3]",
		"--gamma 7 --grid gamma=x3":                    "gamma 3]",
		"--l1 3e-4 --gamma 7 --grid gamma=x3":          "gamma 0.21]",
		"--metric gram --grid input-step=x0.5":         "input-step 2]",
		"--grid input-step=x0.5 --metric spectral-all": "input-step 0.5]",
	} {
		f := new(tuneFlags)
		cmd := &cobra.Command{}
		f.define(cmd.Flags())
		require.NoError(t, cmd.ParseFlags(strings.Fields("--net 2 "+args)))
		plan, err := f.plan(cmd.Flags())
		require.NoError(t, err)
		f.trials, plan.whole = 2, 10000
		set := &dataset.Set{Train: dataset.Samples{Dim: 10}}
		s := &tuning{flags: f, plan: plan, cmd: cmd, say: newSpeaker(cmd), data: new(dataset.Raw),
			rows: make([]int, 10000), set: set}
		require.NoError(t, s.draw(), args)
		assert.Contains(t, fmt.Sprint(s.trials), want, args)
	}
}

// The copies that --weight makes are samples like any others: defaults and memory depend on them.
func TestTuneCountsTheCopiesOfSamples(t *testing.T) {
	rows := strings.Repeat("1,a\n", 20) + strings.Repeat("2,b\n", 40) + strings.Repeat("3,b\n", 40)
	data := filepath.Join(t.TempDir(), "d.csv")
	require.NoError(t, os.WriteFile(data, []byte("x,class\n"+rows), 0o600))
	for weight, want := range map[string]struct{ whole, fold int }{"": {100, 50}, "a:1": {100, 50}, "a:4": {160, 80}} {
		f := new(tuneFlags)
		cmd := &cobra.Command{}
		cmd.SetContext(t.Context())
		cmd.SetErr(io.Discard)
		f.define(cmd.Flags())
		args := []string{"--data", data, "--split", "0", "--folds", "2", "--trials", "2", "--grid", "lambda=x1,x2"}
		if weight != "" {
			args = append(args, "--weight", weight)
		}
		require.NoError(t, cmd.ParseFlags(args))
		s, err := f.open(cmd)
		require.NoError(t, err)
		assert.Equal(t, want.whole, s.plan.whole, weight)
		set, err := s.fold(0, 0)
		require.NoError(t, err)
		samples, err := s.samples(set)
		require.NoError(t, err)
		assert.Equal(t, want.fold, samples, weight)
		usual := bcd.DefaultBatchOptions(train.Problem{Samples: want.whole, Layers: 1}).Lambda
		assert.Contains(t, fmt.Sprint(s.trials), fmt.Sprintf("lambda %.2g", 2*usual), weight)
	}
}

func TestTuneJudgesARegressionByFractionsOfTheVariance(t *testing.T) {
	data := ring(t, func(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) })
	o := succeed(t, "tune", "--data", data, "--task", "regression", "--net", "20", "--trials", "2", "--folds", "2",
		"--seeds", "2", "--epochs", "2", "--precision", "64")
	facts := inOneLine(o.stdout)
	assert.Contains(t, facts, "96 samples; errors are fractions of the variance")
	assert.Contains(t, facts, "2 folds, 2 seeds")
}

// An option may be used in some trials only: with one metric of the grid, with deep networks, by one policy.
func TestAGridMayHaveOptionsThatSomeTrialsUse(t *testing.T) {
	data := flowers(t, 40)
	for _, args := range []string{
		"--metric spectral-all --grid metric=gram,spectral-all --grid spectral-decay=1,2",
		"--grid net=3,3-3 --grid spectral-step=0.01,0.02",
		"--metric spectral --grid spectral-decay=1,2",
		"--solver sgd --grid rate-policy=poly,inv --grid rate-gamma=0.1,0.2",
		"--solver sgd --grid rate-policy=fixed,step --grid rate-step=10,100",
	} {
		succeed(t, strings.Fields("tune --folds 2 --epochs 1 --trials 2 --net 3 --data "+data+" "+args)...)
	}
}

// An option that a trial does not use makes no trial of its own, and is not in the command that trains with the others.
func TestNoTrialHasAnOptionThatItDoesNotUse(t *testing.T) {
	data := flowers(t, 40)
	for args, want := range map[string][]string{
		"--solver sgd --grid rate-policy=fixed,step --grid rate-step=100,1000": {
			"defaults", "rate-policy fixed", "rate-policy step, rate-step 100", "rate-policy step, rate-step 1000"},
		"--metric spectral-all --spectral-step 0.1 --grid metric=gram,spectral-all --grid spectral-decay=1,3": {
			"defaults", "metric gram", "metric spectral-all, spectral-decay 1",
			"metric spectral-all, spectral-decay 3"},
		"--grid net=3,3-3 --grid spectral-step=0.01": {"defaults", "net 3-3, spectral-step 0.01"},
	} {
		f, cmd := new(tuneFlags), new(cobra.Command)
		cmd.SetContext(t.Context())
		cmd.SetErr(io.Discard)
		f.define(cmd.Flags())
		require.NoError(t, cmd.ParseFlags(argsOf("--net 3 --epochs 1 "+args, "--data", data)))
		s, err := f.open(cmd)
		require.NoError(t, err, args)
		var found []string
		for _, trial := range s.trials {
			found = append(found, trial.String())
			command, _ := s.command(trial)
			trainingOf(t, strings.Fields(command)[1:]...)
		}
		assert.ElementsMatch(t, want, found, args)
	}
}

// Values that are right one by one may not go together, or not with the memory: nothing is trained then.
func TestTuneRefusesImpossibleTrialsBeforeTheFirstRun(t *testing.T) {
	data := flowers(t, 40)
	for args, want := range map[string]struct {
		code int
		text string
	}{
		"--net 3,3 --skip 0:2 --grid net=2,3-3": {exitUsage, "--grid: the trial net 2: --skip: "},
		"--net 3,2 --grid l1=0,1e-4 --grid metric=gram,spectral": {exitUsage,
			"--grid: the trial l1 1e-4, metric spectral: --"},
		"--solver sgd --grid rate-policy=step,inv": {exitUsage,
			"--grid: the trial rate-policy step: --rate-policy step needs --rate-step"},
		"--grid net=3,65536-65536-65536-65536": {exitFailed, "--grid: the trial net 65536-65536-65536-65536: "},
	} {
		out := filepath.Join(t.TempDir(), "out")
		o := execute(t.Context(),
			strings.Fields("tune --folds 2 --epochs 1 --data "+data+" --out "+out+" "+args)...)
		assert.Equal(t, want.code, o.code, args)
		assert.Contains(t, o.stderr, want.text, args)
		finished, err := filepath.Glob(filepath.Join(out, "tune_*.json"))
		require.NoError(t, err)
		assert.Empty(t, finished, args)
	}
}

func TestTuneSaysWhatIsWrong(t *testing.T) {
	data := flowers(t, 40)
	for want, args := range map[string][]string{
		`bcd has no option "rate" to tune: want net, `:    {"--grid", "rate=0.1,1"},
		`bcd has no option "inner" to tune: want net, `:   {"--grid", "inner=1,2,4"},
		`soap has no option "memory" to tune: want net, `: {"--solver", "soap", "--grid", "memory=0.8,0.95"},
		`soap has no option "memory" whose default could be multiplied`: {
			"--solver", "soap", "--grid", "memory=x1,x0.9",
		},
		`weight-decay: its default is 0, which has no multiples`: {
			"--solver", "sgd", "--grid", "weight-decay=x0.1,x1",
		},
		`"lambda": want an option and its values`:        {"--grid", "lambda"},
		`want multiples of their defaults`:               {"--grid", "lambda,gamma=1,2"},
		`only options that are fractions have multiples`: {"--grid", "batch=x1,x2"},
		`net occurs twice`:                               {"--grid", "net=1", "--grid", "net=2"},
		`--grid lambda=-1`:                               {"--grid", "lambda=-1"},
		`--grid spectral-step=0.1,0.2: the metric gram does not use it, want --metric spectral or spectral-all`: {
			"--grid", "spectral-step=0.1,0.2",
		},
		`--grid spectral-decay=1: the metric gram does not use it`: {
			"--net", "9,9", "--metric", "gram", "--grid", "spectral-decay=1",
		},
		`--grid rate-step=1,2: the policy poly does not use it, want --rate-policy step`: {
			"--solver", "sgd", "--grid", "rate-step=1,2",
		},
		`--grid rate-gamma=1,2: the policy poly does not use it, want --rate-policy step or inv`: {
			"--solver", "sgd", "--grid", "rate-policy=poly,cosine", "--grid", "rate-gamma=1,2",
		},
		`--grid lambda=1,2: --trials 1 tries the defaults alone, want at least 2`: {
			"--trials", "1", "--grid", "lambda=1,2",
		},
		`--folds 33: flowers.csv has 32 training samples`: {
			"--folds", "33",
		},
		`unknown flag --validation`:                        {"--validation", "0.1"},
		`--limit 100: flowers.csv has 32 training samples`: {"--limit", "100"},
	} {
		o := execute(t.Context(), append([]string{"tune", "--data", data}, args...)...)
		assert.Equal(t, exitUsage, o.code, want)
		assert.Contains(t, o.stderr, want)
	}
}

// TestClassesBeyondTheLimitAreNoted: if samples are in the order of their classes, a limit keeps only the first
// classes.
func TestClassesBeyondTheLimitAreNoted(t *testing.T) {
	data := t.TempDir()
	writeIDX(t, data, "train", 36, 2, 9)
	writeIDX(t, data, "t10k", 9, 2, 9)
	for _, args := range [][]string{
		{"tune", "--data", data, "--folds", "2", "--trials", "1", "--epochs", "1", "--net", "2"},
		{"compare", "--data", data, "--quick", "--plan", "--out", t.TempDir()},
	} {
		const want = "warning: there is no training sample of class 11, 12: no network can learn it\n"
		assert.Contains(t, succeed(t, append(args, "--limit", "7")...).stderr, want, args[0])
		assert.NotContains(t, succeed(t, append(args, "--limit", "9")...).stderr, "--limit", args[0])
	}
}

// In a regression, sgd diverges unless its rate follows the width. The default does, and so must multiples of it.
func TestTuneKnowsTheWidthOfARegression(t *testing.T) {
	data := ring(t, func(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) })
	rate := func(net string) float64 {
		o := succeed(t, "tune", "--data", data, "--task", "regression", "--solver", "sgd", "--trials", "2", "--grid",
			"rate=x1,x1.5", "--folds", "2", "--epochs", "1", "--net", net)
		_, found, _ := strings.Cut(o.stdout, "  rate ")
		v, err := strconv.ParseFloat(strings.Fields(found + " ?")[0], 64)
		require.NoError(t, err)
		return v
	}
	assert.InEpsilon(t, rate("400")/2, rate("800"), 0.01)
}
