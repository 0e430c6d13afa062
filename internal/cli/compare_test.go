package cli

import (
	"context"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/spf13/pflag"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/compare"
)

func TestTheCommandOfAComparisonReadsStandardInputAgain(t *testing.T) {
	assert.Contains(t, commandOf(compare.QuickPlan(), "stdin", 1), "train compare --data - --out DIR")
	assert.Contains(t, commandOf(compare.QuickPlan(), "digits", 1), "train compare --data digits --out DIR")
}

func TestAComparisonWithoutScalesLeavesTheMean(t *testing.T) {
	for args, want := range map[string]bool{"--scale none": true, "--scale center": false, "": false} {
		f, flags := new(compareFlags), pflag.NewFlagSet("compare", pflag.ContinueOnError)
		f.define(flags)
		require.NoError(t, flags.Parse(strings.Fields(args)))
		plan, err := f.plan()
		require.NoError(t, err)
		assert.Equal(t, want, plan.Uncentred, args)
	}
}

// TestCompareReportsFromItsFiles goes the whole way: plan, comparison, and the report from the files.
func TestCompareReportsFromItsFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	args := argsOf("compare --quick --limit 240 --solver bcd,sgd --solver adam", "--out", dir)
	plan := succeed(t, append(args, "--plan")...)
	assert.NoDirExists(t, dir)
	assertHasAll(t, plan.stdout, "tune ", "final ", "3x20_0to2_1to3", "0 finished", "about ")

	o := succeed(t, args...)
	assert.Empty(t, o.stderr, "no progress where there is no terminal")
	assertHasAll(t, o.stdout, "network ", " 30 ", "3x20_0to2_1to3", "bcd ", "sgd ", "adam ", "to 10 %", "rate ",
		"train compare --report "+dir)
	names := strings.Join(entries(t, dir), "\n")
	page := string(read(t, filepath.Join(dir, "report.html")))
	assertHasAll(t, page, "Solvers on digits", "Test error on 3x20_0to2_1to3", "What the tuning chose",
		"train compare --data digits", ">adam</text>", "commit")
	assertHasAll(t, names, "plan.json", "results.csv", "error-30.svg", "error-30.png", "error-3x20_0to2_1to3.svg")
	assert.Len(t, parseCSV(t, string(read(t, filepath.Join(dir, "results.csv")))), 1+2*3)

	assert.Contains(t, succeed(t, append(args, "--plan")...).stdout, "about 0s")
	again := succeed(t, args...)
	assert.Equal(t, o.stdout, again.stdout, "nothing is repeated")

	csv := read(t, filepath.Join(dir, "results.csv"))
	require.NoError(t, os.Remove(filepath.Join(dir, "results.csv")))
	markdown := succeed(t, "compare", "--report", dir).stdout
	assert.Equal(t, csv, read(t, filepath.Join(dir, "results.csv")))
	assertHasAll(t, markdown, "## Solvers on digits", "| solver | 30 | 3x20_0to2_1to3 |", "error-30.svg)",
		"240 training and 359 test samples", "train compare --data digits --out DIR --limit 240 ")

	t.Run("where nothing can be written next to them", func(t *testing.T) { reportFromAFullFolder(t, dir) })
	t.Run("kept in one file", func(t *testing.T) {
		docs := t.TempDir()
		kept := filepath.Join(docs, "kept")
		require.NoError(t, os.Mkdir(kept, 0o700))
		original := filepath.Join(dir, "r.md")
		pack := filepath.Join(kept, "runs.jsonl.gz")
		o := succeed(t, "compare", "--report", dir, "--pack", pack, "--markdown", original)
		assert.Empty(t, o.stdout)
		refuseItsOwnNames(t, kept, pack)
		require.NoError(t, os.WriteFile(filepath.Join(kept, "notes.md"), []byte("## Lost\n"), 0o600))
		succeed(t, "compare", "--report", kept, "--markdown", filepath.Join(docs, "results.md"))
		report := string(read(t, filepath.Join(docs, "results.md")))
		moved := strings.ReplaceAll(string(read(t, original)), "(error-", "(kept/error-")
		assert.Equal(t, moved+"\n## Lost\n", report)
		const title = "# Title\n\nWhat for.\n\n"
		require.NoError(t, os.WriteFile(filepath.Join(kept, "notes.md"), []byte(title+"## Lost\n"), 0o600))
		succeed(t, "compare", "--report", kept, "--markdown", filepath.Join(docs, "results.md"))
		assert.Equal(t, title+moved+"\n## Lost\n", string(read(t, filepath.Join(docs, "results.md"))))
		for _, name := range []string{"results.csv", "tuning.csv", "error-30.svg", "error-30.png"} {
			assert.Equal(t, read(t, filepath.Join(dir, name)), read(t, filepath.Join(kept, name)), name)
		}
		assert.Len(t, parseCSV(t, string(read(t, filepath.Join(kept, "tuning.csv")))), 1+2*3*(4+2*3))
	})
}

