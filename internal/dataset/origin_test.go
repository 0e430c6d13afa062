package dataset

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
)

// trainedOn loads a table for a training that takes so many of its samples, 0 for all, and says where they are from.
func trainedOn(t *testing.T, r Request, limit int) (*Set, *TrainingRows) {
	t.Helper()
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	if limit == 0 {
		limit = set.Train.Len()
	}
	outputs := &set.Description.Outputs
	for _, s := range []*Samples{&set.Train, &set.Validation, &set.Test} {
		if s.Targets != nil {
			s.Targets = outputs.Standardize(s.Targets)
		}
	}
	origin, err := ParseOrigin(set.Origin(r.Seed, limit).String())
	require.NoError(t, err)
	return set, origin
}

// readLike reads a file as the network of a training does.
func readLike(t *testing.T, path string, d *columns.Description) Samples {
	t.Helper()
	set, err := LoadLike(t.Context(), Request{Data: path}, d, true)
	require.NoError(t, err)
	if set.Train.Targets != nil {
		set.Train.Targets = d.Outputs.Standardize(set.Train.Targets)
	}
	return set.Train
}

func TestTheFileOfATrainingIsDividedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		text              string
		task              columns.Task
		split, validation split.Amount
		limit             int
	}{
		"classes":        {people(90), columns.Classes, split.Amount{Fraction: 0.2}, split.Amount{Count: 11}, 0},
		"first samples":  {people(90), columns.Classes, split.Amount{Count: 20}, split.Amount{}, 30},
		"numbers":        {numbers(60), columns.Regression, split.Amount{Count: 20}, split.Amount{Count: 7}, 0},
		"nothing to see": {numbers(60), columns.Regression, split.Amount{}, split.Amount{}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			r := Request{Data: file(t, "t.csv", c.text), Task: c.task, Split: c.split, Validation: c.validation,
				Seed: 5}
			last := c.text[strings.LastIndexByte(c.text[:len(c.text)-1], '\n')+1:]
			set, origin := trainedOn(t, r, c.limit)
			for how, path := range map[string]string{
				"plain":  r.Data,
				"packed": file(t, "t.csv.gz", string(packed([]byte(c.text)))),
				"longer": file(t, "longer.csv", c.text+last),
			} {
				all := readLike(t, path, set.Description)
				used, shuffled := recognize(origin, all)
				require.NotNil(t, used, how)
				assert.False(t, shuffled)
				assert.Equal(t, set.Train.Head(origin.Train), all.Pick(used.Train), how)
				assert.Equal(t, set.Validation.Lines, all.Pick(used.Validation).Lines, how)
				assert.Equal(t, set.Test.Lines, all.Pick(used.Test).Lines, how)
				assert.Len(t, used.Unused, all.Len()-origin.Train-origin.Validation-origin.Test, how)
				known, _ := origin.Sketch.count(all.Pick(used.Train).RowHashes())
				assert.Len(t, used.Train, known, how)
				if name == "first samples" {
					known, _ = origin.Sketch.count(all.Pick(used.Unused).RowHashes())
					assert.Zero(t, known, how)
				}
				order := slices.Concat(used.Train, used.Validation, used.Test, used.Unused)
				slices.Sort(order)
				assert.Len(t, slices.Compact(order), all.Len(), how)
			}
		})
	}
}

// numbers is a table with a target to predict as a number.
func numbers(rows int) string {
	var b strings.Builder
	for i := range rows {
		fmt.Fprintf(&b, "%d,%d.25\n", i*i%37, i*7%11)
	}
	return b.String()
}

func recognize(o *TrainingRows, s Samples) (*Used, bool) { return o.Recognize(s.RowHashes(), s.Labels) }

