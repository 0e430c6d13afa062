package fit

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// TestGapsAndFarNumbersThatTrainingHadNotAreNoted: of a network that was trained on numbers from 0 to 99, heavy tails,
// numbers with gaps, texts without gaps, and a column that is left out.
func TestGapsAndFarNumbersThatTrainingHadNotAreNoted(t *testing.T) {
	const rows = 100
	var training [][]float32
	for i := range rows {
		x := float32(i)
		tail, gap := x/rows, x
		if i%50 == 0 {
			tail, gap = 1e6*(x+1), nan
		}
		training = append(training, []float32{x, tail, gap, x - 2*float32(i/2), 7})
	}
	in := fit(t, withText(tableOf(training...), 3, "u", "v"), columns.Standard)
	require.NotNil(t, in.Columns[1].Curve)
	require.Equal(t, columns.Dropped, in.Columns[4].Kind)

	for name, c := range map[string]struct {
		cells []float32
		want  string // the note, if there is one
	}{
		"as in training":                   {[]float32{50, 1, 1, 0, 7}, ""},
		"beyond, but not far":              {[]float32{-2800, 1, 1, 0, 7}, ""},
		"a gap where training had some":    {[]float32{50, 1, nan, 0, 7}, ""},
		"a gap in what is left out":        {[]float32{50, 1, 1, 0, nan}, ""},
		"a far number in what is left out": {[]float32{50, 1, 1, 0, 1e30}, ""},
		"the largest of a heavy tail":      {[]float32{50, 9e7, 1, 0, 7}, ""},
		"a gap": {[]float32{nan, 1, 1, 0, 7},
			`column "a": 1 of 2 values are missing, and none was in the training data: its mean takes their place`},
		"a gap among texts": {[]float32{50, 1, 1, nan, 7}, `column "d": 1 of 2 values are missing, and none was in ` +
			"the training data: they count as a text that it did not have"},
		"another unit": {[]float32{-3000, 1, 1, 0, 7},
			`column "a": 1 of 2 numbers are more than 2887 away from the mean of the training data, ` +
				"which is 49.5, such as -3000 of sample 2: are they in the same unit?"},
		"beyond a heavy tail": {[]float32{50, 1e10, 1, 0, 7},
			`column "b": 1 of 2 numbers are more than 5.074e+08 away from the mean of the training data, ` +
				"which is 5.2e+05, such as 1e+10 of sample 2: are they in the same unit?"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := withText(tableOf([]float32{50, 1, 1, 0, 7}, c.cells), 3, "u", "v")
			for j := range tab.Inputs {
				tab.Inputs[j].Name = string(rune('a' + j))
			}
			notes := UnlikeTraining(in, tab)
			if c.want == "" {
				assert.Empty(t, notes)
				return
			}
			assert.Equal(t, []string{c.want}, notes)
		})
	}
	in.Columns[1].Curve.At[len(in.Columns[1].Curve.At)-1] = 1e11
	assert.Empty(t, UnlikeTraining(in, tableOf([]float32{50, 1e10, 1, 0, 7})), "training had larger ones")
	in.Scale = columns.Common
	assert.Empty(t, UnlikeTraining(in, tableOf([]float32{50, 5, 1, 0, 7})))
	in.Scale = columns.Center
	assert.Empty(t, UnlikeTraining(in, tableOf([]float32{1e9, 1, 1, 0, 7})), "a divisor that is no deviation")
}

func TestImagesThatAreUnlikeThoseOfTheTrainingAreNotedOnce(t *testing.T) {
	image := func(scale float32, cells ...float32) *table.Table {
		tab := tableOf(cells)
		for i := range tab.Cells {
			tab.Cells[i] *= scale
		}
		tab.Shape = []int{1, len(cells)}
		return tab
	}
	var training [][]float32
	for i := range 100 {
		training = append(training, []float32{float32(i%7) / 7, float32(i%5) / 5, float32(i%3) / 3})
	}
	shaped := tableOf(training...)
	shaped.Shape = []int{1, 3}
	in := fit(t, shaped, columns.Standard)
	assert.Empty(t, UnlikeTraining(in, image(1, 0.1, 0.5, 0.3)))
	assert.Equal(t, []string{"3 of 3 numbers are unlike those of the training data, such as 200 of sample 1, where " +
		"these have a mean of 0.4214: are they in the same unit?"}, UnlikeTraining(in, image(255, 200./255, 1, 1)))
}

// A gap in an array has the mean, as one in a table has: 0 may be farther from it than any number of the training. In
// models that were saved before it is 0.
func TestGapsInSamplesWithAShapeHaveTheMeanAndAreNoted(t *testing.T) {
	shaped := func(rows ...[]float32) *table.Table {
		tab := tableOf(rows...)
		tab.Shape = []int{3, 1}
		return tab
	}
	var training [][]float32
	for i := range 100 {
		training = append(training, []float32{300 + float32(i%11), 295 + float32(i%7), 0})
	}
	in, gaps := fit(t, shaped(training...), columns.Standard), shaped([]float32{nan, 296, 0}, []float32{301, nan, 0})
	const missing = "2 of 6 numbers are missing where the training data had all: "
	assert.Equal(t, []string{missing + "the mean of their column takes their place"}, UnlikeTraining(in, gaps))
	x, err := Matrix(in, gaps, nil, 1)
	require.NoError(t, err)
	assert.Zero(t, x[0])
	assert.Zero(t, x[4])

	for j := range in.Columns {
		in.Columns[j].Fill = 0
	}
	assert.Equal(t, []string{missing + "0 takes their place"}, UnlikeTraining(in, gaps))
	rows := tableOf([]float32{nan, 296, 0}) // of text
	assert.Equal(t, []string{"column 1: 1 of 1 values are missing, and none was in the training data: " +
		"0 takes their place"}, UnlikeTraining(in, rows))
}

func TestNotesAboutGapsAreFew(t *testing.T) {
	tab := tableOf(make([]float32, mostListed+2))
	in := knowing(tab)
	for j := range tab.Cells {
		tab.Cells[j] = table.Missing
	}
	notes := UnlikeTraining(in, tab)
	require.Len(t, notes, mostListed+1)
	assert.Contains(t, notes[0], "column 1: 1 of 1 values are missing")
	assert.Equal(t, "2 more such notes: other columns have gaps that training had not, or numbers far from its mean",
		notes[mostListed])
}
