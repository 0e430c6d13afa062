package cli

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

// endings are the signals that end the work in good order: a hang-up as well, unless whoever
// started the program said that it shall outlive it (nohup).
func endings() []os.Signal {
	list := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) {
		list = append(list, syscall.SIGHUP)
	}
	return list
}

// handleSignals lets the first signal cancel the work, and the second one end the process at
// once. A reader that goes away is an error of writing to it, and no end of the process: other
// results may be left to write. The function it returns undoes that.
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

// endNow ends the process by the signal, as if it had never been caught. A shell without job
// control starts what runs in the background with SIGINT ignored: that needs another end.
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
