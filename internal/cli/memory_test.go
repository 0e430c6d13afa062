package cli

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"runtime/debug"
	"strings"
	"testing"

	"github.com/spf13/cobra"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn"
	"ridge/internal/dataset"
	"ridge/internal/dataset/table"
	"ridge/internal/lambda"
	"ridge/internal/memory"
	"ridge/internal/processors"
)

func TestATrainingThatDoesNotFitIsRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	for line, want := range map[string]string{
		"--net 65536 --limit 50": "train: 64-65536-10 and what bcd needs to train it on 50 samples " +
			"take 52.1 GB of memory, the limit is ",
		"--net 20000,20000 --solver adam": "64-20000-20000-10 and what adam needs to train it on 1,438 samples " +
			"take 9.7 GB",
		"--net 65536 --limit 50 --precision 64":             "take 104.2 GB",
		"--net 60000 --limit 1000 --batch 0":                "take 160.1 GB",
		"--net 9,30000 --skip 0:2 --limit 5 --loss squared": "take 10.9 GB",

		"--net 20000 --solver soap": "what soap needs to train it on 1,438 samples " +
			"take 12.9 GB",
		"--net 20000 --solver kfac": "what kfac needs to train it on 1,438 samples " +
			"take 9.7 GB",
		"--net 20000 --solver foof": "what foof needs to train it on 1,438 samples " +
			"take 4.9 GB",
		"--net 65536,9 --solver sgd --batch 1438":             "take 870.9 MB",
		"--net 100,100,9000,9000 --batch 0":                   "take 15.4 GB",
		"--net 4000,4000,4000 --batch 0 --objective tikhonov": "take 6.5 GB",
		"--net 5000 --batch 0 --limit 50 --l1 0.1":            "take 3",
		"--net 5000 --limit 50 --l1 0.1":                      "take 3",
	} {
		o := execute(t.Context(), strings.Fields(line)...)
		assert.Equal(t, exitFailed, o.code, line)
		assert.Contains(t, o.stderr, want)
	}
}

// The Gram matrix of 20,000 columns would take 1.6 GB, that of 20 rows next to nothing.
func TestAWideTableTakesTheMemoryOfItsCells(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(1 << 30))
	file := filepath.Join(t.TempDir(), "wide.csv")
	row := strings.Repeat("1,2,", 10000)
	two := row + "a\n" + strings.ReplaceAll(row, "1,2", "3,1") + "b\n"
	require.NoError(t, os.WriteFile(file, []byte(strings.Repeat(two, 10)), 0o600))
	o := execute(t.Context(), "--data", file, "--net", "5", "--epochs", "1")
	assert.Equal(t, exitDone, o.code, o.stderr)
	assert.Contains(t, o.stdout, "20000-5-2")
	o = execute(t.Context(), "--data", file, "--net", "5", "--epochs", "1", "--l1", "0.01")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "take 56.0 GB")
}

// writeWide writes wide.csv: four rows of many columns, of two classes.
func writeWide(t *testing.T, pairs int) {
	t.Helper()
	rows := strings.Repeat("1,2,", pairs) + "a\n" + strings.Repeat("3,1,", pairs) + "b\n"
	require.NoError(t, os.WriteFile("wide.csv", []byte(rows+rows), 0o600))
}

// writeClasses writes classes.csv: many classes, of two rows each.
func writeClasses(t *testing.T, classes int) {
	t.Helper()
	var data strings.Builder
	for i := range 2 * classes {
		fmt.Fprintf(&data, "%d,c%d\n", i%7, i/2)
	}
	require.NoError(t, os.WriteFile("classes.csv", []byte(data.String()), 0o600))
}

// writeTexts writes texts.csv: columns with the given number of different texts, and two classes.
func writeTexts(t *testing.T, rows, texts, columns int) {
	t.Helper()
	var data strings.Builder
	for i := range rows {
		fmt.Fprintf(&data, "a,%s%c\n", strings.Repeat(fmt.Sprintf("t%d,", i*7919%texts), columns), 'a'+i%2)
	}
	require.NoError(t, os.WriteFile("texts.csv", []byte(data.String()), 0o600))
}

// The size of a file bounds the memory of the default network, but not that of a network that the user asks for.
func TestASmallFileMakesNoLargeNetwork(t *testing.T) {
	t.Chdir(t.TempDir())
	writeWide(t, 27_000)
	writeClasses(t, 15_000)
	writeTexts(t, 4000, 450, 40)
	for line, want := range map[string]string{
		"--data wide.csv --epochs 1":               "54000-300-2 and what bcd needs to train it on 3 samples take",
		"--data classes.csv --epochs 1":            "1-300-15000 and what bcd needs",
		"--data classes.csv --epochs 1 --net 2000": "1-300-15000 and what bcd needs",

		"compare --data classes.csv --quick --out c --net 1000": "the networks 1000, " +
			"between 1 inputs and 15000 classes, take",
		"tune --data classes.csv --epochs 1 --trials 1": "take a smaller --net, leave columns out, or merge classes",

		"--data texts.csv --epochs 1 --net 1": "each text of a column is an input; " +
			"leave out those with many, such as column 2 with 448",
		"tune --data texts.csv --epochs 1 --trials 1 --net 1": "leave out those with many",
		"compare --data texts.csv --quick --out c --net 1":    "leave out those with many",
	} {
		o := execute(t.Context(), strings.Fields(line)...)
		assert.Equal(t, exitFailed, o.code, line)
		assert.Contains(t, o.stderr, want, line)
	}
	assert.Equal(t, exitDone, execute(t.Context(), "--data", "wide.csv", "--epochs", "1", "--net", "2").code)
}

