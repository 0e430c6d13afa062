//go:build !(darwin || dragonfly || freebsd || linux || netbsd || openbsd)

package files

import "os"

// renamesOpen reports whether an open file can be renamed.
const renamesOpen = false

// systemLock can't lock on this system.
func systemLock(*os.File) (state, error) { return unknown, nil }
