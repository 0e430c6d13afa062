package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// endings are the signals that end the work in good order. A hang-up is one, unless the program was started to outlive
// it (nohup).
func endings() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// handleSignals lets the first signal cancel the work, and the second one end the process at
// once. When a reader goes away, writing to it fails, but the process goes on: other results may still have to be
// written. The function it returns undoes that.
func handleSignals(cancel context.CancelFunc) (undo func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	signal.Ignore(syscall.SIGPIPE)
	done := make(chan struct{})
	go func() {
		for first := true; ; first = false {
			select {
			case s := <-signals:
				if !first {
					endNow(s)
				}
				cancel()
			case <-done:
				return
			}
		}
	}()
	return func() {
		signal.Stop(signals)
		signal.Reset(syscall.SIGPIPE)
		close(done)
	}
}

// endNow ends the process by the signal, as if it had never been caught. A shell without job control starts background
// processes with SIGINT ignored; these end by another signal.
func endNow(s os.Signal) {
	const soon = 100 * time.Millisecond
	signal.Reset(s)
	if self, err := os.FindProcess(os.Getpid()); err == nil && self.Signal(s) == nil {
		time.Sleep(soon)
	}
	code := exitInterrupted
	if number, ok := s.(syscall.Signal); ok {
		code = 128 + int(number)
	}
	os.Exit(code)
}
