package dataset

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
	"ridge/internal/memory"
	"ridge/internal/misuse"
)

// townTable is a table with two classes and a column of different texts, all of which occur equally often.
func townTable(rows, texts int) string {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "t%d,%c\n", i%texts, 'a'+i/texts%2)
	}
	return b.String()
}

func TestFilesThatCannotBeReadAreNamed(t *testing.T) {
	for name, c := range map[string]struct{ path, want string }{
		"no such file": {"nowhere.csv",
			`no data set, file or folder "nowhere.csv": want digits, mnist, - for standard input`},
		"only the packed": {strings.TrimSuffix(file(t, "x.csv.gz", string(packed([]byte("1,2\n")))), ".gz"),
			"(but there is "},
		"an empty folder": {t.TempDir(), ": the folder has neither images (.png, .jpg, .jpeg), " +
			"in a folder for each class (cats/1.png, dogs/1.png), nor IDX files ("},
		"no format": {file(t, "x.bin", "\x01\x02\x03 binary"),
			"not a file that can be read: want IDX, NPY, NPZ"},
		"a zip of others": {file(t, "x.xlsx", "PK\x03\x04 xl/workbook"),
			"x.xlsx: is a ZIP archive or a spreadsheet, which is not read here: unpack an archive, and"},
		"Parquet": {file(t, "x.parquet", "PAR1\x15\x00"), "is a Parquet file"},
		"JSON":    {file(t, "x.json", "[\n {\"a\": 1}]"), "is JSON"},
		"ARFF":    {file(t, "x.arff", "% by hand\n@RELATION x\n@data\n1,a\n"), "is an ARFF file"},
		"a page":  {file(t, "x.csv", "<!DOCTYPE html>\n<html></html>"), "is HTML or XML"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(t.Context(), Request{Data: c.path})
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestRequestsThatATableCannotMeetSayWhy(t *testing.T) {
	people := file(t, "p.csv", people(30))
	rows := func(n int) split.Amount { return split.Amount{Count: n} }
	for name, c := range map[string]struct {
		r    Request
		want string
	}{
		"two rows": {Request{Data: file(t, "c.csv", "1,a\n2,b\n"), Split: split.Amount{Fraction: 0.2}},
			"c.csv: with 2 rows there is one to learn from: too few"},
		"one row left": {
			Request{Data: file(t, "n.csv", "1,2\n2,5\n3,7\n4,1\n"), Task: columns.Regression, Split: rows(3)},
			"n.csv: one training row of 4 is left, too few to learn from: hold out fewer (--split, --validation)"},
		"one row left by both": {
			Request{Data: file(t, "n.csv", "1,2\n2,5\n3,7\n4,1\n"), Task: columns.Regression, Split: rows(1),
				Validation: rows(2)}, "n.csv: one training row of 4 is left"},
		"no such target": {Request{Data: people, Targets: []string{"wage"}},
			`no column "wage": it has age, town, income, kind`},
		"digits' target": {Request{Data: "digits", Targets: []string{"1"}}, "can't be chosen"},
		"all held out": {Request{Data: people, Split: rows(30)},
			"p.csv: the test part: cannot hold out 30 of 30 samples"},
		"validation": {Request{Data: people, Split: rows(20), Validation: rows(10)},
			"the validation part: cannot hold out 10 of 10"},
		"text to regress": {Request{Data: people, Task: columns.Regression},
			`column 4 "kind": a regression predicts numbers, and "a" is none`},
		"nothing to learn": {Request{Data: file(t, "c.csv", "5,a\n5,b\n5,a\n")}, "no column is left to learn from"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(t.Context(), c.r)
			assert.ErrorContains(t, err, c.want)
		})
	}
}

func TestTablesAboveTheLimitOfMemoryAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		r    Request
		want string
	}{
		"cells": {Request{Data: file(t, "p.csv", people(30)), Limit: 100}, "take"},
		"inputs": {Request{Data: file(t, "t.csv", townTable(400, 80)), Limit: 50_000},
			"400 rows of 80 inputs, made of 1 columns, take 128.0 KB of memory, the limit is"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Load(t.Context(), c.r)
			assert.ErrorContains(t, err, c.want)
			_, ok := errors.AsType[*memory.LimitError](err)
			assert.True(t, ok, "%v", err)
		})
	}
}

// A column of texts is advised against where texts make most of the inputs.
func TestTheAdviceBesideTheLimitOfMemoryNamesWhatTakesIt(t *testing.T) {
	const advice = "each text of a column is an input"
	_, err := Load(t.Context(), Request{Data: file(t, "t.csv", townTable(400, 80)), Limit: 50_000})
	assert.ErrorContains(t, err, ": "+advice+"; leave out those with many, such as column 1 with 80")

	var wide strings.Builder
	for i := range 400 {
		fmt.Fprintf(&wide, "%s%s,%d\n", strings.Repeat(fmt.Sprintf("%d.5,", i), 80), []string{"a", "b"}[i%2], i%2)
	}
	_, err = Load(t.Context(), Request{Data: file(t, "w.csv", wide.String()), Limit: 290_000})
	_, ok := errors.AsType[*memory.LimitError](err)
	assert.True(t, ok, "%v", err)
	assert.ErrorContains(t, err, "inputs, made of 81 columns")
	assert.NotContains(t, err.Error(), advice)
}

func TestLoadEndsWhenCancelled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := Load(ctx, Request{Data: file(t, "p.csv", people(30))})
	assert.ErrorIs(t, err, context.Canceled)
}

// TestABombIsRefused: some kilobytes that unpack to megabytes of commas. What is taken on the way is bounded by what
// is read at a time, 16 MB of a line at the most, and not by the limit alone.
func TestABombIsRefused(t *testing.T) {
	const lines, limit = 16 << 10, 4 << 20 // 16 MB of text, and 64 MB of cells in single precision
	bomb := func(line string) Request {
		content := packed([]byte(strings.Repeat(line, lines)))
		return Request{
			Data: file(t, "bomb.csv.gz", string(content)), Targets: []string{"1"},
			Limit: limit, Workers: 2,
		}
	}
	line := strings.Repeat(",", 1023) + "\n"
	empty := bomb(line)
	before := misuse.Allocated()
	_, err := Load(t.Context(), empty)
	require.Error(t, err)
	assert.Less(t, misuse.Allocated()-before, uint64(50<<20))
	_, err = Load(t.Context(), bomb("1"+line))
	_, ok := errors.AsType[*memory.LimitError](err)
	assert.True(t, ok, "%v", err)
}
