package fit

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// textsOf is a column of texts n00000, n00001 …, each in its count of rows, and one of numbers.
func textsOf(counts ...int) *table.Table {
	var rows [][]float32
	names := make([]string, len(counts))
	for i, n := range counts {
		names[i] = fmt.Sprintf("n%05d", i)
		for k := range n {
			rows = append(rows, []float32{float32(i), float32(k)})
		}
	}
	return withText(tableOf(rows...), 0, names...)
}

// TestTheMostFrequentOfManyTextsAreInputs: shops are no identifiers of rows, though each has less than one row of a
// thousand.
func TestTheMostFrequentOfManyTextsAreInputs(t *testing.T) {
	for name, c := range map[string]struct {
		counts []int
		inputs int
		last   string
	}{
		"1,115 shops":            {slices.Repeat([]int{25}, 1115), 1000, "n00999"},
		"the last most frequent": {append(slices.Repeat([]int{25}, 1115), 26), 1000, "n01115"},
		"some in 20 rows":        {append(slices.Repeat([]int{19}, 1500), 20, 20, 21), 3, "n01502"},
		"a frequent one":         {append(slices.Repeat([]int{25}, 1000), 26, 27), 952, "n01001"},
		"a few in most rows":     {append(slices.Repeat([]int{25}, 100), 23000, 24500), 2, "n00101"},
		"… in fewer":             {append(slices.Repeat([]int{25}, 100), 23000, 24475), 3, "n00101"},
		"fewer rows":             {append(slices.Repeat([]int{4}, 1000), 5, 3), 1, "n01000"},
	} {
		t.Run(name, func(t *testing.T) {
			levels := fit(t, textsOf(c.counts...), columns.Auto).Columns[0].Levels
			require.Len(t, levels, c.inputs)
			assert.Equal(t, c.last, levels[len(levels)-1])
			assert.True(t, slices.IsSorted(levels))
		})
	}
}

// A rule that asks whether any level is frequent would lose 998 inputs of 1000 to a single row.
func TestARowMoreChangesFewLevels(t *testing.T) {
	var shops []int
	for i := range 200 {
		shops = append(shops, 20+i)
	}
	for name, counts := range map[string][]int{
		"as many rows of each":   slices.Repeat([]int{25}, 1000),
		"more rows of one":       append([]int{26, 27}, slices.Repeat([]int{25}, 1000)...),
		"most rows of one":       append([]int{47_499}, slices.Repeat([]int{25}, 100)...),
		"other numbers of all":   append([]int{9000}, shops...),
		"the last one is enough": append([]int{20_000, 20}, slices.Repeat([]int{19}, 100)...),
	} {
		t.Run(name, func(t *testing.T) {
			before := fit(t, textsOf(counts...), columns.Auto).Columns[0].Levels
			for _, at := range []int{0, len(counts) - 1} {
				more := slices.Clone(counts)
				more[at]++
				after := fit(t, textsOf(more...), columns.Auto).Columns[0].Levels
				assert.InDelta(t, len(before), len(after), float64(len(counts))/20+1)
			}
		})
	}
}

func TestTextsThatAreTooManyAreLeftOutByName(t *testing.T) {
	assert.Equal(t,
		"2,000 different texts in 24,000 rows: too many, as none is in more than 12 rows, and an input needs 20",
		fit(t, textsOf(slices.Repeat([]int{12}, 2000)...), columns.Auto).Columns[0].Why)
}

func TestTextsThatAreTooRareAreNotCalledTooMany(t *testing.T) {
	rows := slices.Repeat([][]float32{{nan, 1}, {nan, 2}}, 50)
	rows[7] = []float32{0, 1}
	tab := withText(tableOf(rows...), 0, "a remark")
	assert.Equal(t, "1 different text in 1 row: too rare, as none is in more than 1 row, and an input needs 2",
		fit(t, tab, columns.Auto).Columns[0].Why)
}

// Whether the cabin of a passenger is known tells something, though the cabins do not.
func TestOfATextThatIsLeftOutTheGapsStay(t *testing.T) {
	const why = " different texts in "
	for name, c := range map[string]struct {
		present, missing int
		kept             bool
	}{
		"both in many rows": {40, 120, true}, "two gaps": {158, 2, true}, "one gap": {159, 1, false},
		"three texts": {3, 157, true}, "none lacks": {160, 0, false}, "none has": {0, 160, false},
		"too rarely": {3, 3000, false},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			names := make([]string, c.present)
			for i := range c.present + c.missing {
				cell := nan
				if i < c.present {
					cell, names[i] = float32(i), fmt.Sprint("C", i)
				}
				rows = append(rows, []float32{float32(i%7) + 0.5, cell})
			}
			tab := withText(tableOf(rows...), 1, names...)
			tab.Inputs[1].Name = "cabin"
			in, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			if !c.kept {
				assert.Equal(t, columns.Dropped, in.Columns[1].Kind)
				return
			}
			share := float64(c.missing) / float64(len(rows))
			assert.Equal(t, columns.Column{Name: "cabin", Kind: columns.Levels, Divisor: 1, Why: in.Columns[1].Why,
				Missing: &columns.Affine{Mean: share, Divisor: 1}}, in.Columns[1])
			assert.Contains(t, in.Columns[1].Why, why)
			assert.Equal(t, []string{"of these columns only whether they have a value is an input: " +
				`2 "cabin" (` + in.Columns[1].Why + ")"}, notes)
			x, err := Matrix(in, tab, []int{0, len(rows) - 1}, 1)
			require.NoError(t, err)
			assert.Equal(t, []float32{float32(-share), float32(1 - share)}, []float32{x[1], x[3]})
			assert.Empty(t, UnknownTexts(in, tab))
			assert.Empty(t, DroppedWarning(in))
		})
	}
}

// A text of which only the gaps are left shares no unit with the others.
func TestGapsDoNotDecideTheScale(t *testing.T) {
	rows := countsAnd(func(r *rand.Rand) float32 { return float32(r.IntN(50) / 49 * r.IntN(300)) })
	names := make([]string, len(rows))
	for i := range rows {
		names[i] = fmt.Sprint("n", i)
		rows[i] = append(rows[i], float32(i))
		if i%2 == 0 {
			rows[i][3] = nan
		}
	}
	in := fit(t, withText(tableOf(rows...), 3, names...), columns.Auto)
	assert.NotNil(t, in.Columns[3].Missing)
	assert.Equal(t, columns.Common, in.Scale)
}

// A reason that only those have who left says who left, though no two are the same.
func TestGapsThatTellTheTargetAreNoted(t *testing.T) {
	var rows [][]float32
	var left []float64
	var names []string
	for i := range 400 {
		cell := nan
		if i%2 == 1 {
			cell = float32(len(names))
			names = append(names, fmt.Sprint("reason ", i))
		}
		rows, left = append(rows, []float32{float32(i%7) + 0.5, cell}), append(left, float64(i%2))
	}
	tab := withText(tableOf(rows...), 1, names...)
	tab.Values, tab.Targets, tab.At, tab.Inputs[1].Name = left, table.Numbers(1), []int{2}, "reason"
	in, notes, err := Columns(tab, nil, Options{Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, columns.Levels, in.Columns[1].Kind)
	assert.Contains(t, strings.Join(notes, "; "), `column 2 "reason" alone tells the target`)
}
