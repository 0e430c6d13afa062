package fit

import (
	"strconv"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
)

func TestNotesNameTheFirstColumnsOfText(t *testing.T) {
	const n = 7
	rows := make([][]float32, 4)
	for i := range rows {
		for j := range n {
			rows[i] = append(rows[i], float32((i+j)%2))
		}
	}
	tab := tableOf(rows...)
	for j := range n {
		withText(tab, j, "low", "high")
		tab.Inputs[j].Name = string(rune('a' + j))
	}
	tab.At = []int{1}
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{"columns of text, with the number of their values, each of which is an input: " +
		`1 "a" (2), 3 "b" (2), 4 "c" (2), 5 "d" (2), 6 "e" (2) and 2 more`}, notes)
}

func TestNotesSayHowManyTextsAreInputs(t *testing.T) {
	tab := withText(tableOf([]float32{0, 0}, []float32{0, 1}, []float32{1, 0}, []float32{1, 1},
		[]float32{2, 0}, []float32{0, 1}), 0, "N1", "N2", "N3", "not in these rows")
	withText(tab, 1, "low", "high")
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{"columns of text, with the number of their values, each of which is an input: " +
		"1 (2 of 3), 2 (2); the others are no more frequent, " +
		"and are treated like values that training has not seen"}, notes)
}

func TestTextsThatAreDatesAreNoted(t *testing.T) {
	for name, c := range map[string]struct {
		levels []string
		noted  bool
	}{
		"days":           {[]string{"2024-01-31", "2024-02-01"}, true},
		"days and times": {[]string{"31.1.2024 10:15", "1.2.2024 9:05"}, true},
		"American":       {[]string{"01/31/2024", "2/1/24"}, true},
		"names of months": {[]string{"31-Jan-2020", "1 february 2020", "3. Mar. 2020", "2020-APR-05", "5May2020"},
			true},
		"months first":     {[]string{"Jan 31, 2020", "Sept. 1 2020 10:15", "June 30 2020"}, true},
		"months":           {[]string{"Jan-20", "Feb-20", "March 2020", "2020-Dec"}, true},
		"times":            {[]string{"10:15", "9:05:30", "9:05 PM", "12:00:00.250"}, true},
		"ratios":           {[]string{"10:1", "100:15"}, false},
		"scores":           {[]string{"2-1", "10-15"}, false},
		"two digits":       {[]string{"3-May-20", "12 Mar 45 9:00"}, true},
		"codes":            {[]string{"3may20", "12mar45"}, false},
		"no such times":    {[]string{"99:10", "10:75"}, false},
		"words with may":   {[]string{"maybe 20", "10 mayors 20"}, false},
		"times of runners": {[]string{"10:15", "10:15 late"}, false},
		"words among days": {[]string{"2024-01-31", "never"}, false},
		"versions":         {[]string{"v1.2.3", "v1.2.4"}, false},
	} {
		t.Run(name, func(t *testing.T) {
			tab := texts(c.levels...)
			tab.Inputs[1].Name = "day"
			_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
			require.NoError(t, err)
			note := `the texts in column 2 "day" look like dates or times: ` +
				"each is an input, and another one says nothing; " + datesAsNumbers
			want := []string{
				"columns of text, with the number of their values, each of which is an input: 2 \"day\" (" +
					strconv.Itoa(len(c.levels)) + ")",
			}
			if c.noted {
				want = append(want, note)
			}
			assert.Equal(t, want, notes)
		})
	}
}

func TestNotesNameTheColumnsWithMissingValues(t *testing.T) {
	tab := tableOf([]float32{1, nan, 3}, []float32{2, 5, nan}, []float32{3, 6, 7})
	tab.Inputs[1].Name = "size"
	_, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, []string{`columns with missing values: 2 "size", 3: ` +
		"a mean takes the place of a missing number, and one more input tells the network"}, notes)
}

func TestThatMoreThanHalfOfTheColumnsAreLeftOutIsAWarning(t *testing.T) {
	drop, keep := columns.Column{Kind: columns.Dropped}, columns.Column{Kind: columns.Number}
	gaps := columns.Column{Kind: columns.Levels, Missing: &columns.Affine{}}
	for name, c := range map[string]struct {
		all  []columns.Column
		want string
	}{
		"none":      {[]columns.Column{keep}, ""},
		"half":      {[]columns.Column{keep, drop}, ""},
		"more":      {[]columns.Column{drop, keep, drop}, "2 of 3 columns of inputs are left out"},
		"only gaps": {[]columns.Column{gaps, keep, drop}, "2 of 3 columns of inputs are left out"},
		"no column": {nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			got := DroppedWarning(&columns.Inputs{Columns: c.all})
			assert.Equal(t, c.want == "", got == "", got)
			assert.Contains(t, got, c.want)
		})
	}
}

func TestClassesThatAreDatesAreNoted(t *testing.T) {
	dates := []string{"2024-01-02", "2024-01-03"}
	assert.Contains(t, DatesNote(&columns.Outputs{Task: columns.Classes, Classes: dates}),
		`the target is text that looks like dates or times, such as "2024-01-02"`)
	assert.Empty(t, DatesNote(&columns.Outputs{Task: columns.Classes, Classes: append(dates, "never")}))
	assert.Empty(t, DatesNote(&columns.Outputs{Task: columns.Regression}))
}
