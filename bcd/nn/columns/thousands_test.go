package columns

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestGroupsAndADecimalMarkShowWhatSeparatesThousands(t *testing.T) {
	for field, want := range map[string]string{
		"1.549,34": ".", "12.345.678,9": ".", "-1.549,340": ".", "+123.456,0": ".",
		"1,549.34": ",", "12,345,678.9": ",", "-1,549.340": ",",
		"1.234.567": ".", "12.345.678": ".", "-1.234.567": ".", "1,234,567": ",", "+12,345,678,901": ",",
		"1.549": "", "1,549": "", "101.205.300": "", "101,205,300": "", "1.234.56": "", "1.234.567.": "",
		"0.234.567": "", "1.234.567,": "", "1,234,567.": "", "1.234,567": ".", "1,234,567,8": "", "--1.234.567": "",
		"1549,34": "", "1549.34": "", "": "", ",": "", ".,": "",
		"0.549,34": "", "1234.549,34": "", "1.54,3": "", "1.5490,3": "", ".549,3": "", "1..549,3": "", "1.549,": "",
		"1.549,3,4": "", "1.549,3.4": "", "1,549.345,6": "", "1.549,3e2": "", "1.549,x": "", "a.549,3": "",
		"--1.549,3": "", "1.549,-3": "", "1 549,34": "",
	} {
		assert.Equal(t, want, ThousandsMark(field), field)
	}
}

func TestMarksBetweenThousandsAreRemoved(t *testing.T) {
	for _, c := range []struct{ field, mark, want string }{
		{"1.549,34", ".", "1549.34"}, {"-12.345.678,9", ".", "-12345678.9"}, {"1.549", ".", "1549"},
		{"12.345.678", ".", "12345678"}, {"1.549,", ".", "1549."}, {"1549,34", ".", "1549.34"}, {"17", ".", "17"},
		{"2,5e3", ".", "2.5e3"}, {",5", ".", ".5"},
		{"1.5", ".", ""}, {"0.549", ".", ""}, {"1549.34", ".", ""}, {"1,5.3", ".", ""}, {"1,549.34", ".", ""},
		{"1.549,3.4", ".", ""}, {"1.549,3e2", ".", ""},
		{"1,549.34", ",", "1549.34"}, {"1,549", ",", "1549"}, {"2.5", ",", "2.5"}, {"2,5", ",", ""},
		{"1.549,34", ",", ""}, {"", ".", ""},
	} {
		assert.Equal(t, c.want, WithoutThousands(c.field, c.mark), "%s %s", c.field, c.mark)
	}
}

// Random numbers that are written in groups are the same as those written without.
func TestNumbersInGroupsAreThoseWithoutMarks(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		text := strconv.FormatFloat((r.Float64()-0.5)*float64(uint64(1)<<r.IntN(50)), 'f', 1+r.IntN(5), 64)
		want, ok := ParseNumber(text)
		require.True(t, ok)
		whole, fraction, _ := strings.Cut(text, ".")
		for at := len(whole) - 3; at > 0 && whole[at-1] != '-'; at -= 3 {
			whole = whole[:at] + "." + whole[at:]
		}
		written := whole + "," + fraction
		got, ok := ParseNumber(WithoutThousands(written, "."))
		require.True(t, ok, written)
		require.Equal(t, want, got, written)
		if strings.Contains(whole, ".") {
			require.Equal(t, ".", ThousandsMark(written), written)
		}
	}
}

// A row has marks between thousands if the column had them in training, or if a field shows that it has.
func TestARowMayHaveMarksBetweenThousands(t *testing.T) {
	column := func(mark string) []Column { return []Column{{Kind: Number, Divisor: 1, Thousands: mark}} }
	cells := make([]float32, 1)
	for _, c := range []struct {
		in    Inputs
		field string
		want  string // of the cell, or "" for an error
	}{
		{Inputs{Columns: column(".")}, "1.549", "1549"},
		{Inputs{Columns: column(".")}, " -1.549,5 ", "-1549.5"},
		{Inputs{Columns: column(".")}, "2,5", "2.5"},
		{Inputs{Columns: column(".")}, "2.5", ""},
		{Inputs{Columns: column("."), DecimalComma: true}, "1,549", "1.549"},
		{Inputs{Columns: column(","), DecimalComma: true}, "1,549", "1549"},
		{Inputs{Columns: column("")}, "1.549", "1.549"},
		{Inputs{Columns: column("")}, "1.549,5", "1549.5"},
		{Inputs{Columns: column(""), DecimalComma: true}, "1.549,5", "1549.5"},
		{Inputs{Columns: column(""), DecimalComma: true}, "1,549.5", "1549.5"},
		{Inputs{Columns: column(""), DecimalComma: true}, "1.549", "1.549"},
		{Inputs{Columns: column("")}, "1,549", ""},
		{Inputs{Columns: column("")}, "3.677.472", "3.677472e+06"},
		{Inputs{Columns: column("")}, "101.205.300", ""},
	} {
		err := c.in.ParseRow(cells, []string{c.field})
		if c.want == "" {
			assert.ErrorContains(t, err, "is not a number", "%+v", c)
			continue
		}
		require.NoError(t, err, "%+v", c)
		assert.Equal(t, c.want, fmt.Sprint(cells[0]), "%+v", c)
	}
}
