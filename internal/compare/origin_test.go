package compare

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/report"
)

func TestResultsNameTheirOrigin(t *testing.T) {
	begin := time.Date(2026, 5, 6, 7, 8, 9, 10, time.FixedZone("", 3600))
	o := origin(begin)
	assert.Equal(t, time.Date(2026, 5, 6, 6, 8, 9, 0, time.UTC), o.Date)
	set := digits(t)
	on := newSamples(DataFacts{Name: "digits", Classes: 10}, set.Train, set.Test, set.Test.Head(0))
	result, err := on.run(t.Context(), Run{stageTune, trialsOf("sgd", 1)[0], Network{Hidden: []int{4}}, 1, 1, false},
		1, nil)
	require.NoError(t, err)
	assert.NotZero(t, result.Origin.Date)
	o.Date = result.Origin.Date
	assert.Equal(t, o, result.Origin)
}

// The results of a machine whose clock is not set are read back.
func TestADateThatCannotBeIsLeftOut(t *testing.T) {
	for _, begin := range []time.Time{time.Unix(90, 0), time.Date(12000, 1, 1, 0, 0, 0, 0, time.UTC)} {
		o := origin(begin)
		assert.Zero(t, o.Date)
		assert.NoError(t, o.validate())
		o.Date = begin
		assert.ErrorContains(t, o.validate(), "date")
	}
}

// TestFilesWithoutOriginCount: those of older programs count, too.
func TestFilesWithoutOriginCount(t *testing.T) {
	dir := t.TempDir()
	s, _ := testStudy(t, dir)
	old := goodResult()
	old.Data.Hash = ""
	r := old.Run
	s.data = old.Data
	text, err := json.Marshal(old)
	require.NoError(t, err)
	require.NotContains(t, string(text), "origin")
	require.NoError(t, os.WriteFile(filepath.Join(dir, r.String()+suffix), text, 0o600))
	result, err := s.store.load(r, s.data)
	require.NoError(t, err)
	assert.Zero(t, result.Origin)
	assert.Equal(t, []report.Origin{{Runs: 1}}, s.origins())
}

func TestOriginsOfRunsAreCounted(t *testing.T) {
	day := func(d int) time.Time { return time.Date(2026, 5, d, 0, 0, 0, 0, time.UTC) }
	s := &Study{plan: DefaultPlan(), store: newStore("")}
	for name, c := range map[string]struct {
		solver string
		origin RunOrigin
	}{
		"a": {"adam", RunOrigin{Commit: "1", CPU: "x", Date: day(2)}},
		"b": {"sgd", RunOrigin{Commit: "1", CPU: "x", Date: day(1), Version: "v1"}},
		"c": {"bcd", RunOrigin{Commit: "2", CPU: "x", Date: day(4), Modified: true}},
		"d": {"sgd", RunOrigin{Commit: "1", CPU: "x", Date: day(3)}},
	} {
		s.store.loaded[name] = &Result{Run: Run{Settings: Settings{Solver: c.solver}}, Origin: c.origin}
	}
	assert.Equal(t, []report.Origin{
		{Commit: "1", CPU: "x", Runs: 3, Solvers: []string{"sgd", "adam"}, First: day(1), Last: day(3)},
		{Commit: "2", Modified: true, CPU: "x", Runs: 1, Solvers: []string{"bcd"}, First: day(4), Last: day(4)},
	}, s.origins())
}
