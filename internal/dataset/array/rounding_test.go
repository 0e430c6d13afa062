package array

import (
	"encoding/binary"
	"math"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/source"
	"ridge/internal/dataset/table"
)

// readTable reads an array in memory; the last column is the target.
func readTable(t *testing.T, content []byte) *table.Table {
	t.Helper()
	f, err := source.OfBytes(t.Context(), "f.npy", content)
	require.NoError(t, err)
	got, err := NPY.Read(f, table.Options{Limit: 1 << 30})
	require.NoError(t, err)
	return got
}

func TestRoundingOfArraysIsKnown(t *testing.T) {
	const a, b = 20000000, 20000001
	want := []table.Rounding{{Rounded: true, Inexact: b}, {}}
	for name, file := range map[string][]byte{
		"int64": npy("<i8", false, "(3, 3)",
			encoded(binary.LittleEndian, []int64{a, 1, 0, b, 2, 1, a, 3, 0})),
		"uint32": npy("<u4", false, "(3, 3)",
			encoded(binary.LittleEndian, []uint32{a, 1, 0, b, 2, 1, a, 3, 0})),
		"float64": npy(">f8", false, "(3, 3)",
			encoded(binary.BigEndian, []float64{a, 1, 0, b, math.NaN(), 1, a, 3, 0})),
		"column by column": npy("<i8", true, "(3, 3)",
			encoded(binary.LittleEndian, []int64{a, b, a, 1, 2, 3, 0, 1, 0})),
	} {
		got := readTable(t, file)
		for j := range want {
			assert.Equal(t, want[j], got.Inputs[j].Rounding, "%s, column %d", name, j)
		}
		assert.Empty(t, got.Notes, name)
	}
	got := readTable(t, npy("<f4", false, "(2, 2)", encoded(binary.LittleEndian, []float32{0.1, 1, 0.2, 2})))
	assert.Equal(t, table.Rounding{}, got.Inputs[0].Rounding, "nothing is rounded")
}

func TestATargetOfLongIntegersIsNoted(t *testing.T) {
	got := readTable(t, npy("<i8", false, "(2, 2)", encoded(binary.LittleEndian, []int64{1, 20000001, 2, 20000003})))
	assert.Equal(t,
		[]string{
			"f.npy: column 2 is the target, and has integers of more than the 24 bits that are kept of each " +
				"(float32): 20000001 becomes 20000000: store what they differ by, or the targets in a file of their " +
				"own (X.npy, y.npy)",
		}, got.Notes)
	got = readTable(t, npy("<f8", false, "(2, 2)", encoded(binary.LittleEndian, []float64{1, 0.1, 2, 0.2})))
	assert.Empty(t, got.Notes)
	got = readTable(t, npy("<i8", false, "(2, 2)", encoded(binary.LittleEndian, []int64{1, 20000001, 2, 20000001})))
	assert.Len(t, got.Notes, 1, "they are the same in the file")
	got = readTable(t,
		npy("<i8", false, "(3, 2)", encoded(binary.LittleEndian, []int64{1, 20000000, 2, 20000001, 3, 5})))
	assert.Len(t, got.Notes, 1, "not all have become the same")
}

func TestTargetsThatAreTheSameOnlyWhenRoundedAreAnError(t *testing.T) {
	for name, c := range map[string]struct {
		file    []byte
		targets []string
	}{
		"integers": {
			npy("<i8", false, "(3, 2)", encoded(binary.LittleEndian, []int64{1, 20000001, 2, 20000000, 3, 20000001})),
			nil,
		},
		"fractions": {
			npy("<f8", false, "(2, 2)", encoded(binary.LittleEndian, []float64{1, 20000000.5, 2, 20000000.25})), nil,
		},
		"one of two": {
			npy("<i8", false, "(3, 3)",
				encoded(binary.LittleEndian, []int64{1, 20000001, 5, 2, 20000000, 6, 3, 20000001, 7})),
			[]string{"3", "2"},
		},
	} {
		f, err := source.OfBytes(t.Context(), "f.npy", c.file)
		require.NoError(t, err)
		_, err = NPY.Read(f, table.Options{Limit: 1 << 30, Targets: c.targets})
		assert.ErrorContains(t, err,
			"f.npy: column 2 is the target, and all its numbers are the same in the 24 bits that are kept of each "+
				"(float32): 20000", name)
		assert.ErrorContains(t, err, "or the targets in a file of their own (X.npy, y.npy)", name)
	}
}

// Classes that differ in their last digits become one, also where they are labels in a file of their own.
func TestLabelsOfManyDigitsAreNoted(t *testing.T) {
	const note = "has whole numbers of more than the 53 bits that are kept of each (float64): "
	x := npy("|u1", false, "(3, 1)", []byte{1, 2, 3})
	for name, c := range map[string]struct {
		y    []byte
		want string
	}{
		"signed": {npy("<i8", false, "(3,)", encoded(binary.LittleEndian, []int64{1, -1<<53 - 1, 1<<60 + 1})),
			note + "-9007199254740993 becomes -9007199254740992: if they are codes, store strings"},
		"unsigned": {npy(">u8", false, "(3,)", encoded(binary.BigEndian, []uint64{1, 1 << 63, math.MaxUint64})),
			note + "18446744073709551615 becomes 18446744073709551616: "},
		"exact":  {npy("<i8", false, "(3,)", encoded(binary.LittleEndian, []int64{1<<53 + 2, math.MinInt64, 7})), ""},
		"floats": {npy("<f8", false, "(3,)", encoded(binary.LittleEndian, []float64{1 << 60, 1e300, 0.1})), ""},
	} {
		path := filepath.Join(folder(t, map[string][]byte{"X.npy": x, "y.npy": c.y}), "X.npy")
		got, err := readPath(t, path, table.Options{})
		require.NoError(t, err, name)
		if c.want == "" {
			assert.Empty(t, got.Notes, name)
			continue
		}
		require.Len(t, got.Notes, 1, name)
		assert.Contains(t, got.Notes[0], "y.npy: it "+c.want, name)
	}
}
