// The house command counts what the house has too much of: files of more than 350 lines,
// functions of more than 60, structs of more than 15 fields, lines of more than 120 columns
// (a tab is 4). It prints the offenders, and fails if there are more of a kind than the
// baseline records, so that it can only get better.
//
//	house -baseline house.txt [-update]
//
// A line of the baseline is a kind and a number. Generated files are not counted.
package main

import (
	"flag"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

// kinds are what is counted, in the order of the report.
var kinds = []string{
	"files", "functions", "structs", "lines", "test-files", "test-functions", "test-structs", "test-lines",
}

const (
	columns       = 120
	fileLines     = 350
	functionLines = 60
	structFields  = 15
)

// offenders are the places of each kind, as "path:line: what".
type offenders map[string][]string

func main() {
	baseline := flag.String("baseline", "", "file with the number allowed of each kind")
	update := flag.Bool("update", false, "write the baseline anew")
	flag.Parse()
	if err := run(*baseline, *update); err != nil {
		fmt.Fprintln(os.Stderr, "house:", err)
		os.Exit(1)
	}
}

func run(baseline string, update bool) error {
	found, err := inspect(".")
	if err != nil {
		return err
	}
	if update {
		return write(baseline, found)
	}
	allowed, err := read(baseline)
	if err != nil {
		return err
	}
	var worse []string
	for _, kind := range kinds {
		slices.Sort(found[kind])
		for _, place := range found[kind] {
			fmt.Println(place)
		}
	}
	for _, kind := range kinds {
		n := len(found[kind])
		fmt.Printf("%s: %d, %d allowed\n", kind, n, allowed[kind])
		if n > allowed[kind] {
			worse = append(worse, kind)
		}
		if n < allowed[kind] {
			fmt.Printf("lower the number of %s in %s to %d\n", kind, baseline, n)
		}
	}
	if len(worse) > 0 {
		return fmt.Errorf("too long, and more than before: %s", strings.Join(worse, ", "))
	}
	return nil
}

// inspect reads all Go files under root, those in hidden folders included.
func inspect(root string) (offenders, error) {
	found := offenders{}
	err := filepath.WalkDir(root, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || filepath.Ext(path) != ".go" {
			return err
		}
		return found.file(path)
	})
	return found, err
}

func (found offenders) file(path string) error {
	text, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, path, text, parser.ParseComments)
	if err != nil || ast.IsGenerated(file) {
		return err
	}
	prefix := ""
	if strings.HasSuffix(path, "_test.go") {
		prefix = "test-"
	}
	note := func(kind string, at token.Pos, n, most int, format string, args ...any) {
		if n > most {
			p := set.Position(at)
			found[prefix+kind] = append(found[prefix+kind],
				fmt.Sprintf("%s:%d: ", p.Filename, p.Line)+fmt.Sprintf(format, args...))
		}
	}
	lines := func(from, to token.Pos) int { return set.Position(to).Line - set.Position(from).Line + 1 }

	at := 0
	for line := range strings.Lines(string(text)) {
		n := utf8.RuneCountInString(strings.TrimRight(line, "\n")) + 3*strings.Count(line, "\t")
		note("lines", file.FileStart+token.Pos(at), n, columns, "%d columns", n)
		at += len(line)
	}
	n := lines(file.FileStart, file.FileEnd)
	note("files", file.FileStart, n, fileLines, "%d lines", n)
	ast.Inspect(file, func(node ast.Node) bool {
		switch node := node.(type) {
		case *ast.FuncDecl:
			n := lines(node.Pos(), node.End())
			note("functions", node.Pos(), n, functionLines, "func %s has %d lines", node.Name.Name, n)
		case *ast.TypeSpec:
			if s, ok := node.Type.(*ast.StructType); ok {
				n := s.Fields.NumFields()
				note("structs", node.Pos(), n, structFields, "struct %s has %d fields", node.Name.Name, n)
			}
		}
		return true
	})
	return nil
}

func read(path string) (map[string]int, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	allowed := map[string]int{}
	for line := range strings.Lines(string(text)) {
		var kind string
		var n int
		if _, err := fmt.Sscan(line, &kind, &n); err != nil {
			return nil, fmt.Errorf("%s: line %q: %w", path, line, err)
		}
		allowed[kind] = n
	}
	return allowed, nil
}

func write(path string, found offenders) error {
	var text strings.Builder
	for _, kind := range kinds {
		fmt.Fprintf(&text, "%s %d\n", kind, len(found[kind]))
	}
	return os.WriteFile(path, []byte(text.String()), 0o666)
}
