// The bochs command runs the tests of Go packages on a processor that the
// machine is not: AVX-512, which qemu-user does not know, and AVX2 with the
// faults of its masked loads right, which qemu-user 7.2 gets wrong. Bochs
// emulates a whole PC, so the test binaries become the initial file system of a
// Linux guest whose init runs them, one after the other, and says how each
// ended. That init is this program too (guest.go); everything else happens on
// the host.
//
//	bochs -kernel vmlinuz [flags] package... [-- test flags]
//
// Test flags are those of a test binary (-test.short, -test.run=...). The exit
// status is 0 only if the guest's processor had and lacked what was asked,
// every package has tests, and each test binary was heard to exit with 0.
//
// The boot takes 0.6 G instructions and the emulator does some 40 million a
// second, so a test that is to run here has to be small: a second of the real
// machine becomes minutes.
package main

import (
	"context"
	"crypto/rand"
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"time"
)

const usage = `usage: bochs -kernel vmlinuz [flags] package... [-- test flags]

Runs the tests of Go packages on a processor that Bochs emulates.
`

// options is the command line.
type options struct {
	kernel   string
	cpu      string
	has      []string
	lacks    []string
	memory   int // MiB
	timeout  time.Duration
	env      []string
	packages []string
	testArgs []string
}

func main() {
	if os.Args[0] == "/init" {
		guest()
		return
	}
	opts := parse()
	ctx, cancel := context.WithTimeout(context.Background(), opts.timeout)
	defer cancel()
	if err := run(ctx, opts); err != nil {
		fmt.Fprintln(os.Stderr, "bochs:", err)
		os.Exit(1)
	}
}

func parse() options {
	var opts options
	flag.Usage = func() {
		fmt.Fprint(flag.CommandLine.Output(), usage)
		flag.PrintDefaults()
	}
	flag.StringVar(&opts.kernel, "kernel", "", "Linux bzImage to boot")
	flag.StringVar(&opts.cpu, "cpu", "corei7_skylake_x", "processor, of those that bochs --help cpu lists")
	flag.Func("has", "features, in /proc/cpuinfo's words, that the processor must have", words(&opts.has))
	flag.Func("lacks", "features that it must not have", words(&opts.lacks))
	flag.IntVar(&opts.memory, "memory", 1024, "memory of the guest in MiB")
	flag.DurationVar(&opts.timeout, "timeout", 15*time.Minute, "give up after this long")
	flag.Func("env", "NAME=VALUE for the tests (repeatable)", func(s string) error {
		opts.env = append(opts.env, s)
		return nil
	})
	flag.Parse()
	opts.packages = flag.Args()
	for i, arg := range opts.packages {
		if arg == "--" {
			opts.packages, opts.testArgs = opts.packages[:i], opts.packages[i+1:]
			break
		}
	}
	if opts.kernel == "" || len(opts.packages) == 0 {
		flag.Usage()
		os.Exit(2)
	}
	return opts
}

// words is a flag's value as a list.
func words(list *[]string) func(string) error {
	return func(s string) error {
		*list = strings.Fields(s)
		return nil
	}
}

// run builds the guest, boots it and judges what it said.
func run(ctx context.Context, opts options) error {
	work, err := os.MkdirTemp("", "bochs-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	bzImage, err := os.ReadFile(opts.kernel)
	if err != nil {
		return err
	}
	p := plan{
		Token: rand.Text(),
		Has:   opts.has,
		Lacks: opts.lacks,
		Env:   append(guestEnv(opts.memory), opts.env...),
	}
	fs, err := fileSystem(ctx, work, opts, &p)
	if err != nil {
		return err
	}
	image, err := ramImage(bzImage, fs, opts.memory<<20)
	if err != nil {
		return err
	}
	vm := machine{dir: work, cpu: opts.cpu, memory: opts.memory, ram: image, rom: rom(len(image))}
	verdict := newJudge(p, os.Stdout)
	vmErr := vm.run(ctx, verdict)
	if vmErr == nil {
		fmt.Println("bochs:", vm.pace())
	}
	err = verdict.check()
	if err != nil && verdict.cpu == nil {
		err = errors.Join(err, vm.lastWords())
	}
	return errors.Join(vmErr, err)
}
