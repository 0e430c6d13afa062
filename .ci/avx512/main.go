// The avx512 command runs the tests of Go packages on an emulated processor
// that has AVX-512, for machines whose own lacks it. Nothing lighter does:
// qemu-user stops at AVX2. Bochs emulates a whole PC, so the test binaries
// become the initial file system of a Linux guest whose init runs them, one
// after the other, and says how each ended. That init is this program too
// (guest.go); everything else happens on the host.
//
//	avx512 -kernel vmlinuz [flags] package... [-- test flags]
//
// Test flags are those of a test binary (-test.short, -test.run=...). The exit
// status is 0 only if the guest had AVX-512 F, BW, CD, DQ and VL, every package
// has tests, and each test binary was heard to exit with 0.
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
	"time"
)

const usage = `usage: avx512 -kernel vmlinuz [flags] package... [-- test flags]

Runs the tests of Go packages under Bochs, on a processor with AVX-512.
`

// options is the command line.
type options struct {
	kernel   string
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
		fmt.Fprintln(os.Stderr, "avx512:", err)
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

// run builds the guest, boots it and judges what it said.
func run(ctx context.Context, opts options) error {
	work, err := os.MkdirTemp("", "avx512-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(work)

	bzImage, err := os.ReadFile(opts.kernel)
	if err != nil {
		return err
	}
	p := plan{Token: rand.Text(), Env: append(guestEnv(opts.memory), opts.env...)}
	fs, err := fileSystem(ctx, work, opts, &p)
	if err != nil {
		return err
	}
	image, err := ramImage(bzImage, fs, opts.memory<<20)
	if err != nil {
		return err
	}
	vm := machine{dir: work, memory: opts.memory, ram: image, rom: rom(len(image))}
	verdict := newJudge(p, os.Stdout)
	vmErr := vm.run(ctx, verdict)
	fmt.Println("avx512:", vm.pace())
	err = verdict.check()
	if err != nil && verdict.cpu == nil {
		err = errors.Join(err, vm.lastWords())
	}
	return errors.Join(vmErr, err)
}
