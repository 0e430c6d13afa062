package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

var nan = table.Missing

// tableOf makes a table of numbers, a row at a time.
func tableOf(rows ...[]float32) *table.Table {
	return &table.Table{Source: "t", Rows: len(rows), Inputs: table.Numbers(len(rows[0])),
		Cells: slices.Concat(rows...)}
}

// withText makes column j one of text.
func withText(t *table.Table, j int, levels ...string) *table.Table {
	t.Inputs[j].Kind, t.Inputs[j].Levels = table.Text, levels
	return t
}

func fit(t *testing.T, tab *table.Table, scale columns.Scale) *columns.Inputs {
	t.Helper()
	in, _, err := Columns(tab, nil, Options{Scale: scale, Workers: 1})
	require.NoError(t, err)
	d := columns.Description{Inputs: *in,
		Outputs: columns.Outputs{Task: columns.Classes, Targets: []columns.Target{{}}, Classes: []string{"a"}}}
	require.NoError(t, d.Validate())
	return in
}

func TestTheScalesOfNumbers(t *testing.T) {
	rows := func() *table.Table { return tableOf([]float32{1, 100}, []float32{3, 300}, []float32{8, 200}) }
	deviation := math.Sqrt((9 + 1 + 16) / 3.)
	for scale, want := range map[columns.Scale]columns.Column{
		columns.Standard: {Kind: columns.Number, Fill: 4, Mean: 4, Divisor: deviation},
		columns.Auto:     {Kind: columns.Number, Fill: 4, Mean: 4, Divisor: deviation},
		columns.Center:   {Kind: columns.Number, Fill: 4, Mean: 4, Divisor: 1},
		columns.None:     {Kind: columns.Number, Fill: 4, Divisor: 1},
	} {
		in := fit(t, rows(), scale)
		assert.Equal(t, want, in.Columns[0], scale)
		x, err := Matrix(in, rows(), nil, 2)
		require.NoError(t, err)
		assert.Equal(t, float32((8-want.Mean)/want.Divisor), x[4], scale)
	}
	pixels := rows()
	pixels.Divisor = 255
	for scale, want := range map[columns.Scale]columns.Column{
		columns.Auto:   {Kind: columns.Number, Fill: 4, Divisor: 255},
		columns.None:   {Kind: columns.Number, Fill: 4, Divisor: 255},
		columns.Center: {Kind: columns.Number, Fill: 4, Mean: 4, Divisor: 255},
	} {
		assert.Equal(t, want, fit(t, pixels, scale).Columns[0], scale)
	}
}

func TestAutoFindsAUnitThatColumnsShare(t *testing.T) {
	// The first pixel is always dark, the last one nearly.
	image := func(unit float32) (rows [][]float32) {
		for i := range 200 {
			rows = append(rows,
				[]float32{0, unit * float32(i*7%256), unit * float32(i*31%256), unit * float32(i/199*3)})
		}
		return rows
	}
	rows := image(1)
	rows[0][1], rows[1][1] = 255, 0
	in := fit(t, tableOf(rows...), columns.Auto)
	assert.Equal(t, columns.Common, in.Scale)
	assert.Equal(t, columns.Dropped, in.Columns[0].Kind)
	for _, c := range in.Columns[1:] {
		assert.EqualValues(t, 255, c.Divisor)
	}
	assert.Equal(t, columns.Common, fit(t, tableOf(image(1e-9)...), columns.Auto).Scale, "in another unit")

	change := func(do func(row []float32)) [][]float32 {
		rows := image(1)
		for _, row := range rows {
			do(row)
		}
		return rows
	}
	withGap := image(1)
	withGap[7][2] = nan
	for name, rows := range map[string][][]float32{
		"other least values":   change(func(row []float32) { row[2] += 3 }),
		"other ranges":         change(func(row []float32) { row[2] *= 100 }),
		"two counts":           change(func(row []float32) { row[1], row[2], row[3] = 0, 300*row[2], row[1] }),
		"they vary alike":      {{1, 2, 1}, {5, 1, 3}, {2, 5, 4}},
		"one column":           {{0}, {1}},
		"one that varies":      {{0, 1}, {1, 1}},
		"with a missing value": withGap,
	} {
		assert.Equal(t, columns.Standard, fit(t, tableOf(rows...), columns.Auto).Scale, name)
	}
	text := change(func(row []float32) { row[0] = float32(int(row[1]) % 2) })
	assert.Equal(t, columns.Standard, fit(t, withText(tableOf(text...), 0, "a", "b"), columns.Auto).Scale)
}

