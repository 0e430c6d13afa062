//go:build linux && amd64

package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

// mountable returns an error where disks can't be mounted.
func mountable(folder string) error {
	if err := syscall.Mount("tmpfs", folder, "tmpfs", 0, ""); err != nil {
		return fmt.Errorf("disks can't be mounted (%w): --disks=false leaves out what needs them", err)
	}
	return syscall.Unmount(folder, syscall.MNT_DETACH)
}

// mount makes a small file system that is full soon, in a namespace of this program's own.
func (l *lab) mount(name string) string {
	disk := l.path(name)
	must(nil, os.Mkdir(disk, 0o755))
	must(nil, syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=256k"))
	l.counts["disks"]++
	return disk
}

// beside is the file that an error says a network is in instead.
func beside(stderr string) string {
	_, place, _ := strings.Cut(stderr, "it is in ")
	place, _, ok := strings.Cut(place, " instead")
	if !ok {
		return ""
	}
	return place
}

// besides makes sure that a network was saved elsewhere, and removes it.
func (l *lab) besides(what string, o outcome) {
	place := beside(o.stderr)
	if place == "" {
		l.fail("%s: %d, %s", what, o.code, o.stderr)
		return
	}
	if e := l.do("eval", "--model", place); e.code != 0 {
		l.fail("%s: saved elsewhere: %s", what, e.stderr)
	}
	_ = os.Remove(place)
}

// fullDisk saves into a file system without room. What was there stays, and the network is saved elsewhere.
func (l *lab) fullDisk() {
	disk := l.mount("full")
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	model := filepath.Join(disk, "m")
	if o := l.do("--epochs", "1", "--net", "20", "--save", model); o.code != 0 {
		l.fail("%s", o.stderr)
	}
	before := must(os.ReadFile(model))
	o := l.do("--epochs", "1", "--net", "2000", "--save", model)
	if o.code != 1 {
		l.fail("a full disk: ended with %d", o.code)
	}
	l.besides("a full disk", o)
	if !bytes.Equal(before, must(os.ReadFile(model))) {
		l.fail("the model on a full disk is another one")
	}
	calm := []string{"compare", "--quick", "--solver", "adam", "--workers", "1", "--out"}
	l.do(append(calm, l.path("calm"))...)
	for left := range 5 { // pages that are free
		l.fill(disk, left)
		o := l.do(append(calm, filepath.Join(disk, "c"))...)
		if o.code != 1 || !strings.Contains(o.stderr, "no space") {
			l.fail("a comparison on a full disk: %d, %s", o.code, o.stderr)
		}
	}
	_ = os.Remove(filepath.Join(disk, "filler"))
	_ = os.Remove(model)
	_ = os.Remove(l.path("c"))
	must(nil, os.Symlink(filepath.Join(disk, "c"), l.path("c")))
	if o := l.do(append(calm, l.path("c"))...); o.code != 0 || strings.Contains(o.stderr, "warning") {
		l.fail("when there is room again: %d, %s", o.code, o.stderr)
	}
	if l.errors("calm") != l.errors("c") {
		l.fail("a full disk changed the results")
	}
}

// fill leaves the given number of pages of a disk free.
func (l *lab) fill(disk string, pages int) {
	path := filepath.Join(disk, "filler")
	_ = os.Remove(path)
	f, err := os.Create(path)
	if err != nil {
		return
	}
	defer f.Close()
	page := make([]byte, os.Getpagesize())
	var size int64
	for {
		n, err := f.Write(page)
		if size += int64(n); err != nil {
			_ = f.Truncate(max(0, size-int64(pages*len(page))))
			return
		}
	}
}

// readOnlyDisk saves into a file system that can't be written, from the beginning or from some moment on.
func (l *lab) readOnlyDisk() {
	disk := l.mount("ro")
	defer syscall.Unmount(disk, syscall.MNT_DETACH)
	model, runs := filepath.Join(disk, "m"), filepath.Join(disk, "c")
	l.do("--epochs", "1", "--net", "4", "--save", model)
	l.do("compare", "--quick", "--solver", "adam", "--net", "4", "--out", runs)
	before := must(os.ReadFile(model))
	protect := func() {
		for syscall.Mount("", disk, "", syscall.MS_REMOUNT|syscall.MS_RDONLY, "") == syscall.EBUSY {
			time.Sleep(time.Millisecond) // something is open for writing
		}
	}
	trace := l.path("trace")
	o := l.meanwhile(epochIn(trace), protect, "--epochs", "1000000000", "--net", "4", "--save", model, "--csv", trace)
	l.besides("a disk that became read-only", o)
	for _, args := range [][]string{
		{"--epochs", "1", "--save", model},
		{"--epochs", "1", "--csv", filepath.Join(disk, "t.csv")},
		{"--epochs", "1", "--checkpoint", filepath.Join(disk, "other")},
		{"compare", "--quick", "--out", filepath.Join(disk, "other")},
		{"compare", "--quick", "--solver", "sgd", "--out", runs},
		{"compare", "--report", runs, "--pack", filepath.Join(disk, "a.jsonl.gz")},
	} {
		if o := l.do(args...); o.code != 1 || !strings.Contains(o.stderr, "read-only") {
			l.fail("a read-only disk: %v: %d, %s", args, o.code, o.stderr)
		}
	}
	if !bytes.Equal(before, must(os.ReadFile(model))) {
		l.fail("the model on a read-only disk is another one")
	}
}

// vanishedFolders removes the folders that a training and a comparison write to.
func (l *lab) vanishedFolders() {
	gone, trace := l.path("gone"), l.path(filepath.Join("gone", "c"))
	must(nil, os.Mkdir(gone, 0o755))
	o := l.meanwhile(epochIn(trace), func() { must(nil, os.RemoveAll(gone)) }, "--epochs", "1000000000", "--net", "4",
		"--save", filepath.Join(gone, "m"), "--csv", trace, "--json", filepath.Join(gone, "j"))
	l.besides("a folder that vanished", o)
	l.counts["vanished folders"]++

	runs := l.path("runs")
	args := []string{"compare", "--quick", "--solver", "adam", "--workers", "1", "--out"}
	l.do(append(args, l.path("calm"))...)
	l.meanwhile(anyOf(filepath.Join(runs, "tune_*.json")), func() { _ = os.RemoveAll(runs) }, append(args, runs)...)
	if o := l.do(append(args, runs)...); o.code != 0 || l.errors("calm") != l.errors("runs") {
		l.fail("a comparison whose folder vanished: %d, %s", o.code, o.stderr)
	}
	l.counts["vanished folders"]++
}

// meanwhile does something at a random moment after a sign that the program works, and then asks it to end.
func (l *lab) meanwhile(sign func() bool, do func(), args ...string) outcome {
	return l.ended(func() {
		l.await(sign)
		time.Sleep(l.sometime(200 * time.Millisecond))
		do()
		time.Sleep(l.sometime(200 * time.Millisecond))
	}, syscall.SIGTERM, args...)
}

// fullDevice sends every output to a device that is always full. Each failure is reported, and none as a wrong command
// line.
func (l *lab) fullDevice() {
	const full = "/dev/full"
	model, runs := l.path("m"), l.path("c")
	l.do("--epochs", "1", "--net", "4", "--save", model)
	l.do("compare", "--quick", "--solver", "adam", "--net", "4", "--out", runs)
	outputs := [][]string{
		{"--epochs", "1", "--save", full}, {"--epochs", "1", "--json", full}, {"--epochs", "1", "--csv", full},
		{"--epochs", "1", "--report", full},
		{"eval", "--model", model, "--json", full}, {"eval", "--model", model, "--report", full},
		{"export", "--model", model, "--onnx", full},
		{"tune", "--trials", "1", "--net", "2", "--epochs", "1", "--csv", full},
		{"compare", "--report", runs, "--markdown", full}, {"compare", "--report", runs, "--pack", full},
	}
	for _, args := range outputs {
		l.counts["full devices"]++
		o := l.do(args...)
		if o.code != 1 || !strings.Contains(o.stderr, "no space") {
			l.fail("%v: %d, %s", args, o.code, o.stderr)
		}
		if place := beside(o.stderr); strings.HasPrefix(place, "/dev/") {
			l.fail("%v: put among the devices: %s", args, place)
		} else if place != "" {
			_ = os.Remove(place)
		}
	}
	for _, args := range printing(model, runs) {
		l.counts["full devices"]++
		device, err := os.OpenFile(full, os.O_WRONLY, 0)
		if err != nil {
			panic(err)
		}
		if o := l.doInto(device, args...); o.code != 1 ||
			!strings.Contains(o.stderr, "standard output: no space") && !strings.Contains(o.stderr, " -: no space") {
			l.fail("%v >%s: %d, %s", args, full, o.code, o.stderr)
		}
	}
}

// printing are commands that write to standard output, with a model and a folder of runs that are there.
func printing(model, runs string) [][]string {
	return [][]string{
		{"--help"}, {"--version"}, {"version"}, {"compare", "--help"}, {"completion", "bash"}, {"help", "tune"},
		{"--epochs", "1"}, {"--epochs", "1", "--json", "-"}, {"--epochs", "1", "--csv", "-"},
		{"tune", "--trials", "1", "--net", "2", "--epochs", "1"},
		{"tune", "--trials", "1", "--net", "2", "--epochs", "1", "--csv", "-"},
		{"eval", "--model", model}, {"eval", "--model", model, "--json"}, {"predict", "--model", model},
		{"predict", "--model", model, "--json"},
		{"compare", "--report", runs}, {"compare", "--quick", "--out", runs, "--plan"},
	}
}

// closedPipe sends standard output to a pipe that nobody reads. Files are written all the same, and nothing is said.
func (l *lab) closedPipe() {
	model, runs := l.path("m"), l.path("c")
	l.do("--epochs", "1", "--net", "4", "--save", model)
	l.do("compare", "--quick", "--solver", "adam", "--net", "4", "--out", runs)
	for _, args := range append(printing(model, runs),
		[]string{"--epochs", "1", "--net", "2", "--save", l.path("m2"), "--csv", l.path("t")}) {
		l.counts["closed pipes"]++
		r, w, err := os.Pipe()
		if err != nil {
			panic(err)
		}
		_ = r.Close()
		if o := l.doInto(w, args...); o.code != 141 || strings.Contains(o.stderr, "pipe") {
			l.fail("%v into a closed pipe: %d, %s", args, o.code, o.stderr)
		}
	}
	for _, name := range []string{"m2", "t"} {
		if _, err := os.Stat(l.path(name)); err != nil {
			l.fail("a closed pipe: %v", err)
		}
	}
}
