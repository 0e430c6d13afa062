package gonumblas

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"reflect"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"ridge/internal/misuse"
)

// TestMisusePanicsInWords, those of gonum, calls all methods that are written here with nonsense.
func TestMisusePanicsInWords(t *testing.T) {
	packages, err := parser.ParseDir(token.NewFileSet(), ".", func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }, 0)
	require.NoError(t, err)
	methods := map[string]any{}
	for _, file := range packages["gonumblas"].Files {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv != nil && f.Name.IsExported() {
				methods[f.Name.Name] = reflect.ValueOf(Implementation{}).MethodByName(f.Name.Name).Interface()
			}
		}
	}
	require.Contains(t, methods, "Dgemm")
	misuse.Small(t, methods)
}
