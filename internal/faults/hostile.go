//go:build linux && amd64

package main

import (
	"bytes"
	"compress/gzip"
	"encoding/binary"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"
)

// try runs the program on a hostile file: it ends by itself, says what is wrong and takes little memory.
func (l *lab) try(what string, args ...string) outcome {
	l.counts["hostile files"]++
	began := time.Now()
	o := l.do(args...)
	if took := time.Since(began); took > l.slowest {
		l.slowest, l.slowestOf = took, what
	}
	if o.memory > l.peak {
		l.peak, l.peakOf = o.memory, what
	}
	if o.memory > mostMemory {
		l.fail("%s: %d MB", what, o.memory>>20)
	}
	if o.code != 0 && o.stderr == "" {
		l.fail("%s: ended with %d and says nothing", what, o.code)
	}
	if strings.ContainsRune(o.stdout+o.stderr, '\x1b') {
		l.fail("%s: escape sequences reach the terminal", what)
	}
	return o
}

// hostileFiles makes models, runs, plans, archives and images that claim, lie or are damaged.
func (l *lab) hostileFiles() {
	l.hostileModels()
	l.hostileComparisons()
	l.hostileImages()
	l.hostileTables()
	l.hostileStates()
}

// write makes a file.
func (l *lab) write(name string, content []byte) string {
	path := l.path(name)
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		panic(err)
	}
	if err := os.WriteFile(path, content, 0o600); err != nil {
		panic(err)
	}
	return path
}

// damaged is content with some random bytes changed, cut off, or there twice.
func (l *lab) damaged(content []byte) []byte {
	b := bytes.Clone(content)
	for range 1 + l.random.IntN(3) {
		i, j := l.random.IntN(len(b)), l.random.IntN(len(b))
		switch l.random.IntN(4) {
		case 0:
			b[i] ^= 1 << l.random.IntN(8)
		case 1:
			b = b[:max(1, i)]
		case 2:
			b = append(b[:i:i], b[min(i, j):]...)
		default:
			copy(b[i:], []byte("9999999999"))
		}
	}
	return b
}

func (l *lab) hostileModels() {
	model := l.path("good.safetensors")
	l.do("--epochs", "1", "--net", "4", "--save", model)
	good, err := os.ReadFile(model)
	if err != nil {
		panic(err)
	}
	for range 20 {
		path := l.write("damaged", l.damaged(good))
		if o := l.try("a damaged model", "eval", "--model", path); o.code == 0 &&
			!bytes.Equal(good, must(os.ReadFile(path))) {
			l.fail("a damaged model counts: %s", path)
		}
	}
	// Many outputs on one hidden unit: what is computed is far more than the file.
	const outputs = 2_000_000
	header := fmt.Sprintf(
		`{"__metadata__":{"format":"ridge-network","version":"1","loss":"hinge","widths":"[64,1,%d]","from":"[[0]]"},`+
			`"layers.1.weight":{"dtype":"F32","shape":[1,64],"data_offsets":[0,256]},`+
			`"layers.1.bias":{"dtype":"F32","shape":[1],"data_offsets":[256,260]},`+
			`"output.weight":{"dtype":"F32","shape":[%d,1],"data_offsets":[260,%d]},`+
			`"output.bias":{"dtype":"F32","shape":[%d],"data_offsets":[%d,%d]}}`,
		outputs, outputs, 260+4*outputs, outputs, 260+4*outputs, 260+8*outputs)
	file := append(binary.LittleEndian.AppendUint64(nil, uint64(len(header))), header...)
	file = append(file, make([]byte, 260+8*outputs)...)
	path, rows := l.write("outputs", file), l.images("rows", 3)
	l.try("two million outputs, predict", "predict", "--model", path, "--data", rows)
	l.try("two million outputs, eval", "eval", "--model", path, "--data", rows, "--json", l.path("e.json"))
	l.try("/dev/zero as a model", "eval", "--model", "/dev/zero")
	l.try("a header that claims much", "eval", "--model",
		l.write("claim", binary.LittleEndian.AppendUint64(nil, 99_000_000)))
}

