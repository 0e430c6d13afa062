package cli

import (
	"io"
	"path/filepath"
	"runtime/debug"
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/bcd/nn/columns"
	"ridge/internal/compare"
	"ridge/internal/dataset"
	"ridge/internal/processors"
)

// The last of the networks would only be trained after hours.
func TestAComparisonThatDoesNotFitIsRefused(t *testing.T) {
	defer debug.SetMemoryLimit(debug.SetMemoryLimit(100 << 20))
	for _, more := range []string{"", " --plan"} {
		out := filepath.Join(t.TempDir(), "out")
		o := execute(t.Context(), argsOf("compare --net 5 --net 3000,3000 --tune-on 5 --solver adam --limit 60 "+
			"--trials 1 --epochs 1 --seeds 1"+more, "--out", out)...)
		assert.Equal(t, exitFailed, o.code)
		assert.Contains(t, o.stderr, "the networks 2x3000, between 64 inputs and 10 classes, take 2")
		assert.NoDirExists(t, out)
	}
}

// The trainings of a choice of λ count like runs, and so does the memory of the rows that they copy.
func TestTrainingsOfAChoiceOfAComparisonKeepToTheMemory(t *testing.T) {
	defer processors.Pretend(8)()
	classes := make([]string, 10)
	set := &dataset.Set{Name: "s", Classes: classes,
		Train:       dataset.Samples{Dim: 1000, X: make([]float32, 1000*1000)},
		Description: &columns.Description{Outputs: columns.Outputs{Task: columns.Classes, Classes: classes}}}
	for _, c := range []struct {
		name                  string
		jobs, fit             int // fit: that many trainings fit
		wantJobs, wantChoices int
	}{
		{"room for all", 1, 100, 1, 8},
		{"room for some", 1, 5, 1, 5},
		{"shared by runs", 2, 5, 2, 2},
		{"room for one each", 4, 5, 4, 1},
		{"room for fewer runs", 8, 5, 5, 1},
		{"room for one", 8, 1, 1, 1},
	} {
		plan := compare.DefaultPlan()
		plan.ChooseLambda = true
		plan.Networks = plan.Networks[:1]
		f := &compareFlags{jobs: c.jobs}
		each := needsOf(plan, plan.Networks[0], set).caused + 4*1000*1000
		set.Budget = dataset.Budget{Left: int64(c.fit)*each + each/2}
		most := mostNeeds(plan, set)
		f.fewerJobs(&speaker{w: io.Discard}, most, set)
		assert.Equal(t, c.wantJobs, f.jobs, c.name)
		assert.Equal(t, c.wantChoices, choicesAtATime(most, f.jobs, set), c.name)
	}
}
