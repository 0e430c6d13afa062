package columns

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

// randomTable has every kind of column.
func randomTable(r *rand.Rand, rows int) *table.Table {
	levels := []string{"q", "p", "x", "ä", "rare"}
	tab := &table.Table{Source: "r", Rows: rows, Inputs: []table.Column{{Name: "a"}, {Kind: table.Text, Levels: levels}, {Name: "c"}, {}, {Kind: table.Text, Levels: levels[:2]}}}
	for range rows {
		cell := func(x float32) float32 {
			if r.IntN(7) == 0 {
				return nan
			}
			return x
		}
		tab.Cells = append(tab.Cells, cell(float32(r.NormFloat64()*1e6)), cell(float32(r.IntN(4))), float32(r.IntN(3)), 7, float32(r.IntN(2)))
	}
	return tab
}

func TestEveryWayGivesTheSameBits(t *testing.T) {
	r := rand.New(rand.NewPCG(7, 8))
	for _, scale := range []Scale{Auto, Standard, Center, None} {
		tab := randomTable(r, 1500)
		in := fit(t, tab, scale)
		x, err := in.Matrix(tab, nil, 5)
		require.NoError(t, err)

		// A row at a time, from its text, with a description that was stored.
		text, err := json.Marshal(Description{*in, Outputs{Task: Classes, Targets: []Target{{}}, Classes: []string{"a"}}})
		require.NoError(t, err)
		stored, err := Decode(text)
		require.NoError(t, err)
		require.Equal(t, *in, stored.Inputs)
		cells, dst, fields := make([]float32, 5), make([]float32, in.Width()), make([]string, 5)
		for i := range tab.Rows {
			for j, v := range tab.Cells[5*i : 5*i+5] {
				switch c := tab.Inputs[j]; {
				case v != v:
					fields[j] = "?"
				case c.Kind == table.Text:
					fields[j] = c.Levels[int(v)]
				default:
					fields[j] = " " + table.FormatNumber(float64(v))
				}
			}
			require.NoError(t, stored.Inputs.ParseRow(cells, fields))
			stored.Inputs.Apply(dst, cells)
			require.Equal(t, x[i*in.Width():(i+1)*in.Width()], dst)
		}
		taken, err := in.Take(tab, 3)
		require.NoError(t, err)
		require.Equal(t, x, taken)
	}
}

func TestUnitsDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(9, 10))
	tab := randomTable(r, 300)
	x, err := fit(t, tab, Standard).Matrix(tab, nil, 1)
	require.NoError(t, err)
	scaled := *tab
	scaled.Cells = slices.Clone(tab.Cells)
	for i := range scaled.Rows {
		scaled.Cells[5*i] *= 1 << 20
		scaled.Cells[5*i+2] /= 1 << 20
	}
	y, err := fit(t, &scaled, Standard).Matrix(&scaled, nil, 1)
	require.NoError(t, err)
	assert.Equal(t, x, y)
}

func TestApplyDoesNotAllocate(t *testing.T) {
	tab := randomTable(rand.New(rand.NewPCG(1, 1)), 100)
	in := fit(t, tab, Auto)
	cells, dst, fields := make([]float32, 5), make([]float32, in.Width()), []string{"1.5", "p", "?", "7", "q"}
	assert.Zero(t, testing.AllocsPerRun(100, func() {
		_ = in.ParseRow(cells, fields)
		in.Apply(dst, cells)
	}))
}

func TestOtherColumnsAreRefused(t *testing.T) {
	in := fit(t, withText(tableOf([]float32{0, 1}, []float32{0, 2}, []float32{1, 3}, []float32{1, 3}), 0, "a", "b"), Auto)
	_, err := in.Matrix(tableOf([]float32{1}), nil, 1)
	assert.EqualError(t, err, "t: it has 1 columns of inputs, want 2")
	_, err = in.Take(tableOf([]float32{1, 2}), 1)
	assert.EqualError(t, err, "t: column 1: it has numbers, and levels in the training data")
	require.ErrorContains(t, in.ParseRow(make([]float32, 2), []string{"a"}), "1 fields, want 2")
	require.ErrorContains(t, in.ParseRow(make([]float32, 2), []string{"a", "x"}), `column 2: "x" is no number`)
}

