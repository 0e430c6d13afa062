package libsvm

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/memory"
	"ridge/internal/misuse"
)

func readText(t *testing.T, text string, o table.Options) (*table.Table, error) {
	t.Helper()
	f, err := source.OfBytes(t.Context(), "f", []byte(text))
	require.NoError(t, err)
	if o.Limit == 0 {
		o.Limit = 1 << 30
	}
	return Format.Read(f, o)
}

func TestRoundingOfColumnsIsKnown(t *testing.T) {
	got, err := readText(t, "1 1:20000000 2:3\n2 1:20000001 2:0.5\n3 1:20000000 2:?\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, table.Rounding{Rounded: true, Inexact: 20000001}, got.Inputs[0].Rounding)
	assert.Equal(t, table.Rounding{}, got.Inputs[1].Rounding)
	_, err = readText(t, "1 1:1e39\n", table.Options{})
	assert.ErrorContains(t, err, `"1:1e39": the value is not a number`)
}

func TestLabelsOfManyDigitsAreNoted(t *testing.T) {
	got, err := readText(t, "1 1:2\n9007199254740993 1:3\n", table.Options{})
	require.NoError(t, err)
	assert.Contains(t, strings.Join(got.Notes, "\n"),
		": the labels have whole numbers of more than the 53 bits that are kept of each (float64): 9007199254740993 "+
			"becomes 9007199254740992: if they are codes, number them from 0")
	got, err = readText(t, "1 1:2\n9007199254740994 1:3\n", table.Options{})
	require.NoError(t, err)
	assert.NotContains(t, strings.Join(got.Notes, "\n"), "53 bits")
}

// Of a line that is longer than what a file is recognized by the last field is cut anywhere.
func names(t *table.Table) (all []string) {
	for _, c := range t.Inputs {
		all = append(all, c.Name)
	}
	return all
}

func TestEveryWayToWriteSamples(t *testing.T) {
	for text, want := range map[string]struct {
		cells  []float32
		values []float64
		names  []string
	}{
		"+1 1:0.5 3:-2\n-1 2:7\n": {[]float32{.5, 0, -2, 0, 7, 0}, []float64{1, -1},
			[]string{"1", "2", "3"}},
		"1 0:1 2:3\n0\n": {[]float32{1, 0, 3, 0, 0, 0}, []float64{1, 0},
			[]string{"0", "1", "2"}},
		"# all\n\n2.5  1:1 \t2:2 # one\r\n3 1:4\r\n": {[]float32{1, 2, 4, 0}, []float64{2.5, 3}, []string{"1", "2"}},
		"\ufeff1 qid:7 1:1\n2 qid:7 1:2":             {[]float32{1, 2}, []float64{1, 2}, []string{"1"}},
	} {
		got, err := readText(t, text, table.Options{})
		require.NoError(t, err, text)
		assert.Equal(t, want.cells, got.Cells, text)
		assert.Equal(t, want.values, got.Values, text)
		assert.Equal(t, want.names, names(got), text)
		assert.Equal(t, strings.Contains(text, "qid"), len(got.Notes) == 2, "qid is ignored, visibly")
	}
	got, err := readText(t, "1 1:nan 2:1\n2 1:? 2:3\n", table.Options{})
	require.NoError(t, err)
	assert.Equal(t, 2, got.Inputs[0].Missing)
}

func TestTheColumnsOfATestFileAreThoseOfTheTrainingFile(t *testing.T) {
	for _, base := range []int{0, 1} {
		like := &table.Layout{Targets: make([]table.LayoutColumn, 1)}
		for j := range 3 {
			like.Inputs = append(like.Inputs, table.LayoutColumn{Name: fmt.Sprint(base + j)})
		}
		got, err := readText(t, "1 2:5\n2 2:6 9:1\n", table.Options{Like: like})
		require.NoError(t, err)
		want := []float32{0, 5, 0, 0, 6, 0}
		if base == 0 {
			want = []float32{0, 0, 5, 0, 0, 6}
		}
		assert.Equal(t, want, got.Cells)
		assert.Contains(t, got.Notes, "f: 1 values are left out: the training data has no column for them")
	}
	got, err := readText(t, "1 1:5\n", table.Options{Unlabelled: true})
	require.NoError(t, err)
	assert.Empty(t, got.Values)
}

func TestAFileThatCountsFromAnotherIndexIsWarnedOf(t *testing.T) {
	const neighbour = ", each column is taken for its neighbour: renumber one of them"
	for name, c := range map[string]struct {
		base       int // of three columns of the training samples
		text, note string
		want       string // none if it is ""
	}{
		"both from 0":         {0, "1 0:5 2:1\n2 1:6\n", "0 to 2", ""},
		"both from 1":         {1, "1 1:5 2:1\n2 3:6\n", "1 to 3", ""},
		"0 is rare":           {0, "1 1:5 2:1\n", "1 to 2", ""},
		"more columns":        {1, "1 1:5 9:1\n", "1 to 9", ""},
		"more columns from 0": {0, "1 0:5 9:1\n", "0 to 9", ""},
		"nothing but zeros":   {0, "1\n2\n", "0 to 0", ""},
		"0 and then 1": {1, "1 1:5 2:1\n2 0:6\n", "0 to 2",
			"it has index 0, but the training samples count from 1: if it counts from 0 and they from 1"},
		"1 and then 0": {0, "1 1:5 2:1\n2 3:6\n", "1 to 3",
			"it has no index 0, but index 3, and the training samples have " +
				"indices from 0 to 2: if it counts from 1 and they from 0"},
	} {
		t.Run(name, func(t *testing.T) {
			like := &table.Layout{Targets: make([]table.LayoutColumn, 1)}
			for j := range 3 {
				like.Inputs = append(like.Inputs, table.LayoutColumn{Name: fmt.Sprint(c.base + j)})
			}
			got, err := readText(t, c.text, table.Options{Like: like})
			require.NoError(t, err)
			if c.want != "" {
				c.want = "f: " + c.want + neighbour
			}
			assert.Equal(t, c.want, strings.Join(got.Warnings, "; "))
			assert.Contains(t, strings.Join(got.Notes, "\n"), ", indices from "+c.note)
		})
	}
}

func TestBadFilesAreRefused(t *testing.T) {
	wide := "1"
	for i := range 400 {
		wide += fmt.Sprintf(" %d:1", 225*(i+1))
	}
	for text, want := range map[string]string{
		wide:                                "1 rows of 90,000 columns",
		"":                                  "f: is empty",
		"# nothing\n":                       "f: is empty",
		"1\n2\n":                            "none of its samples has a value that is not zero",
		"1 1:2\n1 3\n":                      `f: line 2: "3" is not INDEX:VALUE`,
		"1 1:2\n\n1 2:x\n":                  `f: line 3: "2:x": the value is not a number`,
		"1 1:1e39\n":                        `"1:1e39": the value is not a number`,
		"1 1:inf\n":                         `"1:inf": the value is not a number`,
		"1 x:2\n":                           `f: line 1: "x:2": the index is not a number from 0 to 2147483647`,
		"1 -1:2\n":                          "the index is not a number",
		"1 2147483648:2\n":                  "the index is not a number",
		"1 2:1 2:3\n":                       "index 2 comes after 2: want ascending indices",
		"1 2:1 1:3\n":                       "index 1 comes after 2",
		"a 1:1\n":                           `the label "a" is not a number`,
		"1,3 1:1\n":                         `"1,3" is more than one label`,
		"1 " + strings.Repeat("1", maxLine): "line 1: has more than 16 MB",
		"1 1:2\n1 2147483647:1\n": "2 rows of 2,147,483,647 columns, the largest index, " +
			"are 17.2 GB of memory for 2 values that are not zero: want at most 256 cells and 4 columns for each",
	} {
		before := misuse.Allocated()
		_, err := readText(t, text, table.Options{})
		bad, ok := errors.AsType[*source.FormatError](err)
		require.True(t, ok, "%v", err)
		assert.Equal(t, "f", bad.File)
		assert.ErrorContains(t, err, want)
		assert.Less(t, misuse.Allocated()-before, uint64(8*len(text)+1<<20))
	}
	_, err := readText(t, "1 1:1\n", table.Options{Targets: []string{"1"}})
	assert.ErrorContains(t, err, "no column can be chosen")

	_, err = readText(t, "1 1:1 1000:1\n", table.Options{Limit: 2000})
	limit, ok := errors.AsType[*memory.LimitError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "f: 1 rows of 1,000 columns", limit.What)
}

// A small file whose table is too large is counted to its end, so that the error says how much memory is enough for all
// of it.
func TestTheErrorAboutALargeTableNamesTheMemoryOfTheWholeFile(t *testing.T) {
	var text strings.Builder
	text.WriteString("1")
	for i := 4; i <= 280_000; i += 4 {
		fmt.Fprintf(&text, " %d:1", i)
	}
	text.WriteString(strings.Repeat("\n1 1:1", 5))
	_, err := readText(t, string(datasettest.Gzip(text.String())), table.Options{Limit: 1 << 40, Memory: 1 << 20})
	share, ok := errors.AsType[*table.ShareError](err)
	require.True(t, ok, "%v", err)
	assert.Equal(t, "6 rows of 280,000 columns", share.What)
	assert.Contains(t, err.Error(), "--memory 230MB allows it")
	packed := string(datasettest.Gzip(text.String()))
	have, err := readText(t, packed, table.Options{Limit: 1 << 40, Memory: share.Memory})
	require.NoError(t, err)
	assert.Equal(t, 6, have.Rows)
}

// What comes before the end of a file that is cut off may be half a line, or look like a whole one.
func TestAFileThatIsCutOffIsRefused(t *testing.T) {
	r, text := rand.New(rand.NewPCG(1, 2)), strings.Builder{}
	for range 5000 { // more than is read to recognize a format
		fmt.Fprintf(&text, "%d 1:%d 12:%d\n", r.IntN(2), r.Uint32(), r.Uint32())
	}
	for shift := range 30 { // it ends in another place of a line
		whole := datasettest.Gzip("#" + strings.Repeat(" ", shift) + "\n" + text.String())
		_, err := readText(t, string(whole[:len(whole)-20]), table.Options{})
		require.ErrorContains(t, err, "f: the compressed data is cut off", "%d", shift)
	}
	for _, half := range []string{"1 1:", "1 12", "-", "1 1:2"} { // the last of what is there
		var b bytes.Buffer
		z := gzip.NewWriter(&b)
		_, err := z.Write([]byte(text.String() + half))
		require.NoError(t, err)
		require.NoError(t, z.Flush())
		_, err = readText(t, b.String(), table.Options{Limit: math.MaxInt64})
		require.ErrorContains(t, err, "f: the compressed data is cut off", half)
	}
}

func TestOtherTextIsNotLIBSVM(t *testing.T) {
	for text, want := range map[string]bool{
		"1 1:2 3:4\n":           true,
		"1\n-1 2:3\n":           true,
		"0.5 qid:1 1:3 # x\n":   true,
		"1 2 3\n":               false,
		"1\n2\n":                false,
		"a,b\n1,2\n":            false,
		"1,2:3\n":               false,
		"12:30 1:2\n":           false,
		"\x00\x01":              false,
		"1 1:2\nthis is text\n": false,
	} {
		assert.Equal(t, want, match(source.Probe{Head: []byte(text), All: true}), text)
	}
	assert.True(t, match(source.Probe{Head: []byte("1\n"), Ext: ".svm"}))
	cut := strings.Repeat("1 1:2\n", 20000)[:source.Buffer]
	assert.True(t, match(source.Probe{Head: []byte(cut)}), "the last line is cut off")
}

// A line of thousands of values is longer than what a format is recognized by, which then ends anywhere in a field.
func TestALineThatIsLongerThanTheHeadIsRecognized(t *testing.T) {
	var line strings.Builder
	line.WriteString("+1")
	for i := 1; line.Len() < source.Buffer+100; i++ {
		fmt.Fprintf(&line, " %d:-1.25e-1", i)
	}
	for shift := range len(" 1000:-1.25e-1") {
		text := "+1" + strings.Repeat(" ", shift) + line.String()[2:]
		assert.True(t, match(source.Probe{Head: []byte(text[:source.Buffer])}), text[source.Buffer-12:source.Buffer])
	}
	assert.False(t, match(source.Probe{Head: bytes.Repeat([]byte{'1'}, source.Buffer)}))
	assert.False(t, match(source.Probe{Head: bytes.Repeat([]byte("1 "), source.Buffer/2)}))
}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		rows, width := 1+r.IntN(50), 1+r.IntN(20)
		cells := make([]float32, rows*width)
		var text strings.Builder
		var labels []float64
		cells[width-1] = 1
		for i := range rows {
			labels = append(labels, float64(r.IntN(3)))
			fmt.Fprint(&text, labels[i])
			for j := range width {
				if r.IntN(3) == 0 {
					cells[i*width+j] = float32(r.NormFloat64())
				}
				if x := cells[i*width+j]; x != 0 {
					fmt.Fprintf(&text, " %d:%v", j+1, x)
				}
			}
			text.WriteByte('\n')
		}
		got, err := readText(t, text.String(), table.Options{})
		require.NoError(t, err)
		require.Equal(t, cells, got.Cells)
		require.Equal(t, labels, got.Values)
	}
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"+1 1:0.5 3:-2\n-1 2:7\n", "1 0:1\n0\n", "1 qid:3 1:2 # c\n",
		"1 1:1\n1 2000000000:1\n", "1 1:nan", "1,2 3:4", "x",
	} {
		f.Add([]byte(text))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		file, err := source.OfBytes(t.Context(), "f", text)
		if err != nil {
			return
		}
		before := misuse.Allocated()
		got, err := Format.Read(file, table.Options{Limit: 1 << 30})
		// 256 cells of four bytes and four columns for a value, and what any file may have.
		require.LessOrEqual(t, misuse.Allocated()-before, uint64(1600*len(text)+minCells*110+1<<20))
		if err == nil {
			require.Len(t, got.Cells, got.Rows*len(got.Inputs))
			require.Len(t, got.Values, got.Rows)
		}
	})
}
