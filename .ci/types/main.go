// The types command checks all packages of the module and their tests for other platforms, as far as it can be done
// without compiling: types, constants that overflow, shifts that leave nothing, declarations of assembly, and functions
// that no file defines. All dependencies are read from source, as compiling them for a platform takes a minute of
// processor time, but for the bodies of their functions, which nothing here depends on.
//
//	types OS/ARCH...
//
// It runs in the root of the module.
package main

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/tools/go/analysis"
	"golang.org/x/tools/go/analysis/checker"
	"golang.org/x/tools/go/analysis/passes/asmdecl"
	"golang.org/x/tools/go/analysis/passes/shift"
	"golang.org/x/tools/go/packages"
)

func main() {
	failed := false
	for _, platform := range os.Args[1:] {
		failures, err := check(platform)
		if err != nil {
			failures = append(failures, err.Error())
		}
		for _, f := range failures {
			failed = true
			fmt.Fprintf(os.Stderr, "%s: %s\n", platform, f)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// check returns what is wrong on a platform.
func check(platform string) (failures []string, err error) {
	system, arch, _ := strings.Cut(platform, "/")
	root, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	roots, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax | packages.NeedModule,
		Env:   append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0"),
		Tests: true,
		ParseFile: func(fset *token.FileSet, name string, src []byte) (*ast.File, error) {
			return parse(fset, name, src, root)
		},
	}, "./...")
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("there are no packages")
	}
	for _, p := range roots {
		for _, e := range p.Errors {
			failures = append(failures, e.Error())
		}
		p.IllTyped = false // for it also says that a dependency imports what only its bodies use
	}
	if len(failures) > 0 {
		return distinct(failures), nil
	}
	graph, err := checker.Analyze([]*analysis.Analyzer{asmdecl.Analyzer, shift.Analyzer, bodies}, roots, nil)
	if err != nil {
		return nil, err
	}
	for act := range graph.All() {
		if act.Err != nil {
			failures = append(failures, act.Err.Error())
		}
		for _, d := range act.Diagnostics {
			failures = append(failures, fmt.Sprintf("%s: %s", act.Package.Fset.Position(d.Pos), d.Message))
		}
	}
	fmt.Printf("%s: %d packages\n", platform, len(roots))
	return distinct(failures), nil
}

// distinct returns each of them once: a package and its tests have the same files.
func distinct(failures []string) []string {
	slices.Sort(failures)
	return slices.Compact(failures)
}

// parse reads a file, without the bodies of functions if it is a dependency: it is not below root, and not one of the
// programs of tests, which Go generates and names without .go.
func parse(fset *token.FileSet, name string, src []byte, root string) (*ast.File, error) {
	file, err := parser.ParseFile(fset, name, src, parser.ParseComments|parser.SkipObjectResolution)
	if file == nil || strings.HasPrefix(name, root+string(filepath.Separator)) || filepath.Ext(name) != ".go" {
		return file, err
	}
	for _, d := range file.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok {
			fn.Body = nil
		}
	}
	return file, err
}

// bodies finds functions that should be in assembly, in a package that has none.
var bodies = &analysis.Analyzer{
	Name: "bodies",
	Doc:  "find functions that no file defines",
	Run: func(pass *analysis.Pass) (any, error) {
		for _, f := range pass.Files {
			for _, d := range f.Decls {
				fn, ok := d.(*ast.FuncDecl)
				if ok && fn.Body == nil &&
					!slices.ContainsFunc(pass.OtherFiles, func(path string) bool {
						return strings.HasSuffix(path, ".s")
					}) {
					pass.Reportf(fn.Pos(), "no body of %s", fn.Name.Name)
				}
			}
		}
		return nil, nil
	},
}
