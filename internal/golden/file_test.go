package golden

import (
	"bufio"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// A file has for each record a line "train …" with the command line, a line "exit …", and, if
// there is a trace, "columns …", one line for each row, and "weights …". Fields of rows are
// separated by commas.

func path(isa string) string { return filepath.Join("testdata", isa+".txt") }

func write(t *testing.T, isa string, records []record) {
	t.Helper()
	var b strings.Builder
	for _, r := range records {
		b.WriteString("train " + r.Command + "\nexit " + strconv.Itoa(r.Exit) + "\n")
		if r.Weights != "" {
			b.WriteString("columns " + strings.Join(r.Columns, ",") + "\n")
			for _, row := range r.Rows {
				b.WriteString(strings.Join(row, ",") + "\n")
			}
			b.WriteString("weights " + r.Weights + "\n")
		}
	}
	require.NoError(t, os.WriteFile(path(isa), []byte(b.String()), 0o644))
}

// load returns the records of an instruction set by their command lines.
func load(t *testing.T, isa string) map[string]record {
	t.Helper()
	file, err := os.Open(path(isa))
	require.NoError(t, err)
	defer file.Close()
	records := map[string]record{}
	var r record
	lines := bufio.NewScanner(file)
	for lines.Scan() {
		key, rest, _ := strings.Cut(lines.Text(), " ")
		switch key {
		case "train":
			r = record{Command: rest}
		case "exit":
			r.Exit, err = strconv.Atoi(rest)
			require.NoError(t, err)
		case "columns":
			r.Columns = strings.Split(rest, ",")
		case "weights":
			r.Weights = rest
		default:
			r.Rows = append(r.Rows, strings.Split(key, ","))
		}
		records[r.Command] = r
	}
	require.NoError(t, lines.Err())
	return records
}
