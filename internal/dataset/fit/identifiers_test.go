package fit

import (
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/table"
)

// modulo are the cells 0, 1, … n−1, 0, 1, …
func modulo(n int) func(i int) float32 { return func(i int) float32 { return float32(i % n) } }

// except are cells of which one is another.
func except(cell func(i int) float32, at int, other float32) func(i int) float32 {
	return func(i int) float32 {
		if i == at {
			return other
		}
		return cell(i)
	}
}

func TestColumnsThatMayBeIdentifiersAreNoted(t *testing.T) {
	const unique, named = "each row has another whole number in column ", "the numbers in column "
	const taken = " are taken for quantities, though the name is one of an identifier: " +
		"if they are names, leave them out "
	row := func(i int) float32 { return float32(i) }
	order := func(i int) float32 { return float32(7000 + 3*i) }
	for name, c := range map[string]struct {
		column string
		rows   int
		cell   func(i int) float32
		want   string
	}{
		"a number of its own": {"order", 20, order,
			unique + `1 "order": if that only names the rows, leave it out (--drop order)`},
		"… of few rows": {"order", 19, order, ""},
		"… once more":   {"order", 20, func(i int) float32 { return float32(7000 + i%19) }, ""},
		"… a gap":       {"order", 20, except(row, 9, nan), ""},
		"fractions":     {"size", 20, func(i int) float32 { return float32(i) + 0.5 }, ""},
		"one fraction":  {"size", 20, except(row, 19, 0.5), ""},
		"the name of an identifier": {"shop_id", 20, modulo(5),
			named + `1 "shop_id"` + taken + "(--drop shop_id), or"},
		"… rarely again": {"shop_id", 63, modulo(21),
			named + `1 "shop_id"` + taken + "(--drop shop_id)$"},
		"… too rarely": {"shop_id", 40_000, modulo(4_000),
			named + `1 "shop_id"` + taken + "(--drop shop_id)$"},
		"… often enough": {"shop_id", 40_000, modulo(2_000),
			named + `1 "shop_id"` + taken + "(--drop shop_id), or write text (n17 for 17), "},
		"… of few things": {"shopId", 20, modulo(2), ""},
		"… late": {"shop ID", 20, func(i int) float32 { return float32(i / 8) },
			named + `1 "shop ID"` + taken + "(--drop 1), or"},
		"… with a gap":        {"shop_id", 20, except(modulo(5), 9, nan), named + `1 "shop_id"`},
		"… of fractions":      {"ID", 20, except(modulo(5), 19, 0.5), ""},
		"a word that ends so": {"PAID", 20, modulo(5), ""},
		"a number for a name": {"7", 20, row, unique + `1 "7": if that only names the rows, leave it out (--drop 1)`},
	} {
		t.Run(name, func(t *testing.T) {
			var rows [][]float32
			for i := range c.rows {
				rows = append(rows, []float32{c.cell(i), float32(i%3) + 0.5})
			}
			tab := tableOf(rows...)
			tab.Inputs[0].Name = c.column
			_, notes, err := Columns(tab, nil, Options{Scale: columns.Center, Workers: 1})
			require.NoError(t, err)
			text := strings.Join(notes, "; ")
			if c.want == "" {
				assert.NotContains(t, text, unique)
				assert.NotContains(t, text, named)
				return
			}
			assert.Contains(t, text+"$", c.want)
		})
	}
}

// Numbers of many digits become the same as their neighbours where they are rounded.
func TestLongNumbersThatCollideMayBeIdentifiers(t *testing.T) {
	const long = 86135501
	pairs := func(n int) func(i int) float32 { // the last n rows have the number of another row
		return func(i int) float32 { return float32(long + 1000*(i%(40-n))) }
	}
	for name, c := range map[string]struct {
		cell    func(i int) float32
		inexact float64
		want    string
	}{
		"none do":            {pairs(0), long, "; each row has another whole number in column 1: "},
		"a tenth":            {pairs(4), long, "; nearly each row has another whole number in column 1: "},
		"more":               {pairs(5), long, ""},
		"they are not long":  {pairs(4), 0, ""},
		"they are fractions": {pairs(4), long + 0.3, ""},
		"a gap":              {except(pairs(0), 9, nan), long, ""},
		"a late gap":         {except(pairs(0), 38, nan), long, ""},
	} {
		var rows [][]float32
		for i := range 40 {
			rows = append(rows, []float32{c.cell(i), float32(i%3) + 0.5})
		}
		tab := tableOf(rows...)
		tab.Inputs[0].Rounding.Inexact = c.inexact
		_, notes, err := Columns(tab, nil, Options{Scale: columns.Center, Workers: 1})
		require.NoError(t, err)
		text := "; " + strings.Join(notes, "; ")
		if c.want == "" {
			assert.NotContains(t, text, "another whole number", name)
			continue
		}
		assert.Contains(t, text, c.want, name)
	}
}