// refuseItsOwnNames: a report takes no output that its other files would replace, nor one that it has its notes from.
func refuseItsOwnNames(t *testing.T, dir, pack string) {
	t.Helper()
	for _, name := range []string{
		"notes.md", "results.csv", "tuning.csv", "report.html", "error-30.svg", "error-30.png",
	} {
		for _, flag := range []string{"--markdown", "--pack"} {
			for _, from := range []string{dir, pack} {
				o := execute(t.Context(), "compare", "--report", from, flag, filepath.Join(dir, name))
				assert.Equal(t, exitUsage, o.code, "%s: it would be replaced", name)
			}
		}
	}
}

// reportFromAFullFolder: what was asked for by name is written where the CSV file can't be.
func reportFromAFullFolder(t *testing.T, dir string) {
	t.Helper()
	full := t.TempDir()
	pack := filepath.Join(full, "runs.jsonl.gz")
	succeed(t, "compare", "--report", dir, "--pack", pack)
	require.NoError(t, os.MkdirAll(filepath.Join(full, "results.csv", "in the way"), 0o700))
	o := execute(t.Context(), "compare", "--report", pack, "--pack", filepath.Join(full, "again"))
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stdout, "## Solvers on digits")
	assert.FileExists(t, filepath.Join(full, "again"))
	assert.Contains(t, o.stderr, "--report "+filepath.Join(full, "results.csv"))
}

func TestTheCommandOfAComparisonMakesItsPlanAgain(t *testing.T) {
	plan := func(args ...string) compare.Plan {
		f := new(compareFlags)
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		f.define(set)
		require.NoError(t, set.Parse(args))
		p, err := f.plan()
		require.NoError(t, err)
		return p
	}
	assert.Equal(t, "train compare --data mnist --out DIR", commandOf(compare.DefaultPlan(), "mnist", 1))
	assert.Equal(t, "train compare --data mnist --out DIR --jobs 2", commandOf(compare.DefaultPlan(), "mnist", 2))
	for _, line := range []string{
		"",
		"--quick",
		"--solver bcd,adam --limit 1000 --seeds 2 --epochs 3 --trials 4 --goal 2.9 --choose-lambda yes",
		"--net 9 --net 7,7 --skip 0:2 --init gaussian:0.05 --net 7,7",
		"--net 9 --net 7,7 --tune-on 2x7",
		"--tune-on 3x784",
		"--goal 0.00004",
		"--goal 2.12345",
		"--goal 99.99996",
		"--goal 1e-17",
	} {
		want := plan(strings.Fields(line)...)
		words := strings.Fields(commandOf(want, "digits", 1))
		have := plan(words[2:]...)
		if len(want.TuneOn) == 0 {
			want.TuneOn = have.TuneOn // the command may name them even if they are the default
			require.Equal(t, want.TunedNetworks(), have.TunedNetworks())
		}
		assert.Equal(t, want, have, line)
	}
}

