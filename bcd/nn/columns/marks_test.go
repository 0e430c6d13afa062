package columns

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestNumbersWithMarks(t *testing.T) {
	for _, c := range []struct {
		field string
		marks Marks
		comma bool
		want  float64 // NaN: it is none
	}{
		{"$5", Marks{Unit: "$"}, false, 5},
		{"-$7.50", Marks{Unit: "$"}, false, -7.5},
		{"$-7.50", Marks{Unit: "$"}, false, -7.5},
		{"\u22127 €", Marks{Unit: "€"}, false, -7},
		{"+3%", Marks{Unit: "%"}, false, 3},
		{"3.5 %", Marks{Unit: "%"}, false, 3.5},
		{"3,5 %", Marks{Unit: "%"}, true, 3.5},
		{"3,5 %", Marks{Unit: "%"}, false, math.NaN()},
		{".5%", Marks{Unit: "%"}, false, 0.5},
		{"1e3%", Marks{Unit: "%"}, false, 1000},
		{"1,234,567.5", Marks{Thousands: ","}, false, 1234567.5},
		{"1,234,567.5", Marks{Thousands: ","}, true, 1234567.5},
		{"1.234.567,5", Marks{Thousands: "."}, false, 1234567.5},
		{"1 234,5", Marks{Thousands: " "}, true, 1234.5},
		{"1\u202f234.5", Marks{Thousands: "\u202f"}, false, 1234.5},
		{"1'234", Marks{Thousands: "'"}, false, 1234},
		{"1234567", Marks{Thousands: ","}, false, 1234567},
		{"12", Marks{Thousands: ","}, false, 12},
		{"£1,234.50", Marks{"£", ","}, false, 1234.5},
		{"123,456,789,012,345,678,901,234,567,890,123", Marks{Thousands: ","}, false, 123456789012345678901234567890123},

		{"5", Marks{Unit: "$"}, false, math.NaN()},
		{"$5$", Marks{Unit: "$"}, false, math.NaN()},
		{"--5", Marks{Thousands: ","}, false, math.NaN()},
		{"-$-5", Marks{Unit: "$"}, false, math.NaN()},
		{"$", Marks{Unit: "$"}, false, math.NaN()},
		{"$inf", Marks{Unit: "$"}, false, math.NaN()},
		{"", Marks{Thousands: ","}, false, math.NaN()},
		{"1,23", Marks{Thousands: ","}, false, math.NaN()},
		{"1,2345", Marks{Thousands: ","}, false, math.NaN()},
		{"1234,567", Marks{Thousands: ","}, false, math.NaN()},
		{",123", Marks{Thousands: ","}, false, math.NaN()},
		{"1,,234", Marks{Thousands: ","}, false, math.NaN()},
		{"1,234,", Marks{Thousands: ","}, false, math.NaN()},
		{"1.5,234", Marks{Thousands: ","}, false, math.NaN()},
	} {
		v, ok := c.marks.Number(c.field, c.comma)
		assert.Equal(t, !math.IsNaN(c.want), ok, "%q with %+v", c.field, c.marks)
		if ok {
			assert.Equal(t, c.want, v, "%q with %+v", c.field, c.marks)
		}
	}
}

func TestMarksThatAllNumbersHaveAreFound(t *testing.T) {
	var none *Marks
	for fields, want := range map[string]*Marks{
		"12.5%|3 %|-7%":            {Unit: "%"},
		"$5|-$7.50|$1200":          {Unit: "$"},
		"$5|-$7.50|$1,200.00":      {"$", ","},
		"$20,404|$999":             {"$", ","}, // no currency has three digits after the point
		"1.234 €|999 €":            {"€", "."},
		"€1,234|€7.50":             {"€", ","},
		"999|1,234|5,678,901.5":    {Thousands: ","},
		"1.234.567|2.345,5":        {Thousands: "."},
		"1 234|999":                {Thousands: " "},
		"1\u00a0234|2\u00a0345.5":  {Thousands: "\u00a0"},
		"1'234'567|2":              {Thousands: "'"},
		"1,234|999":                none, // 1.234 with a decimal comma, or 1234
		"1,234%|999%":              none,
		"5%|0.05":                  none, // 5 or 0.05
		"$5|€5":                    none,
		"5%|low":                   none,
		"1,2|1,2,3|2,3,4":          none,
		"2024-01-02|2024-01-03":    none,
		"1 234|2\u00a0345":         none,
		"1|2":                      none, // plain numbers have no marks
		"12 34 56|12 345 678":      none,
		"192.168.0.1|192.168.0.10": none,
	} {
		assert.Equal(t, want, FindMarks(strings.Split(fields, "|"), false), "%q", fields)
	}
	assert.Nil(t, FindMarks(nil, false))
	assert.Equal(t, &Marks{Unit: "€"}, FindMarks([]string{"7,50 €", "1 €"}, true))
}

