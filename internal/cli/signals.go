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

// handleSignals lets the first signal cancel the work, and a later one end the process at
// once. When a reader goes away, writing to it fails, but the process goes on: other results may still have to be
// written. The function it returns undoes that.
func handleSignals(cancel context.CancelFunc) (undo func()) {
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, endings()...)
	signal.Ignore(syscall.SIGPIPE)
	done := make(chan struct{})
	go obey(signals, done, time.Now, cancel, endNow)
	return func() {
		signal.Stop(signals)
		signal.Reset(syscall.SIGPIPE)
		close(done)
	}
}

// together is how long after the first signal others belong to it. The command timeout sends two in a row, one to the
// process and one to its group: nobody wants to lose results by that.
const together = 100 * time.Millisecond

// obey calls cancel at the first signal, and end at one that comes later and does not belong to it, until done is
// closed.
func obey(signals <-chan os.Signal, done <-chan struct{}, now func() time.Time, cancel func(), end func(os.Signal)) {
	var first time.Time
	for {
		select {
		case s := <-signals:
			switch at := now(); {
			case first.IsZero():
				first = at
				cancel()
			case at.Sub(first) >= together:
				end(s)
			}
		case <-done:
			return
		}
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
