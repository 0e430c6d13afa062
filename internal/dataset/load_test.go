package dataset

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/source"
	"ridge/internal/dataset/split"
	"ridge/internal/dataset/table"
)

// file writes a file into a new folder.
func file(t *testing.T, name, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
	return path
}

// people is a sorted table of numbers, text and gaps.
func people(rows int) string {
	var b strings.Builder
	b.WriteString("age,town,income,kind\n")
	towns, kinds := []string{"Bonn", "Aachen", "Köln"}, []string{"a", "b", "c"}
	for i := range rows {
		age := fmt.Sprint(20 + i%40)
		if i%7 == 0 {
			age = "?"
		}
		fmt.Fprintf(&b, "%s,%s,%d.5,%s\n", age, towns[i%3], i*i%1000, kinds[3*i/rows])
	}
	return b.String()
}

func TestASortedFileIsDividedFairly(t *testing.T) {
	r := Request{
		Data:  file(t, "p.csv", people(300)),
		Split: split.Amount{Fraction: 0.2}, Validation: split.Amount{Count: 60}, Seed: 5,
	}
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, "p.csv", set.Name)
	assert.Equal(t, []string{"a", "b", "c"}, set.Classes)
	assert.Equal(t, 6, set.Train.Dim, "age, and whether it is missing, three towns, income")
	for part, want := range map[*Samples]int{&set.Train: 60, &set.Validation: 20, &set.Test: 20} {
		counts := make([]int, 3)
		for _, label := range part.Labels {
			counts[label]++
		}
		assert.Equal(t, []int{want, want, want}, counts)
		assert.Len(t, part.X, 3*want*6)
	}
	first := set.Train.Head(30).Labels
	assert.Contains(t, first, 0)
	assert.Contains(t, first, 1)
	assert.Contains(t, first, 2, "the first samples are of all classes")

	alone := r
	alone.Workers = 1
	again, err := Load(t.Context(), alone)
	require.NoError(t, err)
	assert.Equal(t, set, again)
	r.Seed = 6
	other, err := Load(t.Context(), r)
	require.NoError(t, err)
	assert.NotEqual(t, set.Hash(), other.Hash())
}

// TestInPlaceIsTheSame compares Load, which changes the table in place, with Data.Set.
func TestInPlaceIsTheSame(t *testing.T) {
	third, two := split.Amount{Fraction: 0.3}, split.Amount{Count: 2}
	for name, c := range map[string]struct {
		r    Request
		text string
	}{
		"more inputs than columns": {
			Request{Split: third, Validation: split.Amount{Count: 20}},
			people(90),
		},
		"fewer inputs than columns": {
			Request{Split: third},
			"0,5,1,x\n1,5,2,y\n2,5,3,x\n3,5,7,y\n4,5,4,x\n5,5,1,y\n",
		},
		"as many": {
			Request{Split: two},
			"1,2,x\n2,1,y\n3,4,x\n7,7,y\n4,5,x\n5,1,y\n",
		},
		"a regression": {
			Request{Validation: two, Targets: []string{"1", "3"}},
			"1,2,9\n2,1,8\n3,4,7\n7,7,6.5\n4,5,5\n5,1,4\n",
		},
		"undivided": {Request{}, people(30)},
	} {
		t.Run(name, func(t *testing.T) {
			c.r.Data = file(t, "f.csv", c.text)
			want, err := Load(t.Context(), c.r)
			require.NoError(t, err)
			d, err := Read(t.Context(), c.r)
			require.NoError(t, err)
			p, err := d.Divide()
			require.NoError(t, err)
			for range 2 {
				got, err := d.Set(p)
				require.NoError(t, err)
				require.Equal(t, want.Hash(), got.Hash())
				require.Equal(t, want.Description, got.Description)
				require.Equal(t, want.Notes, got.Notes)
			}
		})
	}
}

func TestOnlyTrainingSamplesSayWhatIsDoneToColumns(t *testing.T) {
	r := Request{Data: file(t, "f.csv", people(300)), Split: split.Amount{Fraction: 0.5}, Scale: columns.Standard}
	d, err := Read(t.Context(), r)
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	set, err := d.Set(p)
	require.NoError(t, err)
	var sum float64
	for i := range set.Train.Len() {
		sum += float64(set.Train.X[i*set.Train.Dim+5])
	}
	assert.InDelta(t, 0, sum/float64(set.Train.Len()), 1e-6, "income")
	sum = 0
	for i := range set.Test.Len() {
		sum += float64(set.Test.X[i*set.Test.Dim+5])
	}
	assert.Greater(t, math.Abs(sum/float64(set.Test.Len())), 1e-4)
}

