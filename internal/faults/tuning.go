//go:build linux && amd64

package main

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
)

// search is a command line of tune that keeps its runs in a folder.
func (l *lab) search(dir string) []string {
	return []string{"tune", "--limit", "200", "--net", "4", "--trials", "3", "--folds", "2", "--epochs", "4",
		"--workers", "1",
		"--grid", "lambda=0.1,1,10", "--out", l.path(dir), "--csv", "-"}
}

// judged are the trials and their errors, without the seconds.
func judged(table string) string {
	rows, err := csv.NewReader(strings.NewReader(table)).ReadAll()
	if err != nil || len(rows) < 2 {
		return "no table: " + table
	}
	var kept []string
	for _, row := range rows {
		kept = append(kept, strings.Join(row[:len(row)-1], ","))
	}
	return strings.Join(kept, "\n")
}

// killedTuning kills searches of which two share a folder, and damages what they left. The next one gets the same
// result.
func (l *lab) killedTuning() {
	alone := l.do(l.search("calm")...)
	calm := judged(alone.stdout)
	l.killPairs(6, alone.took, l.search("killed"), func() bool {
		runs, _ := filepath.Glob(filepath.Join(l.path("killed"), "tune_*.json"))
		return runs != nil
	})
	if o := l.do(l.search("killed")...); o.code != 0 || judged(o.stdout) != calm ||
		strings.Contains(o.stderr, "warning") {
		l.fail("a search after kills: %d, %s\n%s\n%s", o.code, o.stderr, o.stdout, calm)
	}
	l.tidy("killed")
	runs, _ := filepath.Glob(filepath.Join(l.path("killed"), "tune_*.json"))
	for _, run := range runs {
		good := must(os.ReadFile(run))
		bad := l.damaged(good)
		l.write(filepath.Join("killed", filepath.Base(run)), bad)
		if o := l.try("a damaged run of a search", l.search("killed")...); o.code != 0 || judged(o.stdout) != calm {
			l.fail("a search with a damaged run: %d, %s\n%q", o.code, o.stderr, bad)
		}
	}
}

// harmedTuning does harm at the system calls of a search. The next one needs no help, and gets the same result.
func (l *lab) harmedTuning() {
	calls, o := l.traced(harm{}, l.search("calm")...)
	calm := judged(o.stdout)
	l.atEachCall(calls, l.calls, func(h harm) {
		must(nil, os.RemoveAll(l.path("harmed")))
		if _, o := l.traced(h, l.search("harmed")...); o.code == 0 && judged(o.stdout) != calm {
			l.fail("system call %d, %v: nothing is said, and the result is another one", h.call, h.errno)
		}
		if o := l.do(l.search("harmed")...); o.code != 0 || judged(o.stdout) != calm ||
			strings.Contains(o.stderr, "warning") {
			l.fail("system call %d, %v: gone on: %d, %s", h.call, h.errno, o.code, o.stderr)
		}
		l.tidy("harmed")
	})
}
