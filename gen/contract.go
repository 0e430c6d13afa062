package main

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

// table is a struct of package asm whose fields are kernels.
type table struct {
	name    string
	kernels []kernel
}

// kernel is a field of a table.
type kernel struct {
	name      string
	signature string   // in terms of the element type T
	params    []string // names
	result    bool     // whether there are results
	access    []string // Go statements that say what it reads and writes
}

// tableNames are the structs that list kernels, in the order in which they are written.
var tableNames = []string{"Kernels", "Training"}

// readContract reads the tables from the Go files in a folder.
func readContract(folder string) ([]table, error) {
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		return nil, err
	}
	tables := make([]table, len(tableNames))
	for _, name := range files {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		for spec := range ast.Preorder(file) {
			spec, ok := spec.(*ast.TypeSpec)
			if !ok {
				continue
			}
			if i := slices.Index(tableNames, spec.Name.Name); i >= 0 {
				if tables[i], err = readTable(spec); err != nil {
					return nil, err
				}
			}
		}
	}
	for i, t := range tables {
		if len(t.kernels) == 0 {
			return nil, fmt.Errorf("no struct %s with kernels in %s", tableNames[i], folder)
		}
	}
	return tables, nil
}

func readTable(spec *ast.TypeSpec) (table, error) {
	t := table{name: spec.Name.Name}
	fields, ok := spec.Type.(*ast.StructType)
	if !ok {
		return t, fmt.Errorf("%s is not a struct", t.name)
	}
	for _, field := range fields.Fields.List {
		f, ok := field.Type.(*ast.FuncType)
		if !ok {
			continue // not a kernel, but a number that goes with them
		}
		k := kernel{name: field.Names[0].Name, result: f.Results != nil, access: access(field.Doc)}
		if len(k.access) == 0 {
			return t, fmt.Errorf("%s.%s has no directive //%s", t.name, k.name, accessDirective)
		}
		for _, p := range f.Params.List {
			for _, name := range p.Names {
				k.params = append(k.params, name.Name)
			}
		}
		var signature bytes.Buffer
		if err := format.Node(&signature, token.NewFileSet(), f); err != nil {
			return t, err
		}
		k.signature = signature.String()
		t.kernels = append(t.kernels, k)
	}
	return t, nil
}

// accessDirective begins the lines of a kernel's comment that this program reads.
const accessDirective = "gen:access"

func access(doc *ast.CommentGroup) []string {
	var statements []string
	for _, line := range doc.List {
		if rest, ok := strings.CutPrefix(line.Text, "//"+accessDirective+" "); ok {
			statements = append(statements, rest)
		}
	}
	return statements
}

var elementType = regexp.MustCompile(`\bT\b`)

// of returns the signature for an element type.
func (k kernel) of(goType string) string { return elementType.ReplaceAllString(k.signature, goType) }

// symbol is the name of the assembly function: the kernel's name in lower camel case, followed by
// the element type and the instruction set.
func (k kernel) symbol(e *elem, t target) string {
	runes := []rune(k.name)
	for i := range runes {
		inWord := i > 0 && i+1 < len(runes) && unicode.IsLower(runes[i+1])
		if !unicode.IsUpper(runes[i]) || inWord {
			break
		}
		runes[i] = unicode.ToLower(runes[i])
	}
	return string(runes) + e.name + strings.ToUpper(t.name)
}