// The error about files that are too small for what they ask names a --memory that is enough.
func TestMemoryThatIsAskedForIsAllowed(t *testing.T) {
	t.Chdir(t.TempDir())
	hint := regexp.MustCompile(`--memory [0-9.]+[MG]B allows it`)
	writeClasses(t, 4500)
	writeTexts(t, 1200, 90, 3)
	writeWide(t, 9000)
	for _, line := range []string{
		"--data classes.csv --epochs 1 --limit 9 --net 3",
		"--data texts.csv --epochs 1 --limit 9 --net 1 --save m",
		"--data wide.csv --epochs 1 --net 2 --save w",
		"tune --data texts.csv --epochs 1 --trials 1 --net 1 --folds 2",
		"compare --data texts.csv --net 1 --epochs 1 --trials 1 --seeds 1 --solver sgd --out c",
		"eval --data texts.csv --model m",
		"predict --data texts.csv --model m",
	} {
		words := append(strings.Fields(line), "--memory", "1MB")
		for range 4 { // what is made of the table comes after it
			o := execute(t.Context(), words...)
			if o.code == exitDone {
				words = nil
				break
			}
			assert.Equal(t, exitFailed, o.code, line)
			more := hint.FindString(o.stderr)
			require.NotEmpty(t, more, "%s: %s", line, o.stderr)
			words[len(words)-1] = strings.Fields(more)[1]
		}
		assert.Nil(t, words, line)
	}
	for _, size := range []string{"", "2", "0GB", "-1MB", "1e9MB", "2 GB", "2gb", "99999999TB"} {
		o := execute(t.Context(), "--data", "classes.csv", "--memory", size)
		assert.Equal(t, exitUsage, o.code, size)
		assert.Contains(t, o.stderr, "--memory: ")
	}
}

// The choice runs as many trainings at a time as fit, and at least one.
func TestTheChoiceOfLambdaKeepsToTheMemory(t *testing.T) {
	defer processors.Pretend(8)()
	plan := trainingOf(t, "--workers", "8").plan
	spec := nn.Spec{Inputs: 10, Hidden: []int{300}, Outputs: 1000}
	numbers, err := plan.numbers(spec, 500)
	require.NoError(t, err)
	each := 4 * (numbers + 500*10)
	for left, want := range map[int64]int{0: 1, 2*each - 1: 1, 2*each + 1: 2, math.MaxInt64: 8} {
		got, err := plan.choiceWorkers(spec, 500, 500, left)
		require.NoError(t, err)
		assert.Equal(t, want, int(got))
	}
	limit := memory.Limit()
	if limit == math.MaxInt64 {
		t.Skip("the memory of this machine is not known")
	}
	spec.Outputs = int(limit / each * 1000 / 2) // about half of it
	got, err := plan.choiceWorkers(spec, 500, 500, math.MaxInt64)
	require.NoError(t, err)
	assert.Less(t, int(got), 8, "they do not fit into the memory of the machine")
}

// Parts of the samples are trained on like all of them: in the columns, with Gram matrices of these, although a part
// alone has so few rows that their coordinates would be used.
func TestAPartTakesTheMemoryOfTheMetricOfTheWhole(t *testing.T) {
	plan := trainingOf(t, "--workers", "8", "--batch", "50", "--net", "5"+strings.Repeat(",5", 9)).plan
	spec := nn.Spec{Inputs: 5000, Hidden: plan.net, Outputs: 2}
	alone, err := plan.numbers(spec, 2000)
	require.NoError(t, err)
	assert.Less(t, alone, int64(2*5000*5000))
	plan.whole = 3000
	part, err := plan.numbers(spec, 2000)
	require.NoError(t, err)
	assert.Greater(t, part, int64(2*5000*5000))
	plan.whole = 0
	got, err := plan.choiceWorkers(spec, 3000, lambda.MostUsed, 2*4*(alone+2000*5000)+1)
	require.NoError(t, err)
	assert.EqualValues(t, 1, got, "as many as fit")
	plan.whole = 2400 // of a table that is wide, too
	part, err = plan.numbers(spec, 2000)
	require.NoError(t, err)
	assert.Equal(t, alone, part)
}

