//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package files

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// renamesOpen reports whether an open file can be renamed.
const renamesOpen = true

// lockFile locks an open file until it is closed, unless another process has it locked.
func lockFile(f *os.File) state {
	switch err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); {
	case err == nil:
		return locked
	case errors.Is(err, unix.EWOULDBLOCK):
		return taken
	}
	return unknown
}