func TestFoldsForACrossValidation(t *testing.T) {
	d, err := Read(t.Context(), Request{Data: file(t, "f.csv", people(90)), Split: split.Amount{Count: 30}})
	require.NoError(t, err)
	p, err := d.Divide()
	require.NoError(t, err)
	folds, err := d.Folds(p.Train, 3, 1)
	require.NoError(t, err)
	for k, held := range folds {
		set, err := d.Set(Parts{Train: split.Without(folds, k), Validation: held})
		require.NoError(t, err)
		assert.Equal(t, []int{40, 20, 0}, []int{set.Train.Len(), set.Validation.Len(), set.Test.Len()})
		for _, i := range held {
			assert.NotContains(t, p.Test, i)
		}
	}
}

func TestATestFileOfItsOwn(t *testing.T) {
	train := file(t, "train.csv", people(60))
	test := file(t, "test.csv", "kind,income,town,extra,age\nb,1.5,Trier,9,\na,2.5,Bonn,9,33\n")
	r := Request{Data: train, Test: test, Scale: columns.None, Split: split.Amount{Fraction: 0.2}}
	set, err := Load(t.Context(), r)
	require.NoError(t, err)
	assert.Equal(t, 60, set.Train.Len(), "there is no need to divide it")
	assert.Equal(t, []int{1, 0}, set.Test.Labels)
	fill := float32(set.Description.Inputs.Columns[0].Fill)
	assert.Equal(t, []float32{fill, 1, 0, 0, 0, 1.5 /**/, 33, 0, 0, 1, 0, 2.5}, set.Test.X)
	assert.Contains(t, set.Notes, test+`: not in the training data, and so left out: column 4 "extra"`)

	_, err = Load(t.Context(), Request{Data: train, Test: file(t, "t.csv", "age,town,income,kind\n1,Bonn,1,z\n")})
	assert.ErrorContains(t, err, `the class "z" on line 2 is not in the training data, which has a, b, c`)

	// A test part of its own gives way.
	dir := folder(t, smallSet())
	set, err = Load(t.Context(), Request{Data: dir, Test: filepath.Join(dir, trainImages)})
	require.NoError(t, err)
	assert.Equal(t, set.Train, set.Test)
	assert.Contains(t, set.Notes[len(set.Notes)-1], "the test part of some is left out")
}

func TestRowsForANetworkThatWasTrained(t *testing.T) {
	set, err := Load(t.Context(), Request{Data: file(t, "f.csv", people(60)), Targets: []string{"town"}})
	require.NoError(t, err)
	text, err := json.Marshal(set.Description)
	require.NoError(t, err)
	d, err := columns.Decode(text)
	require.NoError(t, err)

	like, err := LoadLike(t.Context(), Request{Data: file(t, "f.csv", people(60))}, d, true)
	require.NoError(t, err)
	assert.Equal(t, set.Train, like.Train, "the same numbers, from a description that was stored")
	assert.Equal(t, set.Classes, like.Classes)

	for name, text := range map[string]string{
		"without the target":    "age,income,kind\n30,1.5,a\n?,2.5,new\n",
		"with an empty one":     "age,town,income,kind\n30,,1.5,a\n?,,2.5,new\n",
		"in another order":      "kind,income,age\na,1.5,30\nnew,2.5,\n",
		"without a header":      "30,1.5,a\n?,2.5,new\n",
		"with a target, no hdr": "30,Bonn,1.5,a\n?,x,2.5,new\n",
	} {
		like, err := LoadLike(t.Context(), Request{Data: file(t, "rows.csv", text)}, d, false)
		require.NoError(t, err, name)
		require.Equal(t, 2, like.Train.Len(), name)
		assert.Nil(t, like.Train.Labels)
		cells, row := make([]float32, 3), make([]float32, d.Inputs.Width())
		require.NoError(t, d.Inputs.ParseRow(cells, []string{"?", "2.5", "new"}))
		d.Inputs.Apply(row, cells)
		assert.Equal(t, row, like.Train.X[len(row):], name)
	}
	_, err = LoadLike(t.Context(), Request{Data: file(t, "rows.csv", "age,income,kind\n30,x,a\n")}, d, false)
	assert.ErrorContains(t, err, `line 2, column 2 "income": "x" is not a number`)

	digits, err := Digits()
	require.NoError(t, err)
	like, err = LoadLike(t.Context(), Request{Data: "digits"}, digits.Description, true)
	require.NoError(t, err)
	assert.Equal(t, digits.Test, like.Test)
	assert.Equal(t, digits.Train, like.Train)
}