func (l *lab) hostileComparisons() {
	folder, archive := l.path("c"), l.path("a.jsonl.gz")
	l.do("compare", "--quick", "--out", folder, "--solver", "adam", "--net", "4")
	l.do("compare", "--report", folder, "--pack", archive, "--markdown", l.path("r.md"))
	runs, _ := filepath.Glob(filepath.Join(folder, "final_*.json"))
	if len(runs) == 0 {
		l.fail("no runs")
		return
	}
	good, packed, plan := must(os.ReadFile(runs[0])), must(os.ReadFile(archive)), must(os.ReadFile(filepath.Join(folder,
		"plan.json")))
	for range 10 {
		l.write(filepath.Join("c", filepath.Base(runs[0])), l.damaged(good))
		l.try("a damaged run", "compare", "--report", folder, "--markdown", l.path("r.md"))
		l.try("a damaged archive", "compare", "--report", l.write("b.jsonl.gz", l.damaged(packed)), "--markdown",
			l.path("r.md"))
	}
	for _, text := range []string{"null", "[]", `{"trace":[` + strings.Repeat("{},", 100_000) + "{}]}",
		strings.Repeat("[", 1<<20)} {
		l.write(filepath.Join("c", filepath.Base(runs[0])), []byte(text))
		l.try("a run that is none", "compare", "--report", folder, "--markdown", l.path("r.md"))
		l.write("p/plan.json", []byte(text))
		l.try("a plan that is none", "compare", "--report", l.path("p"))
	}
	many := bytes.Replace(plan, []byte(`"seeds": 1`), []byte(`"seeds": 9999`), 1)
	l.write("p/plan.json", many)
	l.try("a plan of many runs", "compare", "--report", l.path("p"))
	line, _, _ := bytes.Cut(unpacked(packed), []byte("\n"))
	l.try("an archive of many bad lines", "compare", "--report",
		l.write("bomb.gz", bomb(string(line)+"\n", "{}\n", 1<<24)))
	_ = os.Remove(runs[0])
	_ = os.Symlink("/dev/zero", runs[0])
	l.try("/dev/zero as a run", "compare", "--report", folder, "--markdown", l.path("r.md"))
	l.try("/dev/zero as an archive", "compare", "--report", "/dev/zero")
	for _, content := range []string{"\n", " ", "[", `{"plan":{}}` + "\n"} {
		l.try("an archive that is a bomb", "compare", "--report", l.write("bomb.gz", bomb("", content, 1<<28)))
	}
}

func (l *lab) hostileImages() {
	header := []byte{0, 0, 8, 3, 0, 0x13, 0x12, 0xd0, 0, 0, 0, 28, 0, 0, 0, 28} // 1,250,000 images
	labels := append([]byte{0, 0, 8, 1, 0, 0, 0, 60}, make([]byte, 60)...)
	var images bytes.Buffer
	z := gzip.NewWriter(&images)
	_, _ = z.Write(header)
	_, _ = io.Copy(z, io.LimitReader(zeros{}, 980_000_000/8))
	_ = z.Close()
	for _, part := range []string{"train", "t10k"} {
		l.write("idx/"+part+"-images-idx3-ubyte.gz", images.Bytes())
		l.write("idx/"+part+"-labels-idx1-ubyte", labels)
	}
	l.try("a billion pixels and 60 labels", "--data", l.path("idx"))
	l.hostileSizes()
	l.try("a long line", "--data", l.write("zeros.csv", bytes.Repeat([]byte("0,"), 1<<19)))
	l.try("/dev/zero as data", "--data", "/dev/zero")
	l.try("/dev/urandom as data to test on", "--test", "/dev/urandom")
}

