//go:build linux && amd64

package main

import (
	"bytes"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// killedComparison kills a comparison again and again; two processes at a time work on it. What is finished stays
// finished, nothing is half there, and the result is that of a comparison that nobody disturbed.
func (l *lab) killedComparison() {
	args := func(dir string) []string {
		return []string{"compare", "--quick", "--out", l.path(dir), "--workers", "1", "--solver", "bcd,adam"}
	}
	took := l.do(args("calm")...).took
	before := 0
	l.killPairs(8, took, args("killed"), func() bool {
		runs, _ := filepath.Glob(filepath.Join(l.path("killed"), "*_seed*.json"))
		if len(runs) < before {
			l.fail("of %d runs %d are left", before, len(runs))
		}
		before = len(runs)
		return before > 0
	})
	if o := l.do(args("killed")...); o.code != 0 || strings.Contains(o.stderr, "warning") {
		l.fail("after kills: %d, %s", o.code, o.stderr)
	}
	if calm, killed := l.errors("calm"), l.errors("killed"); calm != killed {
		l.fail("kills changed the results:\n%s\n%s", calm, killed)
	}
	l.tidy("killed")
}

// killPairs starts a command twice at a time and kills both, at random moments of the time that it takes undisturbed.
// It does so again, and later, while left says that there is nothing to lose: that would try nothing.
func (l *lab) killPairs(kills int, took time.Duration, args []string, left func() bool) {
	const most = 10 // times as many
	found := false
	for i := 0; i < kills || i < most*kills && !found; i++ {
		other, _, _ := l.start(args...)
		l.signalled(l.sometime(took*time.Duration(1+i/kills)), syscall.SIGKILL, args...)
		_ = other.Process.Kill()
		_ = other.Wait()
		l.counts["kills"] += 2
		found = left()
	}
	if !found {
		l.fail("all kills of %s came before anything was there to lose", args[0])
	}
}

// errors are the columns of results.csv that do not depend on time.
func (l *lab) errors(dir string) string {
	text, err := os.ReadFile(filepath.Join(l.path(dir), "results.csv"))
	if err != nil {
		l.fail("%v", err)
	}
	var kept []string
	for line := range strings.Lines(string(text)) {
		fields := strings.Split(line, ",")
		kept = append(kept, strings.Join(fields[:max(0, len(fields)-4)], ","))
	}
	return strings.Join(kept, "\n")
}

// killedTraining kills trainings that replace a model; under its name there is always a whole one.
func (l *lab) killedTraining() {
	model := l.path("m.safetensors")
	train := []string{"--epochs", "1", "--net", "200", "--save", model}
	took := l.do(train...).took
	for range 10 {
		l.signalled(l.sometime(took), syscall.SIGKILL, train...)
		l.counts["kills"]++
		if o := l.do("eval", "--model", model); o.code != 0 {
			l.fail("a model after a kill: %s", o.stderr)
		}
	}
	l.do(train...)
	if left, _ := filepath.Glob(l.path(".ridge-*")); left != nil {
		l.fail("left behind: %v", left)
	}
}

// endedTraining ends trainings, some of which write into pipes that nobody reads. They save what there is.
func (l *lab) endedTraining() {
	pipe, other := l.path("pipe"), l.path("other")
	must(nil, syscall.Mkfifo(pipe, 0o600))
	must(nil, syscall.Mkfifo(other, 0o600))
	for _, s := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP} {
		if signal.Ignored(s) {
			continue // as under nohup, and train keeps to it
		}
		model, trace := l.path(s.String()), l.path(s.String()+".csv")
		wait := func() {
			l.await(epochIn(trace))
			time.Sleep(l.sometime(300 * time.Millisecond))
		}
		o := l.ended(wait, s, "--epochs", "1000000", "--save", model, "--csv", trace, "--json", pipe, "--report", other)
		if o.code != interrupted {
			l.fail("after %v: ended with %d, %s", s, o.code, o.stderr)
		}
		l.counts["signals"]++
		if o := l.do("eval", "--model", model); o.code != 0 {
			l.fail("a model after %v: %s", s, o.stderr)
		}
	}
	model := l.path("m")
	l.do("--epochs", "1", "--net", "4", "--save", model)
	const some = 6 // of them, in each round
	waiting := [][]string{
		{"eval", "--model", pipe}, {"predict", "--model", model, "--data", pipe},
		{"export", "--model", pipe, "--onnx", l.path("o")},
		{"export", "--model", model, "--onnx", pipe}, {"eval", "--model", model, "--report", pipe},
		{"--data", pipe}, {"tune", "--data", pipe}, {"compare", "--report", pipe},
		{"compare", "--data", pipe, "--out", l.path("c")},
		{"tune", "--epochs", "1000000"}, {"tune", "--trials", "1", "--net", "2", "--epochs", "1", "--csv", pipe},
		{"compare", "--quick", "--out", l.path("c"), "--plan"}, {"--net", "3000,3000", "--save", l.path("m2")},
	}
	for _, i := range l.random.Perm(len(waiting))[:some] {
		l.signalled(l.sometime(400*time.Millisecond), syscall.SIGTERM, waiting[i]...)
		l.counts["signals"]++
	}
}

// await waits until is returns true. If that never happens it is a failure, because then the trial
// tries nothing.
func (l *lab) await(is func() bool) {
	for began := time.Now(); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > stuck {
			l.fail("the program gave no sign of its work in %v", stuck)
			return
		}
	}
}

// epochIn reports whether the table of a training has the names of its columns and an epoch.
func epochIn(table string) func() bool {
	return func() bool {
		text, _ := os.ReadFile(table)
		return bytes.Count(text, []byte("\n")) >= 2
	}
}

// anyOf reports whether there is a file whose name fits a pattern.
func anyOf(pattern string) func() bool {
	return func() bool {
		names, _ := filepath.Glob(pattern)
		return names != nil
	}
}
