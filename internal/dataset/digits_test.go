package dataset

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/table"
)

func TestDigitsIsTheWholeFileSplitByIndex(t *testing.T) {
	set, err := Digits()
	require.NoError(t, err)
	assert.Equal(t, "digits", set.Name)
	assert.Equal(t, strings.Split("0123456789", ""), set.Classes)

	unpacked, err := gzip.NewReader(bytes.NewReader(digitsCSV))
	require.NoError(t, err)
	text, err := io.ReadAll(unpacked)
	require.NoError(t, err)
	lines := strings.Fields(string(text))
	require.Len(t, lines, 1797)

	var train, test int
	for i, line := range lines {
		part, at := &set.Train, &train
		if i%5 == 4 {
			part, at = &set.Test, &test
		}
		fields := strings.Split(line, ",")
		for j, field := range fields[:64] {
			grey, err := strconv.Atoi(field)
			require.NoError(t, err)
			if want, got := float32(grey)/16, part.X[*at*64+j]; got != want {
				require.Equal(t, want, got, "sample %d, pixel %d", i, j)
			}
		}
		require.Equal(t, fields[64], set.Classes[part.Labels[*at]], "sample %d", i)
		*at++
	}
	assert.Equal(t, 1438, set.Train.Len())
	assert.Equal(t, 359, set.Test.Len())
	assert.Len(t, set.Train.X, 1438*64)
	assert.Len(t, set.Test.X, 359*64)
	assert.EqualValues(t, 0, slices.Min(set.Train.X))
	assert.EqualValues(t, 1, slices.Max(set.Train.X))
}

func TestDigitsHasThePublishedClassCounts(t *testing.T) {
	set, err := Digits()
	require.NoError(t, err)
	counts := make([]int, 10)
	for _, label := range append(slices.Clone(set.Train.Labels), set.Test.Labels...) {
		counts[label]++
	}
	assert.Equal(t, []int{178, 182, 177, 183, 181, 182, 181, 179, 174, 180}, counts)
}

func TestReadDigitsRejectsADamagedFile(t *testing.T) {
	line := strings.Repeat("0,", 64) + "9\n"
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"not compressed": {[]byte(line), "gzip"},
		"short line":     {packed([]byte("1,2,3\n")), "wrong number of fields"},
		"too bright":     {packed([]byte(line + "17," + line[2:])), "line 2: 17 is not in 0..16"},
		"no such digit":  {packed([]byte(strings.Repeat("0,", 64) + "10\n")), "line 1: 10 is not in 0..9"},
		"no number":      {packed([]byte("x" + line[1:])), "line 1"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := readDigits(c.file)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

// The digits are decoded once, and whoever changes a set changes no other one.
func TestEveryCallReturnsDigitsOfItsOwn(t *testing.T) {
	tables := func() [2]table.Table {
		whole, err := digitsTable()
		require.NoError(t, err)
		test := *whole.Test
		whole.Test = nil // fmt prints where it is
		return [2]table.Table{*whole, test}
	}
	want := fmt.Sprint(tables())
	for _, part := range tables() {
		clear(part.Cells)
		clear(part.Values)
		part.Inputs[0].Name, part.Targets[0].Name = "x", "y"
		clear(part.Shape)
	}
	assert.True(t, want == fmt.Sprint(tables()), "too long to be shown")
}
