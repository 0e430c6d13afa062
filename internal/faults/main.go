//go:build linux && amd64

// Command faults subjects train to everything that can happen to a program. It kills it at random moments and at system
// calls, lets system calls fail, asks it to end while nobody reads its pipes, fills its disk, makes the disk read-only,
// removes folders, and hands it hostile files. It reports how often it did each, and fails if anything was lost, wrong
// or stuck, or took too much memory:
//
//	go run ./internal/faults --for 1s --calls 12    # everything once, some 40 seconds
//	go run ./internal/faults --for 1h --calls 1000  # at every system call, again and again
//
// Disks are mounted in a namespace of their own. Where that is not allowed it fails; with --disks=false it mounts none.
// System calls are counted and harmed through ptrace: those of any thread that name something in the folder that is
// written to.
package main

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	endLimit   = 5 * time.Second // from a signal to the end of the process
	mostMemory = 300 << 20       // bytes for a hostile file
	stuck      = time.Minute     // for anything

	interrupted = 130 // the exit code of who was asked to end, and did
)

// lab is where the harm is done.
type lab struct {
	program, dir string
	random       *rand.Rand
	counts       map[string]int
	calls        int           // most system calls of a run that are harmed
	peak         int64         // bytes of the largest process on a hostile file
	peakOf       string        // what that was
	slowest      time.Duration // of the processes on hostile files
	slowestOf    string
	longest      time.Duration // from a signal to the end
	longestOf    string
	failures     []string
}

// outcome is how a process ended.
type outcome struct {
	code           int // −1: by a signal
	stdout, stderr string
	memory         int64
	took           time.Duration
	steps          []step // of a run that was traced
}

func main() {
	length := flag.Duration("for", 20*time.Second, "how long to go on")
	only := flag.String("only", "", "the trials to make, between commas; without it all")
	disks := flag.Bool("disks", true, "make the trials that mount disks, too")
	inNamespace()
	l := &lab{counts: map[string]int{}}
	flag.IntVar(&l.calls, "calls", 30, "how many system calls of a run meet harm")
	seed := flag.Uint64("seed", uint64(time.Now().UnixNano()), "of the random moments and files")
	flag.Parse()
	l.random = rand.New(rand.NewPCG(*seed, 0))
	some, err := wanted(*only, *disks)
	if err == nil {
		err = l.run(*length, some)
	}
	if err != nil {
		fmt.Fprintf(os.Stderr, "faults: seed %d: %v\n", *seed, err)
		os.Exit(1)
	}
}

// inNamespace starts the program again, in a namespace of its own whose mounts affect nobody else and vanish with it.
// Where that is not allowed, it goes on without one.
func inNamespace() {
	const inside = "RIDGE_FAULTS_INSIDE"
	if os.Getenv(inside) != "" {
		return
	}
	attributes := &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS, Pdeathsig: syscall.SIGKILL}
	if uid, gid := os.Getuid(), os.Getgid(); uid != 0 {
		attributes.Cloneflags = syscall.CLONE_NEWUSER
		attributes.UidMappings = []syscall.SysProcIDMap{{ContainerID: uid, HostID: uid, Size: 1}}
		attributes.GidMappings = []syscall.SysProcIDMap{{ContainerID: gid, HostID: gid, Size: 1}}
	}
	cmd := exec.Command("/proc/self/exe", os.Args[1:]...)
	cmd.Env = append(os.Environ(), inside+"=1")
	cmd.SysProcAttr = attributes
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	if err := cmd.Start(); err != nil {
		return
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code >= 0 {
		os.Exit(code)
	}
	os.Exit(1) // a signal
}

// trial is one kind of harm.
type trial struct {
	name   string
	run    func(*lab)
	mounts bool // needs the right to mount disks
}

// trials are all that is done.
var trials = []trial{
	{name: "killed comparison", run: (*lab).killedComparison},
	{name: "killed training", run: (*lab).killedTraining},
	{name: "harmed save", run: (*lab).harmedSave},
	{name: "harmed training", run: (*lab).harmedTraining},
	{name: "harmed comparison", run: (*lab).harmedComparison},
	{name: "killed tuning", run: (*lab).killedTuning},
	{name: "harmed tuning", run: (*lab).harmedTuning},
	{name: "ended training", run: (*lab).endedTraining},
	{name: "full disk", run: (*lab).fullDisk, mounts: true},
	{name: "read-only disk", run: (*lab).readOnlyDisk, mounts: true},
	{name: "vanished folders", run: (*lab).vanishedFolders},
	{name: "full device", run: (*lab).fullDevice},
	{name: "closed pipe", run: (*lab).closedPipe},
	{name: "hostile files", run: (*lab).hostileFiles},
	{name: "hostile limits", run: (*lab).hostileLimits},
}