func TestTheCommandOfAComparisonReadsTheSameSamples(t *testing.T) {
	data, dir := flowers(t, 200), filepath.Join(t.TempDir(), "c")
	const reading = "--target soil --header yes --split 0.3 --scale center --memory 1GB"
	const runs = "compare --net 3 --solver sgd --trials 2 --epochs 2 --seeds 1"
	o := succeed(t, argsOf(runs+" "+reading, "--data", data, "--out", dir)...)
	assert.NotContains(t, o.stdout, "--target", "the table is short")
	const want = "train compare --data flowers.csv --out DIR " + reading + " --net 3 --solver sgd"
	page, err := os.ReadFile(filepath.Join(dir, pageName))
	require.NoError(t, err)
	assert.Contains(t, string(page), want)
	pack := filepath.Join(t.TempDir(), "runs.jsonl.gz")
	assert.Contains(t, succeed(t, "compare", "--report", dir, "--pack", pack).stdout, want)
	assert.Contains(t, succeed(t, "compare", "--report", pack).stdout, want)

	dir = filepath.Join(t.TempDir(), "c")
	succeed(t, argsOf(runs+" --drop length", "--data", data, "--test", data, "--out", dir)...)
	page, err = os.ReadFile(filepath.Join(dir, pageName))
	require.NoError(t, err)
	const command = "train compare --data flowers.csv --out DIR --drop length --test flowers.csv --net 3"
	assert.Contains(t, string(page), command, "no folders of this machine")
}

func TestComparePlansTheInitOfEachNetwork(t *testing.T) {
	const plan = "compare --plan --limit 60 --trials 2 --epochs 2 --solver sgd "
	const networks = "--net 5,5 --net 5,5 --init gaussian:0.01 --net 7 --init he"
	o := succeed(t, argsOf(plan+"--seeds 3 "+networks, "--out", t.TempDir())...)
	assertHasAll(t, inOneLine(o.stdout),
		"final 2x5 sgd 2 3", " 2x5_gaussian0.01 sgd 2 3", " 7 sgd 2 3", " 7 sgd 1 2")
	one := succeed(t, argsOf(plan+"--net 5 --net 6 --net 7 --tune-on 6", "--out", t.TempDir())...).stdout
	assert.Equal(t, 2, strings.Count(one, "\n        6 ")+strings.Count(one, "\n tune   6 "), one)
	assert.Equal(t, 1, strings.Count(one, "\n        7 "), "only in the end: %s", one)
}

func TestComparePlansTheSkipsOfEachNetwork(t *testing.T) {
	const plan = "compare --plan --seeds 3 --trials 8 --epochs 4 --solver sgd "
	const networks = "--net 9,9,9 --skip 0:2 --skip 0:3,1:3 --net 7 --net 8,8"
	o := succeed(t, argsOf(plan+networks, "--out", t.TempDir())...)
	assertHasAll(t, inOneLine(o.stdout), "tune 7 sgd 1 8", "final 3x9_0to2_0to3_1to3 sgd 4 3")
	assert.NotContains(t, o.stdout, "adam")
}

func TestCompareOnATable(t *testing.T) {
	data, dir := flowers(t, 90), filepath.Join(t.TempDir(), "new")
	args := tableComparison(data, dir)
	o := succeed(t, args...)
	assert.Contains(t, o.stdout, "adam")
	assert.Contains(t, o.stderr, `note: the target is the last column, 3 "kind"`)
	again := succeed(t, args...)
	assert.Equal(t, o.stdout, again.stdout, "nothing is repeated")
	report := succeed(t, "compare", "--report", dir).stdout
	assert.Contains(t, report, "72 training and 18 test samples")

	other := execute(t.Context(), append(args, "--target", "soil")...)
	assert.Equal(t, exitFailed, other.code)
	assert.Contains(t, other.stderr, "results of other samples need another folder")
}

// tableComparison compares bcd and adam on a table.
func tableComparison(data, dir string) []string {
	return argsOf("compare --net 8 --seeds 1 --epochs 2 --trials 2 --solver bcd,adam", "--data", data, "--out", dir)
}

