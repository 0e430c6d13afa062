package misuse

import (
	"go/ast"
	"go/build"
	"go/parser"
	"go/token"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Complete makes sure that a test leaves out nothing that the package in the working folder exports: each function is
// among the functions, by its name, and each type with methods has a value. Those that are left out on purpose are
// named, and must still be exported.
func Complete(t *testing.T, functions map[string]any, values []any, except ...string) {
	t.Helper()
	have := slices.Clone(except)
	for name := range functions {
		have = append(have, name)
	}
	for _, value := range values {
		of := reflect.TypeOf(value)
		if of.Kind() == reflect.Pointer {
			of = of.Elem()
		}
		name, _, _ := strings.Cut(of.Name(), "[")
		have = append(have, name)
	}
	names := exported(t)
	for _, name := range names {
		if !slices.Contains(have, name) {
			t.Errorf("%s is exported, and nothing calls it with nonsense", name)
		}
	}
	for _, name := range except {
		if !slices.Contains(names, name) {
			t.Errorf("%s is left out, but is not exported", name)
		}
	}
}

// exported are the functions, and the types with methods, that the package in the working folder exports.
func exported(t *testing.T) []string {
	t.Helper()
	names := map[string]bool{}
	for _, f := range Declarations(t) {
		names[owner(f)] = true
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(names)), func(name string) bool { return !ast.IsExported(name) })
}

// Declarations are those of the functions and methods with exported names in the package in the working folder,
// without its tests, in the files that are built on this machine.
func Declarations(t *testing.T) []*ast.FuncDecl {
	t.Helper()
	p, err := build.ImportDir(".", 0)
	if err != nil {
		t.Fatal(err)
	}
	var all []*ast.FuncDecl
	for _, name := range p.GoFiles {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
				all = append(all, f)
			}
		}
	}
	return all
}

// owner is the name of a function, or of the type whose method it is.
func owner(f *ast.FuncDecl) string {
	if f.Recv == nil {
		return f.Name.Name
	}
	of := f.Recv.List[0].Type
	for {
		switch t := of.(type) {
		case *ast.StarExpr:
			of = t.X
		case *ast.IndexExpr:
			of = t.X
		case *ast.IndexListExpr:
			of = t.X
		case *ast.Ident:
			return t.Name
		default:
			return ""
		}
	}
}
