package cli

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"ridge/internal/compare"
	"ridge/internal/report"
)

func TestThePageOfAComparisonShowsWhatThereIs(t *testing.T) {
	s := &compare.Summary{}
	s.Networks, s.Solvers = []string{"300", "30"}, []string{"bcd", "sgd"}
	s.Cells = []report.Cell{
		{Network: "300", Solver: "bcd", Settings: "a", Errors: []float64{0.25, 0.25}, Seconds: []float64{2, 4},
			Failed: 1},
		{Network: "300", Solver: "sgd", Settings: "b", Failed: 3},
		{Network: "30", Solver: "bcd", Settings: "c"},
		{Network: "30", Solver: "sgd"},
	}
	assert.Equal(t, [][]string{{"bcd", "25.00 ± 0.00 (1 of 3 failed)", "–"}, {"sgd", "– (3 of 3 failed)", "–"}},
		errorTable(s).Rows)
	assert.Equal(t, [][]string{{"300, bcd", "a", "3.00 s"}, {"300, sgd", "b", "–"}, {"30, bcd", "c", "–"}},
		settingsTable(s).Rows)
}
