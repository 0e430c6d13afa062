//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package files

import (
	"io/fs"
	"os"
	"slices"

	"golang.org/x/sys/unix"
)

// renamesOpen reports whether an open file can be renamed.
const renamesOpen = true

// flock is the call of the system. Tests have others.
var flock = unix.Flock

// noLocks are the errors of a file system that has no locks, and of a system that forbids them. On some systems two of
// them are the same.
var noLocks = []error{
	unix.ENOSYS, unix.ENOTSUP, unix.EOPNOTSUPP, unix.ENOLCK, unix.EINVAL, unix.EPERM, unix.EACCES,
}

// systemLock locks an open file until it is closed, unless another process has it locked. Any error but those of
// noLocks is the disk's.
func systemLock(f *os.File) (state, error) {
	for {
		switch err := flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err {
		case nil:
			return locked, nil
		case unix.EWOULDBLOCK:
			return taken, nil
		case unix.EINTR: // the runtime's own signals interrupt calls of some file systems
		case unix.ESTALE:
			return removed, nil
		default:
			if slices.Contains(noLocks, err) {
				return unknown, nil
			}
			return unknown, &fs.PathError{Op: "flock", Path: f.Name(), Err: err}
		}
	}
}
