package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// TestClassesOfCodesKeepTheirSpelling: numbers that begin with a zero in a target are codes, which answers have as the
// file has them. Files that have lost the zeros are judged all the same.
func TestClassesOfCodesKeepTheirSpelling(t *testing.T) {
	dir := t.TempDir()
	write := func(name, format string) string {
		var b strings.Builder
		b.WriteString("east,north,zip\n")
		for i := range 90 {
			fmt.Fprintf(&b, "%d,%d,"+format+"\n", i%3, i%7, []int{2139, 501, 94103}[i%3])
		}
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(b.String()), 0o644))
		return path
	}
	codes, model := write("codes.csv", "%05d"), filepath.Join(dir, "m")
	o := succeed(t, "--data", codes, "--net", "8", "--epochs", "20", "--weight", "02139:2", "--save", model)
	assert.Contains(t, inOneLine(o.stdout), "3 classes: 00501, 02139, 94103")
	assert.NotContains(t, o.stderr, "is read as the number")

	rows := filepath.Join(dir, "rows.csv")
	require.NoError(t, os.WriteFile(rows, []byte("east,north\n0,1\n1,1\n2,1\n"), 0o644))
	o = succeed(t, "predict", "--model", model, "--data", rows)
	assert.Regexp(t, `\n0,02139,.*\n1,00501,.*\n2,94103,`, o.stdout)
	for _, file := range []string{codes, write("lost.csv", "%d")} {
		o = succeed(t, "eval", "--model", model, "--data", file, "--part", "all")
		assert.Contains(t, o.stdout, "02139")
		assert.Contains(t, o.stdout, "0.00 % (0 of 90)")
	}
	o = succeed(t, "--data", codes, "--task", "regression", "--net", "2", "--epochs", "1")
	assert.Contains(t, o.stderr,
		`target 3 "zip": 00501 is read as the number 501: if it is a code, --task classes makes a class of each`)
}