// Where names would say that a column has names of things, some of which come again, only their distances do.
func TestNumbersWithoutANameThatComeAgainMayBeIdentifiers(t *testing.T) {
	const noted = "nearly each row has another whole number in column 1: if that only names the rows, leave it out " +
		"(--drop 1)"
	r := rand.New(rand.NewPCG(1, 2))
	names := make([]float32, 500)
	for i := range names {
		names[i] = float32(1_000_000 + r.IntN(300_000))
	}
	patient := func(visits int) func(i int) float32 { // of which there are so many again
		return func(i int) float32 { return names[i%(500-visits)] }
	}
	// As many come again by chance as would of the patients.
	amounts, steps := make([]float32, 500), make([]float32, 500)
	for i := range amounts {
		amounts[i] = float32(math.Round(500 * math.Exp(1.2*r.NormFloat64()+0.8)))
		steps[i] = 100 * float32(r.IntN(3000))
	}
	for name, c := range map[string]struct {
		column string
		cell   func(i int) float32
		want   bool
	}{
		"visits":           {"", patient(40), true},
		"more visits":      {"", patient(60), false},
		"few visits":       {"", patient(2), false},
		"a name":           {"size", patient(40), false},
		"amounts":          {"", func(i int) float32 { return amounts[i] }, false},
		"rounded amounts":  {"", func(i int) float32 { return steps[i] }, false},
		"a gap":            {"", except(patient(40), 3, nan), false},
		"one number often": {"", func(i int) float32 { return names[max(0, i-45)] }, false},
	} {
		var rows [][]float32
		for i := range 500 {
			rows = append(rows, []float32{c.cell(i), float32(i%3) + 0.5})
		}
		tab := tableOf(rows...)
		tab.Inputs[0].Name = c.column
		_, notes, err := Columns(tab, nil, Options{Scale: columns.Center, Workers: 1})
		require.NoError(t, err)
		text := strings.Join(notes, "; ")
		assert.Equal(t, c.want, strings.Contains(text, noted), "%s: %s", name, text)
		assert.Equal(t, c.want, strings.Contains(text, "another whole number"), "%s: %s", name, text)
	}
}

func TestOfManyIdentifiersSomeAreNamed(t *testing.T) {
	const all = 9
	for n := 4; n <= all; n++ {
		tab := &table.Table{At: []int{0}}
		for range n {
			tab.Inputs = append(tab.Inputs, table.Column{Name: string(rune('a' + len(tab.Inputs)))})
		}
		tab.Inputs[1].Name = "a"
		var s suspects
		for j := range tab.Inputs {
			s.add(tab, j)
		}
		text := table.Columns(s.labels, mostListed) + " " + s.flag()
		switch {
		case n == 4:
			assert.Equal(t, `columns 2 "a", 3 "a", 4 "c", 5 "d" --drop 2,3,c,d`, text)
		case n == 5:
			assert.Equal(t, `columns 2 "a", 3 "a", 4 "c", 5 "d", 6 "e" --drop 2,3,c,d,e`, text)
		default:
			assert.Equal(t, fmt.Sprintf(`columns 2 "a", 3 "a", 4 "c", 5 "d", 6 "e" and %d more --drop`, n-5), text)
		}
		assert.LessOrEqual(t, len(s.words), mostListed+1, "no more are looked for")
	}
}

func TestColumnsThatAreNotWantedAreLeftOut(t *testing.T) {
	tab := tableOf([]float32{1, 2, 7}, []float32{2, nan, 8}, []float32{3, 5, 7})
	tab.Inputs[1].Name, tab.Inputs[1].Kind = "b", table.Ignored
	in, notes, err := Columns(tab, nil, Options{Scale: columns.Auto, Workers: 1})
	require.NoError(t, err)
	assert.Equal(t, columns.Column{Name: "b", Kind: columns.Dropped, Why: "left out as asked"}, in.Columns[1])
	assert.Equal(t, []string{`left out as asked: column 2 "b"`}, notes)
	assert.Empty(t, DroppedWarning(in))
	in.Columns[0].Kind, in.Columns[2].Kind = columns.Dropped, columns.Dropped
	assert.Contains(t, DroppedWarning(in), "2 of 2 columns")
}

// A column that is left out has no say in whether the others share a unit.
func TestColumnsThatAreNotWantedShareNoUnit(t *testing.T) {
	var rows [][]float32
	for i := range 40 {
		rows = append(rows, []float32{float32(i / 39), float32(i % 10), -5 * float32(i), float32(i % 9)})
	}
	tab := tableOf(rows...)
	assert.Equal(t, columns.Standard, fit(t, tab, columns.Auto).Scale)
	tab.Inputs[2].Kind = table.Ignored
	assert.Equal(t, columns.Common, fit(t, tab, columns.Auto).Scale)
}
