package report

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd"
	"ridge/bcd/train"
	"ridge/internal/lambda"
)

func TestAChoiceAtTheEndOfItsGridIsSaid(t *testing.T) {
	for chosen, want := range []string{
		"this λ is the smallest that was tried, and train tune --grid lambda,lambda-out=x0.004,", "", "",
		"this λ is the largest that was tried, and train tune --grid lambda,lambda-out=x1,x4,",
	} {
		c := choice{&lambda.Choice{Folds: 3, Chosen: chosen}}
		for i, loss := range []float64{0.5, 0.25, 0.75, 0.625} {
			c.Tried = append(c.Tried, lambda.Tried{Lambda: float64(i + 1), Loss: loss})
		}
		if want == "" {
			assert.NotContains(t, c.fact(), "was tried")
			continue
		}
		assert.Contains(t, c.fact(), want)
	}
}

func TestAChoiceSaysHowItsSamplesWereHeldOut(t *testing.T) {
	c := choice{&lambda.Choice{Folds: 3, Divisions: 1, Tried: []lambda.Tried{{Lambda: 0.5, Loss: 0.25}}, Seconds: 1}}
	assert.Contains(t, c.fact(), "0.5, chosen by 3 folds")
	assert.NotContains(t, c.fact(), "noise")
	c.Divisions = 3
	assert.Contains(t, c.fact(), "0.5, chosen by 3 divisions into 3 folds")
	assert.Contains(t, fmt.Sprint(c.object()), "{divisions 3}")
	c.Tried = append(c.Tried, lambda.Tried{Lambda: 0.1, Loss: 0.2})
	assert.NotContains(t, c.fact(), "noise", "of other samples, by which it is the chosen one")
	c.Tried = append(c.Tried, lambda.Tried{Lambda: 0.1, Loss: 0.2, Difference: -0.05})
	assert.Contains(t, c.fact(), "; smaller losses are within the noise, or do not come with fewer errors")
}

func TestAChoiceSaysWhichInputStepItHas(t *testing.T) {
	tried := []lambda.Tried{{Lambda: 0.5, InputStep: 4}, {Lambda: 0.5, InputStep: 6}, {Lambda: 2, InputStep: 4}}
	alone := choice{&lambda.Choice{InputStepAlone: true, Folds: 3, Tried: tried[:2], Chosen: 1}}
	assert.Equal(t, "the input step", alone.What())
	assert.Equal(t, "×6, chosen by 3 folds", alone.fact(), "it says nothing of λ")
	assert.Contains(t, fmt.Sprint(alone.object()), "{input_step 6}")
	all := choice{&lambda.Choice{Folds: 3, Tried: tried, Chosen: 1}}
	assert.Equal(t, "λ", all.What())
	assert.Contains(t, all.fact(), "0.5 with input step ×6, chosen by 3 folds")
	assert.Contains(t, all.fact(), "this λ is the smallest that was tried, and train tune --grid "+
		"lambda,lambda-out=x0.004,x0.016,x0.06,x1 --input-step 6, with those flags of this training that say what "+
		"is read and trained, looks for a better one beyond")
	longer := choice{&lambda.Choice{Tried: []lambda.Tried{{Lambda: 2, Hidden: []int{300}, Epochs: 40},
		{Lambda: 0.5, Hidden: []int{100, 100}, Epochs: 120, Pieces: true}}, Chosen: 1}}
	assert.Contains(t, longer.fact(), "=x0.004,x0.016,x0.06,x1 --net 100,100 --epochs 120 --pieces yes, with ")
	all.Chosen = 2
	assert.Contains(t, all.fact(), "2, chosen by 3 folds")
	assert.NotContains(t, all.fact(), "--input-step")
}

func TestTheTableOfAChoiceOfTheInputStepAlone(t *testing.T) {
	run := new(Run)
	run.Choice = &lambda.Choice{InputStepAlone: true, Folds: 3, Divisions: 1, Chosen: 1, Seconds: 1.5,
		Tried: []lambda.Tried{
			{Lambda: 0.05, InputStep: 4, Loss: 0.5, Error: 0.25, Difference: 0.125, StandardError: 0.0625},
			{Lambda: 0.05, InputStep: 6, Loss: 0.375, Error: 0.125},
		}}
	var b strings.Builder
	require.NoError(t, run.WriteChoice(&b, false))
	assert.Equal(t, ` choice of the input step by samples that are held out: 3 folds, 1.50 s

 input    loss  vs chosen       ±    error
───────────────────────────────────────────────────
    ×4  0.5000    +0.1250  0.0625  25.00 %
    ×6  0.3750          –          12.50 %  chosen

`, b.String())

	b.Reset()
	run.Recipe = bcd.MiniBatches.With(bcd.DefaultBatchOptions(train.Problem{Samples: 100, Layers: 1}))
	require.NoError(t, run.WriteFacts(&b, false))
	assert.Contains(t, b.String(), "\n input step   ×6, chosen by 3 folds\n")
}