func TestOtherFilesAreNotRecognized(t *testing.T) {
	text := people(90)
	lines := strings.SplitAfter(text, "\n")
	lines = lines[:len(lines)-1]
	set, origin := trainedOn(t, Request{Data: file(t, "t.csv", text), Split: split.Amount{Count: 20}, Seed: 5}, 0)
	swapped := slices.Clone(lines)
	swapped[3], swapped[80] = lines[80], lines[3]
	require.NotEqual(t, lines[3], lines[80])
	for name, c := range map[string]struct {
		lines    []string
		shuffled bool
	}{
		"another order": {swapped, true},
		"a row less":    {lines[:89], false},
		"a row before":  {slices.Insert(slices.Clone(lines), 1, lines[5]), false},
	} {
		path := file(t, "other.csv", strings.Join(c.lines, ""))
		used, shuffled := recognize(origin, readLike(t, path, set.Description))
		assert.Nil(t, used, name)
		assert.Equal(t, c.shuffled, shuffled, name)
	}
	numeric, trained := trainedOn(t, Request{Data: file(t, "n.csv", numbers(60)), Task: columns.Regression}, 0)
	for name, c := range map[string]struct {
		text   string
		set    *Set
		origin *TrainingRows
		change func(*Samples)
	}{
		"a cell":   {text, set, origin, func(s *Samples) { s.X[7]++ }},
		"a label":  {text, set, origin, func(s *Samples) { s.Labels[7] = 1 - s.Labels[7] }},
		"a target": {numbers(60), numeric, trained, func(s *Samples) { s.Targets[7]++ }},
	} {
		samples := readLike(t, file(t, "t.csv", c.text), c.set.Description)
		used, _ := recognize(c.origin, samples)
		require.NotNil(t, used, name)
		c.change(&samples)
		used, shuffled := recognize(c.origin, samples)
		assert.Nil(t, used, name)
		assert.False(t, shuffled, name)
	}
}

// TestTheSumsOfAnOriginAreWrittenDown computes them from the description alone.
func TestTheSumsOfAnOriginAreWrittenDown(t *testing.T) {
	s := &Set{Drawn: true, Train: Samples{X: []float32{1, 2, 3, 4}, Labels: []int{0, 1}, Dim: 2},
		Test: Samples{X: []float32{5, 6}, Labels: []int{1}, Dim: 2}}
	var all []byte
	var total uint64
	for _, row := range [][]uint64{{1, 2, 0}, {3, 4, 1}, {5, 6, 1}} {
		var b []byte
		for _, v := range row[:2] {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
		}
		sum := sha256.Sum256(binary.LittleEndian.AppendUint64(b, row[2]))
		all = append(all, sum[:8]...)
		total += binary.LittleEndian.Uint64(sum[:])
	}
	sum := sha256.Sum256(all)
	first, second := all[:8], all[8:16]
	if binary.LittleEndian.Uint64(first) > binary.LittleEndian.Uint64(second) {
		first, second = second, first
	}
	prints := base64.StdEncoding.EncodeToString(slices.Concat(first[:4], second[:4]))
	sketch := &Sketch{UpTo: "ffffffffffffffff", Prints: prints, Alike: 1. / 3}
	assert.Equal(t, &TrainingRows{Rows: 3, Test: 1, Train: 2, Seed: 9, Sum: hex.EncodeToString(sum[:]),
		AnyOrder: fmt.Sprintf("%016x", total), Sketch: sketch}, s.Origin(9, 2))
	s.Drawn = false
	assert.Equal(t, 2, s.Origin(9, 2).Rows, "test samples of another file are not among those of this one")
	s.LikeMNIST = true
	assert.Nil(t, s.Origin(9, 2))
}

func TestOriginsThatCannotBeAreRefused(t *testing.T) {
	for _, text := range []string{
		"", "[]", `{"rows":"3"}`, `{}`, `{"rows":3,"train":4}`, `{"rows":3,"test":-1,"train":3}`,
		`{"rows":3,"test":2,"validation":1,"train":1}`, `{"rows":3,"test":3}`,
		`{"rows":3,"train":1,"sketch":{"alike":1}}`, `{"rows":3,"train":1,"sketch":{}}`,
		`{"rows":9223372036854775807,"train":1,"test":9223372036854775807}`,
	} {
		_, err := ParseOrigin(text)
		assert.ErrorContains(t, err, "the samples of a training: ", text)
	}
	o, err := ParseOrigin(fmt.Sprintf(`{"rows":%d,"train":1}`, math.MaxInt))
	require.NoError(t, err)
	used, _ := recognize(o, Samples{X: []float32{1}, Labels: []int{0}, Dim: 1})
	assert.Nil(t, used, "and nothing of that size is made")
}
