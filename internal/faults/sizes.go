//go:build linux && amd64

package main

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"path/filepath"
	"strings"

	"ridge/internal/dataset/datasettest"
)

// hostileSizes are small files that make large tables. They are refused, but for texts that are too many for
// categories, which are left out.
func (l *lab) hostileSizes() {
	nought, none := strings.Repeat("0,", 99), strings.Repeat(",", 99)
	blank := bytes.Buffer{}
	_ = png.Encode(&blank, image.NewGray(image.Rect(0, 0, 8192, 8192)))
	for _, class := range []string{"a", "b"} {
		l.write(filepath.Join("blank", class, "1.png"), blank.Bytes())
	}
	for what, file := range map[string]string{
		"rows of zeros":     l.write("zeros.csv.gz", bomb(nought+"b\n", nought+"a\n", 1<<27)),
		"rows of nothing":   l.write("none.csv.gz", bomb(nought+"b\n", none+"a\n", 1<<27)),
		"blank lines":       l.write("blank.csv.gz", bomb("1,a\n2,b\n", "\n", 1<<26)),
		"lines of LIBSVM":   l.write("lines.svm.gz", bomb("1 1:1\n2 2:1\n", "1 1:1\n", 1<<26)),
		"an array of zeros": l.write("zeros.npz", datasettest.ZeroArrays(1<<18, 1<<10)),
		"a lying archive":   l.write("lying.npz", datasettest.Lying(datasettest.ZeroArrays(1<<18, 1<<10), 3<<30)),
		"a million columns": l.write("wide.npz", datasettest.ZeroArrays(3, 1<<20)),
		"blank images":      l.path("blank"),
	} {
		if o := l.try(what, "--data", file, "--epochs", "1", "--net", "2", "--choose-lambda", "no"); o.code == 0 {
			l.fail("%s: not refused", what)
		}
	}
	o := l.try("half a million texts", "--data", l.write("one.csv", []byte(texts(1<<19))), "--epochs", "1",
		"--net", "2", "--choose-lambda", "no")
	if o.code != 0 || !strings.Contains(o.stderr, "column 1 is left out") {
		l.fail("half a million texts: %d, %s", o.code, o.stderr)
	}
}

// texts is a table with n different texts, and two classes.
func texts(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "t%d,%d,%c\n", i, i%7, 'a'+i%2)
	}
	return b.String()
}