func TestNamesAreForPeople(t *testing.T) {
	tab := withText(tableOf([]float32{0, nan, 3}, []float32{1, 2, 4}, []float32{1, 3, 4}, []float32{0, 3, 4}), 0, "f", "m")
	tab.Inputs[0].Name = "sex"
	d := Description{Inputs: *fit(t, tab, Auto), Outputs: Outputs{At: []int{1}}}
	assert.Equal(t, []string{"sex=f", "sex=m", "3", "3 is missing", "4"}, d.Names())
	assert.Len(t, d.Names(), d.Inputs.Width())
}

func TestBadDescriptionsAreRefused(t *testing.T) {
	const outputs = `,"outputs":{"task":"classes","targets":[{}],"classes":["a","b"]}}`
	const good = `{"inputs":{"scale":"none","columns":[{"kind":"number","divisor":2}]}` + outputs
	_, err := Decode([]byte(good))
	require.NoError(t, err)
	for text, want := range map[string]string{
		`{`: "description of the columns: unexpected end",
		strings.Replace(good, `"divisor":2`, `"divisor":0`, 1):                             "column 1: mean 0, divisor 0",
		strings.Replace(good, `"divisor":2`, `"divisor":1e999`, 1):                         "description of the columns",
		strings.Replace(good, `"number"`, `"what"`, 1):                                     `kind "what" is not known`,
		strings.Replace(good, `"number"`, `"levels","levels":["b","a"],"means":[0,0]`, 1):  `levels "b" and "a" are not in order`,
		strings.Replace(good, `"number"`, `"levels","levels":["a","a"],"means":[0,0]`, 1):  `levels "a" and "a" are not in order`,
		strings.Replace(good, `"number"`, `"levels","levels":["a"]`, 1):                    "0 means of 1 levels",
		strings.Replace(good, `"number"`, `"number","levels":["a"]`, 1):                    "kind number",
		strings.Replace(good, `"number"`, `"dropped","missing":{"mean":0,"divisor":1}`, 1): "a dropped column has inputs",
		strings.Replace(good, `"number"`, `"number","missing":{"mean":0,"divisor":0}`, 1):  "divisor 0",
		strings.Replace(good, `"scale":"none"`, `"shape":[2,1]`, 1):                        "shape [2 1] of 1 columns",
		strings.Replace(good, `"scale":"none"`, `"shape":[0]`, 1):                          "shape [0] of 1 columns",
		strings.Replace(good, `["a","b"]`, `["a","a"]`, 1):                                 "a class occurs twice",
		strings.Replace(good, `"task":"classes"`, `"task":"regression"`, 1):                "target 1: mean 0, divisor 0",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{},{}]`, 1):                    "with 2 targets",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{}],"at":[1,2]`, 1):            "2 positions of 1 targets",
		strings.Replace(good, `"targets":[{}]`, `"targets":[{}],"at":[-1]`, 1):             "targets at [-1]",
	} {
		_, err := Decode([]byte(text))
		assert.ErrorContains(t, err, want, text)
	}
}

func TestParseScale(t *testing.T) {
	for _, name := range []string{"auto", "standard", "center", "none"} {
		s, err := ParseScale(name)
		require.NoError(t, err)
		assert.EqualValues(t, name, s)
	}
	_, err := ParseScale("common")
	assert.ErrorContains(t, err, "want auto, standard, center or none")
}

func FuzzDecode(f *testing.F) {
	f.Add([]byte(`{"inputs":{"scale":"none","columns":[{"kind":"number","divisor":2},{"kind":"levels","levels":["a"],"means":[0],"divisor":1}]},"outputs":{"task":"classes","targets":[{}],"classes":["a","b"]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		d, err := Decode(text)
		if err != nil {
			return
		}
		row := make([]float32, len(d.Inputs.Columns))
		d.Inputs.Apply(make([]float32, d.Inputs.Width()), row)
		require.Len(t, d.Names(), d.Inputs.Width())
		_ = d.Layout()
		_ = d.Inputs.ParseRow(row, make([]string, len(row)))
	})
}