func TestMissingNumbersBecomeTheMeanAndSaySo(t *testing.T) {
	tab := tableOf([]float32{1, 5}, []float32{nan, 6}, []float32{3, 7}, []float32{5, nan})
	in := fit(t, tab, columns.Standard)
	want := columns.Column{Kind: columns.Number, Fill: 3, Mean: 3, Divisor: math.Sqrt(8. / 3),
		Missing: &columns.Affine{Mean: 0.25, Divisor: 1}}
	assert.Equal(t, want, in.Columns[0])
	x, err := Matrix(in, tab, []int{1, 0}, 1)
	require.NoError(t, err)
	z := func(v float64) float32 { return float32(v / math.Sqrt(2./3)) }
	assert.Equal(t, []float32{0, 0.75, z(0), -0.25, float32(-2 / math.Sqrt(8./3)), -0.25, z(-1), -0.25}, x)

	in = fit(t, tab, columns.None)
	assert.Equal(t, columns.Column{Kind: columns.Number, Fill: 3, Divisor: 1, Missing: &columns.Affine{Divisor: 1}},
		in.Columns[0])

	// A cell that is missing where training had none has the mean and nothing else.
	in = fit(t, tableOf([]float32{1}, []float32{5}), columns.None)
	x, err = Matrix(in, tableOf([]float32{nan}), nil, 1)
	require.NoError(t, err)
	assert.Equal(t, []float32{3}, x)
}

func TestLevelsBecomeOneInputEach(t *testing.T) {
	tab := withText(tableOf([]float32{0}, []float32{1}, []float32{0}, []float32{1}, []float32{2}, []float32{nan},
		[]float32{0}, []float32{1}), 0, "z", "a", "once")
	in := fit(t, tab, columns.Auto)
	assert.Equal(t,
		columns.Column{Kind: columns.Levels, Divisor: 1, Levels: []string{"a", "z"}, Means: []float64{3. / 8, 3. / 8},
			Missing: &columns.Affine{Mean: 1. / 8, Divisor: 1}}, in.Columns[0])
	x, err := Matrix(fit(t, tab, columns.None), tab, []int{0, 1, 4, 5}, 1)
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 1, 0 /**/, 1, 0, 0 /**/, 0, 0, 0 /**/, 0, 0, 1}, x)

	// Another file numbers its levels otherwise, and has one that is new.
	other := withText(tableOf([]float32{0}, []float32{1}, []float32{2}, []float32{-1}), 0, "new", "z", "a")
	x, err = Matrix(fit(t, tab, columns.None), other, nil, 1)
	require.NoError(t, err)
	assert.Equal(t, []float32{0, 0, 0 /**/, 0, 1, 0 /**/, 1, 0, 0 /**/, 0, 0, 0}, x)
}

func TestRareLevelsAreNotToldApart(t *testing.T) {
	var rows [][]float32
	for i := range 5000 {
		level := float32(i % 2)
		if i < 8 {
			level = float32(2 + i/4) // 4 rows each: less than one of a thousand
		}
		rows = append(rows, []float32{level})
	}
	rows = append(rows, []float32{3}) // 5 rows of 5001
	in := fit(t, withText(tableOf(rows...), 0, "a", "b", "c", "d"), columns.Auto)
	assert.Equal(t, []string{"a", "b"}, in.Columns[0].Levels)
	in = fit(t, withText(tableOf(rows[:5000]...), 0, "a", "b", "c", "d"), columns.Auto)
	assert.Equal(t, []string{"a", "b"}, in.Columns[0].Levels)
	rows[10][0] = 3
	in = fit(t, withText(tableOf(rows...), 0, "a", "b", "c", "d"), columns.Auto)
	assert.Equal(t, []string{"a", "b", "d"}, in.Columns[0].Levels, "6 of 5001")
}

