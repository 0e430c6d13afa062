//go:build linux && amd64

package main

import (
	"bytes"
	"compress/gzip"
	"os"
	"slices"
	"strconv"
	"strings"

	"ridge/internal/dataset/datasettest"
	"ridge/internal/dataset/table"
)

// hostileLimits are small files that ask for as much memory as they may, in each command that reads them: some of them,
// others in the next round.
func (l *lab) hostileLimits() {
	const some = 3
	width := []int{1, 10, 100, 1000}[l.random.IntN(4)]
	rows, noughts := mostRows(width), strings.Repeat("0,", width-1)
	all := []struct {
		name string
		make func() []byte
	}{
		{"rows.csv.gz", func() []byte { return repeated(noughts+"1,a\n"+noughts+"2,b\n", noughts+"0,a\n", rows-2) }},
		{"lines.svm.gz", func() []byte { return repeated("1 1:1\n2 2:1\n", "1 1:1\n", mostRows(2)-2) }},
		{"columns.npz", func() []byte { return datasettest.ZeroArrays(rows-rows/8, width) }},
		{"columns.csv", func() []byte { return l.numbers(4, mostColumns(4)) }},
		{"many.csv", func() []byte { return l.numbers(4, mostColumns(4)/2) }},
		{"classes.csv", func() []byte { return classes(5000) }},
		{"more classes.csv", func() []byte { return classes(30_000) }},
		{"categories.csv", func() []byte { return l.categories(2000, 20) }},
		{"wide.csv", func() []byte { return l.categories(600, 300) }},
		{"texts.csv", func() []byte { return l.categories(1<<15, 40) }},
	}
	for _, i := range l.random.Perm(len(all))[:some] {
		l.limit(l.write(all[i].name, all[i].make()), all[i].name)
	}
}

// limit trains on a file, with the default network and with a tiny one, and uses the results.
func (l *lab) limit(file, name string) {
	short := []string{"--data", file, "--epochs", "1"}
	if strings.HasSuffix(name, "classes.csv") { // an epoch of all would take minutes
		short = append(short, "--limit", "100")
	}
	model := l.path("limit.safetensors")
	l.try(name+", trained", slices.Concat(short, []string{"--net", "2", "--choose-lambda", "no", "--save", model})...)
	l.try(name+", usual network", slices.Concat(short, []string{"--save", model})...)
	l.try(name+", tuned", append([]string{"tune", "--trials", "1", "--folds", "2"}, short...)...)
	compared := []string{"compare", "--solver", "sgd", "--net", "2", "--trials", "1", "--seeds", "1", "--out",
		l.path("limit")}
	if strings.HasSuffix(name, "z") { // many rows, all of which are read
		compared = append(compared, "--limit", "6000")
	}
	must(nil, os.RemoveAll(l.path("limit")))
	l.try(name+", compared", append(compared, short...)...)
	if strings.HasSuffix(name, "classes.csv") {
		file = l.write("few.csv", firstLines(must(os.ReadFile(file)), 2000))
	}
	l.try(name+", eval", "eval", "--model", model, "--data", file)
	l.try(name+", predict", "predict", "--model", model, "--data", file)
}

// firstLines are the first n lines of a text, or all of them.
func firstLines(text []byte, n int) []byte {
	lines := bytes.SplitAfterN(text, []byte("\n"), n+1)
	return bytes.Join(lines[:min(n, len(lines))], nil)
}

// repeated is a text in gzip, with n lines after it.
func repeated(first, line string, n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(first))
	for ; n > 0; n -= 1000 {
		_, _ = z.Write([]byte(strings.Repeat(line, min(n, 1000))))
	}
	_ = z.Close()
	return b.Bytes()
}

// mostRows is how many rows of width inputs and a target a small file may have.
func mostRows(width int) int {
	rows := (table.Options{}).Share(0) / table.Bytes(1, int64(width), 1)
	for table.Bytes(rows+1, int64(width), 1) <= (table.Options{}).Share(0) {
		rows++
	}
	for table.Bytes(rows, int64(width), 1) > (table.Options{}).Share(0) {
		rows--
	}
	return int(rows)
}

// mostColumns is about how many inputs a table of text with the given number of rows may have.
func mostColumns(rows int) int {
	const text = 1000 // bytes for a column, as long as it is read
	return int((table.Options{}).Share(0)/(table.Bytes(int64(rows), 1, 0)+text)) - 1
}

// numbers is a table of random digits and two classes.
func (l *lab) numbers(rows, columns int) []byte {
	var b []byte
	for i := range rows {
		for range columns {
			b = append(b, byte('0'+l.random.IntN(10)), ',')
		}
		b = append(b, byte('a'+i%2), '\n')
	}
	return b
}

// classes is a table with two samples of each of n classes.
func classes(n int) []byte {
	var b []byte
	for i := range 2 * n {
		b = append(strconv.AppendInt(append(strconv.AppendInt(b, int64(i%10), 10), ",c"...), int64(i/2), 10), '\n')
	}
	return b
}

// categories is a table of texts, of as many different ones in each column as count as categories, and two classes.
func (l *lab) categories(rows, columns int) []byte {
	var b []byte
	for i := range rows {
		for range columns {
			b = append(strconv.AppendInt(append(b, 't'), int64(l.random.IntN(min(999, rows*9/20))), 10), ',')
		}
		b = append(b, byte('a'+i%2), '\n')
	}
	return slices.Clip(b)
}
