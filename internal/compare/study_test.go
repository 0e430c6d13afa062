package compare

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"image/png"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/sealed"
)

// run does a comparison in a folder and returns the names of the runs that were done.
func run(t *testing.T, dir string, jobs int) (*Summary, map[string]bool) {
	t.Helper()
	s, set := testStudy(t, dir)
	before := contents(t, dir)
	s.Jobs, s.Workers = jobs, 1
	summary, err := s.Run(t.Context(), set)
	require.NoError(t, err)
	done := map[string]bool{}
	for name := range contents(t, dir) {
		if _, was := before[name]; !was {
			done[name] = true
		}
	}
	return summary, done
}

func TestAComparisonTrainsEachRunOnce(t *testing.T) {
	dir := t.TempDir()
	summary, done := run(t, dir, 1)
	assert.Equal(t, []int{1, 1}, []int{summary.Jobs, summary.Workers})
	require.Len(t, summary.Origins, 1)
	assert.Equal(t, 32, summary.Origins[0].Runs)
	require.Len(t, summary.Duels, 3)
	for _, d := range summary.Duels {
		assert.Equal(t, "adam", d.Rival)
		assert.Len(t, d.ToGoal, 2)
	}
	assert.Len(t, summary.Tried, 20)
	// 2 solvers, tuned on 2 networks with 2 trials and one more, of 3 seeds; 3 networks with 2 seeds; the plan.
	assert.Len(t, done, 2*2*(2+3)+2*3*2+1)
	requireWholeCells(t, summary)
	requireCurves(t, summary)

	t.Run("is not repeated", func(t *testing.T) {
		before := contents(t, dir)
		_, done := run(t, dir, 1)
		assert.Empty(t, done)
		assert.Equal(t, before, contents(t, dir))
	})
	t.Run("is in the files alone", func(t *testing.T) {
		again, err := Collect(dir)
		require.NoError(t, err)
		assert.Equal(t, withoutNaN(t, summary), withoutNaN(t, again))
	})
	t.Run("does what is missing", func(t *testing.T) {
		part := t.TempDir()
		i := 0
		for name, text := range contents(t, dir) {
			if i++; i%3 != 0 {
				require.NoError(t, os.WriteFile(filepath.Join(part, name), []byte(text), 0o600))
			}
		}
		run(t, part, 1)
		assert.Equal(t, withoutTimes(contents(t, dir)), withoutTimes(contents(t, part)))
	})
	t.Run("does not depend on the runs at a time", func(t *testing.T) {
		if testing.Short() {
			t.Skip("runs another whole comparison")
		}
		parallel := t.TempDir()
		summary, _ := run(t, parallel, 3)
		assert.Equal(t, 3, summary.Jobs)
		assert.Equal(t, withoutTimes(contents(t, dir)), withoutTimes(contents(t, parallel)))
	})
	t.Run("has pictures", func(t *testing.T) { requirePictures(t, summary) })
	t.Run("tells its outlook", func(t *testing.T) { requireNothingLeft(t, dir) })
}

// requireWholeCells: each solver has both seeds on each network, and no failed one.
func requireWholeCells(t *testing.T, summary *Summary) {
	t.Helper()
	require.Len(t, summary.Cells, 6)
	for i, cell := range summary.Cells {
		assert.Equal(t, summary.Networks[i/2], cell.Network)
		assert.Equal(t, summary.Solvers[i%2], cell.Solver)
		assert.Len(t, cell.Errors, 2)
		assert.Zero(t, cell.Failed)
		assert.Equal(t, cell.Network == "5", math.IsNaN(cell.ValidationError), "of the networks that were tuned on")
		for _, e := range cell.Errors {
			assert.True(t, e >= 0 && e <= 1)
		}
	}
}

// requireCurves: each network has those of both solvers, and the mean lies within its band.
func requireCurves(t *testing.T, summary *Summary) {
	t.Helper()
	for _, n := range summary.Networks {
		require.Len(t, summary.Curves[n], 2)
		for _, c := range summary.Curves[n] {
			require.Len(t, c.Error, 2)
			assert.True(t, c.Low[1] <= c.Error[1] && c.Error[1] <= c.High[1])
			assert.Less(t, c.Seconds[0], c.Seconds[1])
		}
	}
}

