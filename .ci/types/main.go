// The types command checks all packages of the module and their tests for other platforms, as far as it can be done
// without compiling: types, constants that overflow, shifts that leave nothing, declarations of assembly, and functions
// that no file defines. All dependencies are read from source, as compiling them for a platform takes a minute of
// processor time.
//
//	types OS/ARCH...
package main

import (
	"fmt"
	"go/ast"
	"os"
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
	roots, err := packages.Load(&packages.Config{
		Mode:  packages.LoadAllSyntax | packages.NeedModule,
		Env:   append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0"),
		Tests: true,
	}, "./...")
	if err != nil {
		return nil, err
	}
	if len(roots) == 0 {
		return nil, fmt.Errorf("there are no packages")
	}
	packages.Visit(roots, nil, func(p *packages.Package) {
		for _, e := range p.Errors {
			failures = append(failures, e.Error())
		}
	})
	if len(failures) > 0 {
		return failures, nil
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
	slices.Sort(failures)
	fmt.Printf("%s: %d packages\n", platform, len(roots))
	return slices.Compact(failures), nil // a package and its tests have the same files
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
