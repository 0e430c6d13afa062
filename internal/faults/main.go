//go:build linux

// Command faults does to train what happens to programs: it kills it at random moments, asks it to end while its
// pipes have no other side, fills its disk, and hands it files that were made to hurt. It tells how often, and fails if
// something was lost, wrong or stuck, or took too much memory:
//
//	go run ./internal/faults              # some 20 seconds
//	go run ./internal/faults --for 1h
package main

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const (
	patience   = 5 * time.Second // from a signal to the end of the process
	mostMemory = 300 << 20       // bytes for a hostile file
	stuck      = time.Minute     // for anything
)

// lab is where the harm is done.
type lab struct {
	program, dir string
	random       *rand.Rand
	counts       map[string]int
	peak         int64  // bytes of the largest process on a hostile file
	peakOf       string // what that was
	failures     []string
}

// outcome is how a process ended.
type outcome struct {
	code           int // −1: by a signal
	stdout, stderr string
	memory         int64
	took           time.Duration
}

func main() {
	length := flag.Duration("for", 20*time.Second, "how long to go on")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random moments and files")
	flag.Parse()
	if err := run(*length, *seed); err != nil {
		fmt.Fprintln(os.Stderr, "faults:", err)
		os.Exit(1)
	}
}

func run(length time.Duration, seed uint64) error {
	dir, err := os.MkdirTemp("", "ridge-faults-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	l := &lab{program: filepath.Join(dir, "train"), dir: dir, random: rand.New(rand.NewPCG(seed, 0)), counts: map[string]int{}}
	build := exec.Command("go", "build", "-o", l.program, "ridge/cmd/train")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	end := time.Now().Add(length)
	trials := []func(){l.killedComparison, l.killedTraining, l.endedTraining, l.fullDisk, l.hostileFiles}
	for round := 0; round == 0 || time.Now().Before(end); round++ {
		for i, trial := range trials {
			if round > 0 && time.Now().After(end) {
				break
			}
			l.fresh(fmt.Sprintf("%d-%d", round, i))
			trial()
		}
	}
	fmt.Printf("seed %d: %d kills, %d signals, %d full disks, %d hostile files, largest process %d MB (%s)\n", seed,
		l.counts["kills"], l.counts["signals"], l.counts["full disks"], l.counts["hostile files"], l.peak>>20, l.peakOf)
	if len(l.failures) > 0 {
		return fmt.Errorf("%d failures:\n%s", len(l.failures), strings.Join(l.failures, "\n"))
	}
	return nil
}

// fresh makes a folder of its own for what comes.
func (l *lab) fresh(name string) {
	l.dir = filepath.Join(filepath.Dir(l.program), name)
	if err := os.Mkdir(l.dir, 0o755); err != nil {
		panic(err)
	}
}

func (l *lab) path(name string) string { return filepath.Join(l.dir, name) }

func (l *lab) fail(format string, args ...any) {
	l.failures = append(l.failures, fmt.Sprintf(format, args...))
}

// start starts the program.
func (l *lab) start(args ...string) (*exec.Cmd, *strings.Builder, *strings.Builder) {
	cmd := exec.Command(l.program, args...)
	var stdout, stderr strings.Builder
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		panic(err)
	}
	return cmd, &stdout, &stderr
}

// do runs the program to its end.
func (l *lab) do(args ...string) outcome {
	began := time.Now()
	cmd, stdout, stderr := l.start(args...)
	guard := time.AfterFunc(stuck, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	if !guard.Stop() {
		l.fail("%v: still there after %v", args, stuck)
	}
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	o := outcome{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String(), int64(usage.Maxrss) << 10, time.Since(began)}
	if strings.Contains(o.stderr, "goroutine ") || o.code < 0 {
		l.fail("%v: ended with %d and says\n%.600s", args, o.code, o.stderr)
	}
	return o
}

// signalled runs the program and sends it a signal after some time.
func (l *lab) signalled(after time.Duration, s syscall.Signal, args ...string) outcome {
	cmd, stdout, stderr := l.start(args...)
	time.Sleep(after)
	_ = cmd.Process.Signal(s)
	began := time.Now()
	guard := time.AfterFunc(patience, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	if !guard.Stop() {
		l.fail("%v: still there %v after %v", args, patience, s)
	}
	return outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String(), took: time.Since(began)}
}

// sometime is a random moment.
func (l *lab) sometime(most time.Duration) time.Duration {
	return time.Duration(l.random.Int64N(int64(most)))
}