// requireNothingLeft: all runs of the folder are counted as finished, and none takes more time.
func requireNothingLeft(t *testing.T, dir string) {
	t.Helper()
	s, _ := testStudy(t, dir)
	o, err := s.Outlook()
	require.NoError(t, err)
	finished, all := o.Count()
	assert.Equal(t, 32, all)
	assert.Equal(t, all, finished)
	assert.Zero(t, o.Left(1))
	for _, row := range o.Rows {
		assert.Positive(t, o.Seconds(row))
	}
}

func requirePictures(t *testing.T, summary *Summary) {
	t.Helper()
	var svg, bitmap bytes.Buffer
	require.NoError(t, summary.WritePicture(&svg, "5", "svg"))
	for _, solver := range summary.Solvers {
		assert.Contains(t, svg.String(), ">"+solver+"</text>")
	}
	assert.NotContains(t, svg.String(), "NaN")
	require.NoError(t, xmlError(svg.Bytes()))
	require.NoError(t, summary.WritePicture(&bitmap, "5", "png"))
	_, err := png.Decode(&bitmap)
	assert.NoError(t, err)
}

// withoutNaN makes summaries comparable: NaN is not equal to itself.
func withoutNaN(t *testing.T, s *Summary) string {
	t.Helper()
	var b bytes.Buffer
	require.NoError(t, s.WriteCSV(&b))
	require.NoError(t, s.WriteMarkdown(&b, func(n string) string { return n }))
	text, err := json.Marshal(s.Curves)
	require.NoError(t, err)
	return b.String() + string(text)
}

func xmlError(text []byte) error {
	d := xml.NewDecoder(bytes.NewReader(text))
	for {
		if _, err := d.Token(); err != nil {
			if errors.Is(err, io.EOF) {
				return nil
			}
			return err
		}
	}
}

// TestTuningHasNoTestSamples: it takes none ([Study.tune]), its results know none, and
// it makes the same choice whatever they are.
func TestTuningHasNoTestSamples(t *testing.T) {
	choose := func(spoil bool) (*Choice, string) {
		dir := t.TempDir()
		s, set := testStudy(t, dir)
		if spoil {
			clear(set.Test.Labels)
		}
		choice, err := s.tune(t.Context(), set.Train)
		require.NoError(t, err)
		return choice, dir
	}
	choice, dir := choose(false)
	spoilt, _ := choose(true)
	assert.Equal(t, choice, spoilt)
	for name, text := range contents(t, dir) {
		require.True(t, strings.HasPrefix(name, stageTune), name)
		var result Result
		hasChecksum, err := sealed.Decode([]byte(text), &result)
		require.NoError(t, err)
		assert.True(t, hasChecksum)
		assert.Zero(t, result.Data.Test)
		assert.Len(t, result.Data.Hash, hashDigits)
		result.Data.Hash = ""
		assert.Equal(t, DataFacts{Name: "digits", Train: 200, Validation: 40, Inputs: 64, Classes: 10}, result.Data)
		for _, e := range result.Trace {
			assert.True(t, math.IsNaN(float64(e.TestError)))
			assert.False(t, math.IsNaN(float64(e.ValidationError)))
		}
	}
}

func TestInterruptedComparisonGoesOn(t *testing.T) {
	dir := t.TempDir()
	s, set := testStudy(t, dir)
	s.Workers = 1
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	s.Progress = func(p Progress) {
		if p.Done == 9 {
			assert.Equal(t, 32, p.Total)
			assert.Positive(t, p.Left)
			cancel()
		}
	}
	_, err := s.Run(ctx, set)
	require.ErrorIs(t, err, context.Canceled)
	assert.Len(t, contents(t, dir), 9+1, "the finished runs and the plan, and nothing half-written")

	summary, err := Collect(dir)
	require.NoError(t, err, "what there is can be reported")
	assert.Empty(t, summary.Curves)
	assert.Equal(t, []int{9, 32}, []int{summary.Finished, summary.Runs})

	o, err := s.Outlook()
	require.NoError(t, err)
	finished, all := o.Count()
	assert.Equal(t, 9, finished)
	assert.Equal(t, 32, all)
	assert.Positive(t, o.Left(1))
	assert.Equal(t, o.Left(1)/2, o.Left(2))

	if testing.Short() {
		t.Skip(`going on is left out: as "does what is missing" of TestAComparisonTrainsEachRunOnce`)
	}
	_, done := run(t, dir, 1)
	assert.Len(t, done, 23)
	whole := t.TempDir()
	run(t, whole, 1)
	assert.Equal(t, withoutTimes(contents(t, whole)), withoutTimes(contents(t, dir)))
}