func TestTwoLevelsAreNeverAnIdentifier(t *testing.T) {
	in := fit(t, withText(tableOf([]float32{0}, []float32{0}, []float32{1}), 0, "a", "b"), columns.Auto)
	assert.Equal(t, []string{"a"}, in.Columns[0].Levels)
}

func TestNamesInRowsThatComeAgainAreIdentifiers(t *testing.T) {
	for name, c := range map[string]struct{ names, times, more int }{
		"once": {900, 1, 0}, "twice": {900, 2, 0}, "three times": {100, 3, 0}, "one of them more often": {900, 2, 1},
	} {
		names := make([]string, c.names)
		var rows [][]float32
		for i := range c.names * c.times {
			names[i%c.names] = fmt.Sprint("n", i%c.names)
			rows = append(rows, []float32{float32(i % c.names), float32(i)})
		}
		rows = append(rows, slices.Repeat([][]float32{{0, 0}}, c.more)...)
		in := fit(t, withText(tableOf(rows...), 0, names...), columns.Auto)
		assert.Contains(t, in.Columns[0].Why, "an identifier or free text", name)
	}
	for name, c := range map[string]struct{ names, times int }{"twenty": {20, 2}, "four times": {30, 4}} {
		names := make([]string, c.names)
		var rows [][]float32
		for i := range c.names * c.times {
			names[i%c.names] = fmt.Sprint("n", i%c.names)
			rows = append(rows, []float32{float32(i % c.names)})
		}
		assert.Len(t, fit(t, withText(tableOf(rows...), 0, names...), columns.Auto).Columns[0].Levels, c.names, name)
	}
}

func TestColumnsThatSayNothingAreDropped(t *testing.T) {
	tab := tableOf(
		[]float32{0, 7, nan, 0, 0, 0, 1},
		[]float32{1, 7, nan, 1, 0, nan, 2},
		[]float32{2, 7, nan, 2, 0, 0, 4},
		[]float32{3, 7, nan, 0, 0, 0, 5})
	tab.Inputs[0].Counts = true
	tab.Inputs[1].Name = "seven"
	withText(withText(withText(tab, 3, "p", "q", "r"), 4, "same"), 5, "one")
	tab.At = []int{1}
	in, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	var why []string
	for _, c := range in.Columns {
		why = append(why, string(c.Kind)+" "+c.Why)
	}
	assert.Equal(t, []string{
		"dropped it numbers the rows", "dropped always 7", "dropped no values",
		"dropped 3 different texts in 4 rows: an identifier or free text", `dropped always "same"`, "levels ",
		"number ",
	}, why)
	assert.Equal(t, 3, in.Width())
	assert.Equal(t, `column 3 "seven" is left out: always 7`, notes[1],
		"numbered as in the file, where the target comes before")

	x, err := Matrix(in, tab, nil, 1)
	require.NoError(t, err)
	taken, err := Take(in, tab, 3)
	require.NoError(t, err)
	assert.Equal(t, x, taken)

	tab = tableOf([]float32{5, 0}, []float32{5, 1})
	tab.Shape, tab.Divisor = []int{1, 2}, 255
	assert.Equal(t, 2, fit(t, tab, columns.Standard).Width(), "an image keeps its shape")
	assert.EqualValues(t, 255, fit(t, tab, columns.Standard).Columns[0].Divisor)

	_, _, err = Columns(tableOf([]float32{5}, []float32{5}), nil, Options{Scale: columns.Auto, Workers: 1})
	assert.EqualError(t, err, "t: no column is left to learn from: column 1 is left out: always 5")
}

func TestNumbersThatAreTheSameOnlyAfterRoundingAreLeftOutByName(t *testing.T) {
	tab := tableOf([]float32{2e7, 7}, []float32{2e7, 8}, []float32{2e7, 9})
	tab.Inputs[0].Name, tab.Inputs[0].Rounding.Rounded, tab.Inputs[1].Rounding.Rounded = "a", true, true
	in, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, columns.Dropped, in.Columns[0].Kind)
	assert.Equal(t, columns.Number, in.Columns[1].Kind, "it also has different numbers")
	assert.Equal(t, []string{`column 1 "a" is left out: ` +
		"its numbers differ only beyond the 24 bits that are kept of each (float32), in which all are 20000000: " +
		"write what they differ by, such as each less the smallest one"}, notes)
}