// The memory decides how many runs there are at a time, not whether there is one.
func TestRunsAtATimeKeepToTheMemory(t *testing.T) {
	defer processors.Pretend(8)()
	for _, c := range []struct {
		needs needs
		jobs  int
		left  int64
		want  int
	}{
		{needs{100, 200}, 3, math.MaxInt64, 3},
		{needs{100, 200}, 1000, math.MaxInt64, 8},
		{needs{100, 200}, 8, 399, 3},
		{needs{100, 200}, 8, 99, 1},
		{needs{100, math.MaxInt64}, 8, 1000, 1},
		{needs{}, 2, 0, 1},
		{needs{}, 2, 5, 2},
	} {
		assert.Equal(t, c.want, c.needs.atATime(c.jobs, c.left), "%v", c)
	}
	var told strings.Builder
	say := &speaker{w: &told}
	say.fewerJobs(64, 8) // cores
	assert.Empty(t, told.String())
	say.fewerJobs(64, 3)
	assert.Equal(t, "note: 64 runs at the same time take too much memory; 3 run at a time\n",
		told.String())
}

// Goroutines are shared by runs; a single one is what each run has.
func TestNoMoreRunsAtATimeThanWorkersUnlessEachHasOne(t *testing.T) {
	for _, c := range []struct{ jobs, workers, want int }{{4, 0, 4}, {4, 1, 4}, {4, 2, 2}, {2, 4, 2}, {1, 4, 1}} {
		assert.Equal(t, c.want, jobsWithin(c.jobs, c.workers), "%v", c)
	}
}

// Searches and comparisons do not depend on the number of cores: if there is not enough memory for a run on each core,
// fewer run at a time.
func TestManyJobsOfSmallDataAreNotRefused(t *testing.T) {
	defer processors.Pretend(64)()
	t.Chdir(t.TempDir())
	var data strings.Builder
	for i := range 400 {
		fmt.Fprintf(&data, "%d%s,c%d\n", i%7, strings.Repeat(fmt.Sprintf(",%d", i%3), 700), i%2)
	}
	require.NoError(t, os.WriteFile("small.csv", []byte(data.String()), 0o600))
	for _, line := range []string{
		"compare --data small.csv --net 300,300,300 --epochs 1 --trials 1 --seeds 1 --solver sgd --out c",
		"tune --data small.csv --epochs 1 --trials 2 --folds 2 --net 300 --grid lambda=1",
	} {
		o := execute(t.Context(), append(strings.Fields(line), "--jobs", "64")...)
		assert.Equal(t, exitDone, o.code, o.stderr)
		assert.Contains(t, o.stderr, "runs at the same time take too much memory")
	}
}

// How deep a network is, and how wide it is within, is up to the user.
func TestADeepNetworkOnASmallTableIsAllowed(t *testing.T) {
	deep := make([]int, 40)
	for i := range deep {
		deep[i] = 900
	}
	spec := nn.Spec{Inputs: 10, Hidden: deep, Outputs: 3, Skips: []nn.Skip{{From: 0, To: 3}}}
	assert.Equal(t, nn.Spec{Inputs: 10, Hidden: []int{300, 300}, Outputs: 3}, causedByData(spec))
	assert.Equal(t, 900, spec.Hidden[0])
	plan := trainingOf(t).plan.withHidden(deep)
	need, err := plan.need(spec, 500)
	require.NoError(t, err)
	assert.Greater(t, need, (table.Options{}).Budget(0))
	quarter := dataset.Budget{Left: (table.Options{}).Budget(0) / 4}
	assert.NoError(t, plan.checkShare(spec, 500, &dataset.Set{Budget: quarter}))
	assert.Error(t,
		plan.checkShare(nn.Spec{Inputs: 20_000, Hidden: deep, Outputs: 2}, 60_000,
			&dataset.Set{Budget: dataset.Budget{Left: (table.Options{}).Budget(0)}}))
}

// Networks of a search are as wide as usual where wider ones would take too much.
func TestASearchLeavesOutNetworksThatTakeTooMuch(t *testing.T) {
	t.Chdir(t.TempDir())
	writeClasses(t, 4000)
	require.NoError(t, os.WriteFile("few.csv", []byte(strings.Repeat("1,a\n2,b\n3,a\n", 20)), 0o600))
	for file, want := range map[string][]string{
		"classes.csv": {"30", "100", "300"},
		"few.csv":     {"30", "100", "300", "1000"},
	} {
		f := new(tuneFlags)
		cmd := &cobra.Command{}
		var told strings.Builder
		f.define(cmd.Flags())
		f.data, f.jobs = file, 1000
		plan, err := f.plan(cmd.Flags())
		require.NoError(t, err)
		data, err := dataset.Read(t.Context(), f.request(f.seed, 1))
		require.NoError(t, err)
		parts, err := data.Divide()
		require.NoError(t, err)
		s := &tuning{flags: f, plan: plan, cmd: cmd, say: &speaker{w: &told}, data: data, rows: parts.Train,
			folds: map[int][][]int{}, at: [2]int{-1, -1}}
		grid := usualGrid(plan.method(), nil)
		require.NoError(t, s.leaveOutTooWide(grid))
		assert.Equal(t, want, grid[len(grid)-1].values, file)
		assert.Equal(t, len(want) < 4,
			strings.Contains(told.String(), "note: the search leaves --net 1000 out: 1-1000-4000 and what bcd needs"),
			told.String())
	}
}
