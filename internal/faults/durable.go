//go:build linux && amd64

package main

import (
	"path/filepath"
	"slices"
	"syscall"

	"golang.org/x/sys/unix"
)

// step is a system call on which depends what a disk has after a loss of power: a write, an fsync or a rename.
type step struct {
	call   int // its number among those that name something in the folder
	number uint64
	name   string
	to     string // of a rename
}

// stepOf is a call as a step, if it is one.
func (t *tracer) stepOf(thread int, info *callInfo, name string) (step, bool) {
	s := step{call: t.calls, number: info.number, name: name}
	switch info.number {
	case unix.SYS_RENAMEAT, unix.SYS_RENAMEAT2:
		s.to = pathAt(thread, info.args[3])
	case unix.SYS_WRITE, unix.SYS_PWRITE64, unix.SYS_FTRUNCATE, unix.SYS_FSYNC:
	default:
		return step{}, false
	}
	return s, true
}

// durable makes sure that a loss of power finds the old or the new content under each name that was replaced: what was
// written is on the disk before it gets the name, and the name itself before the program goes on.
func (l *lab) durable(steps []step) {
	renames := 0
	for i, s := range steps {
		if s.to == "" {
			continue
		}
		renames++
		before, after := steps[:i], steps[i+1:]
		if at := lastOn(before, s.name); at < 0 || before[at].number != unix.SYS_FSYNC {
			l.fail("%s gets its name before its content is on the disk", s.to)
		}
		if lastOn(after, filepath.Dir(s.to)) < 0 {
			l.fail("%s: the folder is not synced after the rename", s.to)
		}
	}
	if renames == 0 {
		l.fail("a save: nothing is renamed")
	}
}

// lastOn is the index of the last step on a file or folder; −1: there is none.
func lastOn(steps []step, name string) int {
	for i, s := range slices.Backward(steps) {
		if s.name == name {
			return i
		}
	}
	return -1
}

// failedSyncs tries a save once for each name that it writes; fsync fails when the file is replaced for the last time.
// That is no success, as nobody knows what the disk has then. The table of --csv is replaced twice: at the end the
// program tries again what failed before.
func (l *lab) failedSyncs(steps []step, save func(harm) outcome) {
	failed := 0
	for i, s := range steps {
		at := lastOn(steps[:i], s.name)
		again := slices.ContainsFunc(steps[i+1:], func(later step) bool { return later.to == s.to })
		if s.to == "" || at < 0 || again {
			continue
		}
		call := steps[at].call
		o := save(harm{call, syscall.EIO})
		// Which call has a number is nearly, but not quite, the same in each run.
		if !slices.ContainsFunc(o.steps, func(was step) bool { return was.call == call && was.isSyncOfTemporary() }) {
			continue
		}
		failed++
		if o.code == 0 {
			l.fail("fsync of what is to be %s fails, and nothing is said", s.to)
		}
	}
	if l.counts["failed fsyncs"] += failed; failed == 0 {
		l.fail("a save: no fsync of a file failed")
	}
}

// isSyncOfTemporary reports whether a step is the fsync of a temporary file. That a folder can't be synced is no
// failure: not all file systems can.
func (s step) isSyncOfTemporary() bool {
	temporary, _ := filepath.Match(".ridge-*.tmp", filepath.Base(s.name))
	return s.number == unix.SYS_FSYNC && temporary
}
