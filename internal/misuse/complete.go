package misuse

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"maps"
	"reflect"
	"slices"
	"strings"
	"testing"
)

// Complete makes sure that a test leaves out nothing that the package in the working folder exports: each function is
// among the functions, by its name, and of each type with methods there is a value. Those that are left out on purpose are named.
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
	for _, name := range exported(t) {
		if !slices.Contains(have, name) {
			t.Errorf("%s is exported, and nothing calls it with nonsense", name)
		}
	}
}

// exported are the functions, and the types with methods, that the package in the working folder exports.
func exported(t *testing.T) []string {
	t.Helper()
	packages, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	if err != nil {
		t.Fatal(err)
	}
	names := map[string]bool{}
	for _, p := range packages {
		for _, file := range p.Files {
			for _, d := range file.Decls {
				if f, ok := d.(*ast.FuncDecl); ok && f.Name.IsExported() {
					names[owner(f)] = true
				}
			}
		}
	}
	return slices.DeleteFunc(slices.Sorted(maps.Keys(names)), func(name string) bool { return !ast.IsExported(name) })
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
