// The types command checks all packages of the module and their tests as a compiler for other platforms would, as far
// as it can be done without compiling: types, constants that overflow, shifts that leave nothing, and functions
// that no file defines. All dependencies are read from source, so that nothing has to be compiled for those platforms, which
// takes a minute of processor time for each.
//
//	types OS/ARCH...
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/constant"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

func main() {
	c := checker{fset: token.NewFileSet(), files: map[string]*ast.File{}}
	failed := false
	for _, platform := range os.Args[1:] {
		if err := c.check(platform); err != nil {
			failed = true
			fmt.Fprintf(os.Stderr, "%s:\n%v\n", platform, err)
		}
	}
	if failed {
		os.Exit(1)
	}
}

// listed is a package, as go list -json prints it: for a test, its files are among GoFiles.
type listed struct {
	ImportPath, Dir string
	GoFiles, SFiles []string
	ImportMap       map[string]string
	Module          *struct {
		Main      bool
		GoVersion string
	}
}

// own reports whether the package is one of the main module's.
func (p *listed) own() bool { return p.Module != nil && p.Module.Main }

// checker keeps what was read, as platforms share most files.
type checker struct {
	fset  *token.FileSet
	files map[string]*ast.File
}

// check returns all errors on a platform.
func (c *checker) check(platform string) error {
	system, arch, _ := strings.Cut(platform, "/")
	packages, err := list(system, arch)
	if err != nil {
		return err
	}
	sizes := types.SizesFor("gc", arch)
	if sizes == nil {
		return errors.New("no such architecture")
	}
	done := map[string]*types.Package{"unsafe": types.Unsafe}
	var failures []error
	for _, p := range packages {
		checked, err := c.one(p, sizes, done)
		if err != nil {
			failures = append(failures, err)
		}
		done[p.ImportPath] = checked
	}
	fmt.Printf("%s: %d packages\n", platform, len(packages))
	return errors.Join(failures...)
}

// list returns all packages that the module and its tests need, each after those that it imports.
func list(system, arch string) (packages []*listed, err error) {
	cmd := exec.Command("go", "list", "-deps", "-test", "-json=ImportPath,Dir,GoFiles,SFiles,ImportMap,Module", "./...")
	cmd.Env = append(os.Environ(), "GOOS="+system, "GOARCH="+arch, "CGO_ENABLED=0")
	cmd.Stderr = os.Stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("go list: %w", err)
	}
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		p := new(listed)
		switch err := d.Decode(p); {
		case err == io.EOF:
			return packages, nil
		case err != nil:
			return nil, err
		case p.ImportPath != "unsafe" && !strings.HasSuffix(p.ImportPath, ".test"): // that is a generated main package
			packages = append(packages, p)
		}
	}
}

// importer finds a package by the path in an import declaration.
type importer func(path string) (*types.Package, error)

func (f importer) Import(path string) (*types.Package, error) { return f(path) }

// one checks a package, whose imports have been checked.
func (c *checker) one(p *listed, sizes types.Sizes, done map[string]*types.Package) (*types.Package, error) {
	var failures []error
	files := make([]*ast.File, len(p.GoFiles))
	for i, name := range p.GoFiles {
		f, err := c.parse(filepath.Join(p.Dir, name))
		if err != nil {
			return nil, err
		}
		files[i] = f
	}
	config := types.Config{
		Sizes:            sizes,
		IgnoreFuncBodies: !p.own(),
		Error:            func(err error) { failures = append(failures, err) },
		Importer: importer(func(path string) (*types.Package, error) {
			if actual := p.ImportMap[path]; actual != "" {
				path = actual
			}
			if imported := done[path]; imported != nil {
				return imported, nil
			}
			return nil, fmt.Errorf("%s is not listed", path)
		}),
	}
	if p.own() {
		config.GoVersion = "go" + p.Module.GoVersion
	}
	path, _, _ := strings.Cut(p.ImportPath, " ") // without the test that it is built for
	info := &types.Info{Types: map[ast.Expr]types.TypeAndValue{}}
	checked, _ := config.Check(path, c.fset, files, info) // Error has them all
	if !p.own() {
		return checked, errors.Join(failures...)
	}
	for _, f := range files {
		failures = append(failures, c.shifts(f, info, sizes)...)
		if len(p.SFiles) == 0 {
			failures = append(failures, c.bodies(f)...)
		}
	}
	return checked, errors.Join(failures...)
}

func (c *checker) parse(path string) (*ast.File, error) {
	if f := c.files[path]; f != nil {
		return f, nil
	}
	f, err := parser.ParseFile(c.fset, path, nil, parser.SkipObjectResolution)
	if err == nil {
		c.files[path] = f
	}
	return f, err
}

// bodies returns the functions that should be in assembly, in a package that has none.
func (c *checker) bodies(f *ast.File) (failures []error) {
	for _, d := range f.Decls {
		if fn, ok := d.(*ast.FuncDecl); ok && fn.Body == nil {
			failures = append(failures, fmt.Errorf("%s: no body of %s", c.fset.Position(fn.Pos()), fn.Name.Name))
		}
	}
	return failures
}

// shifts returns the shifts by all bits of a number, as go vet does, which needs everything compiled.
func (c *checker) shifts(f *ast.File, info *types.Info, sizes types.Sizes) (failures []error) {
	inspect := func(n ast.Node, x, by ast.Expr) {
		if e, ok := n.(ast.Expr); ok && info.Types[e].Value != nil {
			return // constants have no size
		}
		number, ok := types.Unalias(info.TypeOf(x)).Underlying().(*types.Basic)
		if !ok || number.Info()&types.IsInteger == 0 || number.Info()&types.IsUntyped != 0 || info.Types[by].Value == nil {
			return
		}
		if bits := 8 * sizes.Sizeof(number); constant.Compare(info.Types[by].Value, token.GEQ, constant.MakeInt64(bits)) {
			failures = append(failures, fmt.Errorf("%s: %s has %d bits, and is shifted by %s", c.fset.Position(n.Pos()), types.ExprString(x), bits, info.Types[by].Value))
		}
	}
	ast.Inspect(f, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.BinaryExpr:
			if n.Op == token.SHL || n.Op == token.SHR {
				inspect(n, n.X, n.Y)
			}
		case *ast.AssignStmt:
			if n.Tok == token.SHL_ASSIGN || n.Tok == token.SHR_ASSIGN {
				inspect(n, n.Lhs[0], n.Rhs[0])
			}
		}
		return true
	})
	return failures
}