func TestARowMayHaveNumbersWithMarks(t *testing.T) {
	in := Inputs{Columns: []Column{
		{Name: "price", Kind: Number, Divisor: 1, Marks: &Marks{"$", ","}},
		{Name: "share", Kind: Number, Divisor: 1, Marks: &Marks{Unit: "%"}},
	}}
	cells, row := make([]float32, 2), []string{" -$1,234.50", "7 %"}
	require.NoError(t, in.ParseRow(cells, row))
	assert.Equal(t, []float32{-1234.5, 7}, cells)
	assert.Zero(t, testing.AllocsPerRun(50, func() { _ = in.ParseRow(cells, row) }))
	require.NoError(t, in.ParseRow(cells, []string{"?", ""}))
	assert.True(t, cells[0] != cells[0] && cells[1] != cells[1], "they are missing")
	assert.EqualError(t, in.ParseRow(cells, []string{"1234", "7%"}), `column 1 "price": "1234" is not a number like "$1,234", as those of the training data are`)
	assert.Error(t, in.ParseRow(cells, []string{"$1", "1e39%"}), "it is beyond float32")
}

func TestUnknownMarksAreRefused(t *testing.T) {
	for marks, why := range map[string]string{
		`{"kind":"number","divisor":1,"marks":{"unit":"kg"}}`:                           `numbers with the unit "kg"`,
		`{"kind":"number","divisor":1,"marks":{"thousands":";"}}`:                       `thousands separated by ";"`,
		`{"kind":"levels","levels":["a"],"means":[0],"divisor":1,"marks":{"unit":"%"}}`: `kind "levels" with marks`,
	} {
		_, err := Decode([]byte(`{"inputs":{"scale":"none","columns":[` + marks + `]},"outputs":{"task":"classes","targets":[{}],"classes":["a","b"]}}`))
		assert.ErrorContains(t, err, why)
	}
	_, err := Decode([]byte(`{"inputs":{"scale":"none","columns":[]},"outputs":{"task":"regression","targets":[{"divisor":1,"marks":{"unit":"kg"}}]}}`))
	assert.ErrorContains(t, err, `target 1: numbers with the unit "kg"`)
}

// What is a number with marks is the number of its digits, and never more than one number.
func FuzzMarks(f *testing.F) {
	for _, field := range []string{"$1,234.50", "12 %", "-1.234.567,5 €", "1 234", "\u2212$5", "$$5", "1,,234", "+-5%"} {
		f.Add(field)
	}
	f.Fuzz(func(t *testing.T, field string) {
		field = Clean(field)
		m := FindMarks([]string{field}, false)
		if m == nil {
			return
		}
		v, ok := m.Number(field, false)
		require.True(t, ok)
		plain := strings.NewReplacer("\u2212", "-", m.Unit, "").Replace(field)
		plain = strings.Join(strings.Fields(strings.ReplaceAll(plain, m.Thousands, "")), "")
		if m.Thousands == "." {
			plain = strings.Replace(plain, ",", ".", 1)
		}
		want, err := strconv.ParseFloat(plain, 64)
		require.NoError(t, err, "%q with %+v", field, m)
		require.Equal(t, want, v, "%q with %+v", field, m)
	})
}
