package delimited

import (
	"encoding/csv"
	"fmt"
	"math/rand/v2"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
	"ridge/internal/misuse"
)

// FuzzRead holds the reader to a table that is whole, or an error, in memory that the
// file's size bounds.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		"a,b,y\n1,2.5,no\n-3,,yes\n", "1;2,5;x\n3;?;y\n", "1\t2\n\n3\t4", "\"a\"\"b\",1\n\"c\nd\",2\r\n", "1,2\n3\n",
		"a b  c\n\"d e\" 1 2\n", "\ufeff1,2\n", ",,,,,,,\n,,,,,,,\n", "x,1\n1,2\n", "0,1,2,3\n4,5,6,7\n", "'1','2'\n",
		"1,\"2\n",
	} {
		f.Add([]byte(text), byte(0))
	}
	f.Fuzz(func(t *testing.T, text []byte, header byte) {
		file, err := source.OfBytes(t.Context(), "f", text)
		if err != nil || !Format.Match(file.Probe()) {
			return
		}
		before := misuse.Allocated()
		got, err := Format.Read(file, table.Options{Header: table.Header(header % 3), Limit: 1 << 30, Workers: 2})
		// Buffers, the five separators that are tried, and for each byte at most a field
		// with what keeps it.
		require.LessOrEqual(t, misuse.Allocated()-before, uint64(2000*len(text)+16*blockSize))
		if err != nil {
			return
		}
		require.Len(t, got.Cells, got.Rows*len(got.Inputs))
		require.Len(t, got.Values, got.Rows*len(got.Targets))
		for i, x := range got.Cells {
			if c := got.Inputs[i%len(got.Inputs)]; c.Kind == table.Text && x == x {
				require.Less(t, int(x), len(c.Levels))
			}
		}
		for _, v := range got.Values {
			require.False(t, v != v)
		}
	})
}

// TestWhatIsWrittenIsReadBack writes random tables, with levels that need quotes, and
// reads them.
func TestWhatIsWrittenIsReadBack(t *testing.T) {
	r := rand.New(rand.NewPCG(5, 6))
	levels := []string{"a", "b,c", "d \"e\" f", "g\nh", "ä", "i;j", "k l", "x\ty"}
	for _, comma := range []rune{',', ';', '\t', '|'} {
		for range 20 {
			rows, numbers := 30+r.IntN(200), 1+r.IntN(6)
			var text strings.Builder
			w := csv.NewWriter(&text)
			w.Comma = comma
			header := make([]string, numbers+2)
			for j := range header {
				header[j] = fmt.Sprintf("c%d", j)
			}
			require.NoError(t, w.Write(header))
			var cells []float32
			var texts, classes []string
			for range rows {
				record := make([]string, numbers+2)
				for j := range numbers {
					x := float32(r.NormFloat64())
					if r.IntN(10) == 0 {
						x = table.Missing
					}
					cells = append(cells, x)
					record[j] = fmt.Sprint(x)
				}
				record[numbers] = levels[r.IntN(len(levels))]
				record[numbers+1] = "class " + fmt.Sprint(r.IntN(3))
				texts, classes = append(texts, record[numbers]), append(classes, record[numbers+1])
				require.NoError(t, w.Write(record))
			}
			w.Flush()
			got, err := readText(t, text.String(), table.Options{})
			require.NoError(t, err)
			require.Equal(t, rows, got.Rows)
			require.Len(t, got.Inputs, numbers+1)
			for i := range rows {
				row := got.Cells[i*(numbers+1):][:numbers+1]
				if !slices.EqualFunc(cells[i*numbers:(i+1)*numbers], row[:numbers], func(a, b float32) bool {
					return a == b || a != a && b != b
				}) {
					require.Equal(t, cells[i*numbers:(i+1)*numbers], row[:numbers])
				}
				require.Equal(t, texts[i], got.Inputs[numbers].Levels[int(row[numbers])])
				require.Equal(t, classes[i], got.Targets[0].Levels[int(got.Values[i])])
			}
		}
	}
}

// TestTheNumberOfWorkersDoesNotMatter reads a file of several blocks.
func TestTheNumberOfWorkersDoesNotMatter(t *testing.T) {
	var text strings.Builder
	for i := range 60_000 {
		fmt.Fprintf(&text, "%d.25,level %d,\"two\nlines %d\",%d\n", i, i*i%1009, i%3, i%7)
	}
	var first *table.Table
	for _, workers := range []int{1, 2, 16} {
		f, err := source.OfBytes(t.Context(), "f", []byte(text.String()))
		require.NoError(t, err)
		got, err := Format.Read(f, table.Options{Limit: 1 << 30, Workers: workers})
		require.NoError(t, err)
		if first == nil {
			first = got
		}
		require.Equal(t, first, got)
	}
}

func BenchmarkRead(b *testing.B) {
	var text strings.Builder
	for i := range 20_000 {
		for j := range 50 {
			fmt.Fprintf(&text, "%.5g,", float64(i*j%9973)/997)
		}
		fmt.Fprintf(&text, "%d\n", i%2)
	}
	f, err := source.OfBytes(b.Context(), "f", []byte(text.String()))
	require.NoError(b, err)
	b.SetBytes(int64(text.Len()))
	for b.Loop() {
		_, err := Format.Read(f, table.Options{Limit: 1 << 30, Workers: runtime.GOMAXPROCS(0)})
		require.NoError(b, err)
	}
}