func TestAChoiceSaysWhatHadMoreDivisions(t *testing.T) {
	tried := []lambda.Tried{{Divisions: 1}, {Divisions: 3, Pieces: true}}
	c := choice{&lambda.Choice{Folds: 3, Divisions: 1, Tried: tried}}
	var b strings.Builder
	run := new(Run)
	run.Choice = c.Choice
	require.NoError(t, run.WriteChoice(&b, false))
	assert.Contains(t, b.String(), " pieces  divisions ")
	assert.Contains(t, b.String(), " yes          3 ")
	assert.Contains(t, fmt.Sprint(c.object()), "{divisions 1} {samples 0} {loss")
	assert.Contains(t, fmt.Sprint(c.object()), "{divisions 3} {samples 0} {loss")
}

// What is the same for all has no column.
func TestTheTableOfAChoice(t *testing.T) {
	tried := []lambda.Tried{
		{Lambda: 0.0031, Epochs: 40, Hidden: []int{300}, Loss: 1.25, Error: 0.3125, Difference: 0.0625,
			StandardError: 0.25},
		{Lambda: 0.05, Epochs: 40, Hidden: []int{300}, Loss: 1.1875, Error: 0.25},
		{Lambda: 0.2, Epochs: 40, Hidden: []int{300}, Loss: math.Inf(1), Error: math.Inf(1), Difference: math.Inf(1),
			StandardError: math.NaN()},
	}
	other := lambda.Tried{Lambda: 0.05, Epochs: 1200, Hidden: []int{100, 20}, Pieces: true, Loss: 0.09375, Error: 0.5,
		Difference: -1.09375, StandardError: 1}
	for _, c := range []struct {
		run  Run
		more []lambda.Tried
		want string
	}{
		{Run{}, nil, ` choice of λ by samples that are held out: 3 divisions into 3 folds, 1.50 s

      λ      loss  vs chosen      ±    error
─────────────────────────────────────────────────────
 0.0031     1.250     +0.062  0.250  31.25 %
   0.05     1.188          –         25.00 %  chosen
    0.2  diverged          –               –

`},
		{Run{Samples: Samples{Weight: "balanced", Targets: []string{"a", "b"}}}, []lambda.Tried{other},
			` choice of λ by samples that are held out, with their weights: 3 divisions into
 3 folds, 1.50 s

      λ  hidden  epochs  pieces      loss  vs chosen        ±     error
────────────────────────────────────────────────────────────────────────────────
 0.0031     300      40      no   1.25000   +0.06250  0.25000  125.00 %
   0.05     300      40      no   1.18750          –           118.75 %  chosen
    0.2     300      40      no  diverged          –                  –
   0.05  100-20   1,200     yes   0.09375   -1.09375  1.00000    9.38 %

`},
	} {
		c.run.Choice = &lambda.Choice{Folds: 3, Divisions: 3, Chosen: 1, Seconds: 1.5,
			Tried: slices.Concat(tried, c.more)}
		var b strings.Builder
		require.NoError(t, c.run.WriteChoice(&b, false))
		assert.Equal(t, c.want, b.String())
	}
	diverged := lambda.Tried{Lambda: 0.2, Loss: math.Inf(1), Error: math.Inf(1), Difference: math.NaN(),
		StandardError: math.NaN()}
	var b strings.Builder
	all := new(Run)
	all.Choice = &lambda.Choice{Folds: 3, Tried: []lambda.Tried{diverged, diverged}}
	require.NoError(t, all.WriteChoice(&b, false))
	assert.NotContains(t, b.String(), "NaN", "all of them diverged")
	b.Reset()
	require.NoError(t, new(Run).WriteChoice(&b, false))
	assert.Empty(t, b.String(), "nothing was chosen")
}

// Losses of targets that hardly vary, or of a regression that is nearly exact, are shown as they are.
func TestSmallLossesOfAChoiceAreShown(t *testing.T) {
	for name, c := range map[string]struct {
		losses []float64
		want   string
	}{
		"all small":         {[]float64{2e-5, 3.25e-4}, "2.000e-05 | 3.250e-04 +3.050e-04 5.000e-06"},
		"with an exact one": {[]float64{0, 4e-9}, "0.000e+00 | 4.000e-09 +4.000e-09 5.000e-06"},
		"one of them":       {[]float64{5e-4, 0.25}, "0.0005 | 0.2500 +0.2495 0.0000"},
		"large ones":        {[]float64{2e5, 3e5}, "200000 | 300000 +100000 0"},
		"one diverged":      {[]float64{2e-5, math.Inf(1)}, "2.000e-05 | diverged"},
		"exact ones":        {[]float64{0, 0}, "0 | 0"},
		"less than before":  {[]float64{3e-4, 2e-4}, "3.000e-04 | 2.000e-04 -1.000e-04 5.000e-06"},
	} {
		shown := choice{new(lambda.Choice)}
		for _, loss := range c.losses {
			shown.Tried = append(shown.Tried,
				lambda.Tried{Loss: loss, Difference: loss - c.losses[0], StandardError: 5e-6})
		}
		var rows []string
		for _, tried := range shown.Tried {
			var cells []string
			for _, column := range shown.columns(1) {
				if slices.Contains([]string{"loss", "vs chosen", "±"}, column.title) {
					cells = append(cells, column.cell(tried))
				}
			}
			rows = append(rows, strings.TrimSpace(strings.TrimSuffix(strings.Join(cells, " "), none+" ")))
		}
		assert.Equal(t, c.want, strings.Join(rows, " | "), name)
	}
}
