package report

import (
	"bytes"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestASearchSaysWhatItHasGained(t *testing.T) {
	usual := TuningTrial{Settings: "defaults", Error: 0.2, StandardError: 0.05, Runs: 5}
	better := TuningTrial{Settings: "net 30", Error: 0.1, Runs: 5}
	failed := TuningTrial{Settings: "defaults", Error: math.Inf(1), StandardError: math.NaN(), Runs: 5, Failed: 1}
	slightly := better
	slightly.Error = 0.16
	const trains = "This command trains with these settings and shows the test error."
	const nothing = "Nothing that was tried is better than the defaults. " +
		"This command trains with them and shows the test error."
	for name, c := range map[string]struct {
		trials       []TuningTrial
		usual        TuningTrial
		verdict, end string
	}{
		"much": {[]TuningTrial{better, usual}, usual,
			"chosen net 30, whose error is lower than that of the defaults by 10.00 percentage points", trains},
		"a little": {[]TuningTrial{slightly, usual}, usual,
			"by 4.00 percentage points: less than the standard error of that, so that it may be chance; " +
				"more --seeds tell",
			trains},
		"nothing": {[]TuningTrial{usual, slightly, slightly}, usual,
			"chosen defaults: of 2 other trials none has a smaller error", nothing},
		"as much but for rounding": {[]TuningTrial{{Settings: "net 30", Error: usual.Error * (1 - 1e-15)}, usual},
			usual,
			"of 1 other trial none has a smaller error", nothing},
		"alone":         {[]TuningTrial{usual}, usual, "chosen defaults, the only trial", nothing},
		"defaults fail": {[]TuningTrial{better, failed}, failed, "chosen net 30, while the defaults failed", trains},
	} {
		r := Tuning{Folds: 5, Seeds: 1, Trials: c.trials, Default: c.usual.Error, Tested: true,
			GainDeviation: c.usual.StandardError, Chosen: c.trials[0].Settings, Command: "train --x"}
		var b bytes.Buffer
		require.NoError(t, r.WriteTable(&b, false))
		text := strings.Join(strings.Fields(b.String()), " ")
		assert.Contains(t, text, c.verdict+" "+c.end+" train --x", name)
		assert.Contains(t, text, "judged by 5 folds, 1 seed;", name)
		assert.NotContains(t, text, "--choose-lambda")
		r.UsualLambda = true
		b.Reset()
		require.NoError(t, r.WriteTable(&b, false))
		assert.Contains(t, b.String(),
			"shows the test error.\n--choose-lambda no in it keeps the default λ, with which this was tried. Without\n")
		assert.True(t, strings.HasSuffix(b.String(), "\n\n  train --x\n"), "the command is the last line")
		r.Tested = false
		b.Reset()
		require.NoError(t, r.WriteTable(&b, false))
		assert.NotContains(t, b.String(), "test error", "it has none")
	}
}