// images writes a folder of images of 8×8 pixels in the layout of MNIST, n in each part.
func (l *lab) images(name string, n int) string {
	for _, part := range []string{"train", "t10k"} {
		l.write(filepath.Join(name, part+"-images-idx3-ubyte"),
			append([]byte{0, 0, 8, 3, 0, 0, 0, byte(n), 0, 0, 0, 8, 0, 0, 0, 8}, make([]byte, 64*n)...))
		labels := []byte{0, 0, 8, 1, 0, 0, 0, byte(n)}
		for i := range n {
			labels = append(labels, byte(i%3))
		}
		l.write(filepath.Join(name, part+"-labels-idx1-ubyte"), labels)
	}
	return l.path(name)
}

// zeros reads as zeros without an end.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

// bomb is n bytes of a text in gzip, after a first text.
func bomb(first, text string, n int) []byte {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	_, _ = z.Write([]byte(first))
	chunk := []byte(strings.Repeat(text, 1<<16))
	for done := 0; done < n; done += len(chunk) {
		_, _ = z.Write(chunk)
	}
	_ = z.Close()
	return b.Bytes()
}

// unpacked is what gzip holds.
func unpacked(content []byte) []byte {
	z, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		panic(err)
	}
	return must(io.ReadAll(z))
}

func must(content []byte, err error) []byte {
	if err != nil {
		panic(err)
	}
	return content
}

// hostileTables damages tables of names that would do harm if they were more than names.
func (l *lab) hostileTables() {
	names := []string{"\x1b[2Ja", "=1+1", "<script>", "a|b", "two\nlines", "\u009b2J"}
	var table strings.Builder
	table.WriteString("x,\"=\x1b[2J\",class\n")
	for i := range 120 {
		fmt.Fprintf(&table, "%d,%d,\"%s\"\n", i%6+i%4, i%7, names[i%6])
	}
	good := []byte(table.String())
	whole, model := l.write("-x;$(touch pwned)'\x1b[2J.csv", good), l.path("names.safetensors")
	for _, args := range [][]string{
		{"--data", whole, "--epochs", "1", "--net", "2", "--save", model},
		{"tune", "--data", whole, "--epochs", "1", "--net", "2", "--trials", "1"},
		{"compare", "--data", whole, "--quick", "--solver", "adam", "--net", "2", "--out", l.path("evil")},
		{"eval", "--model", model, "--data", whole},
	} {
		if o := l.try("a table of evil names", args...); o.code != 0 {
			l.fail("a table of evil names: %q: %d, %s", args, o.code, o.stderr)
		}
	}
	if _, err := os.Lstat(l.path("pwned")); err == nil {
		l.fail("a table of evil names: its name was run as a command")
	}
	for range 15 {
		bad := l.write("damaged.csv", l.damaged(good))
		l.try("a damaged table", "--data", bad, "--epochs", "1", "--net", "2")
		if o := l.do("predict", "--model", model, "--data", bad); o.code != 0 && o.code != 1 {
			l.fail("a damaged table: %d, %s", o.code, o.stderr)
		}
	}
}

// hostileStates damages the states of a training. It goes on from a good one, or says what is wrong.
func (l *lab) hostileStates() {
	args := []string{"--epochs", "3", "--net", "4", "--limit", "200", "--workers", "1", "--save", l.path("s"),
		"--checkpoint", l.path("states")}
	l.do(args...)
	calm := must(os.ReadFile(l.path("s")))
	states, _ := filepath.Glob(filepath.Join(l.path("states"), "*"))
	if len(states) == 0 {
		l.fail("no states")
	}
	good := map[string][]byte{}
	for _, state := range states {
		good[filepath.Base(state)] = must(os.ReadFile(state))
	}
	for range 10 {
		_ = os.Remove(l.path("s"))
		must(nil, os.RemoveAll(l.path("states")))
		for name, content := range good {
			if l.random.IntN(2) == 0 {
				content = l.damaged(content)
			}
			l.write(filepath.Join("states", name), content)
		}
		if o := l.try("a damaged state", append(args, "--resume")...); o.code == 0 &&
			!bytes.Equal(calm, must(os.ReadFile(l.path("s")))) {
			l.fail("a damaged state: other bits")
		}
	}
}
