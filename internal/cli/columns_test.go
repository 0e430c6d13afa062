package cli

import (
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/unicode"

	"ridge/bcd/nn"
)

// prices writes a table as Excel does in much of Europe: semicolons and decimal commas, and a number that names the
// row.
func prices(t *testing.T, rows int) string {
	t.Helper()
	var b strings.Builder
	b.WriteString("ticket;size;weight;price\n")
	for i := range rows {
		fmt.Fprintf(&b, "%d;%d,%d;%d;%d,%02d\n", 4000+17*i, i%7, i%10, i%5, 3*(i%7)+i%5, 7*i%100)
	}
	path := filepath.Join(t.TempDir(), "prices.csv")
	require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
	return path
}

func TestColumnsAreLeftOut(t *testing.T) {
	data, model := prices(t, 100), filepath.Join(t.TempDir(), "m")
	train := []string{"--data", data, "--net", "4", "--epochs", "2", "--choose-lambda", "no", "--save", model}
	o := succeed(t, train...)
	assert.Contains(t, o.stderr, `each row has another whole number in column 1 "ticket": `+
		"if that only names the rows, leave it out (--drop ticket)")
	o = succeed(t, append(train, "--drop", "ticket")...)
	assert.Contains(t, o.stderr, `note: left out as asked: column 1 "ticket"`)
	assert.Contains(t, o.stdout, "2-4-1")

	var with, without strings.Builder
	for line := range strings.Lines(string(read(t, data))) {
		_, rest, _ := strings.Cut(line, ";")
		with.WriteString("x" + line) // predictions don't depend on this column
		without.WriteString(rest)
	}
	want := succeed(t, "predict", "--model", model, "--data", data).stdout
	for name, text := range map[string]string{
		"with":    strings.TrimPrefix(with.String(), "x"),
		"without": without.String(),
	} {
		path := filepath.Join(t.TempDir(), name+".csv")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		assert.Equal(t, want, succeed(t, "predict", "--model", model, "--data", path).stdout, name)
	}

	o = succeed(t, "tune", "--data", data, "--drop", "ticket,2", "--net", "3",
		"--epochs", "1", "--trials", "2", "--folds", "2")
	assert.Contains(t, o.stdout, "train --data "+data+" --drop ticket,2 --net 3")
	assert.Contains(t, o.stderr, `left out as asked: columns 1 "ticket", 2 "size"`)
	o = execute(t.Context(), "--drop", "3")
	assert.Equal(t, exitFailed, o.code)
	assert.Contains(t, o.stderr, "digits: no part of a built-in data set can be left out")
	o = execute(t.Context(), "--data", data, "--drop", "price", "--target", "price")
	assert.Contains(t, o.stderr, `column 4 "price" is the target`)
	o = execute(t.Context(), "--data", data, "--drop", ",")
	assert.Equal(t, exitUsage, o.code)
}

// A Go program predicts for a row what train predicts for the file with that row, with and without decimal commas.
func TestRowsInGoAreReadAsThoseOfTheFile(t *testing.T) {
	data, model := prices(t, 100), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "4", "--epochs", "2", "--save", model)
	net, err := nn.Load[float32](model)
	require.NoError(t, err)
	p, err := nn.NewRowPredictor(net)
	require.NoError(t, err)
	commas := "1,70;2,5;3\n10;0,25;4\n1,234;7;1\n"
	points := "1.70,2.5,3\n10,0.25,4\n1.234,7,1\n"
	// Separated by commas as well, where a model of decimal points has an error.
	quoted := `"1,70",2.5,3` + "\n" + `10,"0,25",4` + "\n" + `"1,234",7,1` + "\n"
	for name, text := range map[string]string{"commas": commas, "points": points, "quoted": quoted} {
		path := filepath.Join(t.TempDir(), "new.csv")
		require.NoError(t, os.WriteFile(path, []byte(text), 0o644))
		got := parseCSV(t, succeed(t, "predict", "--model", model, "--data", path).stdout)
		require.Len(t, got, 4)
		r := csv.NewReader(strings.NewReader(text))
		if name == "commas" {
			r.Comma = ';'
		}
		rows, err := r.ReadAll()
		require.NoError(t, err)
		for i, row := range rows {
			numbers, err := p.Numbers(row)
			require.NoError(t, err, name)
			want, err := strconv.ParseFloat(got[i+1][1], 64)
			require.NoError(t, err)
			assert.InEpsilon(t, want, numbers[0], 1e-6, "%s, row %d", name, i)
		}
	}
}

func TestUnicodeTextOfExcelIsPredicted(t *testing.T) {
	data, model := flowers(t, 100), filepath.Join(t.TempDir(), "m")
	succeed(t, "--data", data, "--net", "4", "--epochs", "2", "--save", model)
	text := strings.ReplaceAll(strings.ReplaceAll(string(read(t, data)), ",", "\t"), "\n", "\r\n")
	wide, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(text)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "unicode.txt")
	require.NoError(t, os.WriteFile(path, []byte(wide), 0o644))
	assert.Equal(t, succeed(t, "predict", "--model", model, "--data", data).stdout,
		succeed(t, "predict", "--model", model, "--data", path).stdout)
}
