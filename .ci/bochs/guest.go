package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"syscall"
	"time"
)

// plan is what the host tells the guest to do.
type plan struct {
	Token string   // starts every line that is the guest's own and not a test's
	Has   []string // features that the processor must have
	Lacks []string // and must not have
	Env   []string
	Jobs  []job
}

type job struct {
	Package string
	Dir     string
	Args    []string
}

const planFile = "plan.json"

// report is a line from the guest to the host, after the token.
type report struct {
	Processor string   `json:",omitempty"`
	Missing   []string `json:",omitempty"` // of the plan's Has
	Unwanted  []string `json:",omitempty"` // of the plan's Lacks

	Job      int
	ExitCode int
	Seconds  float64 // of the guest's clock
}

// suitable says whether a processor is as planned.
func (r report) suitable() bool { return len(r.Missing) == 0 && len(r.Unwanted) == 0 }

// guest is what the guest's init does. Whatever fails here ends in a missing
// report, which the host takes for a failure.
func guest() {
	if err := runPlan(); err != nil {
		fmt.Println("guest:", err)
	}
	drain()
	// With reboot=t this is a triple fault, at which Bochs stops.
	err := syscall.Reboot(syscall.LINUX_REBOOT_CMD_RESTART)
	fmt.Println("guest: reboot:", err)
}

func runPlan() error {
	for _, fs := range [][2]string{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}, {"tmpfs", "/tmp"}} {
		if err := syscall.Mount(fs[0], fs[1], fs[0], 0, ""); err != nil {
			return fmt.Errorf("mount %s: %w", fs[1], err)
		}
	}
	data, err := os.ReadFile("/" + planFile)
	if err != nil {
		return err
	}
	var p plan
	if err := json.Unmarshal(data, &p); err != nil {
		return err
	}
	cpu, err := processor(p)
	if err != nil {
		return err
	}
	say(p.Token, cpu)
	if !cpu.suitable() {
		return errors.New("the tests would be pointless")
	}
	for i, j := range p.Jobs {
		r, err := runJob(j, p.Env)
		if err != nil {
			return err
		}
		r.Job = i
		say(p.Token, r)
	}
	return nil
}

// drain waits until the serial line has sent all that was written to it.
func drain() {
	const tcsbrk = 0x5409 // with an argument other than 0, what tcdrain does
	if _, _, errno := syscall.Syscall(syscall.SYS_IOCTL, os.Stdout.Fd(), tcsbrk, 1); errno != 0 {
		fmt.Println("guest: drain:", errno)
	}
}

// runJob runs a test binary; its output is the guest's.
func runJob(j job, env []string) (report, error) {
	cmd := exec.Command(j.Dir+"/test", j.Args...)
	cmd.Dir, cmd.Env = j.Dir, env
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stdout
	start := time.Now()
	err := cmd.Run()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		return report{}, err
	}
	return report{ExitCode: cmd.ProcessState.ExitCode(), Seconds: time.Since(start).Seconds()}, nil
}

// processor names the guest's processor and compares it with the plan. The
// kernel lists a feature only if it has also enabled the registers it needs.
func processor(p plan) (report, error) {
	info, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return report{}, err
	}
	values := make(map[string]string)
	for line := range strings.Lines(string(info)) {
		name, value, _ := strings.Cut(line, ":")
		values[strings.TrimSpace(name)] = strings.TrimSpace(value)
	}
	r := report{Processor: values["model name"], Job: -1}
	flags := strings.Fields(values["flags"])
	for _, f := range p.Has {
		if !slices.Contains(flags, f) {
			r.Missing = append(r.Missing, f)
		}
	}
	for _, f := range p.Lacks {
		if slices.Contains(flags, f) {
			r.Unwanted = append(r.Unwanted, f)
		}
	}
	return r, nil
}

// say prints a report on a line of its own, even after a test that left one
// unfinished.
func say(token string, r report) {
	line, err := json.Marshal(r)
	if err != nil {
		panic(err) // no such type in a report
	}
	fmt.Printf("\n%s %s\n", token, line)
}