func TestARegressionHasTargets(t *testing.T) {
	var b strings.Builder
	for i := range 50 {
		fmt.Fprintf(&b, "%d,%d,%v\n", i%7, i%11, float64(i)*1.25)
	}
	set, err := Load(t.Context(), Request{Data: file(t, "f.csv", b.String()), Split: split.Amount{Count: 10}})
	require.NoError(t, err)
	assert.Nil(t, set.Classes)
	assert.Nil(t, set.Train.Labels)
	assert.Equal(t, []int{40, 1, 10}, []int{set.Train.Len(), set.Train.Outputs, set.Test.Len()})
	mean := 0.
	for _, y := range set.Train.Targets {
		mean += y / 40
	}
	assert.InDelta(t, mean, set.Description.Outputs.Targets[0].Mean, 1e-12, "of the training samples")

	like, err := LoadLike(t.Context(), Request{Data: file(t, "g.csv", "3,4,5.5\n")}, set.Description, true)
	require.NoError(t, err)
	assert.Equal(t, []float64{5.5}, like.Train.Targets)
}

// TestLabelsOfImagesAreClasses: even if one of them occurs only once.
func TestLabelsOfImagesAreClasses(t *testing.T) {
	files := smallSet()
	files[trainLabels] = idxLabels(3, 2, 10)
	dir := folder(t, files)
	set, err := Load(t.Context(), Request{Data: dir})
	require.NoError(t, err)
	assert.Equal(t, []string{"2", "3", "10"}, set.Classes)
	set, err = Load(t.Context(), Request{Data: dir, Task: columns.Regression})
	require.NoError(t, err)
	assert.Equal(t, []float64{3, 2, 10}, set.Train.Targets)
	assert.Equal(t, []float64{2, 10}, set.Test.Targets)
}

func TestADataSetIsReadFromStandardInput(t *testing.T) {
	r, w, err := os.Pipe()
	require.NoError(t, err)
	stdin := os.Stdin
	os.Stdin = r
	defer func() { os.Stdin = stdin }()
	go func() {
		_, _ = w.WriteString(people(30))
		_ = w.Close()
	}()
	set, err := Load(t.Context(), Request{Data: "-"})
	require.NoError(t, err)
	assert.Equal(t, "stdin", set.Name)
	assert.Equal(t, 30, set.Train.Len())
}

// toy is a format as small as can be: two bytes a sample.
var toy = table.Format{
	Name:  "toy",
	Match: func(p source.Probe) bool { return strings.HasPrefix(string(p.Head), "TOY") },
	Read: func(f *source.File, _ table.Options) (*table.Table, error) {
		body := f.Head()[3:]
		t := &table.Table{Source: f.Name(), Rows: len(body) / 2, Inputs: table.Numbers(1), Targets: table.Numbers(1)}
		for i := range t.Rows {
			t.Cells, t.Values = append(t.Cells, float32(body[2*i])), append(t.Values, float64(body[2*i+1]))
		}
		return t, nil
	},
}

// TestAFormatIsAPackageAndALine adds one to the list, and reads a file of it like any other.
func TestAFormatIsAPackageAndALine(t *testing.T) {
	old := formats
	formats = append([]table.Format{toy}, formats...)
	defer func() { formats = old }()
	set, err := Load(t.Context(), Request{Data: file(t, "x.toy", "TOY1a2b3a4b"), Scale: columns.None})
	require.NoError(t, err)
	assert.Equal(t, []float32{'1', '2', '3', '4'}, set.Train.X)
	assert.Equal(t, []string{"97", "98"}, set.Classes)
}
