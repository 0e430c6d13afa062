package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// guestEnv is the environment of every test. Collecting garbage costs emulated
// time, so the collector waits for the memory (in MiB) to run short.
func guestEnv(memory int) []string {
	return []string{
		"PATH=/", "HOME=/tmp", "TMPDIR=/tmp",
		"GOGC=off", fmt.Sprintf("GOMEMLIMIT=%dMiB", memory/2),
	}
}

// fileSystem cross-builds the tests, notes them as jobs in p, and returns
// the archive that Linux unpacks at boot: init, the plan, and for each job a
// folder with its test binary and the package's testdata.
func fileSystem(ctx context.Context, work string, opts options, p *plan) ([]byte, error) {
	init, err := os.Executable()
	if err != nil {
		return nil, err
	}
	packages, err := list(ctx, opts.packages)
	if err != nil {
		return nil, err
	}
	var a archive
	for _, dir := range []string{"dev", "proc", "sys", "tmp", "jobs"} {
		a.directory(dir)
	}
	if err := a.file("init", init); err != nil {
		return nil, err
	}
	for i, pkg := range packages {
		dir := fmt.Sprintf("jobs/%d", i)
		binary := filepath.Join(work, fmt.Sprintf("%d.test", i))
		if err := buildTest(ctx, binary, pkg.ImportPath); err != nil {
			return nil, err
		}
		a.directory(dir)
		if err := a.file(dir+"/test", binary); err != nil {
			return nil, err
		}
		if err := a.tree(dir+"/testdata", filepath.Join(pkg.Dir, "testdata")); err != nil {
			return nil, err
		}
		p.Jobs = append(p.Jobs, job{Package: pkg.ImportPath, Dir: "/" + dir, Args: opts.testArgs})
	}
	jobs, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	a.bytes(planFile, jobs, 0o644)
	return a.end(), nil
}

type goPackage struct{ ImportPath, Dir string }

// list resolves package patterns.
func list(ctx context.Context, patterns []string) ([]goPackage, error) {
	out, err := goCommand(ctx, append([]string{"list", "-f", "{{.ImportPath}}\t{{.Dir}}", "--"}, patterns...))
	if err != nil {
		return nil, err
	}
	var packages []goPackage
	for line := range strings.Lines(string(out)) {
		path, dir, _ := strings.Cut(strings.TrimSpace(line), "\t")
		packages = append(packages, goPackage{path, dir})
	}
	return packages, nil
}

// buildTest builds the test binary of a package. A package without tests is an
// error: it would be a leg that tests nothing.
func buildTest(ctx context.Context, binary, importPath string) error {
	if _, err := goCommand(ctx, []string{"test", "-c", "-ldflags=-s -w", "-o", binary, importPath}); err != nil {
		return err
	}
	if _, err := os.Stat(binary); errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s has no tests", importPath)
	}
	return nil
}

// goCommand runs the go command for the guest's platform and returns what it
// printed.
func goCommand(ctx context.Context, args []string) ([]byte, error) {
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH=amd64")
	var stdout bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, os.Stderr
	if err := cmd.Run(); err != nil {
		return nil, fmt.Errorf("go %s: %w", args[0], err)
	}
	return stdout.Bytes(), nil
}