func TestCompareChoosesLambda(t *testing.T) {
	data, dir := flowers(t, 90), filepath.Join(t.TempDir(), "new")
	args := tableComparison(data, dir)
	succeed(t, args...)
	chosen := succeed(t, append(args, "--choose-lambda", "yes")...)
	assert.Contains(t, chosen.stdout, "chosen before each training of bcd")
	assert.Contains(t, strings.Join(entries(t, dir), "\n"), "_chosen.json")
	assert.Contains(t, succeed(t, "compare", "--report", dir).stdout, " --choose-lambda yes")
	assert.Equal(t, exitUsage, execute(t.Context(), append(args, "--choose-lambda", "auto")...).code)
	quick := func(line string) []string {
		return argsOf("compare --quick --choose-lambda yes "+line, "--data", data, "--out", t.TempDir())
	}
	for line, want := range map[string]string{
		"--solver adam": "it applies to trainings of bcd, and --solver has none",
		"--limit 6":     "the 5 samples to tune on can't be held out in turn, want at least 6",
	} {
		o := execute(t.Context(), quick(line)...)
		assert.Equal(t, exitUsage, o.code)
		assert.Contains(t, o.stderr, "--choose-lambda yes: "+want)
	}
	succeed(t, quick("--limit 7 --solver bcd --plan")...)
}

func TestTablesThatSolversAreNotComparedOn(t *testing.T) {
	data := flowers(t, 90)
	numbers := ring(t, func(p float64) string { return strconv.FormatFloat(p, 'f', -1, 64) })
	for want, args := range map[string][]string{
		"is a regression: solvers are compared on classes only": {"--data", numbers},

		"--split 0: flowers.csv then has no test samples to compare the solvers by": {"--data", data, "--split", "0"},

		"--split 90: flowers.csv: cannot hold out 90":      {"--data", data, "--split", "90"},
		"--limit 80: flowers.csv has 72 training samples":  {"--data", data, "--limit", "80"},
		"--split 0.5: --test has the test samples already": {"--data", data, "--split", "0.5", "--test", data},
	} {
		o := execute(t.Context(), append([]string{"compare", "--out", t.TempDir(), "--plan"}, args...)...)
		assert.NotEqual(t, exitDone, o.code, want)
		assert.Contains(t, o.stderr, want)
	}
}

func TestAnInterruptedCompareSaysHowToGoOn(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	o := execute(ctx, "compare", "--quick", "--out", dir)
	assert.Equal(t, exitInterrupted, o.code)
	assert.Contains(t, o.stderr, " runs are finished; the same command goes on with the others\n"+
		"train compare: interrupted\n")
	assert.Empty(t, o.stdout)
}

// TestCompareQuickly is the promise of --quick.
func TestCompareQuickly(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	o := succeed(t, "compare", "--quick", "--limit", "60", "--net", "9", "--out", t.TempDir())
	for _, s := range solvers() {
		assert.Contains(t, o.stdout, " "+s.String()+" ")
	}
}

func TestCompareOnBadFiles(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	require.NoError(t, os.WriteFile(file, nil, 0o600))
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"--out", file, "--quick"}, "--out " + file + ": not a directory"},
		{[]string{"--report", t.TempDir()}, "there is no comparison in that folder"},
		{[]string{"--report", file}, "not the archive of a comparison"},
		{[]string{"--out", t.TempDir(), "--data", "nowhere"}, "nowhere"},
	} {
		o := execute(t.Context(), append([]string{"compare"}, c.args...)...)
		assert.Equal(t, exitFailed, o.code)
		assert.Contains(t, o.stderr, c.want)
		assert.Empty(t, o.stdout)
	}
}

func TestCompareHasNoMoreJobsThanCores(t *testing.T) {
	o := succeed(t, argsOf("compare --quick --limit 120 --solver sgd --jobs 1000000000", "--out", t.TempDir())...)
	assert.Contains(t, o.stdout, "sgd")
}

// One of the numbers occurs once: by itself that is a regression.
func TestNumbersAreComparedAsClasses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "d.csv")
	require.NoError(t, os.WriteFile(path, []byte("x,y\n"+strings.Repeat("1,7\n2,8\n", 30)+"3,9\n"), 0o644))
	args := []string{"compare", "--data", path, "--out", t.TempDir(), "--quick", "--plan"}
	o := execute(t.Context(), args...)
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "is a regression: solvers are compared on classes only "+
		"(--task classes makes a class of each number)")
	succeed(t, append(args, "--task", "classes")...)
	cmd := newCompare()
	require.NoError(t, cmd.Flags().Parse([]string{"--task", "classes"}))
	assert.Equal(t, []string{"--task", "classes"}, readingWords(cmd.Flags()), "the command in the report has it")
}