// wanted are the trials that the flags ask for. A name that no trial has is an error: it may be that of a trial that
// was renamed.
func wanted(only string, disks bool) ([]trial, error) {
	var names []string
	if only != "" {
		names = strings.Split(only, ",")
	}
	for _, name := range names {
		if !slices.ContainsFunc(trials, func(t trial) bool { return t.name == name }) {
			return nil, fmt.Errorf("--only: there is no trial %q", name)
		}
	}
	some := slices.DeleteFunc(slices.Clone(trials), func(t trial) bool {
		return t.mounts && !disks || only != "" && !slices.Contains(names, t.name)
	})
	if len(some) == 0 {
		return nil, errors.New("the flags leave no trial")
	}
	return some, nil
}

// run makes all trials at least once, and goes on for a while.
func (l *lab) run(length time.Duration, trials []trial) error {
	dir, err := os.MkdirTemp("", "ridge-faults-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	if slices.ContainsFunc(trials, func(t trial) bool { return t.mounts }) {
		if err := mountable(dir); err != nil {
			return err
		}
	}
	l.program = filepath.Join(dir, "train")
	build := exec.Command("go", "build", "-o", l.program, "ridge/cmd/train")
	if out, err := build.CombinedOutput(); err != nil {
		return fmt.Errorf("%w\n%s", err, out)
	}
	end := time.Now().Add(length)
	for round := 0; round == 0 || time.Now().Before(end); round++ {
		for _, trial := range trials {
			if round > 0 && time.Now().After(end) {
				break
			}
			began := time.Now()
			l.fresh(fmt.Sprintf("%d %s", round, trial.name))
			trial.run(l)
			_ = os.RemoveAll(l.dir)
			fmt.Printf("%-18s %5.1f s\n", trial.name, time.Since(began).Seconds())
		}
	}
	return l.report()
}

// report says what was done, and the result.
func (l *lab) report() error {
	for _, what := range slices.Sorted(maps.Keys(l.counts)) {
		fmt.Printf("%d %s\n", l.counts[what], what)
	}
	fmt.Printf("largest process on a hostile file: %d MB (%s)\n", l.peak>>20, l.peakOf)
	fmt.Printf("slowest on a hostile file: %.2f s (%s)\n", l.slowest.Seconds(), l.slowestOf)
	fmt.Printf("longest ending: %.2f s (%s)\n", l.longest.Seconds(), l.longestOf)
	if len(l.failures) > 0 {
		return fmt.Errorf("%d failures:\n%s", len(l.failures), strings.Join(l.failures, "\n"))
	}
	return nil
}

// fresh makes a new folder for the next trial.
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

// command is the program in the folder of the trial. It ends with this one.
func (l *lab) command(args ...string) *exec.Cmd {
	cmd := exec.Command(l.program, args...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	cmd.Dir = l.dir
	return cmd
}

// start starts the program.
func (l *lab) start(args ...string) (*exec.Cmd, *strings.Builder, *strings.Builder) {
	cmd := l.command(args...)
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
	o := outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	o.memory, o.took = int64(usage.Maxrss)<<10, time.Since(began)
	if strings.Contains(o.stderr, "goroutine ") || o.code < 0 {
		l.fail("%v: ended with %d and says\n%.600s", args, o.code, o.stderr)
	}
	return o
}

// doInto is do with standard output into a file, which is closed.
func (l *lab) doInto(out *os.File, args ...string) outcome {
	defer out.Close()
	var stderr strings.Builder
	cmd := l.command(args...)
	cmd.Stdout, cmd.Stderr = out, &stderr
	guard := time.AfterFunc(stuck, func() { _ = cmd.Process.Kill() })
	_ = cmd.Run()
	if !guard.Stop() {
		l.fail("%v: still there after %v", args, stuck)
	}
	return outcome{code: cmd.ProcessState.ExitCode(), stderr: stderr.String()}
}

// signalled runs the program and sends it a signal after some time.
func (l *lab) signalled(after time.Duration, s syscall.Signal, args ...string) outcome {
	return l.ended(func() { time.Sleep(after) }, s, args...)
}

// ended runs the program, waits, and sends it a signal.
func (l *lab) ended(wait func(), s syscall.Signal, args ...string) outcome {
	cmd, stdout, stderr := l.start(args...)
	wait()
	_ = cmd.Process.Signal(s)
	began := time.Now()
	guard := time.AfterFunc(endLimit, func() { _ = cmd.Process.Kill() })
	_ = cmd.Wait()
	if !guard.Stop() {
		l.fail("%v: still there %v after %v", args, endLimit, s)
	}
	if took := time.Since(began); took > l.longest && s != syscall.SIGKILL {
		l.longest, l.longestOf = took, fmt.Sprintf("%v %.200q", s, args)
	}
	o := outcome{code: cmd.ProcessState.ExitCode(), stdout: stdout.String(), stderr: stderr.String()}
	if strings.Contains(o.stderr, "goroutine ") {
		l.fail("%v: after %v ended with %d and says\n%.600s", args, s, o.code, o.stderr)
	}
	return o
}

// sometime is a random moment.
func (l *lab) sometime(most time.Duration) time.Duration {
	return time.Duration(l.random.Int64N(int64(most)))
}
