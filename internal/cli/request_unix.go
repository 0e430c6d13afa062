//go:build unix

package cli

import (
	"os"
	"syscall"
)

// requestSignal asks a training for a state.
var requestSignal os.Signal = syscall.SIGUSR1
