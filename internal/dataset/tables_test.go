package dataset

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/bcd/nn/columns"
	"ridge/internal/dataset/split"
)

// tablesDir is the folder of tables from the field.
func tablesDir(t *testing.T) string {
	t.Helper()
	dir := os.Getenv("RIDGE_TABLES")
	if dir == "" {
		t.Skip("RIDGE_TABLES does not name the folder of tables")
	}
	return dir
}

// tables are the files of the folder and what is in them, as its README and another
// program's count say. Columns are without the target.
var tables = []struct {
	file    string
	target  string
	rows    int
	columns int
	classes int // 0: a regression
	missing int // cells without a value
	dim     int // inputs made of the columns, ranks among them
}{
	{"abalone.csv", "", 4177, 8, 0, 0, 10},
	{"adult-train.csv.gz", "", 32561, 14, 2, 4262, 0},
	{"banknote.csv", "", 1372, 4, 2, 0, 4},
	{"german.csv", "", 1000, 20, 2, 0, 61},
	{"heart_scale.libsvm", "", 270, 13, 2, 0, 13},
	{"horse-colic.csv", "24", 300, 27, 2, 1605, 0},
	{"letter.csv.gz", "lettre", 20000, 16, 26, 0, 16},
	{"mammography.csv.gz", "", 11183, 6, 2, 0, 6},
	{"penguins.csv", "species", 344, 6, 3, 19, 0},
	{"phoneme.csv.gz", "", 5404, 5, 2, 0, 5},
	{"segment.csv.gz", "class", 2310, 19, 7, 0, 22},
	{"vehicle.csv", "Class", 846, 18, 4, 0, 19},
	{"vowel.csv", "Class", 990, 12, 11, 0, 27},
	{"wine.csv", "", 178, 13, 3, 0, 13},
	{"winequality-white.csv", "", 4898, 11, 7, 0, 11},
}

func TestTablesFromTheField(t *testing.T) {
	dir := tablesDir(t)
	for _, c := range tables {
		t.Run(c.file, func(t *testing.T) {
			r := Request{Data: filepath.Join(dir, c.file), Split: split.Amount{Fraction: 0.25}, Seed: 3}
			if c.target != "" {
				r.Targets = []string{c.target}
			}
			d, err := Read(t.Context(), r)
			require.NoError(t, err)
			assert.Equal(t, c.rows, d.Len())
			assert.Len(t, d.table.Inputs, c.columns)
			assert.Len(t, d.Outputs.Classes, c.classes)
			missing := 0
			for _, column := range d.table.Inputs {
				missing += column.Missing
			}
			assert.Equal(t, c.missing, missing)

			set, err := Load(t.Context(), r)
			require.NoError(t, err)
			require.NoError(t, set.Description.Validate())
			assert.Equal(t, c.rows, set.Train.Len()+set.Test.Len())
			assert.InDelta(t, 0.25*float64(c.rows), set.Test.Len(), 1)
			if c.dim > 0 {
				assert.Equal(t, c.dim, set.Train.Dim)
			}
			for _, x := range set.Train.X {
				if !(x > -100 && x < 100) {
					require.Failf(t, "not scaled", "%v", x)
				}
			}
			if c.classes == 0 {
				assert.Equal(t, columns.Regression, set.Description.Outputs.Task)
				assert.Len(t, set.Train.Targets, set.Train.Len())
				return
			}
			for _, part := range []Samples{set.Train, set.Test} {
				counts := make([]int, c.classes)
				for _, label := range part.Labels {
					counts[label]++
				}
				for k, n := range counts {
					assert.Positive(t, n, "class %s", set.Classes[k])
				}
			}
		})
	}
}

func TestAdultHasATestFileOfItsOwn(t *testing.T) {
	dir := tablesDir(t)
	set, err := Load(t.Context(),
		Request{Data: filepath.Join(dir, "adult-train.csv.gz"), Test: filepath.Join(dir, "adult-test.csv.gz")})
	require.NoError(t, err)
	assert.Equal(t, []string{"<=50K", ">50K"}, set.Classes)
	assert.Equal(t, 32561, set.Train.Len())
	assert.Equal(t, 16281, set.Test.Len())
	assert.Contains(t, set.Notes, `the class ">50K." is taken for ">50K"`)
	positive := func(s Samples) (n int) {
		for _, label := range s.Labels {
			n += label
		}
		return n
	}
	assert.Equal(t, 7841, positive(set.Train))
	assert.Equal(t, 3846, positive(set.Test))

	// The test file alone, for a network that was trained on the other one.
	like, err := LoadLike(t.Context(), Request{Data: filepath.Join(dir, "adult-test.csv.gz")}, set.Description, true)
	require.NoError(t, err)
	assert.Equal(t, set.Test, like.Train)
}

func TestTheFolderOfTablesIsReadWhole(t *testing.T) {
	entries, err := os.ReadDir(tablesDir(t))
	require.NoError(t, err)
	known := map[string]bool{"README.md": true, "adult-test.csv.gz": true}
	for _, c := range tables {
		known[c.file] = true
	}
	for _, e := range entries {
		assert.True(t, known[e.Name()], e.Name())
	}
}
