package table

import (
	"errors"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
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

func TestMissingCellsAreCounted(t *testing.T) {
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
	b := NewBuilder("t", -1, 3, 1, Options{Limit: 1 << 20})
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
	rows := func(n int) (int, []float32, []float64, int64) { return n, make([]float32, 3*n), make([]float64, n), 0 }
	b := NewBuilder("t", -1, 3, 1, Options{Limit: 5400})
	require.NoError(t, b.Append(rows(50)))
	err := b.Append(rows(1))
	limit, ok := errors.AsType[*memory.LimitError](err)
	require.True(t, ok)
	assert.EqualError(t, limit, "t: the first 51 rows of 4 columns take 5.5 KB of memory, the limit is 5.4 KB")

	b = NewBuilder("t", -1, 3, 1, Options{Limit: 5400})
	b.Extra(3060)
	require.NoError(t, b.Append(rows(4)))
	require.NoError(t, b.Append(rows(1)))
	require.Error(t, b.Append(rows(1)))
	b.Extra(3200)
	require.Error(t, b.Append(rows(0)), "there is room for the rows, and not for what comes on top of them")
}

// What the beginning of a file says of the rest may be wrong.
func TestAnExpectationRefusesNothing(t *testing.T) {
	for name, b := range map[string]*Builder{
		"memory": NewBuilder("t", -1, 3, 1, Options{Limit: 5400}), // that of 50 rows
		"both":   NewBuilder("t", 1000, 3, 1, Options{Limit: 5400}),
	} {
		for i := range 50 {
			require.NoError(t, b.Append(1, []float32{1, 2, 3}, []float64{4}, math.MaxInt64/4), "%s, row %d", name, i)
			require.LessOrEqual(t, cap(b.cells), 3*50, name)
		}
		require.Error(t, b.Append(1, []float32{1, 2, 3}, []float64{4}, 51), name)
	}
}

func TestBuilderKeepsToTheShareOfTheFile(t *testing.T) {
	const few = 1000 // rows, 4 MB
	b, cells := NewBuilder("t.gz", 1000, 1<<10, 0, Options{Limit: math.MaxInt64}), make([]float32, few<<10)
	require.NoError(t, b.Append(few, cells, nil, 1<<20))
	assert.LessOrEqual(t, cap(b.cells), 2*few<<10, "no memory is taken for rows that the file can't hold")
	var err error
	for err == nil {
		require.LessOrEqual(t, b.Bytes(), (Options{}).Share(1000))
		require.LessOrEqual(t, 4*int64(cap(b.cells)), (Options{}).Share(1000))
		err = b.Append(few, cells, nil, 1<<20)
	}
	assert.Equal(t, 24*few, b.Rows(), "as many as there may be")
	share, ok := errors.AsType[*ShareError](err)
	require.True(t, ok, "%v", err)
	assert.EqualValues(t, 1000, share.Size)
	assert.EqualError(t, err,
		"t.gz: the first 25,000 rows of 1,024 columns take 104.1 MB of memory, the limit for a file of 1.0 KB is "+
			"100.7 MB: if that is intended, unpack it, or store it as CSV or NPY, or --memory 8.2GB allows it")
}

func TestAShareIsAMultipleOfTheFile(t *testing.T) {
	assert.EqualValues(t, 96<<20, (Options{}).Share(0))
	assert.EqualValues(t, 256<<20, (Options{}).Budget(0))
	assert.EqualValues(t, 200e6, (Options{}).Share(2e6))
	assert.EqualValues(t, 300e6, (Options{}).Budget(2e6))
	assert.EqualValues(t, int64(math.MaxInt64), (Options{}).Share(math.MaxInt64))
	assert.EqualValues(t, int64(math.MaxInt64), Bytes(math.MaxInt64, 3, 1))
	assert.EqualValues(t, 10*(48+4*3+8)+500*4, Bytes(10, 3, 1))
	require.NoError(t, Options{Limit: 100}.Check("f", -1, 100, "rows", 0))
	require.Error(t, Options{Limit: 100}.Check("f", 1, 101, "rows", 0))
	require.Error(t, Options{Limit: 100, Memory: 1 << 40}.Check("f", 1, 101, "rows", 0),
		"the memory of the machine remains a limit")
	require.NoError(t, Options{Limit: 1 << 40}.Check("f", -1, 1<<40, "rows", 0))
}

func TestTheMemoryThatIsAskedForTakesThePlaceOfTheMultiple(t *testing.T) {
	o := Options{Limit: math.MaxInt64, Memory: 900e6}
	assert.EqualValues(t, 900e6, o.Budget(1))
	assert.EqualValues(t, 900e6, o.Budget(1e9), "less, too")
	for _, size := range []int64{-1, 0, 1, 1e9} {
		assert.EqualValues(t, 600e6, o.Share(size))
	}
	require.NoError(t, o.Check("f", 1, 600e6, "rows", 0))
	err := o.Check("f", 1, 600e6+1, "rows", 1)
	assert.EqualError(t, err,
		"f: rows take 600.0 MB of memory, the limit for a file of 1 B is 600.0 MB: if that is intended, unpack it, "+
			"or store it as CSV or NPY, or --memory 910MB allows it")
	for need := int64(1); need < math.MaxInt64/4; need *= 3 {
		assert.LessOrEqual(t, need, shareOf(budgetFor(need)))
	}
	assert.Equal(t, Options{Limit: math.MaxInt64 - 100, Memory: 900e6 - 100}, o.Without(100))
	assert.Equal(t, Options{Limit: 0, Memory: 1}, Options{Limit: 10, Memory: 10}.Without(100))
	assert.Equal(t, Options{Limit: 0}, Options{Limit: 10}.Without(100))
	left, taken := o.Left(&Table{Size: 10})
	assert.EqualValues(t, 900e6, left+taken)
	left, _ = o.Left(&Table{})
	assert.EqualValues(t, int64(math.MaxInt64), left)
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

func TestHeaderIsAutoYesOrNo(t *testing.T) {
	for text, want := range map[string]Header{"auto": FindHeader, "yes": WithHeader, "no": WithoutHeader} {
		got, err := ParseHeader(text)
		require.NoError(t, err)
		assert.Equal(t, want, got)
	}
	_, err := ParseHeader("true")
	assert.EqualError(t, err, `"true": want auto, yes or no`)
}

func TestColumnsAreFoundOnceAndInOrder(t *testing.T) {
	at, err := FindColumns("f", []string{"c", "2", "3", "b"}, []string{"a", "b", "c"}, 3)
	require.NoError(t, err)
	assert.Equal(t, []int{1, 2}, at)
	_, err = FindColumns("f", []string{"d"}, []string{"a", "b", "c"}, 3)
	assert.Error(t, err)
}

func TestRowsOfAMatrixAreCopiedInTheOrderOfTheirIndices(t *testing.T) {
	all := []int{1, 2, 3, 4, 5, 6}
	some := PickRows(all, []int{2, 0, 2}, 2)
	assert.Equal(t, []int{5, 6, 1, 2, 5, 6}, some)
	some[0] = 9
	assert.Equal(t, 5, all[4])
	assert.Nil(t, PickRows[int](nil, nil, 2))
}