func TestTheOutlookOfNothingLeavesNothingBehind(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "none")
	s, _ := testStudy(t, dir)
	o, err := s.Outlook()
	require.NoError(t, err)
	finished, all := o.Count()
	assert.Zero(t, finished)
	assert.Equal(t, 32, all)
	assert.True(t, math.IsNaN(o.Left(1)), "no run tells how long others take")
	assert.NoDirExists(t, dir, "to look leaves nothing behind")
}

// With more trials the first round of the tuning has more runs, and which settings get to the next one is not known
// before these are finished. Of the runs of the next rounds and of the final runs most are there.
func TestTheProgressOfALargerComparisonCountsWhatIsThere(t *testing.T) {
	dir := t.TempDir()
	run(t, dir, 1)
	plan := testPlan()
	plan.Trials++
	set := digits(t)
	s, err := NewStudy(plan, set, dir)
	require.NoError(t, err)
	s.Workers = 1
	trained := 0
	s.trained = func(Run) { trained++ }
	var last Progress
	s.Progress = func(p Progress) { last = p }
	_, err = s.Run(t.Context(), set)
	require.NoError(t, err)
	finished, all := s.outlook.Count()
	assert.Equal(t, all, finished)
	assert.Equal(t, all, last.Total)
	assert.Equal(t, all-1, last.Done, "the last one is under way")
	assert.Less(t, trained, all)
}

func TestRunThatDivergesIsAResult(t *testing.T) {
	set := digits(t)
	on := newSamples(DataFacts{Name: "digits", Classes: 10}, set.Train, set.Test, set.Test.Head(0))
	r := Run{stageTune, Settings{Solver: "sgd", Loss: "hinge"}.with([]float64{1e15, 0}), Network{Hidden: []int{4}}, 1,
		2, false}
	result, err := on.run(t.Context(), r, 1, nil)
	require.NoError(t, err)
	assert.Contains(t, result.Failed, "lower the learning rate")
	assert.True(t, math.IsInf(result.validationError(), 1))

	results := newStore(t.TempDir())
	require.NoError(t, results.save(result))
	results.loaded = map[string]*Result{}
	loaded, err := results.load(r, on.data)
	require.NoError(t, err)
	assert.Equal(t, result.Failed, loaded.Failed)
}

// TestTrainingsChooseLambda: those of bcd, in the tuning and the final runs, as [lambda.Choose] does. Their files have
// other names than those of runs without a choice.
func TestTrainingsChooseLambda(t *testing.T) {
	dir, set := t.TempDir(), digits(t)
	set.Train = set.Train.Head(60)
	p := testPlan()
	p.Networks, p.Seeds, p.Epochs, p.Trials = p.Networks[:1], 1, 1, 1
	all := func(choose bool) map[string]*Result {
		p.ChooseLambda = choose
		s, err := NewStudy(p, set, dir)
		require.NoError(t, err)
		_, err = s.Run(t.Context(), set)
		require.NoError(t, err)
		return s.store.loaded
	}
	without, with := all(false), all(true)
	require.Len(t, without, len(with))
	both := 0
	for name, r := range with {
		if r.Settings.Solver != BCD {
			assert.Nil(t, r.Choice)
			assert.Contains(t, without, name)
			both++
			continue
		}
		assert.NotContains(t, without, name)
		require.NotNil(t, r.Choice)
		assert.GreaterOrEqual(t, float64(r.Trace[0].Seconds), r.Choice.Seconds)
		loaded, _, err := newStore(dir).find(name)
		require.NoError(t, err)
		assert.Equal(t, r.Choice, loaded.Choice)
		o, err := r.Run.recipe(train.Problem{Samples: 60, Layers: 1, Bits: 32}, r.Choice)
		require.NoError(t, err)
		assert.Equal(t, r.Choice.Lambda, o.Options().(*bcd.BatchOptions).Lambda)
		assert.Equal(t, r.Choice.LambdaOut, o.Options().(*bcd.BatchOptions).LambdaOut)
	}
	assert.Equal(t, len(with)/2, both)
}