func TestDatesAreLeftOutByName(t *testing.T) {
	for name, c := range map[string]struct {
		texts []string
		want  string
	}{
		"days":          {[]string{"2024-01-02", "2024-01-03", "2024-01-04"}, "rows: dates or times; "},
		"times":         {[]string{"2024-01-02T10:00:00Z", "2024-01-03 11:00", "2024-01-04"}, "rows: dates or times; "},
		"German":        {[]string{"2.1.2024", "3.1.2024", "24.12.23"}, "rows: dates or times; "},
		"by name":       {[]string{"31-Jan-2020", "1-Feb-2020", "2-Feb-2020"}, "rows: dates or times; "},
		"of day":        {[]string{"10:15", "10:30", "9:45"}, "rows: dates or times; "},
		"basic":         {[]string{"20141013T000000", "20141014T1015Z", "20141015T10+0200"}, "rows: dates or times; "},
		"not all":       {[]string{"2024-01-02", "yesterday", "2024-01-04"}, "an identifier or free text"},
		"codes":         {[]string{"20141013T", "20141014T1", "20141015TX"}, "an identifier or free text"},
		"phone numbers": {[]string{"030-12-345678", "030-12-345679", "030-12-345670"}, "an identifier or free text"},
	} {
		tab := withText(tableOf([]float32{0, 1}, []float32{1, 2}, []float32{2, 4}), 0, c.texts...)
		in, _, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
		require.NoError(t, err)
		assert.Contains(t, in.Columns[0].Why, c.want, name)
	}
}

func TestOnlyATrainingRowsNumberIsDropped(t *testing.T) {
	counting := func(name string) *table.Table {
		tab := tableOf([]float32{0, 3}, []float32{1, 4}, []float32{2, 4})
		tab.Inputs[0].Counts, tab.Inputs[0].Name = true, name
		return tab
	}
	for _, name := range []string{"", "Unnamed: 0", "Id", "#", "No.", "row.names", "X.id", "Case #", "PassengerId",
		"CustomerID", "customer_id", "RowNumber", "Serial No.", "sl_no", "S. No", "X"} {
		assert.Equal(t, 1, fit(t, counting(name), columns.Auto).Width(), name)
	}
	for _, name := range []string{"time", "day", "paid", "rooms", "x", "week_id", "DayId", "time-id"} {
		assert.Equal(t, 2, fit(t, counting(name), columns.Auto).Width(), name)
	}
	alone := tableOf([]float32{0}, []float32{1}, []float32{2})
	alone.Inputs[0].Counts = true
	assert.Equal(t, 1, fit(t, alone, columns.Auto).Width(), "there is nothing else")
}

func TestOnlyTheTrainingRowsCount(t *testing.T) {
	tab := withText(tableOf([]float32{1, 0}, []float32{900, 1}, []float32{3, 0}, []float32{nan, 1},
		[]float32{5, 2}, []float32{5, 2}), 1, "a", "held", "b")
	in, _, err := Columns(tab, []int{0, 2, 4, 5}, Options{Scale: columns.Center, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, columns.Column{Kind: columns.Number, Fill: 3.5, Mean: 3.5, Divisor: 1}, in.Columns[0])
	assert.Equal(t, []string{"a", "b"}, in.Columns[1].Levels)
	assert.Equal(t, []float64{0.5, 0.5}, in.Columns[1].Means)
}

func TestColumnsAreTheSameForAnyNumberOfWorkers(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	rows := make([][]float32, 30)
	for i := range rows {
		rows[i] = make([]float32, 70) // enough for four workers
		for j := range rows[i] {
			rows[i][j] = float32(j) + float32(r.NormFloat64())
		}
		rows[i][i] = nan
	}
	want, _, err := Columns(tableOf(rows...), nil, Options{Scale: columns.Standard, Workers: 1})
	require.NoError(t, err)
	for _, workers := range []int{2, 3, 16} {
		got, _, err := Columns(tableOf(rows...), nil, Options{Scale: columns.Standard, Workers: workers})
		require.NoError(t, err)
		assert.Equal(t, want, got, "%d workers", workers)
	}
}
