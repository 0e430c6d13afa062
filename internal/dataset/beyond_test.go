package dataset

import (
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"ridge/internal/dataset/split"
)

// grid is a table of numbers from 0 to 1, with far in one line of it.
func grid(rows, at int, far string) string {
	var b strings.Builder
	b.WriteString("height,slope,class\n")
	for line := 2; line < rows+2; line++ {
		height := fmt.Sprint(float64(line*7%100) / 100)
		if line == at {
			height = far
		}
		fmt.Fprintf(&b, "%s,%d,%s\n", height, line%5, []string{"low", "high"}[line%2])
	}
	return b.String()
}

// What stands for a missing value in other programs, such as the least float32 in grids of heights, is no input when it
// is divided by what is usual. The error says where it is.
func TestANumberTooFarFromTheTrainingIsNamedWithItsLine(t *testing.T) {
	const far = "-3.4028235e38"
	const want = `line 1007, column 1 "height": -3.4028235e+38 is too far from the training data, whose mean is 0.49`
	train := file(t, "train.csv", grid(300, 0, ""))
	model, err := Load(t.Context(), Request{Data: train})
	require.NoError(t, err)
	for _, workers := range []int{1, 4} {
		for _, c := range []struct{ at, rows int }{{1007, 1100}, {1007, 1006}} {
			other := file(t, "other.csv", grid(c.rows, c.at, far)+"1e38,1,low\n")
			_, err = LoadLike(t.Context(), Request{Data: other, Workers: workers}, model.Description, true)
			require.ErrorContains(t, err, "other.csv: "+want)
			_, err = Load(t.Context(), Request{Data: train, Test: other, Workers: workers})
			require.ErrorContains(t, err, "other.csv: "+want)
		}
	}
	var bad *FormatError
	assert.ErrorAs(t, err, &bad)

	failed := 0
	for seed := range uint64(20) { // in some of them the row is a test sample
		data := file(t, "one.csv", grid(300, 41, far))
		_, err := Load(t.Context(), Request{Data: data, Seed: seed, Split: split.Amount{Fraction: 0.2}})
		if err != nil {
			failed++
			assert.ErrorContains(t, err, `one.csv: line 41, column 1 "height": -3.4028235e+38 is too far`)
		}
	}
	assert.NotZero(t, failed)
}
