package table

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/memory"
)

// numbered is a table whose row i has the cells 10i, 10i+1 and the target i.
func numbered(rows int) *Table {
	t := &Table{Source: "t", Rows: rows, Inputs: Numbers(2), Targets: Numbers(1)}
	for i := range rows {
		t.Cells = append(t.Cells, float32(10*i), float32(10*i+1))
		t.Values = append(t.Values, float64(i))
	}
	return t
}

func TestPermuteMovesWholeRows(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 50 {
		tab, order := numbered(n), r.Perm(n)
		tab.Permute(order)
		for i, from := range order {
			require.Equal(t, []float32{float32(10 * from), float32(10*from + 1)}, tab.Cells[2*i:2*i+2])
			require.EqualValues(t, from, tab.Values[i])
		}
	}
}

func TestDropUnlabelledKeepsTheOtherRows(t *testing.T) {
	tab := numbered(5)
	tab.Values[0], tab.Values[3] = math.NaN(), math.NaN()
	tab.DropUnlabelled()
	assert.Equal(t, 3, tab.Rows)
	assert.Equal(t, []float32{10, 11, 20, 21, 40, 41}, tab.Cells)
	assert.Equal(t, []float64{1, 2, 4}, tab.Values)
	assert.Equal(t, []string{"t: 2 rows without a value of the target are left out"}, tab.Notes)
	tab.DropUnlabelled()
	assert.Len(t, tab.Notes, 1)
}

func TestCountMissing(t *testing.T) {
	tab := numbered(3)
	tab.Cells[1], tab.Cells[5] = Missing, Missing
	tab.CountMissing()
	tab.CountMissing()
	assert.Equal(t, []int{0, 2}, []int{tab.Inputs[0].Missing, tab.Inputs[1].Missing})
}

func TestPositionAndLabel(t *testing.T) {
	var at []int
	for input := range 4 {
		at = append(at, Position(input, []int{3, 0}))
	}
	assert.Equal(t, []int{1, 2, 4, 5}, at)
	assert.Equal(t, 2, Position(2, nil))
	assert.Equal(t, "3", Label(2, ""))
	assert.Equal(t, `3 "a"`, Label(2, "a"))
}

func TestBuilderTakesOnceWhatIsExpected(t *testing.T) {
	b := NewBuilder("t", -1, 3, 1, 1<<20)
	require.NoError(t, b.Append(2, make([]float32, 6), make([]float64, 2), 100))
	first := &b.cells[0]
	for range 98 {
		require.NoError(t, b.Append(1, []float32{1, 2, 3}, []float64{4}, 0))
	}
	assert.Same(t, first, &b.cells[0], "no copy")
	require.NoError(t, b.Append(1, []float32{1, 2, 3}, []float64{4}, 0))
	assert.NotSame(t, first, &b.cells[0])
	assert.Equal(t, 125*3, cap(b.cells), "a quarter more")
	tab := b.Table("t", Numbers(3), Numbers(1))
	assert.Equal(t, 101, tab.Rows)
	assert.Equal(t, []float32{1, 2, 3}, tab.Cells[300:])
	assert.Equal(t, []float64{4}, tab.Values[100:])
}

func TestBuilderRefusesWhatDoesNotFit(t *testing.T) {
	b := NewBuilder("t", -1, 3, 1, 3000)
	require.NoError(t, b.Expect(50))
	err := b.Append(1, []float32{1, 2, 3}, []float64{4}, 51)
	limit, ok := errors.AsType[*memory.LimitError](err)
	require.True(t, ok)
	assert.EqualError(t, limit, "t: about 51 rows of 4 columns take 3.0 KB of memory, the limit is 3.0 KB")
	b.Extra(900)
	require.NoError(t, b.Expect(5))
	require.Error(t, b.Expect(6))
	require.Error(t, b.Expect(math.MaxInt64))
}

func TestBuilderKeepsToTheShareOfTheFile(t *testing.T) {
	b := NewBuilder("t.gz", 1000, 1<<10, 0, math.MaxInt64)
	few := int64(1000) // rows, 4 MB
	require.NoError(t, b.Expect(1<<20), "an early estimate may be wrong")
	require.NoError(t, b.Append(int(few), make([]float32, few<<10), nil, 1<<20))
	assert.LessOrEqual(t, cap(b.cells), 2<<20, "and nothing is taken for it")
	for b.Bytes() < source.Sure {
		require.NoError(t, b.Expect(1<<20))
		require.NoError(t, b.Append(int(few), make([]float32, few<<10), nil, 1<<20))
	}
	err := b.Expect(1 << 20)
	share, ok := errors.AsType[*ShareError](err)
	require.True(t, ok, "%v", err)
	assert.EqualValues(t, 1000, share.Size)
	assert.EqualError(t, err, "t.gz: about 1,048,576 rows of 1,024 columns take 4.3 GB of memory, the limit for a file of 1.0 KB is 134.2 MB: if it is meant so, unpack it, or store it as CSV or NPY")
	require.NoError(t, b.Expect(32_000))
}

func TestAShareIsAMultipleOfTheFile(t *testing.T) {
	assert.EqualValues(t, 128<<20, Share(0))
	assert.EqualValues(t, 400e6, Share(1e6))
	assert.EqualValues(t, int64(math.MaxInt64), Share(math.MaxInt64))
	assert.EqualValues(t, int64(math.MaxInt64), Bytes(math.MaxInt64, 3, 1))
	assert.EqualValues(t, 10*(4*3+8)+500*4, Bytes(10, 3, 1))
	require.NoError(t, Check(100, "f", -1, 100, "rows"))
	require.Error(t, Check(100, "f", 1, 101, "rows"))
}

func TestADictionaryNumbersLevels(t *testing.T) {
	var d Dictionary
	for i, level := range []string{"b", "a", "b", "caf\xe9", "café", ""} {
		code, ok := d.Code(level)
		assert.True(t, ok)
		assert.Equal(t, []int{0, 1, 0, 2, 2, 3}[i], code)
	}
	assert.Equal(t, []string{"b", "a", "café", ""}, d.Levels())
	assert.Positive(t, d.Bytes())
	for i := len(d.Levels()); i < MaxLevels; i++ {
		_, ok := d.Code(columns.FormatNumber(float64(i)))
		require.True(t, ok)
	}
	_, ok := d.Code("one more")
	assert.False(t, ok)
	_, ok = d.Code("a")
	assert.True(t, ok)
}

func TestParseHeader(t *testing.T) {
	for text, want := range map[string]Header{"auto": FindHeader, "yes": WithHeader, "no": WithoutHeader} {
		got, err := ParseHeader(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParseHeader("true")
	assert.EqualError(t, err, `"true": want auto, yes or no`)
}

func TestGroup(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		assert.Equal(t, want, Group(n))
	}
}
