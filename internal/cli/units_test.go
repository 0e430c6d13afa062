package cli

import (
	"encoding/csv"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// unitTable is a table whose columns are measured in powers of two: one with gaps, one with outliers, one of text. The
// class changes at thresholds.
func unitTable(exponents [3]int) string {
	rng := rand.New(rand.NewPCG(11, 12))
	in := func(x float64, column int) string {
		return strconv.FormatFloat(math.Ldexp(float64(float32(x)), exponents[column]), 'g', -1, 64)
	}
	var b strings.Builder
	for i := range 200 {
		x, gaps, heavy := rng.Float64(), in(rng.NormFloat64(), 1), in(math.Exp(3*rng.NormFloat64()), 2)
		if i%9 == 0 {
			gaps = "?"
		}
		fmt.Fprintf(&b, "%s,%s,%s,%s,%s\n", in(x, 0), gaps, heavy, []string{"red", "blue", "green"}[i%3],
			"kl"[int(6*x)%2:int(6*x)%2+1])
	}
	return b.String()
}

// predicted trains with the default choices on a table, and returns what the model predicts for its rows.
func predicted(t *testing.T, text string, args ...string) string {
	t.Helper()
	data, model := filepath.Join(t.TempDir(), "t.csv"), filepath.Join(t.TempDir(), "m")
	require.NoError(t, os.WriteFile(data, []byte(text), 0o644))
	run := trained(t, append(args, "--data", data, "--net", "20", "--epochs", "20", "--save", model)...)
	assert.True(t, run.Pieces)
	return succeed(t, "predict", "--model", model, "--data", data).stdout
}

// Whatever is chosen, trained and done to the columns, powers of two change no bit of it.
func TestUnitsOfTheColumnsChangeNoPrediction(t *testing.T) {
	want := predicted(t, unitTable([3]int{}))
	for _, exponents := range [][3]int{{20, 20, 20}, {-20, -20, -20}, {-20, 7, 20}} {
		assert.Equal(t, want, predicted(t, unitTable(exponents)), "%v", exponents)
	}
}

func TestBothPrecisionsPredictTheSameClasses(t *testing.T) {
	text := unitTable([3]int{})
	var answers [2][][]string
	for i, precision := range []string{"32", "64"} {
		var err error
		answers[i], err = csv.NewReader(strings.NewReader(predicted(t, text, "--precision", precision))).ReadAll()
		require.NoError(t, err)
	}
	same := 0
	for i, row := range answers[0] {
		if row[1] == answers[1][i][1] {
			same++
		}
	}
	assert.GreaterOrEqual(t, same, len(answers[0])-2, "but for rows between two classes")
}
