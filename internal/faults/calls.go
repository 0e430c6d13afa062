//go:build linux && amd64

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// disasters are what happens at a system call: the process is killed, the disk fails, the disk is full.
var disasters = []syscall.Errno{0, syscall.EIO, syscall.ENOSPC}

// atEachCall calls try with each kind of harm at each system call of a run or, if there are more than most of them, at
// a random choice.
func (l *lab) atEachCall(calls, most int, try func(harm)) {
	if calls == 0 {
		l.fail("no system call names anything in %s", l.dir)
	}
	numbers := l.random.Perm(calls)
	for i, number := range numbers[:min(most, calls)] {
		for j, errno := range disasters {
			if calls > most && i%len(disasters) != j {
				continue
			}
			try(harm{number + 1, errno})
			l.counts[map[bool]string{true: "kills at system calls", false: "failed system calls"}[errno == 0]]++
		}
	}
}

// harmedSave replaces a model and writes all other results, with harm at each of the system calls. The model is the old
// or the new one, on the disk, too; success means the new one; what can't be written is saved elsewhere, or named.
func (l *lab) harmedSave() {
	out := func(name string) string { return l.path(filepath.Join("out", name)) }
	must(nil, os.Mkdir(l.path("out"), 0o755))
	args := func(seed string) []string {
		return []string{"--epochs", "1", "--net", "4", "--limit", "200", "--workers", "1", "--seed", seed,
			"--save", out("m"), "--json", out("j"), "--csv", out("c"), "--report", out("r")}
	}
	l.do(args("1")...)
	before := must(os.ReadFile(out("m")))
	calls, calm := l.traced(harm{}, args("2")...)
	after := must(os.ReadFile(out("m")))
	if bytes.Equal(before, after) {
		l.fail("a save: the model is the old one")
	}
	l.durable(calm.steps)
	save := func(h harm) outcome {
		l.write(filepath.Join("out", "m"), before)
		_, o := l.traced(h, args("2")...)
		l.whole(h, o, before, after, out("m"))
		return o
	}
	l.failedSyncs(calm.steps, save)
	l.atEachCall(calls, l.calls, func(h harm) {
		save(h)
		if j, err := os.ReadFile(out("j")); err == nil && !json.Valid(j) {
			l.fail("%v: half of a JSON file", h)
		}
		if r, err := os.ReadFile(out("r")); err == nil && !bytes.HasSuffix(bytes.TrimSpace(r), []byte("</html>")) {
			l.fail("%v: half of a page", h)
		}
	})
	l.do(args("2")...)
	l.tidy("out")
}

// whole makes sure that a model is the old or the new one, and not the old one where the program said that all is well.
func (l *lab) whole(h harm, o outcome, before, after []byte, model string) {
	now, err := os.ReadFile(model)
	switch {
	case err != nil:
		l.fail("system call %d, %v: %v", h.call, h.errno, err)
	case bytes.Equal(now, after):
	case !bytes.Equal(now, before):
		l.fail("system call %d, %v: half of a model", h.call, h.errno)
	case o.code == 0:
		l.fail("system call %d, %v: the model is the old one, and nothing is said", h.call, h.errno)
	case o.code > 0 && strings.TrimSpace(o.stderr) == "":
		l.fail("system call %d, %v: ended with %d and says nothing", h.call, h.errno, o.code)
	}
}

// harmedTraining saves states, with harm at system calls, and goes on: to the same bits.
func (l *lab) harmedTraining() {
	args := []string{"--epochs", "3", "--net", "4", "--limit", "200", "--workers", "1", "--save", l.path("m"),
		"--checkpoint", l.path("states"), "--checkpoint-every", "1ns"}
	calls, _ := l.traced(harm{}, args...)
	calm := must(os.ReadFile(l.path("m")))
	l.atEachCall(calls, l.calls, func(h harm) {
		must(nil, os.RemoveAll(l.path("states")))
		must(nil, os.RemoveAll(l.path("m")))
		if _, o := l.traced(h, args...); o.code == 0 {
			if now, _ := os.ReadFile(l.path("m")); !bytes.Equal(calm, now) {
				l.fail("system call %d, %v: nothing is said, and the model is missing or another one", h.call, h.errno)
			}
		}
		states, _ := filepath.Glob(filepath.Join(l.path("states"), "state-*"))
		if o := l.do(append(args, "--resume")...); o.code != 0 {
			l.fail("system call %d, %v: resumed: %s", h.call, h.errno, o.stderr)
		} else if states != nil && !strings.Contains(o.stderr, "continuing from ") {
			l.fail("system call %d, %v: %s left, and begun anew: %s", h.call, h.errno, states, o.stderr)
		} else if !bytes.Equal(calm, must(os.ReadFile(l.path("m")))) {
			l.fail("system call %d, %v: resumed: other bits", h.call, h.errno)
		}
	})
	l.tidy("states")
}

// harmedComparison runs comparisons with harm at system calls. The next one needs no help, and gets the same result.
func (l *lab) harmedComparison() {
	args := func(dir string) []string {
		return []string{"compare", "--quick", "--out", l.path(dir), "--workers", "1", "--solver", "adam", "--net", "4"}
	}
	calls, _ := l.traced(harm{}, args("calm")...)
	calm := l.errors("calm")
	l.atEachCall(calls, l.calls, func(h harm) {
		must(nil, os.RemoveAll(l.path("harmed")))
		if _, o := l.traced(h, args("harmed")...); o.code == 0 && l.errors("harmed") != calm {
			l.fail("system call %d, %v: nothing is said, and the results are other ones", h.call, h.errno)
		}
		if o := l.do(args("harmed")...); o.code != 0 || strings.Contains(o.stderr, "warning") {
			l.fail("system call %d, %v: gone on: %d, %s", h.call, h.errno, o.code, o.stderr)
		} else if l.errors("harmed") != calm {
			l.fail("system call %d, %v: gone on: other results", h.call, h.errno)
		}
		l.tidy("harmed")
	})
}

// tidy makes sure that nothing temporary is in a folder.
func (l *lab) tidy(dir string) {
	for _, pattern := range []string{".ridge-*", ".train-*", ".*.lock", "lock"} {
		if left, _ := filepath.Glob(filepath.Join(l.path(dir), pattern)); left != nil {
			l.fail("left behind: %v", left)
		}
	}
}
